import { AppError } from '#base/errors.ts';
import type { Clock } from '#base/clock.ts';
import { refusal } from '#base/reasons/refusal.ts';
import { hashApiKey, isMistypedKey, isWellFormedKey, tokenKind } from './api-key.ts';
import { isAllowedAddress } from './allowed-addresses.ts';
import type { KeyRecord } from './key-record.ts';
import { installationPermissions, permissions, permissionsOf, roleNames, type Permission } from './roles.ts';

/** The authenticated sender of a request. A credential belongs to exactly one organization. */
export interface Principal {
  /** The id of the key or of the session. For an access token, the id of the key that it was issued for. */
  readonly keyId: string;
  readonly credential: KeyRecord['credential'];
  readonly organizationId: string;
  /** The integration that the key is bound to; null for an administrator's key without one. */
  readonly integrationId: string | null;
  /** Null for an integration token, which allows only SCIM for its integration, and for the token or session of a user. */
  readonly administrator: KeyRecord['administrator'];
  /** The user whose token (RFC 7644 §3.11) or session the request uses; null for any other credential. */
  readonly user: { readonly id: string; readonly name: string } | null;
  /** How the session was authenticated (RFC 8176); empty for a key. */
  readonly authMethods: readonly string[];
  /** Permissions that an access token is limited to; null if it has all permissions of its owner. */
  readonly scopes: ReadonlySet<Permission> | null;
  /** Addresses and networks that the credential may be used from; null for all. */
  readonly allowedIps: readonly string[] | null;
  /** Milliseconds since 1970; null for a key that was not used yet. */
  readonly lastUsedAt: number | null;
  /** Milliseconds since 1970; null for a key that never expires. */
  readonly expiresAt: number | null;
  /** When the session began; null for a key. */
  readonly signedInAt: number | null;
  /** The position of the key in a chain of keys that created one another: 0 for a key that was not created with another key. */
  readonly generation: number;
}

/** The error for a known key that may not be used. The organization of `record` gets an event about the attempt. */
export class StaleKeyError extends AppError {
  readonly record: KeyRecord;

  constructor(record: KeyRecord, { code, message, reason }: AppError) {
    super(code, message, { reason });
    this.record = record;
  }
}

/** Looks up a key, a session token or an access token by its hash; undefined if it is unknown. */
export type FindKey = (hash: string) => Promise<KeyRecord | undefined>;

/** The credential that a request presents. */
export interface PresentedCredential {
  readonly key: string | undefined;
  /** The address that the request comes from; undefined if addresses are not checked. */
  readonly clientIp?: string | undefined;
  /** Why the Authorization header contains no key; undefined if the header is missing or contains a key. */
  readonly unusable?: UnusableHeader | undefined;
}

/** What an Authorization header contains instead of a bearer token; never the credential itself. */
export type UnusableHeader =
  | { readonly kind: 'keyWithoutBearer' | 'keyMalformed' }
  | { readonly kind: 'scheme'; readonly scheme: string };

/**
 * Identifies the sender of a request. Throws `keyMissing`, `keyUnknown`, `keyExpired`, `keyRevoked` or `userInactive` (401), and
 * `keyAddress` (403).
 *
 * @example await authenticate(clock, (hash) => findKeyByHash(database, hash), { key: 'tnh_…', clientIp: '192.0.2.1' });
 */
export async function authenticate(clock: Clock, findKey: FindKey, presented: PresentedCredential): Promise<Principal> {
  const { key, clientIp } = presented;
  if (key === undefined || key === '') {
    throw missingKey(presented.unusable);
  }
  // A mistyped key is refused without a database query.
  const record = isMistypedKey(key) ? undefined : await findKey(hashApiKey(key));
  if (record === undefined) throw unknownKey(key);
  return principalOf(record, clock, clientIp);
}

function missingKey(unusable: UnusableHeader | undefined): AppError {
  if (unusable === undefined) return refusal('keyMissing', {});
  if (unusable.kind === 'scheme') return refusal('schemeUnsupported', { scheme: unusable.scheme });
  return refusal(unusable.kind, {});
}

/** Returns the principal of a key. Throws `keyExpired`, `keyRevoked` or `userInactive` (401), and `keyAddress` (403). */
export function principalOf(record: KeyRecord, clock: Clock, clientIp: string | undefined): Principal {
  refuseStale(record, clock.now().getTime());
  refuseAddress(record, clientIp);
  return {
    keyId: record.id,
    credential: record.credential,
    organizationId: record.organizationId,
    integrationId: record.integrationId,
    administrator: record.administrator && {
      ...record.administrator,
      permissions: narrowed(record.administrator.permissions, record.scopes),
    },
    user: record.user,
    authMethods: record.authMethods,
    scopes: record.scopes,
    allowedIps: record.allowedIps,
    lastUsedAt: record.lastUsedAt,
    expiresAt: record.expiresAt,
    signedInAt: record.signedInAt,
    generation: record.generation,
  };
}

/** Returns the permissions that are also among the scopes of a token; all permissions if the token has no scopes. */
export function narrowed(
  permitted: ReadonlySet<Permission>,
  scopes: ReadonlySet<Permission> | null,
): ReadonlySet<Permission> {
  return scopes === null ? permitted : permitted.intersection(scopes);
}

/** What a route requires of its caller. */
export interface Access {
  /** True if users may call the route with their own token. */
  readonly openToUsers: boolean;
  readonly permission: Permission;
}

/** Throws `roleForbidden` (403) unless the principal has the permission, or is a user and the route is open to users. */
export function requireAccess(principal: Principal, { openToUsers, permission }: Access): void {
  if (principal.user !== null) {
    requireOpenToUsers(principal.user.name, openToUsers);
    return;
  }
  const { administrator } = principal;
  // An integration token can do nothing but SCIM.
  if (administrator === null ? permission === 'scim' : administrator.permissions.has(permission)) return;
  if (installationPermissions.includes(permission)) throw notGranted(administrator, permission);
  const allowed = roleNames.filter((name) => permissionsOf(name).has(permission));
  throw refusal(
    'roleInsufficient',
    { role: administrator?.role, permission, meaning: meaningOf(permission), roles: allowed },
    { attribute: 'role', value: administrator?.role ?? 'integration token' },
  );
}

/** Returns what a permission allows, without the final period. */
function meaningOf(permission: Permission): string {
  return permissions[permission].replace(/\.$/, '');
}

function notGranted(administrator: Principal['administrator'], permission: Permission): AppError {
  return refusal(
    'permissionNotGranted',
    { permission, meaning: meaningOf(permission) },
    { attribute: 'role', value: administrator?.role ?? 'integration token' },
  );
}

/** Throws `keyAddress` (403) if the key may not be used from an address. */
function refuseAddress(record: KeyRecord, clientIp: string | undefined): void {
  if (record.allowedIps === null || clientIp === undefined || isAllowedAddress(record.allowedIps, clientIp)) return;
  throw new StaleKeyError(record, refusal('keyAddress', { ...namesOf(record), clientIp }));
}

function requireOpenToUsers(userName: string, openToUsers: boolean): void {
  if (openToUsers) return;
  throw refusal('userTokenForbidden', { user: userName }, { attribute: 'role', value: 'user' });
}

function refuseStale(record: KeyRecord, now: number): void {
  const error = staleness(record, now);
  if (error !== undefined) throw new StaleKeyError(record, error);
}

function staleness(record: KeyRecord, now: number): AppError | undefined {
  const { revokedAt, ended, expiresAt, administrator, user } = record;
  const names = namesOf(record);
  const isSession = record.credential === 'session';
  if (revokedAt !== null) return refusal('keyRevoked', { ...names, at: isoDate(revokedAt) });
  if (ended !== null) return refusal('keyEnded', { ...names, cause: ended.reason });
  if (expiresAt !== null && expiresAt <= now) {
    return refusal('keyExpired', { ...names, isSession, at: isoDate(expiresAt) });
  }
  if (administrator?.suspended === true) {
    return refusal('keyOwnerSuspended', { ...names, isSession, owner: administrator.name });
  }
  if (!isSession && administrator?.apiKeyAllowed === false) {
    return refusal('keysForbidden', { ...names, owner: administrator.name });
  }
  return user === null ? undefined : inactivity(user);
}

function inactivity({ name, state, deleted }: NonNullable<KeyRecord['user']>): AppError | undefined {
  if (state === 'ACTIVATED' && !deleted) return undefined;
  const shown = deleted ? 'deleted' : state === 'STAGED' ? 'not activated yet' : 'suspended';
  return refusal('keyUserInactive', { user: name, state: shown });
}

/** Returns the name and the first characters of a key, by which its owner recognizes it. */
function namesOf({ name, prefix }: KeyRecord): { name: string | undefined; prefix: string | undefined } {
  return { name, prefix };
}

function unknownKey(key: string): AppError {
  const kind = tokenKind(key);
  if (kind !== undefined) return refusal('sessionEnded', { what: kind === 'session' ? 'session' : 'access token' });
  return refusal(isWellFormedKey(key) ? 'keyOfAnother' : 'keyMistyped', {});
}

function isoDate(timestamp: number): string {
  return new Date(timestamp).toISOString();
}
