/**
 * Enforces the mutability `immutable`: a value can be set only once (RFC 7643 §7). PATCH checks each operation with these
 * functions, and PUT checks the whole document (RFC 7644 §3.5.1), so that both methods reject the same changes.
 */
import { AppError, quote } from '#base/errors.ts';
import { isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import { nameOf, type ResolvedAttribute } from '#scim/path/attribute-path.ts';
import type { AttributeDefinition } from '#scim/schema/attribute.ts';
import type { ResourceSchema } from '#scim/schema/resource-schema.ts';
import { holdsSecret, isSecret } from '#scim/schema/secret-attributes.ts';
import { sameValue } from './diff.ts';
import { elementKey, MEMBERS } from './element-key.ts';
import { isList } from './json-shape.ts';

/**
 * Throws `mutability` if `after` changes or removes an immutable value of `before`. A complex value with an immutable
 * sub-attribute may be removed as a whole if the attribute itself is not immutable.
 */
export function requireImmutableKept(
  definition: AttributeDefinition,
  name: string,
  before: JsonValue | undefined,
  after: JsonValue | undefined,
): void {
  if (before === undefined) return;
  if (definition.mutability === 'immutable' && !sameValues(before, after))
    throw immutableError(definition, name, before, after);
  if (after === undefined) return;
  if (isList(before)) requireElementsKept(definition, name, before, isList(after) ? after : []);
  else requireSubAttributesKept(definition, name, before, after);
}

/**
 * Like `requireImmutableKept`, but for the elements of a multi-valued attribute: an element in both lists must keep its immutable
 * sub-attributes.
 */
export function requireElementsKept(
  definition: AttributeDefinition,
  name: string,
  before: readonly JsonValue[],
  after: readonly JsonValue[],
): void {
  // Members are stored as rows, and the directory compares them separately.
  if (name === MEMBERS || !hasImmutableSub(definition)) return;
  const counterparts = counterpartsOf(definition, name, before, after);
  for (const [index, element] of after.entries()) {
    requireSubAttributesKept(definition, name, counterparts[index], element);
  }
}

/**
 * Returns the counterpart in `before` of each element of `after`: an equal element or, if there is none, the first unmatched
 * element with the same key. Undefined if there is neither.
 */
function counterpartsOf(
  definition: AttributeDefinition,
  name: string,
  before: readonly JsonValue[],
  after: readonly JsonValue[],
): readonly (JsonValue | undefined)[] {
  const same = new Set(after.map(exactKey));
  const known = new Map(before.map((element) => [exactKey(element), element]));
  const open = new Map<string, JsonValue[]>();
  for (const [exact, element] of known) {
    if (same.has(exact)) continue;
    const key = continuedKey(definition, name, element);
    const others = open.get(key);
    if (others === undefined) open.set(key, [element]);
    else others.push(element);
  }
  // Reversed, so that `pop`, which takes constant time, returns the elements in their original order.
  for (const elements of open.values()) elements.reverse();
  return after.map(
    (element) => known.get(exactKey(element)) ?? open.get(continuedKey(definition, name, element))?.pop(),
  );
}

/**
 * Returns the key by which elements are matched. For an element without `value`, the key consists of its sub-attributes that are
 * neither immutable nor secret, or of all sub-attributes if there are no such ones.
 */
function continuedKey(definition: AttributeDefinition, name: string, element: JsonValue): string {
  if (!isObject(element) || element['value'] !== undefined) return elementKey(name, definition, element);
  const bound = new Set(
    (definition.subAttributes ?? []).flatMap((sub) =>
      sub.mutability === 'immutable' || isSecret(sub) ? [sub.name] : [],
    ),
  );
  const free = Object.entries(element).filter(([sub]) => !bound.has(sub));
  return elementKey(name, definition, free.length === 0 ? element : Object.fromEntries(free));
}

/** Like `requireImmutableKept`, but for the immutable sub-attributes of one complex value. */
export function requireSubAttributesKept(
  definition: AttributeDefinition,
  name: string,
  before: JsonValue | undefined,
  after: JsonValue | undefined,
): void {
  if (!isObject(before) || !isObject(after)) return;
  for (const sub of definition.subAttributes ?? []) {
    if (sub.mutability !== 'immutable') continue;
    const value = ownValue(before, sub.name);
    if (value === undefined || sameValues(value, ownValue(after, sub.name))) continue;
    throw immutableError(sub, `${name}.${sub.name}`, value, ownValue(after, sub.name), name);
  }
}

/**
 * Returns the document that a PUT stores in place of `before`. Keeps an immutable value that is never returned if the request
 * does not contain it, since a client cannot send back a value that it never received (decision 033). Throws `mutability`.
 */
export function replaceDocument(schema: ResourceSchema, before: JsonObject, after: JsonObject): JsonObject {
  let document = after;
  for (const target of immutableAttributesOf(schema)) {
    const { attribute } = target;
    const value = valueAt(before, target);
    if (value === undefined) continue;
    const kept = withHidden(attribute, nameOf(target), value, valueAt(document, target));
    requireImmutableKept(attribute, nameOf(target), value, kept);
    if (kept !== undefined) document = withValueAt(document, target, kept);
  }
  return document;
}

function withHidden(
  definition: AttributeDefinition,
  name: string,
  before: JsonValue,
  after: JsonValue | undefined,
): JsonValue | undefined {
  if (after === undefined) return definition.mutability === 'immutable' && isSecret(definition) ? before : undefined;
  if (isObject(before) && isObject(after)) return withHiddenSubAttributes(definition, before, after);
  if (!isList(before) || !isList(after) || !holdsSecret(definition)) return after;
  const counterparts = counterpartsOf(definition, name, before, after);
  return after.map((element, index) => {
    const known = counterparts[index];
    return isObject(known) && isObject(element) ? withHiddenSubAttributes(definition, known, element) : element;
  });
}

function withHiddenSubAttributes(definition: AttributeDefinition, before: JsonObject, after: JsonObject): JsonObject {
  const hidden = (definition.subAttributes ?? []).flatMap((sub) => {
    const isKept = [definition, sub].some(({ mutability }) => mutability === 'immutable') && isSecret(sub);
    const value = ownValue(before, sub.name);
    return isKept && value !== undefined && ownValue(after, sub.name) === undefined ? [[sub.name, value] as const] : [];
  });
  return hidden.length === 0 ? after : { ...after, ...Object.fromEntries(hidden) };
}

const immutableAttributes = new WeakMap<ResourceSchema, readonly ResolvedAttribute[]>();

/** Returns the attributes that are immutable or have an immutable sub-attribute, except members. The standard schemas have none. */
function immutableAttributesOf(schema: ResourceSchema): readonly ResolvedAttribute[] {
  let known = immutableAttributes.get(schema);
  if (known === undefined) {
    const of = (extension: string | undefined, attributes: Iterable<AttributeDefinition>) =>
      [...attributes].flatMap((attribute): ResolvedAttribute[] => {
        const isBound = attribute.mutability === 'immutable' || hasImmutableSub(attribute);
        const isMembers = extension === undefined && attribute.name === MEMBERS;
        return isBound && !isMembers ? [{ extension, attribute, sub: undefined }] : [];
      });
    const extensions = [...schema.extensions.values()];
    known = [
      ...of(undefined, schema.attributes.values()),
      ...extensions.flatMap(({ urn, attributes }) => of(urn, attributes.values())),
    ];
    immutableAttributes.set(schema, known);
  }
  return known;
}

function hasImmutableSub({ subAttributes = [] }: AttributeDefinition): boolean {
  return subAttributes.some((sub) => sub.mutability === 'immutable');
}

function valueAt(document: JsonObject, { extension, attribute }: ResolvedAttribute): JsonValue | undefined {
  const container = extension === undefined ? document : ownValue(document, extension);
  return isObject(container) ? ownValue(container, attribute.name) : undefined;
}

function withValueAt(document: JsonObject, { extension, attribute }: ResolvedAttribute, value: JsonValue): JsonObject {
  if (extension === undefined) return { ...document, [attribute.name]: value };
  const container = ownValue(document, extension);
  return { ...document, [extension]: { ...(isObject(container) ? container : {}), [attribute.name]: value } };
}

function ownValue(object: JsonObject, name: string): JsonValue | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/** True if two values are equal. The order of list elements does not matter, since values have no order (RFC 7643 §2.4). */
function sameValues(before: JsonValue, after: JsonValue | undefined): boolean {
  if (!isList(before) || !isList(after)) return sameValue(before, after);
  const left = new Set(before.map(exactKey));
  const right = new Set(after.map(exactKey));
  return left.size === right.size && [...left].every((key) => right.has(key));
}

function exactKey(element: JsonValue): string {
  if (!isObject(element)) return JSON.stringify(element);
  return JSON.stringify(Object.entries(element).toSorted(([left], [right]) => (left < right ? -1 : 1)));
}

/**
 * Creates the error for a changed or removed immutable value. `parent` is the name of the complex attribute if only its
 * sub-attribute is immutable.
 */
function immutableError(
  definition: AttributeDefinition,
  name: string,
  before: JsonValue,
  after: JsonValue | undefined,
  parent?: string,
): AppError {
  const isHidden = holdsSecret(definition);
  const change = after === undefined ? 'be removed' : isHidden ? 'be changed' : `become ${quote(after)}`;
  const remedy =
    parent === undefined
      ? `Send its current value; only a new resource can have a different one`
      : `Send its current value; to set a different one, first remove the whole value of ${parent}, then add it again`;
  return new AppError(
    'mutability',
    `${name}${isHidden ? '' : ` is ${quote(before)} and`} cannot ${change}, because it is immutable (RFC 7643 §7). ${remedy}.`,
    { attribute: name, ...(!isHidden && { value: after }) },
  );
}
