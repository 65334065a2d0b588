import { createHash } from 'node:crypto';
import { DAY_MS } from '#base/clock.ts';
import { isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import type { Settings } from '#organizations/settings.ts';
import { read, toProperties } from './attribute-contract.ts';
import { isActive, type StoredUser } from './stored.ts';
import { flagNames, propertyNames, restrictableFields, type RestrictableField } from './system-user-fields.ts';
import type { UserSecurity } from './user-security-store.ts';

export type PasswordStatus = 'Password Pending' | 'Active' | 'Expired' | 'Locked' | 'Managed by the source';

/** The data that `systemUser` needs in addition to the stored user. */
export interface SystemUserContext {
  readonly settings: Settings;
  readonly now: Date;
  readonly security: UserSecurity | undefined;
  readonly sshKeys: readonly {
    readonly id: string;
    readonly name: string;
    readonly publicKey: string;
    readonly createdAt: Date;
  }[];
}

/** The property that lists the released fields: those that administrators can change although an integration owns the resource. */
export const RELEASED = 'releasedFields';

/** True if the identity source of a user manages the password, so that the directory neither sets nor changes it. */
export function isPasswordManaged(user: StoredUser, settings: Pick<Settings, 'externalPasswordAuthority'>): boolean {
  return (
    user.integrationId !== null &&
    settings.externalPasswordAuthority === 'scim' &&
    !releasedFields(user).includes('password')
  );
}

export function passwordStatus(user: StoredUser, settings: Settings): PasswordStatus {
  if (isPasswordManaged(user, settings)) return 'Managed by the source';
  if (user.passwordPending) return 'Password Pending';
  if (user.accountLocked) return 'Locked';
  return user.passwordExpired ? 'Expired' : 'Active';
}

function releasedFields(user: StoredUser): readonly JsonValue[] {
  const released = user.properties[RELEASED];
  return Array.isArray(released) ? released : [];
}

/** Returns the fields that the user's integration owns: the fields that have a value and are not released. */
export function ownedFields(user: StoredUser, settings: Settings): readonly RestrictableField[] {
  if (user.integrationId === null) return [];
  const released = releasedFields(user);
  const values: Readonly<Record<string, unknown>> = {
    ...toProperties(user.document),
    username: user.userName,
    email: user.email ?? undefined,
    addresses: read(user.document, ['addresses']),
    phoneNumbers: read(user.document, ['phoneNumbers']),
    password: isPasswordManaged(user, settings) ? true : undefined,
  };
  return restrictableFields.filter((field) => values[field] !== undefined && !released.includes(field));
}

/** Returns a user in the format of the legacy directory's API, plus fields of this directory such as `passwordStatus`. */
export function systemUser(user: StoredUser, context: SystemUserContext): JsonObject {
  const { settings, security, now } = context;
  const own = Object.fromEntries(
    propertyNames.flatMap((name) => {
      const value = user.properties[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
  return {
    _id: user.id,
    id: user.id,
    organization: user.organizationId,
    username: user.username,
    email: user.email ?? '',
    ...Object.fromEntries(flagNames.map((name) => [name, false])),
    ...own,
    ...toProperties(user.document),
    addresses: addressesOf(user),
    phoneNumbers: phoneNumbersOf(user),
    attributes: own['attributes'] ?? [],
    relationships: own['relationships'] ?? [],
    state: user.state,
    suspended: user.state === 'SUSPENDED',
    activated: !user.passwordPending,
    active: isActive(user),
    account_locked: user.accountLocked,
    account_locked_date: isoOrNull(security?.locked_at),
    badLoginAttempts: security?.bad_login_attempts ?? 0,
    password_expired: user.passwordExpired,
    password_date: isoOrNull(security?.password_changed_at),
    password_expiration_date: expirationOf(user, settings, security),
    passwordStatus: passwordStatus(user, settings),
    externally_managed: isPasswordManaged(user, settings),
    restrictedFields: ownedFields(user, settings).map((field) => ({
      field,
      id: user.integrationId ?? '',
      type: 'scim',
    })),
    totp_enabled: isEnrolled(security),
    mfa: mfaOf(security, now),
    mfaEnrollment: enrollmentOf(security),
    ssh_keys: context.sshKeys.map(sshKey),
    ...(user.adoptionUnconfirmed && { adoptionUnconfirmed: true }),
    creationSource: user.creationSource,
    created: user.createdAt.toISOString(),
    lastModified: user.modifiedAt.toISOString(),
  };
}

export function sshKey(key: SystemUserContext['sshKeys'][number]): JsonObject {
  return { _id: key.id, name: key.name, public_key: key.publicKey, create_date: key.createdAt.toISOString() };
}

function isEnrolled(security: UserSecurity | undefined): boolean {
  return security?.totp_enrolled_at !== null && security !== undefined;
}

function mfaOf(security: UserSecurity | undefined, now: Date): JsonObject {
  const until = security?.mfa_exclusion_until ?? null;
  const exclusion = until !== null && until > now.getTime();
  return {
    configured: isEnrolled(security),
    exclusion,
    ...(exclusion && { exclusionUntil: new Date(until).toISOString() }),
  };
}

function enrollmentOf(security: UserSecurity | undefined): JsonObject {
  const status = isEnrolled(security)
    ? 'ENROLLED'
    : security !== undefined && security.pending_totp_secret !== null
      ? 'IN_ENROLLMENT'
      : 'NOT_ENROLLED';
  return {
    overallStatus: status,
    totpStatus: status,
    webAuthnStatus: 'NOT_ENROLLED',
    pushStatus: 'NOT_ENROLLED',
    jcGoStatus: 'NOT_ENROLLED',
  };
}

/** Returns the time at which the password expires; null if it never expires, or if the user has no password. */
function expirationOf(user: StoredUser, settings: Settings, security: UserSecurity | undefined): string | null {
  const set = security?.password_changed_at ?? null;
  if (settings.passwordExpirationDays === 0 || set === null || user.properties['password_never_expires'] === true) {
    return null;
  }
  return new Date(set + settings.passwordExpirationDays * DAY_MS).toISOString();
}

function isoOrNull(timestamp: number | null | undefined): string | null {
  return timestamp === null || timestamp === undefined ? null : new Date(timestamp).toISOString();
}

/** The parts of an address that have the same names in SCIM and in the legacy directory. */
export const addressParts = ['streetAddress', 'locality', 'region', 'postalCode', 'country'] as const;

/** The property that contains the parts of addresses that SCIM does not define, by the type of the address. */
export const ADDRESS_EXTRAS = 'addressExtras';

function addressesOf(user: StoredUser): JsonValue[] {
  const extras = user.properties[ADDRESS_EXTRAS];
  return elements(user.document, 'addresses').map((address, index) => {
    const type = typeof address['type'] === 'string' ? address['type'] : '';
    const extra = isObject(extras) && isObject(extras[type]) ? extras[type] : {};
    const parts = Object.fromEntries(
      addressParts.flatMap((name) => (address[name] === undefined ? [] : [[name, address[name]]])),
    );
    return { id: elementId(user, 'addresses', index), type, ...parts, ...extra };
  });
}

function phoneNumbersOf(user: StoredUser): JsonValue[] {
  return elements(user.document, 'phoneNumbers').map((phone, index) => ({
    id: elementId(user, 'phoneNumbers', index),
    type: phone['type'] ?? '',
    number: phone['value'] ?? '',
  }));
}

function elements(document: JsonObject, name: string): readonly JsonObject[] {
  const value = read(document, [name]);
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** Generates a stable id for an element of a list. Clients expect an id, but the stored elements have none. */
function elementId({ id }: StoredUser, list: string, index: number): string {
  return createHash('sha256').update(`${id}\0${list}\0${index}`).digest('hex').slice(0, 24);
}
