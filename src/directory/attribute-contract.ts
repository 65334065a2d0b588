import { isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import { ENTERPRISE_USER_SCHEMA } from '#scim/schema/enterprise-user.ts';

/** One row of the guide's attribute contract: maps a SCIM attribute to a property of the directory's user. */
interface ContractRow {
  readonly property: string;
  readonly label: string;
  /** The path in the SCIM document, one name per level. */
  readonly scim: readonly string[];
}

/** The attributes that are copied unchanged. username, email, and active follow special rules (`user-rules.ts`). */
export const attributeContract: readonly ContractRow[] = [
  { property: 'firstname', label: 'First Name', scim: ['name', 'givenName'] },
  { property: 'middlename', label: 'Middle Name', scim: ['name', 'middleName'] },
  { property: 'lastname', label: 'Last Name', scim: ['name', 'familyName'] },
  { property: 'displayname', label: 'Display Name', scim: ['displayName'] },
  { property: 'jobTitle', label: 'Job Title', scim: ['title'] },
  { property: 'location', label: 'Location', scim: ['locale'] },
  { property: 'employeeType', label: 'Employee Type', scim: ['userType'] },
  { property: 'department', label: 'Department', scim: [ENTERPRISE_USER_SCHEMA, 'department'] },
  { property: 'costCenter', label: 'Cost Center', scim: [ENTERPRISE_USER_SCHEMA, 'costCenter'] },
  { property: 'company', label: 'Company', scim: [ENTERPRISE_USER_SCHEMA, 'organization'] },
  { property: 'employeeIdentifier', label: 'Employee ID', scim: [ENTERPRISE_USER_SCHEMA, 'employeeNumber'] },
  { property: 'manager', label: 'Manager', scim: [ENTERPRISE_USER_SCHEMA, 'manager', 'value'] },
];

/**
 * Converts a SCIM document to directory properties. Attributes without a value are omitted.
 *
 * @example
 * toProperties({ name: { givenName: 'Ann' }, title: 'Engineer' }); // { firstname: 'Ann', jobTitle: 'Engineer' }
 */
export function toProperties(document: JsonObject): Readonly<Record<string, JsonValue>> {
  return Object.fromEntries(
    attributeContract.flatMap(({ property, scim }) => {
      const value = read(document, scim);
      return value === undefined ? [] : [[property, value]];
    }),
  );
}

/**
 * Converts directory properties to a SCIM document. Properties that are not in the contract, or are null, are omitted.
 *
 * @example
 * toDocument({ firstname: 'Ann', jobTitle: 'Engineer' }); // { name: { givenName: 'Ann' }, title: 'Engineer' }
 */
export function toDocument(properties: Readonly<Record<string, JsonValue | undefined>>): JsonObject {
  let document: JsonObject = {};
  for (const { property, scim } of attributeContract) {
    const value = properties[property];
    if (value !== undefined && value !== null) document = write(document, scim, value);
  }
  return document;
}

export function read(document: JsonObject, path: readonly string[]): JsonValue | undefined {
  let value: JsonValue | undefined = document;
  for (const name of path) {
    value = isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  }
  return value;
}

export function readText(document: JsonObject, path: readonly string[]): string | undefined {
  const value = read(document, path);
  return typeof value === 'string' ? value : undefined;
}

export function write(document: JsonObject, [name = '', ...rest]: readonly string[], value: JsonValue): JsonObject {
  if (rest.length === 0) return { ...document, [name]: value };
  const inner = document[name];
  return { ...document, [name]: write(isObject(inner) ? inner : {}, rest, value) };
}

export const managerPath = [ENTERPRISE_USER_SCHEMA, 'manager', 'value'] as const;

/** Returns a copy of the document with this manager. */
export function withManager(document: JsonObject, id: string): JsonObject {
  return write(document, managerPath, id);
}

/** Returns the primary email address: the one marked as primary, else the first of type work, else the first of all. */
export function primaryEmail(document: JsonObject): string | undefined {
  const emails = read(document, ['emails']);
  if (!Array.isArray(emails)) return undefined;
  const candidates = emails.filter((element: JsonValue) => isObject(element) && typeof element['value'] === 'string');
  const chosen =
    candidates.find((element) => element.primary === true) ??
    candidates.find((element) => typeof element.type === 'string' && element.type.toLowerCase() === 'work') ??
    candidates[0];
  return chosen?.value;
}

/** Returns all email addresses of the document, as they were sent. */
export function emailValues(document: JsonObject): readonly string[] {
  const emails = read(document, ['emails']);
  if (!Array.isArray(emails)) return [];
  return emails.flatMap((element: JsonValue) =>
    isObject(element) && typeof element['value'] === 'string' ? [element['value']] : [],
  );
}
