import { AppError, quote } from '#base/errors.ts';
import { isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import type { Settings } from '#organizations/settings.ts';
import { attributeContract, read, write } from './attribute-contract.ts';
import type { StoredUser, UserState } from './stored.ts';
import { ADDRESS_EXTRAS, ownedFields, RELEASED } from './system-user.ts';
import {
  propertyNames,
  restrictableFields,
  type RestrictableField,
  type SystemUserBody,
} from './system-user-fields.ts';

/** The SCIM document with what a body of the original directory's API says; null and '' remove. */
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
    document = withValue(
      document,
      ['phoneNumbers'],
      phones.filter((phone) => phone['value'] !== undefined),
    );
  }
  if (body.addresses !== undefined) {
    const addresses = (body.addresses ?? []).map(({ type, streetAddress, locality, region, postalCode, country }) =>
      withoutEmpty({ type, streetAddress, locality, region, postalCode, country }),
    );
    document = withValue(document, ['addresses'], addresses);
  }
  return document;
}

/** What the directory keeps of a user besides the document, as a body changes it. */
export function withProperties(before: JsonObject, body: SystemUserBody): JsonObject {
  const after: Record<string, JsonValue> = { ...before };
  const sent: Readonly<Record<string, unknown>> = body;
  for (const name of propertyNames) {
    const value = sent[name];
    if (value === undefined) continue;
    if (value === null || value === '' || value === false) delete after[name];
    else after[name] = value as JsonValue;
  }
  if (body.addresses !== undefined) {
    const extras = (body.addresses ?? []).flatMap(({ type = '', poBox, extendedAddress }) => {
      const extra = withoutEmpty({ poBox, extendedAddress });
      return Object.keys(extra).length === 0 ? [] : [[type, extra] as const];
    });
    delete after[ADDRESS_EXTRAS];
    if (extras.length > 0) after[ADDRESS_EXTRAS] = Object.fromEntries(extras);
  }
  return after;
}

/** The fields of a body that differ from what the user has. */
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
    // A username that was derived from an address is no change of the userName.
    if (field === 'username' && body.username === before.username) return false;
    if (field === 'email' && body.email?.toLowerCase() === before.email) return false;
    if (!Object.hasOwn(body, field)) return false;
    const path = paths[field] ?? [];
    return JSON.stringify(read(before.document, path)) !== JSON.stringify(read(after, path));
  });
}

/**
 * Checks that a body changes nothing that the integration of the user owns, after what it releases itself. Returns the
 * fields that are released from then on, those included that were set here first: what is entered by hand stays so.
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
    const kept = new Set<string>((body.restrictedFields ?? []).map(({ field }) => field));
    for (const field of owned) if (!kept.has(field)) released.add(field);
    for (const field of kept) released.delete(field);
  }
  if (body.externally_managed === false) released.add('password');
  const changed = changedFields(before, body);
  const refused = changed.find((field) => owned.includes(field) && !released.has(field));
  if (refused !== undefined) {
    throw new AppError(
      refused === 'password' ? 'passwordManaged' : 'fieldOwned',
      `${refused} of ${quote(before.username)} belongs to the integration ${quote(ownerName)}, and is changed there. To change it here, release it first: PUT restrictedFields without it.`,
      { attribute: refused },
    );
  }
  for (const field of changed) released.add(field);
  return [...released].toSorted();
}

/** The state that a body asks for; undefined when it asks for none. Throws stateTransition (400). */
export function wantedState(before: UserState | undefined, body: SystemUserBody): UserState | undefined {
  const { state, suspended } = body;
  if ((state === 'SUSPENDED' && suspended === false) || (state === 'ACTIVATED' && suspended === true)) {
    throw new AppError(
      'stateTransition',
      `state ${state} and suspended ${String(suspended)} contradict each other: send one of them.`,
      { attribute: 'state', value: state },
    );
  }
  if (state === 'STAGED' && before !== undefined && before !== 'STAGED') {
    throw new AppError('stateTransition', `A user that is ${before} cannot be STAGED again. Suspend it instead.`, {
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

/** The primary e-mail, or the one that counts as it, gets another value; the others stay. */
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

function withoutEmpty(object: Readonly<Record<string, string | undefined>>): JsonObject {
  return Object.fromEntries(
    Object.entries(object).flatMap(([name, value]) => (value === undefined || value === '' ? [] : [[name, value]])),
  );
}
