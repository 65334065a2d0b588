import { isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import { hasOwnToken, replaceOwnTokens } from '#base/own-tokens.ts';
import { isList } from '#scim/resource/json-shape.ts';
import { SECRET_MASK } from '#scim/resource/secret-values.ts';
import type { ResourceSchemas } from '#scim/schema/resource-schema.ts';
import { isSecret } from '#scim/schema/secret-attributes.ts';
import type { AttributeDefinition } from '#scim/schema/attribute.ts';

/**
 * Words of the names of members whose values are masked in any place, because a client may send a secret in an attribute that no schema
 * defines. The names of the schemas' own secret attributes are masked in addition.
 */
const secretWords =
  /passw(?:or)?d|passphrase|passcode|secret(?!ar)|token|credential|api[-_]?key|private[-_]?key|authorization|^t?otp$|^pin$/i;

/** Finds the names of attributes whose values may not be stored. */
export type IsSecretName = (name: string) => boolean;

const secretNamesBySchemas = new WeakMap<ResourceSchemas, IsSecretName>();

/** Returns a function that recognizes the names of secret attributes: those of the schemas, and those that `secretWords` describes. */
export function secretNamesOf(schemas: ResourceSchemas): IsSecretName {
  let isSecretName = secretNamesBySchemas.get(schemas);
  if (isSecretName === undefined) {
    const known = new Set(namesIn(schemas));
    isSecretName = remembered((name) => known.has(name.toLowerCase()) || secretWords.test(name));
    secretNamesBySchemas.set(schemas, isSecretName);
  }
  return isSecretName;
}

/** The number of names whose result is remembered. Clients choose the names, so that their number has no limit. */
export const REMEMBERED_NAMES_MAX = 1_000;
/** The maximum length of such a name. */
export const REMEMBERED_NAME_LENGTH_MAX = 100;

/** Remembers results, because a client sends the same names with each request, and every body is searched for secrets. */
function remembered(isSecretName: IsSecretName): IsSecretName {
  const results = new Map<string, boolean>();
  return (name) => {
    let result = results.get(name);
    if (result === undefined) {
      result = isSecretName(name);
      if (results.size < REMEMBERED_NAMES_MAX && name.length <= REMEMBERED_NAME_LENGTH_MAX) results.set(name, result);
    }
    return result;
  };
}

function namesIn({ User, Group }: ResourceSchemas): readonly string[] {
  const tables = [User, Group].flatMap((schema) => [
    schema.attributes,
    ...Array.from(schema.extensions.values(), (extension) => extension.attributes),
  ]);
  return tables.flatMap((table) => [...table.values()].flatMap(secretNames));
}

function secretNames(definition: AttributeDefinition): readonly string[] {
  const inner = (definition.subAttributes ?? []).flatMap(secretNames);
  return isSecret(definition) ? [definition.name.toLowerCase(), ...inner] : inner;
}

/** True if one of the names in an attribute path is secret: `badge` or `pin` of `urn:contoso:2.0:User:badge.pin`. */
function isSecretMember(path: string, isSecretName: IsSecretName): boolean {
  if (/^[\w$-]*$/.test(path)) return isSecretName(path);
  const end = /^urn:/i.test(path) ? (path.split('[', 1)[0] ?? '').lastIndexOf(':') : -1;
  return hasSecretName(path.slice(end + 1), isSecretName);
}

/**
 * Returns a body with every secret value replaced by SECRET_MASK; the same object if it contains none. Values are secret by the name of
 * their member, by the path of their PATCH operation, or because they are JSON with such a member.
 *
 * @example
 * maskBody({ userName: 'ann', password: 'pa55' }, secretNamesOf(schemas)); // { userName: 'ann', password: '********' }
 */
export function maskBody(body: JsonValue, isSecretName: IsSecretName): JsonValue {
  if (isList(body)) return replacedList(body, (element) => maskBody(element, isSecretName));
  if (typeof body === 'string') return maskInner(body, isSecretName);
  if (!isObject(body)) return body;
  const byPath = pathOf(body);
  if (byPath !== undefined && hasSecretName(byPath, isSecretName)) return maskOperation(body);
  return replacedObject(body, (value, name) => maskMember(name, value, isSecretName));
}

function maskMember(name: string, value: JsonValue, isSecretName: IsSecretName): JsonValue {
  if (isSecretMember(name, isSecretName)) return maskLeaves(value);
  // The filter of a search by POST (RFC 7644 §3.4.3) can compare a secret attribute.
  if (typeof value === 'string' && isNamed(name, 'filter')) {
    return hasSecretName(value, isSecretName) ? maskLiterals(value) : value;
  }
  // An operation that is not an object, and a value without a path that is not an object, may be a secret without its name.
  if (isList(value) && isNamed(name, 'operations')) {
    return replacedList(value, (one) =>
      isObject(one) ? maskBody(withoutNamelessValue(one), isSecretName) : SECRET_MASK,
    );
  }
  return maskBody(value, isSecretName);
}

function withoutNamelessValue(operation: JsonObject): JsonObject {
  if (pathOf(operation) !== undefined) return operation;
  return replacedObject(operation, (value, name) =>
    isNamed(name, 'value') && !isObject(value) && value !== null ? SECRET_MASK : value,
  );
}

/** Compares the name of a member without regard to case. */
function isNamed(name: string, expected: string): boolean {
  return name.length === expected.length && name.toLowerCase() === expected;
}

/** A client may send JSON as a text, as Entra ID's SingleAppRoleAssignment does. An escaped letter could hide the name of a member. */
function maskInner(text: string, isSecretName: IsSecretName): string {
  if (!/^\s*[[{]/.test(text)) return text;
  return hasSecretName(text, isSecretName) || text.includes(String.raw`\u00`) ? SECRET_MASK : text;
}

function pathOf(operation: JsonObject): string | undefined {
  const name = Object.keys(operation).find((key) => isNamed(key, 'path') && typeof operation[key] === 'string');
  return name === undefined ? undefined : (operation[name] as string);
}

/** Masks all values of a PATCH operation on a secret attribute, and the values in the filter of its path. */
function maskOperation(operation: JsonObject): JsonObject {
  return replacedObject(operation, (value, name) => {
    if (isNamed(name, 'op')) return value;
    return typeof value === 'string' && isNamed(name, 'path') ? maskLiterals(value) : maskLeaves(value);
  });
}

/** True if a path or a filter contains the name of a secret attribute. */
function hasSecretName(text: string, isSecretName: IsSecretName): boolean {
  return text.split(/[^\w$-]+/).some((word) => word !== '' && isSecretName(word));
}

/** The operators of a filter that have a value. A value without quotation marks ends at a space, a parenthesis or a bracket. */
const comparisons = /\b(eq|ne|co|sw|ew|gt|ge|lt|le)(\s+)("(?:[^"\\]|\\.)*"?|[^\s"()[\]]+)/gi;

/** Replaces the values in a filter, or in the filter of a path, by SECRET_MASK. Quoted values are replaced in any place. */
function maskLiterals(text: string): string {
  const mask = JSON.stringify(SECRET_MASK);
  return text.replaceAll(comparisons, `$1$2${mask}`).replaceAll(/"(?:[^"\\]|\\.)*"?/g, mask);
}

function maskLeaves(value: JsonValue): JsonValue {
  if (value === null) return null;
  if (isList(value)) return replacedList(value, maskLeaves);
  return isObject(value) ? replacedObject(value, maskLeaves) : SECRET_MASK;
}

/**
 * Returns the query of a URL, without the question mark, with the values of secret parameters and the values in filters on secret
 * attributes replaced by SECRET_MASK.
 *
 * @example
 * maskQuery('filter=password eq "pa55"', secretNamesOf(schemas)); // 'filter=password eq "********"'
 */
export function maskQuery(query: string, isSecretName: IsSecretName): string {
  return query
    .split('&')
    .map((part) => {
      const [name = '', ...rest] = part.split('=');
      if (rest.length === 0) return part;
      const value = decode(rest.join('='));
      if (isSecretName(decode(name)) || hasOwnToken(value)) return `${name}=${SECRET_MASK}`;
      if (!hasSecretName(value, isSecretName)) return part;
      const masked = maskLiterals(value);
      return `${name}=${masked === value ? SECRET_MASK : masked}`;
    })
    .join('&');
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

/** Replaces keys and tokens of this product in any text, and the credential of the request, by SECRET_MASK. */
export function maskTokens(text: string, credential: string | undefined): string {
  const masked = replaceOwnTokens(text, SECRET_MASK);
  if (credential === undefined || credential === '' || !masked.includes(credential)) return masked;
  return masked.replaceAll(credential, SECRET_MASK);
}

/** Replaces the values of an object; returns the same object if no value changes. */
function replacedObject(object: JsonObject, replace: (value: JsonValue, name: string) => JsonValue): JsonObject {
  let changes: Map<string, JsonValue> | undefined;
  for (const name of Object.keys(object)) {
    const value = object[name] as JsonValue;
    const replaced = replace(value, name);
    if (replaced !== value) (changes ??= new Map<string, JsonValue>()).set(name, replaced);
  }
  if (changes === undefined) return object;
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, changes.get(name) ?? value]));
}

function replacedList(list: readonly JsonValue[], replace: (value: JsonValue) => JsonValue): readonly JsonValue[] {
  const elements = list.map(replace);
  return elements.every((element, index) => element === list[index]) ? list : elements;
}
