import type { Actor, SentIds } from '#audit/event-types.ts';

/** The kinds of SCIM requests, and what a client wants with each. The reference and the answers of the REST API show these texts. */
export const requestKinds = {
  create: 'Creates a user, a group or a schema.',
  replace: 'Replaces a user, a group or a schema (PUT).',
  patch: 'Changes a user or a group (PATCH).',
  delete: 'Deletes a user, a group or a schema.',
  bulk: 'A bulk request (POST /Bulk) that was refused as a whole or has no operations, and operations that cannot be read. Each other operation of a bulk request is logged and counted as a request with the kind of the operation.',
  connectionTest: 'Searches for a user or a group that cannot exist, as Test Connection of Entra ID does.',
  find: 'Searches for the user or the group with a value of one attribute.',
  list: 'Lists users and groups.',
  read: 'Reads one user or group.',
  discovery: 'Reads what the server supports: its configuration, resource types or schemas.',
  unknown: 'A request at a path that does not exist.',
} as const satisfies Readonly<Record<string, string>>;

export type RequestKind = keyof typeof requestKinds;

/** The methods of requests. */
export const requestMethods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/** The results of requests. The reference and the answers of the REST API show these texts. */
export const requestOutcomes = {
  accepted: 'The directory answered with success: it changed or returned the data.',
  unchanged: 'The directory answered with success, but nothing changed, because the data already had the sent values.',
  refused: 'The directory refused the request. Nothing was changed.',
  failed: 'The directory could not process the request because of a fault of the server.',
} as const satisfies Readonly<Record<string, string>>;

export type RequestOutcome = keyof typeof requestOutcomes;

/** What is always kept of a request. */
export interface RequestSummary {
  readonly organizationId: string;
  readonly at: Date;
  readonly integrationId: string | undefined;
  readonly kind: RequestKind;
  readonly method: string;
  readonly resourceType: 'User' | 'Group' | 'Schema' | undefined;
  readonly outcome: RequestOutcome;
  readonly status: number;
  /** The code of the error. */
  readonly reason: string | undefined;
  readonly client: string | undefined;
  /** The server's id of the HTTP request. */
  readonly requestId: string;
  /** The number of the operation in a bulk request, counted from 0; undefined for any other request. */
  readonly operation?: number | undefined;
  readonly sentIds: SentIds;
}

/** What is kept of a request whose content is kept, too. */
export interface RequestContent {
  readonly targetId: string | undefined;
  readonly name: string | undefined;
  readonly eventId: string | undefined;
  readonly detail: RequestDetail;
  readonly body: string | undefined;
  readonly answer: string | undefined;
}

/** The credential of a request, as far as it may be shown. */
export interface SentCredential {
  readonly method: 'bearer' | 'x-api-key' | 'session' | 'none';
  readonly keyId?: string | undefined;
  /** Milliseconds since 1970. */
  readonly expiresAt?: number | undefined;
  /** Milliseconds since 1970; only of a key that was revoked. */
  readonly revokedAt?: number | undefined;
  readonly allowedIps?: readonly string[] | undefined;
  /** The role of the administrator; undefined for a token of an integration or of a user. */
  readonly role?: string | undefined;
}

/** The rule of an integration that decided a request, with its value at that time. */
export interface DecidingRule {
  readonly name: string;
  readonly value: string | boolean;
}

/** How much of a body or of an answer was kept. The reference and the answers of the REST API show these texts. */
export const keptParts = {
  whole:
    'All of it, as it was sent. Of an operation of a bulk request: its data, with ids in place of bulkIds, and with the schemas of a PATCH.',
  masked: 'All of it, with secrets replaced by asterisks.',
  cut: 'The beginning, because it was longer than the setting requestBodyKilobytes. Secrets are replaced by asterisks.',
  erased: 'Nothing: it was erased when a user or a group that it named was permanently removed.',
  none: 'Nothing.',
} as const satisfies Readonly<Record<string, string>>;

export type Kept = keyof typeof keptParts;

/** The content of a request besides its body and its answer; stored as JSON. */
export interface RequestDetail {
  readonly path: string;
  readonly query?: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly clientIp: string;
  readonly actor: Actor;
  readonly credential: SentCredential;
  readonly durationMs: number;
  /** What an accepted write did to its target: a DELETE may suspend a user. */
  readonly effect?: 'created' | 'changed' | 'unchanged' | 'deleted' | undefined;
  readonly answerHeaders?: Readonly<Record<string, string>> | undefined;
  readonly ignored?: readonly { readonly path: string; readonly reason: string }[] | undefined;
  readonly rules?: readonly DecidingRule[] | undefined;
  /** Only of a request that a version kept which noted a single rule. */
  readonly rule?: DecidingRule | undefined;
  /** The number of the operation in a bulk request, counted from 0. */
  readonly operation?: number | undefined;
  /** The bulkIds in the operation that no id replaces. Without its bulk request, the operation has another meaning. */
  readonly references?: readonly string[] | undefined;
  readonly body: Kept;
  readonly answer: Kept;
}
