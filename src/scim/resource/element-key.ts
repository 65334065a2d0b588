import { isObject, type JsonValue } from '#base/json.ts';

/** The group's members, whose identity is `value`, and whose number only the body's size limits. */
export const MEMBERS = 'members';

/** Two elements with the same key are the same: members by `value`, all others as a whole, whatever the order of keys. */
export function elementKey(attributeName: string, element: JsonValue): string {
  if (!isObject(element)) return JSON.stringify(element);
  if (attributeName === MEMBERS && typeof element['value'] === 'string') return element['value'];
  return JSON.stringify(Object.entries(element).toSorted(([left], [right]) => (left < right ? -1 : 1)));
}

/** The elements without repetitions, in linear time; the first of equal ones stays. */
export function distinctElements(attributeName: string, elements: readonly JsonValue[]): readonly JsonValue[] {
  const byKey = new Map<string, JsonValue>();
  for (const element of elements) {
    const key = elementKey(attributeName, element);
    if (!byKey.has(key)) byKey.set(key, element);
  }
  return byKey.size === elements.length ? elements : [...byKey.values()];
}
