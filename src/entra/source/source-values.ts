import { quote } from '#base/errors.ts';
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
import type { ValueRule } from '../texts/refusals/object-refusals.ts';
import { StandInError, type Say } from '../texts/refusals/stand-in-error.ts';

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
      const how = attribute.name === 'members' ? 'individually' : 'computed';
      throw new StandInError('mutability', ({ values }) => values[how](attribute.name), { attribute: attribute.name });
    }
    (attribute.place === 'own' ? own : attributes)[attribute.name] = checkValue(attribute, value);
  }
  return { attributes, own };
}

function unknown(type: ObjectType, name: string): StandInError {
  const known = (type === 'User' ? sourceUserAttributes : sourceGroupAttributes).flatMap(({ name, graphName }) =>
    graphName === null ? [name] : [name, graphName],
  );
  const near = suggestion(name, known);
  const names = [...new Set(known)].filter((one) => !one.includes('.')).join(', ');
  return new StandInError(
    'unknownAttribute',
    ({ values }) => values.unknown(quote(name), type, near === undefined ? values.known(names) : values.meant(near)),
    { attribute: name },
  );
}

/** Checks a value. Treats an empty string and an empty list like null, because Entra ID does not store empty values. */
function checkValue(attribute: SourceAttribute, value: JsonValue): JsonValue {
  if (value === null || value === '') return checkRemoval(attribute);
  const { name } = attribute;
  if (attribute.multivalued) {
    const values = Array.isArray(value) ? (value as readonly JsonValue[]) : [value];
    if (values.length === 0) return checkRemoval(attribute);
    if (values.length > VALUES_MAX) {
      const count = values.length;
      throw new StandInError('tooManyValues', (texts) => texts.values.tooMany(name, count, VALUES_MAX), {
        attribute: name,
      });
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
  throw new StandInError('required', ({ values }) => values.required(name), { attribute: name });
}

function checkSingle(attribute: SourceAttribute, value: JsonValue): JsonValue {
  const { name, type } = attribute;
  if (type === 'Boolean') return checkFlag(name, value);
  if (typeof value !== 'string') {
    const expected = type === 'DateTime' ? 'dateText' : 'text';
    throw invalid('invalidType', name, value, Array.isArray(value) ? `${expected}NotList` : expected);
  }
  if (type === 'DateTime') return checkDate(name, value);
  if (name === 'objectId' || type === 'Reference') return checkGuid(name, value);
  if (name === 'usageLocation') return checkCountryCode(value);
  if (Array.from(value).length > attribute.lengthMax) {
    const { length } = Array.from(value);
    throw new StandInError(
      'valueTooLong',
      ({ values }) => values.tooLong(name, length, attribute.lengthMax, quote(value)),
      { attribute: name },
    );
  }
  if (name === 'userPrincipalName') checkUpn(value);
  return name === 'userType' ? checkUserType(value) : value;
}

function invalid(code: 'invalidType' | 'invalidValue', name: string, value: JsonValue, rule: ValueRule): StandInError {
  return new StandInError(code, ({ values }) => values.invalid(name, quote(value), values.rules[rule]), {
    attribute: name,
    value,
  });
}

function checkFlag(name: string, value: JsonValue): boolean {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'string' && /^(true|false)$/i.test(value)) return value.toLowerCase() === 'true';
  throw invalid('invalidType', name, value, 'flag');
}

function checkDate(name: string, value: string): string {
  const time = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,7})?)?(Z|[+-]\d\d:\d\d))?$/.test(value)
    ? Date.parse(value)
    : Number.NaN;
  if (!Number.isNaN(time)) return `${new Date(time).toISOString().slice(0, 19)}Z`;
  throw invalid('invalidValue', name, value, 'date');
}

const guid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** True if a text has the format of an objectId. */
export function isGuid(text: string): boolean {
  return guid.test(text);
}

function checkGuid(name: string, value: string): string {
  if (isGuid(value)) return value.toLowerCase();
  throw invalid('invalidValue', name, value, 'objectId');
}

/** The characters that Entra ID allows before the @ of a userPrincipalName. Those of guests contain #. */
const upnLocal = /^[A-Za-z0-9'._!#^~+-]+$/;
const upnDomain = /^([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$/;

/** Throws `invalidValue` unless the text has the format of a userPrincipalName: alias@domain, in ASCII. */
function checkUpn(value: string): void {
  const at = value.lastIndexOf('@');
  const local = value.slice(0, Math.max(at, 0));
  const fault: Say | undefined =
    at < 1 || value.indexOf('@') !== at
      ? ({ values }) => values.upnFaults.form
      : !upnLocal.test(local) || local.startsWith('.') || local.endsWith('.')
        ? ({ values }) => values.upnFaults.local
        : // A guest's alias may be longer, because it contains the address that was invited.
          local.length > UPN_LOCAL_LENGTH_MAX && !isGuestUpn(value)
          ? ({ values }) => values.upnLength(UPN_LOCAL_LENGTH_MAX, UPN_LENGTH_MAX)
          : upnDomain.test(value.slice(at + 1))
            ? undefined
            : ({ values }) => values.upnFaults.domain;
  if (fault === undefined) return;
  throw new StandInError('invalidValue', (texts) => texts.values.upn(quote(value), fault(texts)), {
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
  throw invalid('invalidValue', 'usageLocation', value, 'country');
}

function checkUserType(value: string): string {
  const known = ['Member', 'Guest'].find((type) => type.toLowerCase() === value.toLowerCase());
  if (known !== undefined) return known;
  throw invalid('invalidValue', 'userType', value, 'userType');
}
