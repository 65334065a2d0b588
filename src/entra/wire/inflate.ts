import type { JsonObject, JsonValue } from '#base/json.ts';
import type { ObjectType } from '../source/source-object.ts';
import type { FlatResource, FlatValue } from './flat-resource.ts';
import { isWholeRoles, roleElement } from './role-element.ts';
import {
  asBoolean,
  ENTERPRISE_USER,
  isCoreBoolean,
  parseTargetName,
  sameName,
  type Equality,
  type TargetName,
} from './target-name.ts';

const schemasOf: Readonly<Record<ObjectType, readonly string[]>> = {
  User: ['urn:ietf:params:scim:schemas:core:2.0:User', ENTERPRISE_USER],
  // The second URI is not a schema of RFC 7643, but Entra ID still sends it (§1.5).
  Group: [
    'urn:ietf:params:scim:schemas:core:2.0:Group',
    'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group',
  ],
};

/** An object that is being built: its members by name. */
type Draft = Map<string, JsonValue | Draft | Elements>;

/**
 * The elements of a multivalued attribute. `described`: elements that are built from target names with a filter, by the filter. `whole`:
 * elements that a mapping provides as whole objects.
 */
interface Elements {
  readonly described: Map<string, Draft>;
  readonly whole: JsonValue[];
}

/**
 * Builds the body of a POST request (§1.10 rule 2), with its members in the same order as in Microsoft's documentation.
 *
 * @example
 * inflate('User', new Map([['emails[type eq "work"].value', 'ann@contoso.example']]));
 * // { schemas: […], emails: [{ primary: true, type: 'work', value: 'ann@contoso.example' }], meta: { resourceType: 'User' }, roles: [] }
 */
export function inflate(type: ObjectType, resource: FlatResource): JsonObject {
  const root: Draft = new Map<string, JsonValue | Draft | Elements>([
    ['schemas', schemasOf[type]],
    ['meta', new Map([['resourceType', type]])],
  ]);
  if (type === 'User') elementsIn(root, 'roles');
  for (const [text, value] of resource) place(root, parseTargetName(text), value);
  return toObject(root, firstMembers[type]);
}

function place(root: Draft, name: TargetName, written: FlatValue): void {
  const value = isCoreBoolean(name) ? (asBoolean(written) ?? written) : written;
  const holder = name.schema === undefined ? root : draftIn(root, name.schema);
  if (name.element !== undefined) placeInElement(holder, name.attribute, name.element, name.path, value);
  else if (name.path.length > 0) placeAt(draftIn(holder, name.attribute), name.path, value);
  else if (isFlatList(value)) {
    const whole = isWholeRoles(name) ? value.map(roleElement) : (value as readonly JsonValue[]);
    elementsIn(holder, name.attribute).whole.push(...whole);
  } else holder.set(keyOf(holder, name.attribute), value);
}

function isFlatList(value: FlatValue): value is readonly FlatValue[] {
  return Array.isArray(value);
}

function placeInElement(
  holder: Draft,
  attribute: string,
  equalities: readonly Equality[],
  path: readonly string[],
  value: FlatValue,
): void {
  const { described } = elementsIn(holder, attribute);
  const key = JSON.stringify(equalities.map(({ name, value: wanted }) => [name.toLowerCase(), wanted]));
  const element = described.get(key) ?? newElement(equalities);
  described.set(key, element);
  if (path.length > 0) placeAt(element, path, value);
  else if (typeof value === 'object' && !isFlatList(value))
    for (const [name, inner] of Object.entries(value)) element.set(name, inner);
  else element.set('value', value);
}

/** Creates an element of a multivalued attribute. Entra ID marks elements of the type work as primary (§1.4). */
function newElement(equalities: readonly Equality[]): Draft {
  const isWork = equalities.some(({ name, value }) => sameName(name, 'type') && value === 'work');
  return new Map([
    ...(isWork ? [['primary', true] as const] : []),
    ...equalities.map(({ name, value }) => [name, value] as const),
  ]);
}

function placeAt(draft: Draft, [name = '', ...rest]: readonly string[], value: FlatValue): void {
  if (rest.length > 0) placeAt(draftIn(draft, name), rest, value);
  else draft.set(keyOf(draft, name), value);
}

/** Returns the existing key that equals the name, ignoring case, or the name itself if there is no such key. */
function keyOf(draft: Draft, name: string): string {
  return draft.keys().find((key) => sameName(key, name)) ?? name;
}

function draftIn(holder: Draft, name: string): Draft {
  const key = keyOf(holder, name);
  const present = holder.get(key);
  if (present instanceof Map) return present;
  const created: Draft = new Map();
  holder.set(key, created);
  return created;
}

function elementsIn(holder: Draft, name: string): Elements {
  const key = keyOf(holder, name);
  const present = holder.get(key);
  if (present !== undefined && isElements(present)) return present;
  const created: Elements = { described: new Map(), whole: [] };
  holder.set(key, created);
  return created;
}

function isElements(value: JsonValue | Draft | Elements): value is Elements {
  return typeof value === 'object' && value !== null && 'described' in value && value.described instanceof Map;
}

/**
 * The members that come first in a body. The .NET serializer writes the members of the base class first, and the members of each class in
 * alphabetical order. This order gives the same bodies as in Microsoft's documentation.
 */
const firstMembers: Readonly<Record<ObjectType, readonly string[]>> = {
  User: ['schemas', 'externalid', 'id', 'username'],
  Group: ['schemas', 'externalid', 'id', 'displayname', 'members'],
};
const firstOfElements = ['primary', 'type'];
const firstOfName = ['formatted'];

function toObject(draft: Draft, first: readonly string[]): JsonObject {
  const entries = [...draft].map(([name, value]) => [name, toJson(name, value)] as const);
  return Object.fromEntries(entries.toSorted(([left], [right]) => compareNames(left, right, first)));
}

function toJson(name: string, value: JsonValue | Draft | Elements): JsonValue {
  if (value instanceof Map) return sameName(name, 'name') ? toObject(value, firstOfName) : toSchemaObject(name, value);
  if (value !== null && isElements(value)) {
    return [...[...value.described.values()].map((element) => toObject(element, firstOfElements)), ...value.whole];
  }
  return value;
}

/** Converts the draft of an extension to an object. Entra ID keeps custom extensions in the order of the mappings, as in a dictionary. */
function toSchemaObject(name: string, draft: Draft): JsonObject {
  if (/^urn:/i.test(name) && !sameName(name, ENTERPRISE_USER)) {
    return Object.fromEntries([...draft].map(([key, value]) => [key, toJson(key, value)]));
  }
  return toObject(draft, []);
}

function compareNames(left: string, right: string, first: readonly string[]): number {
  const difference = rank(left, first) - rank(right, first);
  if (difference !== 0) return difference;
  // Custom extensions keep the order of the mappings.
  if (/^urn:/i.test(left)) return 0;
  return left < right ? -1 : left > right ? 1 : 0;
}

function rank(name: string, first: readonly string[]): number {
  const index = first.indexOf(name.toLowerCase());
  if (index >= 0) return index;
  if (!/^urn:/i.test(name)) return first.length + (sameName(name, 'manager') ? 1 : 0);
  return first.length + (sameName(name, ENTERPRISE_USER) ? 2 : 3);
}
