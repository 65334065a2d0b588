import type { Permission } from './roles.ts';

/** Why a key does not work although it is neither revoked nor expired. */
export type KeyProblem = 'ownerSuspended' | 'ownerRemoved' | 'keysForbidden' | 'userInactive' | 'creatorEnded';

export type KeyOwner =
  | { readonly kind: 'administrator'; readonly administratorId: string; readonly integrationId: string | null }
  | { readonly kind: 'integration'; readonly integrationId: string }
  | { readonly kind: 'user'; readonly userId: string };

/** A key as lists show it. */
export interface ApiKey {
  readonly id: string;
  readonly organizationId: string;
  readonly kind: KeyOwner['kind'];
  readonly name: string;
  readonly prefix: string;
  /** E-mail of the administrator, name of the integration, or userName of the user. */
  readonly owner: string;
  readonly role: string | null;
  readonly administratorId: string | null;
  readonly integrationId: string | null;
  readonly userId: string | null;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
  readonly lastUsedAt: Date | null;
  readonly lastUsedIp: string | null;
  readonly lastUsedClient: string | null;
  readonly allowedIps: readonly string[] | null;
  /** The least number of days before the expiry that a mail has told of. */
  readonly warnedDays: number | null;
  /** The key that created it, and with which it ends. */
  readonly parentId: string | null;
  /** When it last sent a SCIM request. */
  readonly lastScimAt: Date | null;
  /** Why it does not work although it is neither revoked nor expired; null when nothing is wrong. */
  readonly problem: KeyProblem | null;
}

/** All that a request needs to know about the key that it came with. */
export interface KeyRecord {
  /** Of the key, also of one that an access token stands for; or of the session. */
  readonly id: string;
  /** A key itself, an access token that stands for one (RFC 6749 §4.4), or the session of a signed-in account. */
  readonly credential: 'key' | 'access token' | 'session';
  readonly organizationId: string;
  /** The name and the shown prefix of a key; undefined for a session. */
  readonly name: string | undefined;
  readonly prefix: string | undefined;
  readonly kind: KeyOwner['kind'];
  /** The integration that the key is bound to; for a user's token the one that the user comes from. */
  readonly integrationId: string | null;
  readonly administrator: {
    readonly id: string;
    readonly name: string;
    readonly role: string;
    readonly permissions: ReadonlySet<Permission>;
    readonly suspended: boolean;
    readonly apiKeyAllowed: boolean;
    /** Whether this administrator must have a second factor. */
    readonly mfaRequired: boolean;
  } | null;
  readonly user: {
    readonly id: string;
    readonly name: string;
    readonly state: 'STAGED' | 'ACTIVATED' | 'SUSPENDED';
    readonly deleted: boolean;
  } | null;
  readonly expiresAt: number | null;
  readonly revokedAt: number | null;
  readonly lastUsedAt: number | null;
  readonly allowedIps: readonly string[] | null;
  /** RFC 8176, of a session; empty for a key. */
  readonly authMethods: readonly string[];
  /** What an access token was narrowed to; null for all that its key may. */
  readonly scopes: ReadonlySet<Permission> | null;
  /** 0 for a key that no key created, 1 for one that such a key created, and so on. */
  readonly generation: number;
  /** When the session began; null for a key. */
  readonly signedInAt: number | null;
  /** Why the key ended although it was neither revoked nor expired: the end of a sentence whose subject is the key. */
  readonly ended: { readonly ownerName: string | undefined; readonly reason: string } | null;
}
