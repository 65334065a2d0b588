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
  /** The email address of the administrator, the name of the integration, or the userName of the user. */
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
  /** The smallest number of days before the expiry for which a notice was sent; null if none was. */
  readonly warnedDays: number | null;
  /** The id of the key that created this key. When the creating key ends, this key ends too. */
  readonly parentId: string | null;
  /** When the key was last used for a SCIM request; null if never. */
  readonly lastScimAt: Date | null;
  /** Why the key does not work although it is neither revoked nor expired; null if nothing is wrong. */
  readonly problem: KeyProblem | null;
}

/** The data that is needed to check the credential of a request. */
export interface KeyRecord {
  /** The id of the key or of the session. For an access token, the id of the key that it was issued for. */
  readonly id: string;
  /** A key, an access token that was issued for a key (RFC 6749 §4.4), or the session of a signed-in account. */
  readonly credential: 'key' | 'access token' | 'session';
  readonly organizationId: string;
  /** The name of a key. `prefix` has the characters of the key that may be shown. Both are undefined for a session. */
  readonly name: string | undefined;
  readonly prefix: string | undefined;
  readonly kind: KeyOwner['kind'];
  /** The integration that the key is bound to; for a user's token, the integration that the user comes from. */
  readonly integrationId: string | null;
  readonly administrator: {
    readonly id: string;
    readonly name: string;
    readonly role: string;
    readonly permissions: ReadonlySet<Permission>;
    readonly suspended: boolean;
    readonly apiKeyAllowed: boolean;
    /** True if this administrator must have a second factor. */
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
  /** How the session was authenticated (RFC 8176); empty for a key. */
  readonly authMethods: readonly string[];
  /** Permissions that an access token is limited to; null for all permissions of its key. */
  readonly scopes: ReadonlySet<Permission> | null;
  /** 0 for a key that no key created, 1 for a key created by a key of generation 0, and so on. */
  readonly generation: number;
  /** When the session began; null for a key. */
  readonly signedInAt: number | null;
  /** Why the key ended although it was neither revoked nor expired. `reason` is a clause about the key: 'it was created by …'. */
  readonly ended: { readonly ownerName: string | undefined; readonly reason: string } | null;
}
