import type { ErrorCode } from '#base/error-table.ts';
import type { ReasonParameters } from '#base/reasons/reason.ts';

/** Every type of event. Names are the original directory's where it has one; the reference page is generated from here. */
export const eventTypes = {
  organization_create: { description: 'An organization was made.' },
  organization_update: { description: 'The settings of an organization were changed.' },
  organization_move: { description: 'An organization was moved to another database.' },
  admin_create: { description: 'An administrator was made.' },
  admin_update: { description: 'An administrator was changed.' },
  admin_delete: { description: 'An administrator was removed.' },
  admin_suspended: { description: 'An administrator was suspended.' },
  admin_unsuspend: { description: 'An administrator may sign in again.' },
  admin_login_attempt: { description: 'An administrator signed in, or tried to.' },
  admin_lockout: { description: 'An administrator was locked after too many attempts to sign in.' },
  admin_password_reset_request: {
    description: 'A mail with a link for a new password was queued for an administrator.',
  },
  admin_password_change: { description: 'An administrator set a password.' },
  admin_totp_start_enrollment: { description: 'An administrator began to set up an authenticator app.' },
  admin_totp_finish_enrollment: { description: 'An administrator set up an authenticator app.' },
  admin_totp_disable: { description: 'The authenticator app of an administrator was removed.' },
  admin_recovery_code_used: { description: 'An administrator signed in with a recovery code instead of the app.' },
  admin_passkey_create: { description: 'An administrator added a passkey.' },
  admin_passkey_delete: { description: 'An administrator removed a passkey.' },
  session_revoke: { description: 'A session was ended by somebody.' },
  role_create: { description: 'A role of the organization was made.' },
  role_update: { description: 'A role of the organization was changed.' },
  role_delete: { description: 'A role of the organization was removed.' },
  api_key_update: { description: 'Name, expiry or addresses of a key were changed.' },
  api_key_expiry_notice: {
    description: 'A mail about a key that expires soon was queued, for its owner or for those who can replace it.',
  },
  mail_template_update: { description: 'A template of the organization’s mails was changed.' },
  mail_resend: { description: 'A mail of the outbox was queued again.' },
  mail_delivered: { description: 'The mail server accepted a mail; `answer` has its words.' },
  mail_delayed: {
    description:
      'The mail server did not accept a mail, or did not answer; it is tried again. One event for each different answer.',
  },
  mail_failed: {
    description: 'A mail was refused for good, or the attempts are used up, or it is not known whether it arrived.',
  },
  mail_cancelled: {
    description:
      'A mail that waited is of no use any more: it was not sent in time, or the account changed and its link does not work.',
  },
  mail_skipped: {
    description:
      'A mail was not written: the address of its recipient ends in @localhost and receives none, or nobody whom it concerns receives mail.',
  },
  mail_link_show: { description: 'The link of a mail that had not arrived was read from the outbox.' },
  csv_import: { description: 'Users were imported from a CSV file.' },
  csv_export: { description: 'Users were exported as CSV.' },
  bulk_job: { description: 'A job that changes many users was started.' },
  api_key_create: { description: 'An API key, an integration token or a token of a user was made.' },
  api_key_revoke: { description: 'An API key, an integration token or a token of a user was revoked.' },
  integration_create: { description: 'An integration was made.' },
  integration_update: { description: 'The rules of an integration were changed.' },
  user_create: { description: 'A user was created.' },
  user_update: {
    description:
      'Attributes of a user were changed, or a request had only attributes that are ignored. With `repeated`, the event is about several such requests.',
  },
  user_activated: { description: 'A staged user was activated; attributes may have changed with it.' },
  user_password_set: { description: 'A user set the first password: it is pending no longer.' },
  user_password_change: { description: 'A user has a new password.' },
  user_password_reset_request: { description: 'A mail with a link for a new password was queued for a user.' },
  user_password_expired: { description: 'The password of a user expired.' },
  user_password_warning_email: { description: 'A mail about a password that expires soon was queued for a user.' },
  user_activation_email: { description: 'An activation mail, or a welcome, was queued for a user.' },
  user_lockout: { description: 'A user was locked after too many attempts to sign in.' },
  user_unlocked: { description: 'A locked user may sign in again.' },
  user_login_attempt: { description: 'A user signed in, or tried to.' },
  user_mfa_reset: { description: 'The second factors of a user were removed.' },
  totp_start_enrollment: { description: 'A user began to set up an authenticator app.' },
  totp_finish_enrollment: { description: 'A user set up an authenticator app.' },
  totp_delete_enrollment: { description: 'The authenticator app of a user was removed.' },
  user_recovery_code_used: { description: 'A user signed in with a recovery code instead of the app.' },
  passkey_create: { description: 'A user added a passkey.' },
  passkey_delete: { description: 'A passkey of a user was removed.' },
  sshkey_create: { description: 'An SSH key was added to a user.' },
  sshkey_delete: { description: 'An SSH key of a user was removed.' },
  user_activation_schedule_create: { description: 'An activation of a user was scheduled.' },
  user_activation_schedule_delete: { description: 'A scheduled activation of a user was taken back.' },
  user_suspension_schedule_create: { description: 'A suspension of a user was scheduled.' },
  user_suspension_schedule_delete: { description: 'A scheduled suspension of a user was taken back.' },
  user_suspended: { description: 'A user was suspended; attributes may have changed with it.' },
  user_unsuspended: { description: 'A suspended user was activated again; attributes may have changed with it.' },
  user_adopt: {
    description:
      'An integration changed a user that it did not create, and owns it from then on; `confirmed` is false until an administrator confirms it.',
  },
  user_adoption_confirm: {
    description: 'An administrator confirmed that an integration owns a user, or brought the user under it.',
  },
  user_delete: { description: 'A user was deleted; it can be restored until it is purged.' },
  user_restore: { description: 'A deleted user was restored.' },
  user_purge: { description: 'A deleted user was removed for good.' },
  group_create: { description: 'A group was created.' },
  group_update: { description: 'Attributes or members of a group were changed.' },
  group_adopt: {
    description: 'A group came under an integration: by its first change of it, or by an administrator.',
  },
  group_delete: { description: 'A group was deleted.' },
  group_purge: { description: 'A deleted group was removed for good.' },
  schema_create: { description: 'A schema of the organization was added.' },
  schema_update: { description: 'A schema of the organization was changed.' },
  schema_delete: { description: 'A schema of the organization was removed.' },
  entra_tenant_create: { description: 'A tenant of the stand-in for Entra ID was made.' },
  entra_tenant_fill: { description: 'People and groups were generated into a tenant.' },
  entra_tenant_delete: { description: 'A tenant was removed, with its people, groups, applications and logs.' },
  entra_user_create: { description: 'A user of a tenant was created.' },
  entra_user_update: { description: 'A user of a tenant was changed.' },
  entra_user_delete: { description: 'A user of a tenant was deleted; it can be restored for 30 days.' },
  entra_user_restore: { description: 'A deleted user of a tenant was restored.' },
  entra_user_purge: { description: 'A user of a tenant was removed for good.' },
  entra_group_create: { description: 'A group of a tenant was created.' },
  entra_group_update: { description: 'Attributes or members of a group of a tenant were changed.' },
  entra_group_delete: { description: 'A group of a tenant was removed.' },
  application_create: { description: 'An enterprise application was made.' },
  application_update: { description: 'The name or the settings of an enterprise application were changed.' },
  application_delete: { description: 'An enterprise application was removed, with what its job remembered.' },
  application_assignment_create: { description: 'A user or a group was assigned to an application.' },
  application_assignment_delete: { description: 'An assignment to an application was taken back.' },
  provisioning_credentials_update: { description: 'The credentials of an application’s connection were saved.' },
  provisioning_mapping_update: { description: 'Attribute mappings or scoping filters of a job were changed.' },
  provisioning_job_create: { description: 'A provisioning job was made.' },
  provisioning_job_update: { description: 'Schedule or settings of a provisioning job were changed.' },
  provisioning_job_delete: { description: 'A provisioning job was removed, with its links and logs.' },
  provisioning_start: { description: 'A provisioning job was started.' },
  provisioning_pause: { description: 'A provisioning job was paused.' },
  provisioning_restart: { description: 'A provisioning job was restarted; `changes` tells what it forgot.' },
  provisioning_cycle_start: { description: 'Somebody started one cycle of a provisioning job.' },
  provisioning_on_demand: { description: 'Somebody provisioned one object on demand.' },
  provisioning_deletes_allowed: { description: 'Deletes that waited at the threshold were let through.' },
  request_refused: {
    description:
      'A request with a valid credential was refused; error_code and error_message tell why. With `repeated`, the event is about several requests.',
  },
  sign_in_refused: {
    description:
      'A request came with a key of the organization that has expired or was revoked, or whose owner is not active. With `repeated`, the event is about several requests.',
  },
} as const satisfies Readonly<Record<string, { readonly description: string }>>;

export type EventType = keyof typeof eventTypes;

/** The services that write events; the original directory has more of them. */
export const eventServices: readonly string[] = ['directory'];

/** Who did it. */
export interface Actor {
  readonly type: 'administrator' | 'integration' | 'user' | 'command_line' | 'system';
  readonly id: string | null;
  readonly name: string;
}

/** Where a change comes from: the same for every change that one request, command or job makes. */
export interface Origin {
  readonly organizationId: string;
  readonly actor: Actor;
  readonly integration: { readonly id: string; readonly name: string } | undefined;
  readonly request: RequestOrigin | undefined;
}

/** Ids by which a client names its own request, as events hold them. */
export interface SentIds {
  /** The header client-request-id. */
  readonly client_request_id?: string;
  /** The header X-Request-Id: the client's, or a proxy's. */
  readonly x_request_id?: string;
  /** The ActivityId in Entra ID's header ADSCIMVersion. */
  readonly activity_id?: string;
}

export interface RequestOrigin {
  readonly id: string;
  readonly sentIds?: SentIds;
  readonly method: string;
  /** Without the query, which may hold personal data. */
  readonly path: string;
  readonly clientIp: string;
  readonly userAgent: string | undefined;
  /** The product that sends it, as far as the request gives it away. */
  readonly client: string | undefined;
  readonly authMethod: 'bearer' | 'x-api-key' | 'session' | 'none';
}

export interface EventTarget {
  readonly type:
    | 'user'
    | 'group'
    | 'api_key'
    | 'integration'
    | 'admin'
    | 'organization'
    | 'schema'
    | 'role'
    | 'session'
    | 'mail'
    | 'job'
    | 'entra_tenant'
    | 'entra_user'
    | 'entra_group'
    | 'application'
    | 'provisioning_job';
  readonly id: string | null;
  readonly name: string | null;
  /** Further names in a refused request: the event shows them, and is found by each of them. */
  readonly sent?: SentNames | undefined;
}

/** Names of a user or a group in a request, by the attribute that has them; the first one is shown in the event. */
export interface SentNames {
  readonly userName: readonly string[];
  readonly displayName: readonly string[];
  readonly externalId: readonly string[];
  readonly email: readonly string[];
}

export interface FieldChange {
  readonly field: string;
  readonly from: unknown;
  readonly to: unknown;
}

/** What happened, as a feature tells it; the store adds the rest. */
export interface EventDraft {
  readonly type: EventType;
  readonly target: EventTarget;
  /** Names by which the event is found besides the target's present ones: those that the target had before the change. */
  readonly names?: readonly string[] | undefined;
  readonly changes?: readonly FieldChange[];
  /** Attributes that were sent and left out. */
  readonly ignored?: readonly { readonly path: string; readonly reason: string }[];
  /** `eventError` makes it of an error. */
  readonly error?: {
    readonly code: ErrorCode;
    readonly status: number;
    readonly message: string;
    readonly reason?: { readonly code: string; readonly parameters: ReasonParameters } | undefined;
  };
  /** Of one event for many refusals: how many there were, and when the first and the last of them came. */
  readonly repeated?: { readonly count: number; readonly first: Date; readonly last: Date };
}
