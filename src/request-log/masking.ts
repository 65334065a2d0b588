import { isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import type { SentSecrets } from '#base/sent-secrets.ts';
import type { Filter } from '#scim/filter/ast.ts';
import { parseFilter } from '#scim/filter/parse.ts';
import { printFilter } from '#scim/filter/print.ts';
import { printAttributePath, type AttributePath } from '#scim/path/attribute-path.ts';
import { parsePatchPath } from '#scim/path/parse-patch-path.ts';
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
  /passw(?:or)?d|pwd|^pass$|passphrase|passcode|secret(?!ar)|token|bearer|credential|(?:api|private|access|shared|signing|encryption)[-_]?key|recovery[-_]?code|authorization|session[-_]?id|cookies?$|^t?otp$|^pin$/i;

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

/** Matches the name of a member that is neither a path nor qualified by a URN. */
export const plainName = /^[\w$-]*$/;

/** True if one of the names in an attribute path is secret: `badge` or `pin` of `urn:contoso:2.0:User:badge.pin`. */
function isSecretMember(path: string, isSecretName: IsSecretName): boolean {
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
  if (byPath !== undefined && hasSecretName(byPath, isSecretName)) return maskOperation(body, isSecretName);
  return maskMembers(body, isSecretName);
}

function maskMembers(object: JsonObject, isSecretName: IsSecretName): JsonObject {
  let isNameMasked = false;
  const masked = replacedObject(object, (value, name) => {
    if (plainName.test(name)) {
      return isSecretName(name) ? maskLeaves(value) : maskMember(name, value, isSecretName);
    }
    if (!isSecretMember(name, isSecretName)) return maskMember(name, value, isSecretName);
    isNameMasked ||= maskPath(name, isSecretName) !== name;
    return maskLeaves(value);
  });
  if (!isNameMasked) return masked;
  return Object.fromEntries(Object.entries(masked).map(([name, value]) => [maskPath(name, isSecretName), value]));
}

function maskMember(name: string, value: JsonValue, isSecretName: IsSecretName): JsonValue {
  if (isExpressionName(name)) {
    const maskOne = (one: JsonValue) =>
      typeof one === 'string' ? maskExpression(one, isSecretName) : maskBody(one, isSecretName);
    return isList(value) ? replacedList(value, maskOne) : maskOne(value);
  }
  // An operation that is not an object, and a value without a path that is not an object, may be a secret without its name.
  if (isList(value) && isNamed(name, 'operations')) {
    return replacedList(value, (one) =>
      isObject(one) ? maskBody(withoutNamelessValue(one), isSecretName) : SECRET_MASK,
    );
  }
  return maskBody(value, isSecretName);
}

/** The members of a search by POST (RFC 7644 §3.4.3) that can contain a filter or a path. */
const expressionNames = ['filter', 'sortby', 'attributes', 'excludedattributes'] as const;

/** True for the name of a member of a search whose text can be a filter or a path. */
export function isExpressionName(name: string): boolean {
  return expressionNames.some((expected) => isNamed(name, expected));
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

/** Returns the path of a PATCH operation; undefined if it is missing or empty. */
function pathOf(operation: JsonObject): string | undefined {
  const name = Object.keys(operation).find((key) => isNamed(key, 'path') && typeof operation[key] === 'string');
  const path = name === undefined ? '' : (operation[name] as string);
  return path.trim() === '' ? undefined : path;
}

/** Masks all values of a PATCH operation on a secret attribute, and the values in the filter of its path. */
function maskOperation(operation: JsonObject, isSecretName: IsSecretName): JsonObject {
  return replacedObject(operation, (value, name) => {
    if (isNamed(name, 'op')) return value;
    return typeof value === 'string' && isNamed(name, 'path') ? maskExpression(value, isSecretName) : maskLeaves(value);
  });
}

/** True if a path or a filter contains the name of a secret attribute. */
function hasSecretName(text: string, isSecretName: IsSecretName): boolean {
  return text.split(/[^\w$-]+/).some((word) => word !== '' && isSecretName(word));
}

/**
 * Returns a filter or a path with every value replaced by SECRET_MASK if it contains the name of a secret attribute. A text that is neither a
 * filter nor a path is replaced as a whole, because any part of it can be the value.
 *
 * @example
 * maskExpression('password eq "pa55" and active eq true', isSecretName); // 'password eq "********" and active eq "********"'
 * maskExpression("password eq 'pa55'", isSecretName); // '********'
 */
export function maskExpression(text: string, isSecretName: IsSecretName): string {
  if (!hasSecretName(text, isSecretName)) return text;
  return maskedFilter(text, isSecretName) ?? maskedPath(text, isSecretName) ?? SECRET_MASK;
}

/** Like `maskExpression`, but for an attribute path, of which the URN names no secret attribute. */
export function maskPath(path: string, isSecretName: IsSecretName): string {
  return isSecretMember(path, isSecretName) ? maskExpression(path, isSecretName) : path;
}

function maskedFilter(text: string, isSecretName: IsSecretName): string | undefined {
  const filter = parsed(parseFilter, text);
  return filter && hasOnlyNames(filter, isSecretName) ? printFilter(withoutValues(filter)) : undefined;
}

function maskedPath(text: string, isSecretName: IsSecretName): string | undefined {
  const found = parsed(parsePatchPath, text);
  if (found === undefined || !isName(found.path, isSecretName)) return undefined;
  const { path, filter } = found;
  if (filter === undefined) return printAttributePath(path);
  if (!hasOnlyNames(filter, isSecretName)) return undefined;
  const sub = path.subName === undefined ? '' : `.${path.subName}`;
  return `${printAttributePath({ ...path, subName: undefined })}[${printFilter(withoutValues(filter))}]${sub}`;
}

function parsed<Result>(parse: (text: string) => Result, text: string): Result | undefined {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}

function withoutValues(filter: Filter): Filter {
  switch (filter.kind) {
    case 'comparison':
      return { ...filter, value: SECRET_MASK };
    case 'present':
      return filter;
    case 'not':
      return { ...filter, operand: withoutValues(filter.operand) };
    case 'valuePath':
      return { ...filter, filter: withoutValues(filter.filter) };
    case 'and':
    case 'or':
      return { ...filter, operands: filter.operands.map(withoutValues) };
  }
}

/** True if no path in a filter has a text behind the name of a secret attribute: `pa55` of `password.pa55 pr` can be its value. */
function hasOnlyNames(filter: Filter, isSecretName: IsSecretName): boolean {
  switch (filter.kind) {
    case 'comparison':
    case 'present':
      return isName(filter.path, isSecretName);
    case 'not':
      return hasOnlyNames(filter.operand, isSecretName);
    case 'valuePath':
      return isName(filter.path, isSecretName) && hasOnlyNames(filter.filter, isSecretName);
    case 'and':
    case 'or':
      return filter.operands.every((operand) => hasOnlyNames(operand, isSecretName));
  }
}

/** The sub-attributes of RFC 7643 §2.4. A client that sends one after the name of a secret attribute means the sub-attribute. */
const subNames: ReadonlySet<string> = new Set(['value', 'type', 'display', 'primary', '$ref']);

function isName({ name, subName }: AttributePath, isSecretName: IsSecretName): boolean {
  return subName === undefined || !isSecretName(name) || isSecretName(subName) || subNames.has(subName.toLowerCase());
}

function maskLeaves(value: JsonValue): JsonValue {
  if (value === null) return null;
  if (isList(value)) return replacedList(value, maskLeaves);
  return isObject(value) ? replacedObject(value, maskLeaves) : SECRET_MASK;
}

/**
 * Returns the query of a URL, without the question mark, with the values of secret parameters and the values in filters on secret
 * attributes replaced by SECRET_MASK. All values are replaced if a part of the query cannot be decoded.
 *
 * @param secrets The keys and tokens that may not be stored of the request.
 *
 * @example
 * maskQuery('filter=password eq "pa55"', secretNamesOf(schemas), ownSecrets); // 'filter=password eq "********"'
 */
export function maskQuery(query: string, isSecretName: IsSecretName, secrets: SentSecrets): string {
  const parts = query.split('&').map((part) => {
    const end = part.indexOf('=');
    return end < 0 ? { name: part, value: undefined } : { name: part.slice(0, end), value: part.slice(end + 1) };
  });
  const isReadable = parts.every(({ name, value = '' }) => decoded(name) !== undefined && decoded(value) !== undefined);
  return parts
    .map(({ name, value }) => {
      const shownName = isReadable ? maskedParameterName(name, isSecretName, secrets) : maskUnreadable(name);
      if (value === undefined) return shownName;
      return `${shownName}=${isReadable ? maskedParameter(name, value, isSecretName, secrets) : SECRET_MASK}`;
    })
    .join('&');
}

function maskUnreadable(name: string): string {
  return plainName.test(name) ? name : SECRET_MASK;
}

function maskedParameterName(sent: string, isSecretName: IsSecretName, secrets: SentSecrets): string {
  const name = decoded(sent) ?? '';
  if (secrets.areIn(name)) return SECRET_MASK;
  const masked = maskExpression(name, isSecretName);
  return masked === name ? sent : masked;
}

function maskedParameter(name: string, sent: string, isSecretName: IsSecretName, secrets: SentSecrets): string {
  const value = decoded(sent) ?? '';
  if (hasSecretName(decoded(name) ?? '', isSecretName) || secrets.areIn(value)) return SECRET_MASK;
  if (!hasSecretName(value, isSecretName)) return sent;
  const masked = maskExpression(value, isSecretName);
  return masked === value ? SECRET_MASK : masked;
}

/** Returns the text of a part of a query; undefined if it is not encoded correctly. */
function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
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
