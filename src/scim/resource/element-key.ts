import { fold } from '#base/fold.ts';
import { isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import { isFolded, type AttributeDefinition } from '#scim/schema/attribute.ts';
import { subAttribute } from '#scim/schema/resource-schema.ts';

/** The name of the members attribute. Members are identified by `value`, and only the size of the body limits their number. */
export const MEMBERS = 'members';

/**
 * Returns the key of an element: two elements with the same key are the same value. Members are identified by `value`, other
 * elements by `value` and `type` (RFC 7643 §2.4), and elements without `value` by all their sub-attributes. Keys are
 * case-sensitive only if the attribute's `caseExact` is true.
 */
export function elementKey(name: string, definition: AttributeDefinition, element: JsonValue): string {
  if (!isObject(element)) return JSON.stringify(keyOf(definition, element));
  const { value, type = null } = element;
  if (name === MEMBERS && typeof value === 'string') return value;
  if (value !== undefined)
    return JSON.stringify([subKey(definition, 'value', value), subKey(definition, 'type', type)]);
  const entries = Object.entries(element).map(([key, inner]) => [key, subKey(definition, key, inner)] as const);
  return JSON.stringify(entries.toSorted(([left], [right]) => (left < right ? -1 : 1)));
}

function subKey(definition: AttributeDefinition, name: string, value: JsonValue): JsonValue {
  const sub = subAttribute(definition, name);
  return sub === undefined ? value : keyOf(sub, value);
}

function keyOf(definition: AttributeDefinition, value: JsonValue): JsonValue {
  return typeof value === 'string' && isFolded(definition) ? fold(value) : value;
}

/**
 * Merges elements with the same key, in linear time. The first one is kept, and gets the sub-attributes that only a later one
 * has, so no sub-attribute is lost. Of repeated members, only the first one is kept.
 */
export function distinctElements(
  name: string,
  definition: AttributeDefinition,
  elements: readonly JsonValue[],
): readonly JsonValue[] {
  const byKey = new Map<string, JsonValue>();
  for (const element of elements) {
    const key = elementKey(name, definition, element);
    const first = byKey.get(key);
    byKey.set(key, first === undefined || name === MEMBERS ? (first ?? element) : withRepetition(first, element));
  }
  return byKey.size === elements.length ? elements : [...byKey.values()];
}

function withRepetition(first: JsonValue, later: JsonValue): JsonValue {
  if (!isObject(first) || !isObject(later)) return first;
  const merged: JsonObject = { ...later, ...first };
  return later['primary'] === true ? { ...merged, primary: true } : merged;
}
