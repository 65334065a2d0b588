import { AppError } from '#base/errors.ts';
import { isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import { VALUES_MAX } from '#scim/limits.ts';
import { nameOf, type ResolvedAttribute } from '#scim/path/attribute-path.ts';
import type { AttributeDefinition } from '#scim/schema/attribute.ts';
import { subAttribute } from '#scim/schema/resource-schema.ts';
import { distinctElements, MEMBERS } from './element-key.ts';
import { reportIgnored, type IgnoredReport } from './ignored-attributes.ts';
import { isList, isUnassigned, requireSafeName } from './json-shape.ts';
import { normaliseScalar } from './normalise-scalar.ts';
import { readRole } from './role-value.ts';
import { invalidType, tooManyValues } from './value-errors.ts';

export interface NormaliseContext {
  /** Where unknown sub-attributes are reported, by their full path. */
  readonly ignored: IgnoredReport;
  /** Canonical names, as by `nameOf`, of sub-attributes that are treated as unknown. */
  readonly unsupported?: ReadonlySet<string> | undefined;
}

/**
 * A value of an attribute, or of its sub-attribute, in canonical form; undefined for unassigned. Takes what Entra ID and
 * other clients send in place of it: text for booleans, a string for `{value}`, one value for a list of one and the
 * reverse. Throws invalidType, invalidValue, valueTooLong, tooManyValues, forbiddenKey.
 */
export function normaliseValue(
  target: ResolvedAttribute,
  value: JsonValue,
  context: NormaliseContext,
): JsonValue | undefined {
  return normaliseAny(target.sub ?? target.attribute, nameOf(target), value, context);
}

/** As `normaliseValue`, for one element of a multi-valued attribute: the value of `emails[type eq "work"]`. */
export function normaliseElement(
  target: ResolvedAttribute,
  value: JsonValue,
  context: NormaliseContext,
): JsonValue | undefined {
  if (isWithoutValue(target.attribute, value)) return undefined;
  return normaliseOne(target.attribute, nameOf({ ...target, sub: undefined }), value, context);
}

function normaliseAny(
  definition: AttributeDefinition,
  name: string,
  value: JsonValue,
  context: NormaliseContext,
): JsonValue | undefined {
  if (!definition.multiValued) return normaliseOne(definition, name, value, context);
  const given = isList(value) ? value : [value];
  const elements = given.flatMap((element) => {
    if (isWithoutValue(definition, element)) return [];
    const canonical = normaliseOne(definition, name, element, context);
    return canonical === undefined ? [] : [canonical];
  });
  if (name === MEMBERS) elements.forEach(requireMemberValue);
  const distinct = distinctElements(name, elements);
  if (distinct.length > VALUES_MAX && name !== MEMBERS) throw tooManyValues(name, distinct.length, VALUES_MAX);
  return distinct.length === 0 ? undefined : distinct;
}

/**
 * Whether the value of an element was sent, and is nothing: its label alone says nothing then. Templates such as OneLogin's
 * make `{"type": "work", "value": ""}` of a person without a telephone.
 */
export function isWithoutValue(definition: AttributeDefinition, element: JsonValue): boolean {
  // Of a member nothing but its value says who it is: that is refused, and empties no group.
  if (!isObject(element) || definition.name === MEMBERS || subAttribute(definition, 'value') === undefined)
    return false;
  const values = Object.entries(element).filter(([key]) => key.toLowerCase() === 'value');
  return values.length > 0 && values.every(([, value]) => isUnassigned(value));
}

function requireMemberValue(element: JsonValue): void {
  if (isObject(element) && typeof element['value'] === 'string') return;
  throw new AppError(
    'invalidValue',
    'A member of members has no value, so that it is not known who is meant. Send the id of the member as its value.',
    { attribute: 'members.value' },
  );
}

function normaliseOne(
  definition: AttributeDefinition,
  name: string,
  value: JsonValue,
  context: NormaliseContext,
): JsonValue | undefined {
  if (definition.type !== 'complex') return normaliseScalar(definition, name, value);
  const object = readComplex(definition, name, value);
  return object && normaliseObject(definition, name, object, context);
}

/** The object that is meant, undefined for unassigned: `["x"]` and `"x"` are `{value: "x"}`. */
export function readComplex(definition: AttributeDefinition, name: string, value: JsonValue): JsonObject | undefined {
  // Entra's tutorial sends the manager as a list of one.
  const given = isList(value) && value.length <= 1 ? (value[0] ?? null) : value;
  if (given === null || given === '') return undefined;
  if (isObject(given)) return given;
  const hasValue = subAttribute(definition, 'value') !== undefined;
  if (hasValue && (typeof given === 'string' || typeof given === 'number')) return { value: given };
  throw invalidType(definition, name, given);
}

function normaliseObject(
  definition: AttributeDefinition,
  name: string,
  object: JsonObject,
  context: NormaliseContext,
): JsonObject | undefined {
  const values = new Map<string, JsonValue>();
  for (const [key, value] of Object.entries(name === 'roles' ? readRole(object) : object)) {
    requireSafeName(key);
    const sub = subAttribute(definition, key);
    if (sub === undefined || context.unsupported?.has(`${name}.${sub.name}`) === true) {
      // Nothing is lost by leaving out what has no value, such as Entra's `"$ref": null`.
      if (value !== null) reportIgnored(context.ignored, `${name}.${key}`, 'unknown');
    } else if (sub.mutability !== 'readOnly') {
      const canonical = normaliseAny(sub, `${name}.${sub.name}`, value, context);
      if (canonical === undefined) values.delete(sub.name);
      else values.set(sub.name, canonical);
    }
  }
  return values.size === 0 ? undefined : Object.fromEntries(values);
}
