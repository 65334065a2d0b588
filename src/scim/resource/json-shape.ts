import { AppError, quote } from '#base/errors.ts';
import { forbiddenKeys, isObject, type JsonObject, type JsonValue } from '#base/json.ts';

/** `Array.isArray` for JSON values; by itself it makes any[] of a readonly list. */
export function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** The first member with a name in lower case: the names of what a client sends have no letter case (RFC 7643 §2.1). */
export function memberNamed(object: JsonObject, name: string): JsonValue | undefined {
  return Object.entries(object).find(([key]) => key.toLowerCase() === name)?.[1];
}

/**
 * Whether a value as sent means "no value" (RFC 7643 §2.5): null, an empty list, and, as Entra ID clears a manager, ""
 * or an object or list of nothing but such values.
 */
export function isUnassigned(value: JsonValue): boolean {
  if (value === null || value === '') return true;
  if (isList(value)) return value.every(isUnassigned);
  return isObject(value) && Object.values(value).every(isUnassigned);
}

/** Throws `forbiddenKey` for a name that reaches an object's prototype. */
export function requireSafeName(name: string): void {
  if (!forbiddenKeys.has(name)) return;
  throw new AppError(
    'forbiddenKey',
    `The body has the key ${quote(name)}, which no SCIM attribute may have. Remove it.`,
    {
      attribute: name,
    },
  );
}

/** What a value is, without the value, for messages about the shape of a body: any part of a body may be a secret. */
export function describeKind(value: JsonValue): string {
  if (value === null || isList(value) || isObject(value)) return describeValue(value);
  return `a ${kindOf(value)}`;
}

/** A value in words, for messages: `the string "abc"`, `a number list`. */
export function describeValue(value: JsonValue): string {
  if (value === null) return 'null';
  if (isList(value)) {
    const kinds = new Set(value.map(kindOf));
    const [kind] = kinds;
    return kinds.size === 1 ? `${kind === 'object' ? 'an' : 'a'} ${kind} list` : 'a list';
  }
  return isObject(value) ? 'an object' : `the ${kindOf(value)} ${quote(value)}`;
}

function kindOf(value: JsonValue): string {
  if (value === null) return 'null';
  return isList(value) ? 'list' : typeof value;
}
