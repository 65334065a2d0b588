import { isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import { VALUES_MAX } from '#scim/limits.ts';
import { nameOf, type ResolvedAttribute } from '#scim/path/attribute-path.ts';
import type { AttributeDefinition } from '#scim/schema/attribute.ts';
import { subAttribute } from '#scim/schema/resource-schema.ts';
import { distinctElements, MEMBERS } from './element-key.ts';
import { elementWithoutValue, hasMeaning, isClearedElement, isEmptyTemplate } from './element-meaning.ts';
import { reportIgnored, type IgnoredReport } from './ignored-attributes.ts';
import { isList, isUnassigned, requireSafeName } from './json-shape.ts';
import { normalizeScalar } from './normalize-scalar.ts';
import { readRole } from './role-value.ts';
import { invalidType, tooManyValues } from './value-errors.ts';

export interface NormalizeContext {
  /** Receives the unknown sub-attributes that were ignored, by their full path. */
  readonly ignored: IgnoredReport;
  /** The canonical names, as returned by `nameOf`, of sub-attributes that are treated as unknown. */
  readonly unsupported?: ReadonlySet<string> | undefined;
}

/**
 * Returns a value of an attribute or a sub-attribute in canonical form; undefined if it is unassigned. Accepts the forms that
 * Entra ID and other clients send instead: a string for a boolean, a string for `{value}`, a single value for a list, and a
 * list of one for a single value. Throws `invalidType`, `invalidValue`, `valueTooLong`, `tooManyValues` and `forbiddenKey`.
 */
export function normalizeValue(
  target: ResolvedAttribute,
  value: JsonValue,
  context: NormalizeContext,
): JsonValue | undefined {
  const canonical = normalizeAny(target.sub ?? target.attribute, nameOf(target), value, context);
  if (canonical === undefined && target.sub !== undefined && isMemberValue(target)) {
    throw elementWithoutValue(MEMBERS, target.attribute, { element: value });
  }
  return canonical;
}

function isMemberValue(target: ResolvedAttribute): boolean {
  return nameOf(target) === `${MEMBERS}.value`;
}

/**
 * Like `normalizeValue`, but for one element that a filter names, such as the value of `emails[type eq "work"]`. Returns undefined
 * for a value that clears the element, and for one with only unknown sub-attributes.
 */
export function normalizeElement(
  target: ResolvedAttribute,
  value: JsonValue,
  context: NormalizeContext,
): JsonValue | undefined {
  const { attribute } = target;
  const name = nameOf({ ...target, sub: undefined });
  const isCleared = isClearedElement(name, attribute, value);
  if (!isCleared && isUnassigned(value)) throw elementWithoutValue(name, attribute, { element: value });
  const canonical = normalizeOne(attribute, name, value, context);
  if (canonical === undefined && !isCleared && name === MEMBERS) {
    throw elementWithoutValue(name, attribute, { element: value });
  }
  return isCleared ? undefined : canonical;
}

function normalizeAny(
  definition: AttributeDefinition,
  name: string,
  value: JsonValue,
  context: NormalizeContext,
): JsonValue | undefined {
  if (!definition.multiValued) return normalizeOne(definition, name, value, context);
  // RFC 7643 §2.5. Entra ID clears an attribute with "", but never the members of a group.
  if (value === null || (value === '' && name !== MEMBERS)) return undefined;
  const given = isList(value) ? value : [value];
  const elements = given.flatMap((element, index) => {
    const canonical = normalizeOne(definition, name, element, context);
    if (canonical !== undefined && hasMeaning(name, definition, canonical)) return [canonical];
    if (isEmptyTemplate(name, definition, element)) return [];
    throw elementWithoutValue(name, definition, { element, index });
  });
  const distinct = distinctElements(name, definition, elements);
  if (distinct.length > VALUES_MAX && name !== MEMBERS) throw tooManyValues(name, distinct.length, VALUES_MAX);
  return distinct.length === 0 ? undefined : distinct;
}

function normalizeOne(
  definition: AttributeDefinition,
  name: string,
  value: JsonValue,
  context: NormalizeContext,
): JsonValue | undefined {
  if (definition.type !== 'complex') return normalizeScalar(definition, name, value);
  const object = readComplex(definition, name, value);
  return object && normalizeObject(definition, name, object, context);
}

/** Returns a complex value as an object; undefined if it is unassigned. `["x"]` and `"x"` become `{value: "x"}`. */
export function readComplex(definition: AttributeDefinition, name: string, value: JsonValue): JsonObject | undefined {
  // Entra ID's tutorial sends the manager as a list with one element.
  const given = isList(value) && value.length <= 1 ? (value[0] ?? '') : value;
  if (isList(value) && value[0] === null) throw invalidType(definition, name, value);
  if (given === null || given === '') return undefined;
  if (isObject(given)) return given;
  const hasValue = subAttribute(definition, 'value') !== undefined;
  if (hasValue && (typeof given === 'string' || typeof given === 'number')) return { value: given };
  throw invalidType(definition, name, given);
}

function normalizeObject(
  definition: AttributeDefinition,
  name: string,
  object: JsonObject,
  context: NormalizeContext,
): JsonObject | undefined {
  const values = new Map<string, JsonValue>();
  for (const [key, value] of Object.entries(name === 'roles' ? readRole(object) : object)) {
    requireSafeName(key);
    const sub = subAttribute(definition, key);
    if (sub === undefined || context.unsupported?.has(`${name}.${sub.name}`) === true) {
      // An unknown sub-attribute that is null, such as Entra ID's `"$ref": null`, is not reported: no data is lost.
      if (value !== null) reportIgnored(context.ignored, `${name}.${key}`, 'unknown');
    } else if (sub.mutability !== 'readOnly') {
      const canonical = normalizeAny(sub, `${name}.${sub.name}`, value, context);
      if (canonical === undefined) values.delete(sub.name);
      else values.set(sub.name, canonical);
    }
  }
  return values.size === 0 ? undefined : Object.fromEntries(values);
}
