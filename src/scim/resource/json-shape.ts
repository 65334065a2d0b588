import { AppError, quote } from '#base/errors.ts';
import { forbiddenKeys, isObject, type JsonObject, type JsonValue } from '#base/json.ts';

/** Like `Array.isArray`, but keeps the type of a JSON list, which `Array.isArray` widens to `any[]`. */
export function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** Returns the value of the first member that has the name in any letter case (RFC 7643 §2.1). `name` must be in lower case. */
export function memberNamed(object: JsonObject, name: string): JsonValue | undefined {
  return Object.entries(object).find(([key]) => key.toLowerCase() === name)?.[1];
}

/**
 * True if a value in a request means "no value" (RFC 7643 §2.5): null, an empty list, an empty string, or an object or a list
 * that contains only such values. Entra ID sends such an object to clear a manager.
 */
export function isUnassigned(value: JsonValue): boolean {
  if (value === null || value === '') return true;
  if (isList(value)) return value.every(isUnassigned);
  return isObject(value) && Object.values(value).every(isUnassigned);
}

/** Throws `forbiddenKey` for a name that accesses the prototype of an object, such as `__proto__`. */
export function requireSafeName(name: string): void {
  if (!forbiddenKeys.has(name)) return;
  throw new AppError(
    'forbiddenKey',
    `The body has the key ${quote(name)}, which cannot be the name of a SCIM attribute. Remove it.`,
    {
      attribute: name,
    },
  );
}

/**
 * Returns the kind of a value for messages about the shape of a body, such as `a string`. Does not include the value, since any
 * part of a body may be a secret.
 */
export function describeKind(value: JsonValue): string {
  if (value === null || isList(value) || isObject(value)) return describeValue(value);
  return `a ${kindOf(value)}`;
}

/** Returns a value in words for messages, such as `the string "abc"` or `a number list`. */
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
