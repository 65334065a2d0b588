/**
 * RFC 7643 §7, `immutable`: a value is set once. PATCH checks each operation by these functions, and PUT the document as a
 * whole (RFC 7644 §3.5.1), so that no verb can do what another refuses.
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
 * Throws mutability if `after` changes or removes an immutable value of `before`. A sub-attribute that is immutable is
 * bound to its value: the complex value as a whole may be removed if the attribute itself is not immutable.
 */
export function requireImmutableKept(
  definition: AttributeDefinition,
  name: string,
  before: JsonValue | undefined,
  after: JsonValue | undefined,
): void {
  if (before === undefined) return;
  if (definition.mutability === 'immutable' && !sameValues(before, after))
    throw changed(definition, name, before, after);
  if (after === undefined) return;
  if (isList(before)) requireElementsKept(definition, name, before, isList(after) ? after : []);
  else requireSubAttributesKept(definition, name, before, after);
}

/** The same for the elements of a multi-valued attribute: those that are in both lists keep what is immutable. */
export function requireElementsKept(
  definition: AttributeDefinition,
  name: string,
  before: readonly JsonValue[],
  after: readonly JsonValue[],
): void {
  // Members are rows: the directory compares them itself.
  if (name === MEMBERS || !hasImmutableSub(definition)) return;
  const counterparts = counterpartsOf(definition, name, before, after);
  for (const [index, element] of after.entries()) {
    requireSubAttributesKept(definition, name, counterparts[index], element);
  }
}

/**
 * For each element of `after`, the one of `before` that it continues: the same one, else the first with the same key that
 * has no successor yet.
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
  // In the order of the list, from its end: `pop` takes constant time.
  for (const elements of open.values()) elements.reverse();
  return after.map(
    (element) => known.get(exactKey(element)) ?? open.get(continuedKey(definition, name, element))?.pop(),
  );
}

/** Elements without `value` are identified by what may change about them and can be read, if there is such a thing. */
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

/** The same for the sub-attributes of one complex value. */
export function requireSubAttributesKept(
  definition: AttributeDefinition,
  name: string,
  before: JsonValue | undefined,
  after: JsonValue | undefined,
): void {
  if (!isObject(before) || !isObject(after)) return;
  for (const sub of definition.subAttributes ?? []) {
    if (sub.mutability !== 'immutable') continue;
    const value = own(before, sub.name);
    if (value === undefined || sameValues(value, own(after, sub.name))) continue;
    throw changed(sub, `${name}.${sub.name}`, value, own(after, sub.name), name);
  }
}

/**
 * The document that a PUT stores in place of `before`. An immutable value that is never returned stays where the request
 * does not send it, since a client cannot repeat what it has never seen (decision 033). Throws mutability.
 */
export function replaceDocument(schema: ResourceSchema, before: JsonObject, after: JsonObject): JsonObject {
  let document = after;
  for (const target of immutablesOf(schema)) {
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
    const value = own(before, sub.name);
    return isKept && value !== undefined && own(after, sub.name) === undefined ? [[sub.name, value] as const] : [];
  });
  return hidden.length === 0 ? after : { ...after, ...Object.fromEntries(hidden) };
}

const immutables = new WeakMap<ResourceSchema, readonly ResolvedAttribute[]>();

/** The attributes of a document with something immutable in them: none in the standard schemas. */
function immutablesOf(schema: ResourceSchema): readonly ResolvedAttribute[] {
  let known = immutables.get(schema);
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
    immutables.set(schema, known);
  }
  return known;
}

function hasImmutableSub({ subAttributes = [] }: AttributeDefinition): boolean {
  return subAttributes.some((sub) => sub.mutability === 'immutable');
}

function valueAt(document: JsonObject, { extension, attribute }: ResolvedAttribute): JsonValue | undefined {
  const container = extension === undefined ? document : own(document, extension);
  return isObject(container) ? own(container, attribute.name) : undefined;
}

function withValueAt(document: JsonObject, { extension, attribute }: ResolvedAttribute, value: JsonValue): JsonObject {
  if (extension === undefined) return { ...document, [attribute.name]: value };
  const container = own(document, extension);
  return { ...document, [extension]: { ...(isObject(container) ? container : {}), [attribute.name]: value } };
}

function own(object: JsonObject, name: string): JsonValue | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/** Equality in which the order of a list does not count: values of an attribute have none (RFC 7643 §2.4). */
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

/** `parent` is the complex attribute that an immutable sub-attribute belongs to, if only the sub-attribute is immutable. */
function changed(
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
      ? `Send the value that it has; only a new resource can have another one`
      : `Send the value that it has; to have another one, first remove the whole value of ${parent}, then add it again`;
  return new AppError(
    'mutability',
    `${name}${isHidden ? '' : ` is ${quote(before)} and`} cannot ${change}, since it is immutable (RFC 7643 §7). ${remedy}.`,
    { attribute: name, ...(!isHidden && { value: after }) },
  );
}
