import { AppError, quote } from '#base/errors.ts';
import type { Clock } from '#base/clock.ts';
import { hashApiKey, isMistypedKey, isWellFormedKey, tokenKind } from './api-key.ts';
import { isAllowedAddress } from './allowed-addresses.ts';
import type { KeyRecord } from './key-record.ts';
import { installationPermissions, permissions, permissionsOf, roleNames, type Permission } from './roles.ts';

/** Who sends a request: a credential resolves to exactly one organization. */
export interface Principal {
  /** The id of the key, or of the session. */
  readonly keyId: string;
  readonly credential: KeyRecord['credential'];
  readonly organizationId: string;
  /** The integration that the key is bound to; null for an administrator's key that is bound to none. */
  readonly integrationId: string | null;
  /** null for an integration token, which can do nothing but SCIM for its integration, and for a user's token. */
  readonly administrator: KeyRecord['administrator'];
  /** The user whose own token it is (RFC 7644 §3.11). */
  readonly user: { readonly id: string; readonly name: string } | null;
  /** RFC 8176, of a session; empty for a key. */
  readonly authMethods: readonly string[];
  /** What an access token was narrowed to; null where it may all that its owner may. */
  readonly scopes: ReadonlySet<Permission> | null;
  /** The addresses that it may come from; null for all. */
  readonly allowedIps: readonly string[] | null;
  /** Milliseconds since 1970; null for a key that was not used yet. */
  readonly lastUsedAt: number | null;
  /** Milliseconds since 1970; null for a key that never expires. */
  readonly expiresAt: number | null;
  /** When the session began; null for a key. */
  readonly signedInAt: number | null;
  /** How many keys created one another before this one: 0 for a key that no key created. */
  readonly generation: number;
}

/** A key that is known, but may no longer be used: the organization that it belonged to shall see the attempt. */
export class StaleKeyError extends AppError {
  readonly record: KeyRecord;

  constructor(code: 'keyExpired' | 'keyRevoked' | 'keyAddress' | 'userInactive', message: string, record: KeyRecord) {
    super(code, message);
    this.record = record;
  }
}

/** What is known about a key, by its hash. */
export type FindKey = (hash: string) => Promise<KeyRecord | undefined>;

export interface Presented {
  readonly key: string | undefined;
  /** Where the request comes from; undefined where nobody listens to addresses. */
  readonly clientIp?: string | undefined;
}

/**
 * Finds out who sends a request. Throws keyMissing, keyUnknown, keyExpired, keyRevoked or userInactive (401), and keyAddress (403).
 */
export async function authenticate(clock: Clock, findKey: FindKey, presented: Presented): Promise<Principal> {
  const { key, clientIp } = presented;
  if (key === undefined || key === '') {
    throw new AppError(
      'keyMissing',
      'The request has no key. Send one as "Authorization: Bearer KEY": for SCIM the Secret Token, which Entra ID has under Admin Credentials; for the REST API an API key (tanhua key create --administrator EMAIL) or the token of a sign-in.',
    );
  }
  // Mistyped keys cost no look into the database.
  const record = isMistypedKey(key) ? undefined : await findKey(hashApiKey(key));
  if (record === undefined) throw unknownKey(key);
  return principalOf(record, clock, clientIp);
}

/** Whom a key stands for. Throws keyExpired, keyRevoked or userInactive (401), and keyAddress (403). */
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

/** What is left of permissions for a token that was narrowed to some. */
export function narrowed(
  permitted: ReadonlySet<Permission>,
  scopes: ReadonlySet<Permission> | null,
): ReadonlySet<Permission> {
  return scopes === null ? permitted : permitted.intersection(scopes);
}

/** What a route asks of the one who calls it. */
export interface Access {
  /** Whether a user's own token is let in. */
  readonly openToUsers: boolean;
  readonly permission: Permission;
}

/** Throws roleForbidden (403) unless the principal has the permission, or is a user where users may be. */
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
  const whose =
    administrator === null
      ? 'is an integration token'
      : `belongs to an administrator with the role ${administrator.role}`;
  const orToken = permission === 'scim' ? ', or an integration token (tanhua key create --integration NAME)' : '';
  const what =
    permission === 'scim'
      ? 'may not provision'
      : `may not do this: it takes the permission ${permission} (${permissions[permission].replace(/\.$/, '')})`;
  throw new AppError(
    'roleForbidden',
    `The key ${whose}, which ${what}. Use a key of the role ${allowed.join(', ')}${orToken}.`,
    { attribute: 'role', value: administrator?.role ?? 'integration token' },
  );
}

function notGranted(administrator: Principal['administrator'], permission: Permission): AppError {
  return new AppError(
    'roleForbidden',
    `This takes ${permission}, a permission of the installation that no role has (${permissions[permission].replace(/\.$/, '')}). Whoever runs the installation grants it: tanhua admin set EMAIL --create-organizations on.`,
    { attribute: 'role', value: administrator?.role ?? 'integration token' },
  );
}

/** Throws keyAddress (403) when the key may not come from there. */
function refuseAddress(record: KeyRecord, clientIp: string | undefined): void {
  if (record.allowedIps === null || clientIp === undefined || isAllowedAddress(record.allowedIps, clientIp)) return;
  throw new StaleKeyError(
    'keyAddress',
    `The key may not be used from ${clientIp}. An administrator can change the addresses that it may come from.`,
    record,
  );
}

function requireOpenToUsers(userName: string, openToUsers: boolean): void {
  if (openToUsers) return;
  throw new AppError(
    'roleForbidden',
    `The token belongs to the user ${quote(userName)}, who may read /Me, change the password there by PUT or PATCH, and read /Schemas, /ResourceTypes and /ServiceProviderConfig. Provision with an integration token (tanhua key create --integration NAME).`,
    { attribute: 'role', value: 'user' },
  );
}

function refuseStale(record: KeyRecord, now: number): void {
  if (record.revokedAt !== null) {
    throw new StaleKeyError(
      'keyRevoked',
      `The key was revoked on ${isoDate(record.revokedAt)}. Enter a new Secret Token.`,
      record,
    );
  }
  if (record.ended !== null) {
    throw new StaleKeyError(
      'keyRevoked',
      `${record.ended.reason}. Enter another Secret Token: tanhua key create.`,
      record,
    );
  }
  if (record.expiresAt !== null && record.expiresAt <= now) {
    throw new StaleKeyError(
      'keyExpired',
      `The key expired on ${isoDate(record.expiresAt)}. Enter a new Secret Token.`,
      record,
    );
  }
  if (record.administrator?.suspended === true) {
    throw new StaleKeyError(
      'keyRevoked',
      record.credential === 'session'
        ? 'The administrator is suspended.'
        : `The key belongs to the administrator ${record.administrator.name}, who is suspended. Enter an integration token as Secret Token (tanhua key create), or let the administrator in again: tanhua admin set ${record.administrator.name} --suspended off.`,
      record,
    );
  }
  if (record.credential !== 'session' && record.administrator?.apiKeyAllowed === false) {
    throw new StaleKeyError(
      'keyRevoked',
      `The key belongs to the administrator ${record.administrator.name}, who may not have API keys any more. An Administrator With Billing can allow it again, or enter an integration token as Secret Token (tanhua key create).`,
      record,
    );
  }
  if (record.user !== null) refuseInactive(record.user, record);
}

function refuseInactive({ name, state, deleted }: NonNullable<KeyRecord['user']>, record: KeyRecord): void {
  if (state === 'ACTIVATED' && !deleted) return;
  const reason = deleted ? 'deleted' : state === 'STAGED' ? 'not activated yet' : 'suspended';
  throw new StaleKeyError(
    'userInactive',
    `The user ${quote(name)}, to whom the token belongs, is ${reason}. The token works again when the user is active.`,
    record,
  );
}

function unknownKey(key: string): AppError {
  const kind = tokenKind(key);
  if (kind !== undefined) {
    const next = kind === 'session' ? 'Sign in again' : 'Ask the token endpoint for another one';
    const what = kind === 'session' ? 'session' : 'access token';
    return new AppError('keyUnknown', `The ${what} is over, or was ended. ${next}.`);
  }
  const reason = isWellFormedKey(key)
    ? 'It has the form of one of our keys, but is not one of this directory: check the URL.'
    : 'It was cut or mistyped, or is not a key of this directory.';
  return new AppError(
    'keyUnknown',
    `The key is not known. ${reason} Copy the key or the Secret Token again, or create one: tanhua key create.`,
  );
}

function isoDate(timestamp: number): string {
  return new Date(timestamp).toISOString();
}
