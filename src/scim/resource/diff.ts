import { isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import { isList } from './json-shape.ts';

export interface FieldChange {
  /** The canonical name, such as `name.givenName` or `urn:…:User:department`. */
  readonly field: string;
  /** null if the field had no value. */
  readonly from: JsonValue;
  readonly to: JsonValue;
}

/**
 * Returns the changes between two documents. Each changed attribute, sub-attribute of a single-valued complex attribute, and
 * attribute of an extension is one entry. A multi-valued attribute is one entry. The list is empty if and only if
 * `sameDocument` is true. Values are not masked: callers that store them must mask the password.
 *
 * @example
 * diff({ name: { givenName: 'Ann' } }, { name: { givenName: 'Anna' } });
 * // [{ field: 'name.givenName', from: 'Ann', to: 'Anna' }]
 */
export function diff(before: JsonObject, after: JsonObject): readonly FieldChange[] {
  return diffObjects(before, after, '');
}

function diffObjects(before: JsonObject, after: JsonObject, prefix: string): readonly FieldChange[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].flatMap((name) => {
    const from = Object.hasOwn(before, name) ? before[name] : undefined;
    const to = Object.hasOwn(after, name) ? after[name] : undefined;
    const field = `${prefix}${name}`;
    if (isPart(from) && isPart(to) && (from !== undefined || to !== undefined)) {
      const inner = diffObjects(from ?? {}, to ?? {}, `${field}${name.includes(':') ? ':' : '.'}`);
      if (inner.length > 0) return inner;
    }
    return sameValue(from, to) ? [] : [{ field, from: from ?? null, to: to ?? null }];
  });
}

function isPart(value: JsonValue | undefined): value is JsonObject | undefined {
  return value === undefined || isObject(value);
}

/** True if two documents are deeply equal. The order of keys does not matter; the order of list elements does. */
export function sameDocument(left: JsonObject, right: JsonObject): boolean {
  return sameValue(left, right);
}

/** True if two values are deeply equal, as in `sameDocument`. */
export function sameValue(left: JsonValue | undefined, right: JsonValue | undefined): boolean {
  if (left === right) return true;
  if (isList(left) || isList(right)) {
    if (!isList(left) || !isList(right) || left.length !== right.length) return false;
    return left.every((element, index) => sameValue(element, right[index]));
  }
  if (!isObject(left) || !isObject(right)) return false;
  const names = Object.keys(left);
  if (names.length !== Object.keys(right).length) return false;
  return names.every((name) => Object.hasOwn(right, name) && sameValue(left[name], right[name]));
}
