import { AppError, quote } from '#base/errors.ts';
import type { JsonObject, JsonValue } from '#base/json.ts';
import { suggestion } from '#base/suggestion.ts';
import {
  sourceAttribute,
  sourceGroupAttributes,
  sourceUserAttributes,
  UPN_LENGTH_MAX,
  UPN_LOCAL_LENGTH_MAX,
  VALUES_MAX,
  type SourceAttribute,
} from './source-attributes.ts';
import type { ObjectType } from './source-object.ts';

/** The values that a caller sets, by the name of the attribute in Entra ID or Graph; null removes a value. */
export type GivenValues = JsonObject;

/** Checked values, by their names in Entra ID. `own` has the given values that are stored in separate properties of an object. */
export interface CheckedValues {
  readonly attributes: Readonly<Record<string, JsonValue>>;
  readonly own: {
    readonly objectId?: string;
    readonly accountEnabled?: boolean;
    readonly manager?: string | null;
    readonly membershipRule?: string | null;
  };
}

/**
 * Checks the name, type and length of each value. Throws `unknownAttribute`, `mutability`, `required`, `invalidType`, `invalidValue`,
 * `valueTooLong` and `tooManyValues`. The message names the attribute, the value and the values that are allowed.
 *
 * @example
 * checkValues('User', { officeLocation: 'Lund', accountEnabled: 'true' });
 * // { attributes: { physicalDeliveryOfficeName: 'Lund' }, own: { accountEnabled: true } }
 */
export function checkValues(type: ObjectType, given: GivenValues): CheckedValues {
  const attributes: Record<string, JsonValue> = {};
  const own: Record<string, JsonValue> = {};
  for (const [name, value] of Object.entries(given)) {
    const attribute = sourceAttribute(type, name);
    if (attribute === undefined) throw unknown(type, name);
    if (attribute.place === 'computed' || attribute.name === 'members') {
      const how = attribute.name === 'members' ? 'members are added and removed individually' : 'it is computed';
      throw new AppError('mutability', `${attribute.name} cannot be set: ${how}.`, { attribute: attribute.name });
    }
    (attribute.place === 'own' ? own : attributes)[attribute.name] = checkValue(attribute, value);
  }
  return { attributes, own };
}

function unknown(type: ObjectType, name: string): AppError {
  const known = (type === 'User' ? sourceUserAttributes : sourceGroupAttributes).flatMap(({ name, graphName }) =>
    graphName === null ? [name] : [name, graphName],
  );
  const near = suggestion(name, known);
  const hint =
    near === undefined
      ? ` The attributes are: ${[...new Set(known)].filter((one) => !one.includes('.')).join(', ')}.`
      : ` Did you mean ${near}?`;
  const kind = type === 'User' ? 'users' : 'groups';
  return new AppError('unknownAttribute', `${quote(name)} is not an attribute of ${kind}.${hint}`, { attribute: name });
}

/** Checks a value. Treats an empty string and an empty list like null, because Entra ID does not store empty values. */
function checkValue(attribute: SourceAttribute, value: JsonValue): JsonValue {
  if (value === null || value === '') return checkRemoval(attribute);
  const { name } = attribute;
  if (attribute.multivalued) {
    const values = Array.isArray(value) ? (value as readonly JsonValue[]) : [value];
    if (values.length === 0) return checkRemoval(attribute);
    if (values.length > VALUES_MAX) {
      const message = `${name} has ${values.length} values: at most ${VALUES_MAX} are allowed.`;
      throw new AppError('tooManyValues', message, { attribute: name });
    }
    return values.map((one) => checkSingle(attribute, one));
  }
  // In Graph, businessPhones is a list with at most one value. In Entra ID, it is a single value.
  if (Array.isArray(value) && value.length <= 1) {
    const [only] = value as readonly JsonValue[];
    return only === undefined ? checkRemoval(attribute) : checkSingle(attribute, only);
  }
  return checkSingle(attribute, value);
}

const neverEmpty: ReadonlySet<string> = new Set(['objectId', 'accountEnabled', 'userPrincipalName', 'displayName']);

function checkRemoval({ name }: SourceAttribute): null {
  if (!neverEmpty.has(name)) return null;
  throw new AppError('required', `${name} is required: it cannot be removed.`, { attribute: name });
}

function checkSingle(attribute: SourceAttribute, value: JsonValue): JsonValue {
  const { name, type } = attribute;
  if (type === 'Boolean') return checkFlag(name, value);
  if (typeof value !== 'string') {
    const expected = type === 'DateTime' ? 'a date such as 2026-01-31T00:00:00Z' : 'a string';
    const several = Array.isArray(value) ? ', not a list' : '';
    throw new AppError('invalidType', `${name} is ${quote(value)}: it must be ${expected}${several}.`, {
      attribute: name,
      value,
    });
  }
  if (type === 'DateTime') return checkDate(name, value);
  if (name === 'objectId' || type === 'Reference') return checkGuid(name, value);
  if (name === 'usageLocation') return checkCountryCode(value);
  if (Array.from(value).length > attribute.lengthMax) {
    throw new AppError(
      'valueTooLong',
      `${name} has ${Array.from(value).length} characters: at most ${attribute.lengthMax} are allowed. The value begins with ${quote(value)}.`,
      { attribute: name },
    );
  }
  if (name === 'userPrincipalName') checkUpn(value);
  return name === 'userType' ? checkUserType(value) : value;
}

function checkFlag(name: string, value: JsonValue): boolean {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'string' && /^(true|false)$/i.test(value)) return value.toLowerCase() === 'true';
  throw new AppError('invalidType', `${name} is ${quote(value)}: it must be true or false.`, {
    attribute: name,
    value,
  });
}

function checkDate(name: string, value: string): string {
  const time = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,7})?)?(Z|[+-]\d\d:\d\d))?$/.test(value)
    ? Date.parse(value)
    : Number.NaN;
  if (!Number.isNaN(time)) return `${new Date(time).toISOString().slice(0, 19)}Z`;
  throw new AppError(
    'invalidValue',
    `${name} is ${quote(value)}: it must be a date such as 2026-01-31 or 2026-01-31T00:00:00Z.`,
    { attribute: name, value },
  );
}

const guid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** True if a text has the format of an objectId. */
export function isGuid(text: string): boolean {
  return guid.test(text);
}

function checkGuid(name: string, value: string): string {
  if (isGuid(value)) return value.toLowerCase();
  throw new AppError(
    'invalidValue',
    `${name} is ${quote(value)}: it must be an objectId such as 3f2504e0-4f89-41d3-9a0c-0305e82c3301.`,
    { attribute: name, value },
  );
}

/** The characters that Entra ID allows before the @ of a userPrincipalName. Those of guests contain #. */
const upnLocal = /^[A-Za-z0-9'._!#^~+-]+$/;
const upnDomain = /^([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$/;

/** Throws `invalidValue` unless the text has the format of a userPrincipalName: alias@domain, in ASCII. */
function checkUpn(value: string): void {
  const at = value.lastIndexOf('@');
  const local = value.slice(0, Math.max(at, 0));
  const reason =
    at < 1 || value.indexOf('@') !== at
      ? 'it must be an alias, one @ and a domain'
      : !upnLocal.test(local) || local.startsWith('.') || local.endsWith('.')
        ? "before the @ it may have letters without accents, digits and ' . _ - ! # ^ ~ +, and no dot at its ends"
        : // A guest's alias may be longer, because it contains the address that was invited.
          local.length > UPN_LOCAL_LENGTH_MAX && !isGuestUpn(value)
          ? `it may have at most ${UPN_LOCAL_LENGTH_MAX} characters before the @, and ${UPN_LENGTH_MAX} in all`
          : upnDomain.test(value.slice(at + 1))
            ? undefined
            : 'after the @ it must have a domain such as contoso.example';
  if (reason === undefined) return;
  throw new AppError('invalidValue', `userPrincipalName is ${quote(value)}: ${reason}.`, {
    attribute: 'userPrincipalName',
    value,
  });
}

/** True for the userPrincipalName of a guest, such as alias_home.example#EXT#@tenant.example. */
export function isGuestUpn(upn: string): boolean {
  return /#EXT#@/i.test(upn);
}

function checkCountryCode(value: string): string {
  if (/^[A-Za-z]{2}$/.test(value)) return value.toUpperCase();
  throw new AppError('invalidValue', `usageLocation is ${quote(value)}: it must be two letters such as SE.`, {
    attribute: 'usageLocation',
    value,
  });
}

function checkUserType(value: string): string {
  const known = ['Member', 'Guest'].find((type) => type.toLowerCase() === value.toLowerCase());
  if (known !== undefined) return known;
  throw new AppError('invalidValue', `userType is ${quote(value)}: it must be "Member" or "Guest".`, {
    attribute: 'userType',
    value,
  });
}
