import { isDeepStrictEqual } from 'node:util';
import { refusal } from '#base/reasons/refusal.ts';
import { isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import { TranslatedError } from '#base/translated-error.ts';
import type { Settings } from '#organizations/settings.ts';
import { attributeContract, read, write } from './attribute-contract.ts';
import type { StoredUser, UserState } from './stored.ts';
import { ADDRESS_EXTRAS, addressParts, ownedFields, RELEASED } from './system-user.ts';
import {
  propertyNames,
  restrictableFields,
  type RestrictableField,
  type SystemUserBody,
} from './system-user-fields.ts';

/**
 * Returns the fields of a body that differ from `shown`, the user as the API returned it. If a client sends back what it read with
 * one changed field, only that field changes: concurrent changes of other fields stay, and so do SCIM values that this API does not
 * show.
 */
export function withoutUnchanged(body: SystemUserBody, shown: JsonObject): SystemUserBody {
  const changed = Object.entries(body).filter(
    ([name, value]) => value !== undefined && !isDeepStrictEqual(comparable(value), comparable(shown[name])),
  );
  return Object.fromEntries(changed);
}

/** Returns a value for comparison, without empty parts and without the ids that the API generates for elements. */
function comparable(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.map(comparable);
  if (!isObject(value)) return value === null || value === '' ? undefined : value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]) => {
      const one = comparable(inner);
      return name === 'id' || one === undefined ? [] : [[name, one]];
    }),
  );
}

/**
 * Applies a request body of the legacy directory's API to a SCIM document, and returns the result. null and '' remove a value.
 *
 * @example
 * withSystemUser({ userName: 'ann' }, { jobTitle: 'Lead' }); // { userName: 'ann', title: 'Lead' }
 */
export function withSystemUser(before: JsonObject, body: SystemUserBody): JsonObject {
  let document = before;
  const sent: Readonly<Record<string, unknown>> = body;
  for (const { property, scim } of attributeContract) {
    if (sent[property] !== undefined) document = withValue(document, scim, sent[property]);
  }
  if (body.username !== undefined) document = write(document, ['userName'], body.username);
  if (body.email !== undefined) document = withEmail(document, body.email);
  if (body.phoneNumbers !== undefined) {
    const phones = (body.phoneNumbers ?? []).map(({ number, type }) => withoutEmpty({ value: number, type }));
    const numbered = phones.filter((phone) => phone['value'] !== undefined);
    document = withValue(document, ['phoneNumbers'], keepKnown(document, 'phoneNumbers', numbered, ['value', 'type']));
  }
  if (body.addresses !== undefined) {
    const addresses = (body.addresses ?? []).map(({ type, streetAddress, locality, region, postalCode, country }) =>
      withoutEmpty({ type, streetAddress, locality, region, postalCode, country }),
    );
    document = withValue(
      document,
      ['addresses'],
      keepKnown(document, 'addresses', addresses, ['type', ...addressParts]),
    );
  }
  return document;
}

/** Replaces each element with the stored element that looks the same in this API but may have more parts, which only SCIM shows. */
function keepKnown(
  document: JsonObject,
  list: string,
  elements: readonly JsonObject[],
  shown: readonly string[],
): readonly JsonObject[] {
  const before = read(document, [list]);
  const known = Array.isArray(before) ? before.filter(isObject) : [];
  return elements.map((element) => known.find((one) => shown.every((name) => one[name] === element[name])) ?? element);
}

/** Applies a body to the properties that have no SCIM attribute, and returns the result. null, '', and false remove a property. */
export function withProperties(before: JsonObject, body: SystemUserBody): JsonObject {
  const after: Record<string, JsonValue> = { ...before };
  const sent: Readonly<Record<string, unknown>> = body;
  for (const name of propertyNames) {
    const value = sent[name];
    if (value === undefined) continue;
    if (value === null || value === '' || value === false || isEmptyObject(value)) delete after[name];
    else after[name] = value as JsonValue;
  }
  if (body.addresses !== undefined) {
    const extras = (body.addresses ?? []).flatMap(({ type, poBox, extendedAddress }) => {
      const extra = withoutEmpty({ poBox, extendedAddress });
      return Object.keys(extra).length === 0 ? [] : [[type ?? '', extra] as const];
    });
    delete after[ADDRESS_EXTRAS];
    if (extras.length > 0) after[ADDRESS_EXTRAS] = Object.fromEntries(extras);
  }
  return after;
}

function isEmptyObject(value: unknown): boolean {
  return isObject(value) && Object.values(value).every((inner) => inner === undefined || inner === '');
}

/** Of the fields that an integration can own, returns those that a body would change. */
function changedFields(before: StoredUser, body: SystemUserBody): readonly RestrictableField[] {
  const after = withSystemUser(before.document, body);
  const paths: Readonly<Record<string, readonly string[]>> = {
    ...Object.fromEntries(attributeContract.map(({ property, scim }) => [property, scim])),
    username: ['userName'],
    email: ['emails'],
    addresses: ['addresses'],
    phoneNumbers: ['phoneNumbers'],
  };
  return restrictableFields.filter((field) => {
    if (field === 'password') return body.password !== undefined;
    if (field === 'email' && body.email?.toLowerCase() === before.email) return false;
    const path = paths[field] ?? [];
    return JSON.stringify(read(before.document, path)) !== JSON.stringify(read(after, path));
  });
}

/**
 * Throws `fieldOwned` or `passwordManaged` (403) if a body changes a field that the integration owns, unless this body or an earlier
 * one releases the field. Returns the names of all fields that are released after the change. They include fields that this body
 * sets, so that the integration does not overwrite values that an administrator entered.
 */
export function requireReleased(
  before: StoredUser,
  body: SystemUserBody,
  settings: Settings,
  ownerName: string,
): readonly string[] {
  if (before.integrationId === null) return [];
  const already = before.properties[RELEASED];
  const released = new Set(Array.isArray(already) ? already.map(String) : []);
  const owned = ownedFields(before, settings);
  if (body.restrictedFields !== undefined) {
    const kept = new Set<string>(body.restrictedFields.map(({ field }) => field));
    for (const field of owned) if (!kept.has(field)) released.add(field);
    for (const field of kept) released.delete(field);
  }
  if (body.externally_managed === false) released.add('password');
  if (body.externally_managed === true) released.delete('password');
  const changed = changedFields(before, body);
  const refused = changed.find((field) => owned.includes(field) && !released.has(field));
  if (refused !== undefined) {
    const [name, owner] = [before.username, ownerName];
    throw refused === 'password'
      ? refusal('passwordManaged', { name, owner }, { attribute: refused })
      : refusal('fieldOwned', { kind: 'user', field: refused, name, owner }, { attribute: refused });
  }
  for (const field of changed) if (field !== 'password') released.add(field);
  return [...released].toSorted();
}

/** Throws `stateTransition` (400) if `state` and `suspended` contradict each other. */
export function requireConsistentState({ state, suspended }: SystemUserBody): void {
  if (state !== undefined && suspended !== undefined && (state === 'SUSPENDED') !== suspended) {
    throw new TranslatedError(
      'stateTransition',
      ({ admin }) => admin.users.statesContradict(state, String(suspended)),
      { attribute: 'state', value: state },
    );
  }
}

/**
 * Returns the state that a body requests; undefined if the body requests no state. `before` is undefined for a new user. Throws
 * `stateTransition` (400) if the user cannot get this state.
 */
export function requestedState(before: UserState | undefined, body: SystemUserBody): UserState | undefined {
  const { state, suspended } = body;
  if (state === 'STAGED' && before !== undefined && before !== 'STAGED') {
    throw new TranslatedError('stateTransition', ({ admin }) => admin.users.notStagedAgain(before), {
      attribute: 'state',
      value: state,
    });
  }
  if (state !== undefined) return state;
  if (suspended === true) return 'SUSPENDED';
  return suspended === false && before === 'SUSPENDED' ? 'ACTIVATED' : undefined;
}

function withValue(document: JsonObject, path: readonly string[], value: unknown): JsonObject {
  const isEmpty = value === null || value === '' || (Array.isArray(value) && value.length === 0);
  return isEmpty ? without(document, path) : write(document, path, value as JsonValue);
}

function without(document: JsonObject, [name = '', ...rest]: readonly string[]): JsonObject {
  const { [name]: inner, ...others } = document;
  if (rest.length === 0 || !isObject(inner)) return rest.length === 0 ? others : document;
  const smaller = without(inner, rest);
  return Object.keys(smaller).length === 0 ? others : { ...document, [name]: smaller };
}

/** Replaces the email address that `primaryEmail` selects; the other email addresses stay. */
function withEmail(document: JsonObject, email: string): JsonObject {
  const value = email.toLowerCase();
  const before = read(document, ['emails']);
  const emails: JsonObject[] = Array.isArray(before) ? before.filter(isObject) : [];
  if (emails.length === 0) return write(document, ['emails'], [{ value, type: 'work', primary: true }]);
  const chosen =
    emails.find((one) => one['primary'] === true) ?? emails.find((one) => one['type'] === 'work') ?? emails[0];
  const changed = emails.map((one) => (one === chosen ? { ...one, value } : one));
  return write(document, ['emails'], changed);
}

function withoutEmpty(object: Readonly<Record<string, string | null | undefined>>): JsonObject {
  return Object.fromEntries(
    Object.entries(object).flatMap(([name, value]) => ((value ?? '') === '' ? [] : [[name, value ?? '']])),
  );
}
