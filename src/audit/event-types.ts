import type { ErrorCode } from '#base/error-table.ts';

/** Every type of event. Names are the original directory's where it has one; the reference page is generated from here. */
export const eventTypes = {
  organization_create: { description: 'An organization was made.' },
  organization_update: { description: 'The settings of an organization were changed.' },
  organization_move: { description: 'An organization was moved to another database.' },
  admin_create: { description: 'An administrator was made.' },
  api_key_create: { description: 'An API key, an integration token or a token of a user was made.' },
  api_key_revoke: { description: 'An API key, an integration token or a token of a user was revoked.' },
  integration_create: { description: 'An integration was made.' },
  integration_update: { description: 'The rules of an integration were changed.' },
  user_create: { description: 'A user was created.' },
  user_update: { description: 'Attributes of a user were changed.' },
  user_suspended: { description: 'A user was suspended; attributes may have changed with it.' },
  user_unsuspended: { description: 'A suspended user was activated again; attributes may have changed with it.' },
  user_delete: { description: 'A user was deleted; it can be restored until it is purged.' },
  user_restore: { description: 'A deleted user was restored.' },
  user_purge: { description: 'A deleted user was removed for good.' },
  group_create: { description: 'A group was created.' },
  group_update: { description: 'Attributes or members of a group were changed.' },
  group_delete: { description: 'A group was deleted.' },
  group_purge: { description: 'A deleted group was removed for good.' },
  schema_create: { description: 'A schema of the organization was added.' },
  schema_update: { description: 'A schema of the organization was changed.' },
  schema_delete: { description: 'A schema of the organization was removed.' },
  request_refused: {
    description: 'A request with a valid credential was refused; error_code and error_message tell why.',
  },
  sign_in_refused: {
    description:
      'A request came with a key of the organization that has expired or was revoked, or whose owner is not active.',
  },
} as const satisfies Readonly<Record<string, { readonly description: string }>>;

export type EventType = keyof typeof eventTypes;

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

export interface RequestOrigin {
  readonly id: string;
  readonly method: string;
  /** Without the query, which may hold personal data. */
  readonly path: string;
  readonly clientIp: string;
  readonly userAgent: string | undefined;
  /** The product that sends it, as far as the request gives it away. */
  readonly client: string | undefined;
  readonly authMethod: 'bearer' | 'x-api-key';
}

export interface EventTarget {
  readonly type: 'user' | 'group' | 'api_key' | 'integration' | 'admin' | 'organization' | 'schema';
  readonly id: string | null;
  readonly name: string | null;
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
  readonly changes?: readonly FieldChange[];
  /** Attributes that were sent and left out. */
  readonly ignored?: readonly { readonly path: string; readonly reason: string }[];
  readonly error?: { readonly code: ErrorCode; readonly status: number; readonly message: string };
}
