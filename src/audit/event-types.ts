import type { ErrorCode } from '#base/error-table.ts';
import type { ReasonParameters } from '#base/reasons/reason.ts';
import type { SentSecrets } from '#base/sent-secrets.ts';

/** All event types. The legacy directory's name is used if there is one. The reference page is generated from this list. */
export const eventTypes = {
  organization_create: { description: 'An organization was created.' },
  organization_update: { description: 'The settings of an organization were changed.' },
  organization_move: { description: 'An organization was moved to another database.' },
  admin_create: { description: 'An administrator was created.' },
  admin_update: { description: 'An administrator was changed.' },
  admin_delete: { description: 'An administrator was removed.' },
  admin_suspended: { description: 'An administrator was suspended.' },
  admin_unsuspend: { description: 'A suspended administrator was allowed to sign in again.' },
  admin_login_attempt: { description: 'An administrator signed in, or an attempt to sign in failed.' },
  admin_lockout: { description: 'An administrator was locked after too many failed attempts to sign in.' },
  admin_password_reset_request: {
    description: 'An email with a link to set a new password was queued for an administrator.',
  },
  admin_password_change: { description: 'An administrator set a password.' },
  admin_totp_start_enrollment: { description: 'An administrator started to set up an authenticator app.' },
  admin_totp_finish_enrollment: { description: 'An administrator set up an authenticator app.' },
  admin_totp_disable: { description: 'The authenticator app of an administrator was removed.' },
  admin_recovery_code_used: { description: 'An administrator signed in with a recovery code instead of the app.' },
  admin_recovery_codes_create: { description: 'An administrator created new recovery codes.' },
  admin_passkey_create: { description: 'An administrator added a passkey.' },
  admin_passkey_update: { description: 'An administrator renamed a passkey.' },
  admin_passkey_delete: { description: 'An administrator removed a passkey.' },
  session_revoke: { description: 'A session was revoked.' },
  role_create: { description: 'A custom role was created.' },
  role_update: { description: 'A custom role was changed.' },
  role_delete: { description: 'A custom role was removed.' },
  api_key_update: { description: 'The name, the expiry, or the allowed addresses of a key were changed.' },
  api_key_expiry_notice: {
    description:
      'An email about a key that expires soon was queued for its owner, or for the administrators who can replace it.',
  },
  mail_template_update: { description: 'A mail template of the organization was changed.' },
  mail_resend: { description: 'An email in the outbox was queued again.' },
  mail_test: { description: 'An administrator had a test email sent to their own address.' },
  mail_delivered: { description: 'The mail server accepted an email. `answer` contains its response.' },
  mail_delayed: {
    description:
      'The mail server did not accept an email, or did not answer. Sending is tried again. Each different response is recorded once.',
  },
  mail_failed: {
    description:
      'Sending an email failed: the mail server refused it permanently, all attempts failed, or it is unknown whether it was delivered.',
  },
  mail_cancelled: {
    description:
      'A waiting mail was canceled, because it was not sent in time, or because its link no longer works after a change of the account.',
  },
  mail_skipped: {
    description:
      'An email was not created, because its recipient’s address ends in @localhost, or because none of its recipients can receive mail.',
  },
  mail_link_show: { description: 'The link of an undelivered mail was read from the outbox.' },
  csv_import: { description: 'Users were imported from a CSV file.' },
  csv_export: { description: 'Users were exported as CSV.' },
  bulk_job: { description: 'A job that changes many users was started.' },
  api_key_create: { description: 'An API key, an integration token, or a user token was created.' },
  api_key_revoke: { description: 'An API key, an integration token, or a user token was revoked.' },
  integration_create: { description: 'An integration was created.' },
  integration_update: { description: 'The rules of an integration were changed.' },
  default_rules_update: { description: 'The rules that new integrations start with were changed.' },
  user_create: { description: 'A user was created.' },
  user_update: {
    description:
      'Attributes of a user were changed, or a request contained only ignored attributes. With `repeated`, the event covers several such requests.',
  },
  user_activated: { description: 'A staged user was activated. Attributes may have changed too.' },
  user_password_set: { description: 'A user set a first password, so that it is no longer pending.' },
  user_password_change: { description: 'The password of a user was changed.' },
  user_password_reset_request: { description: 'An email with a link to set a new password was queued for a user.' },
  user_password_expired: { description: 'The password of a user expired.' },
  user_password_warning_email: { description: 'An email about a password that expires soon was queued for a user.' },
  user_activation_email: { description: 'An activation or welcome email was queued for a user.' },
  user_lockout: { description: 'A user was locked after too many failed attempts to sign in.' },
  user_unlocked: { description: 'A locked user was unlocked.' },
  user_login_attempt: { description: 'A user signed in, or an attempt to sign in failed.' },
  radius_auth_attempt: {
    description:
      'A person connected by RADIUS, was refused, or got no answer because of a fault. `radius` has the client, the device, and the reason.',
  },
  user_mfa_reset: { description: 'The second factors of a user were removed.' },
  totp_start_enrollment: { description: 'A user started to set up an authenticator app.' },
  totp_finish_enrollment: { description: 'A user set up an authenticator app.' },
  totp_delete_enrollment: { description: 'The authenticator app of a user was removed.' },
  user_recovery_code_used: { description: 'A user signed in with a recovery code instead of the app.' },
  user_recovery_codes_create: { description: 'A user created new recovery codes.' },
  passkey_create: { description: 'A user added a passkey.' },
  passkey_update: { description: 'A user renamed a passkey.' },
  passkey_delete: { description: 'A passkey of a user was removed.' },
  sshkey_create: { description: 'An SSH key was added to a user.' },
  sshkey_delete: { description: 'An SSH key of a user was removed.' },
  user_activation_schedule_create: { description: 'An activation of a user was scheduled.' },
  user_activation_schedule_delete: { description: 'A scheduled activation of a user was canceled.' },
  user_suspension_schedule_create: { description: 'A suspension of a user was scheduled.' },
  user_suspension_schedule_delete: { description: 'A scheduled suspension of a user was canceled.' },
  user_suspended: { description: 'A user was suspended. Attributes may have changed too.' },
  user_unsuspended: { description: 'A suspended user was activated again. Attributes may have changed too.' },
  user_adopt: {
    description:
      'An integration changed a user that it did not create, and now owns the user. `confirmed` is false until an administrator confirms the adoption.',
  },
  user_adoption_confirm: {
    description: 'An administrator confirmed that an integration owns a user, or assigned the user to the integration.',
  },
  user_delete: { description: 'A user was deleted. It can be restored until it is purged.' },
  user_restore: { description: 'A deleted user was restored.' },
  user_purge: { description: 'A deleted user was permanently removed.' },
  group_create: { description: 'A group was created.' },
  group_update: { description: 'Attributes or members of a group were changed.' },
  group_adopt: {
    description:
      'An integration now owns a group, because it changed the group for the first time or an administrator assigned it.',
  },
  group_delete: { description: 'A group was deleted.' },
  group_purge: { description: 'A deleted group was permanently removed.' },
  schema_create: { description: 'A custom schema was added.' },
  schema_update: { description: 'A custom schema was changed.' },
  schema_delete: { description: 'A custom schema was removed.' },
  entra_tenant_create: { description: 'A tenant of the stand-in for Entra ID was created.' },
  entra_tenant_update: { description: 'The simulated fault of the sign-ins to a tenant was changed.' },
  entra_tenant_fill: { description: 'Users and groups were generated in a tenant.' },
  entra_tenant_change: { description: 'Random changes were applied to the users and groups of a tenant.' },
  entra_tenant_import: { description: 'Users and groups were imported into a tenant.' },
  entra_tenant_delete: { description: 'A tenant was removed with its users, groups, applications, and logs.' },
  entra_user_create: { description: 'A user of a tenant was created.' },
  entra_user_update: { description: 'A user of a tenant was changed.' },
  entra_user_delete: { description: 'A user of a tenant was deleted. It can be restored for 30 days.' },
  entra_user_restore: { description: 'A deleted user of a tenant was restored.' },
  entra_user_purge: { description: 'A user of a tenant was permanently removed.' },
  entra_group_create: { description: 'A group of a tenant was created.' },
  entra_group_update: { description: 'Attributes or members of a group of a tenant were changed.' },
  entra_group_delete: { description: 'A group of a tenant was removed.' },
  application_create: { description: 'An enterprise application was created.' },
  application_update: { description: 'The name or the settings of an enterprise application were changed.' },
  application_delete: { description: 'An enterprise application was removed with the state of its provisioning job.' },
  application_assignment_create: { description: 'A user or a group was assigned to an application.' },
  application_assignment_delete: { description: 'An assignment to an application was removed.' },
  provisioning_credentials_update: {
    description: 'The credentials with which an application connects to its target were saved.',
  },
  provisioning_mapping_update: { description: 'Attribute mappings or scoping filters of a job were changed.' },
  provisioning_job_create: { description: 'A provisioning job was created.' },
  provisioning_job_update: { description: 'The schedule or the settings of a provisioning job were changed.' },
  provisioning_job_delete: { description: 'A provisioning job was removed with its links and logs.' },
  provisioning_start: { description: 'A provisioning job was started.' },
  provisioning_pause: { description: 'A provisioning job was paused.' },
  provisioning_restart: { description: 'A provisioning job was restarted. `changes` lists the state that was reset.' },
  provisioning_cycle_start: { description: 'A single cycle of a provisioning job was started on request.' },
  provisioning_on_demand: { description: 'A single object was provisioned on demand.' },
  provisioning_deletes_allowed: { description: 'Deletes that were held back by the deletion threshold were allowed.' },
  radiusserver_create: { description: 'A RADIUS server was created.' },
  radiusserver_update: {
    description: 'The settings of a RADIUS server, or the groups whose members may connect through it, were changed.',
  },
  radiusserver_delete: { description: 'A RADIUS server was deleted with its clients.' },
  radius_client_create: { description: 'A client of a RADIUS server was created with a new shared secret.' },
  radius_client_update: { description: 'The name, the network, or the protection of a RADIUS client was changed.' },
  radius_client_secret_rotate: {
    description: 'A RADIUS client got a new shared secret. `changes` says when it replaces the current one.',
  },
  radius_client_delete: { description: 'A client of a RADIUS server was removed.' },
  request_refused: {
    description:
      'A request with a valid credential was refused. `error_code` and `error_message` give the reason. With `repeated`, the event covers several requests.',
  },
  sign_in_refused: {
    description:
      'A request used a key of the organization that has expired or was revoked, or that belongs to an inactive owner. With `repeated`, the event covers several requests.',
  },
} as const satisfies Readonly<Record<string, { readonly description: string }>>;

export type EventType = keyof typeof eventTypes;

/** The services that write events; the legacy directory has more of them. */
export const eventServices: readonly string[] = ['directory'];

/** The actor of a change. */
export interface Actor {
  readonly type: 'administrator' | 'integration' | 'user' | 'command_line' | 'system';
  readonly id: string | null;
  readonly name: string;
}

/** The origin of a change. All changes of one request, command, or job have the same origin. */
export interface Origin {
  readonly organizationId: string;
  readonly actor: Actor;
  readonly integration: { readonly id: string; readonly name: string } | undefined;
  readonly request: RequestOrigin | undefined;
}

/** Ids that a client gave to its own request, in the form in which events contain them. */
export interface SentIds {
  /** The client-request-id header. */
  readonly client_request_id?: string;
  /** The X-Request-Id header, which the client or a proxy sent. */
  readonly x_request_id?: string;
  /** The ActivityId in Entra ID's ADSCIMVersion header. */
  readonly activity_id?: string;
}

export interface RequestOrigin {
  readonly id: string;
  readonly sentIds?: SentIds;
  readonly method: string;
  /** The path without the query, which may contain personal data. */
  readonly path: string;
  readonly clientIp: string;
  readonly userAgent: string | undefined;
  /** The product that sent the request, if the request reveals it. */
  readonly client: string | undefined;
  readonly authMethod: 'bearer' | 'x-api-key' | 'session' | 'none';
  /** Finds the credential of the request in texts; undefined if the request has no credential. */
  readonly secrets?: SentSecrets | undefined;
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
    | 'provisioning_job'
    | 'radius_server'
    | 'radius_client';
  readonly id: string | null;
  readonly name: string | null;
  /** Further names that a refused request contained. The event shows some of them, and is found by each of them. */
  readonly sent?: SentNames | undefined;
}

/** Names of a user or a group in a request, by attribute. The event shows the first name of an attribute. */
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

/** An attempt to connect by RADIUS, as an event stores it. */
export interface RadiusAttempt {
  /** A name of `radiusReasons` (base/words/radius-reasons.ts). */
  readonly reason: string;
  readonly client: { readonly id: string; readonly name: string };
  readonly server: { readonly id: string; readonly name: string };
  readonly identityProvider: 'directory' | 'entra';
  readonly method: 'pap' | 'eapTtlsPap' | 'unsupported';
  /** How the person proved who they are; null if they did not. */
  readonly credential: 'password' | 'wifiPassword' | 'entra' | 'entraCached' | null;
  /** The device (Calling-Station-Id) and the network (Called-Station-Id). */
  readonly device: string | null;
  readonly network: string | null;
  readonly outerName: string | null;
  /** The code of Entra ID, without the letters AADSTS. */
  readonly aadsts: number | null;
}

/** An event as a feature reports it. The store adds the id, the time, and the origin. */
export interface EventDraft {
  readonly type: EventType;
  readonly target: EventTarget;
  /** Further names by which the event is found: the names that the target had before the change. */
  readonly names?: readonly string[] | undefined;
  readonly changes?: readonly FieldChange[];
  /** Attributes that the client sent and the directory ignored. */
  readonly ignored?: readonly { readonly path: string; readonly reason: string }[];
  /** Of an operation of a bulk request: its number from 0, and its HTTP method; no method if it could not be read. */
  readonly operation?: { readonly index: number; readonly method: string | undefined } | undefined;
  /** The error of a refused request, as `eventError` returns it. */
  readonly error?: {
    readonly code: ErrorCode;
    readonly status: number;
    readonly message: string;
    readonly reason?: { readonly code: string; readonly parameters: ReasonParameters } | undefined;
  };
  /** Only of the type `radius_auth_attempt`. */
  readonly radius?: RadiusAttempt | undefined;
  /** For one event about many refusals: their number, and the times of the first and the last. */
  readonly repeated?: { readonly count: number; readonly first: Date; readonly last: Date };
}
