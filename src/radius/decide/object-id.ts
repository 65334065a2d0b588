import { isObject, type JsonObject, type JsonValue } from '#base/json.ts';

/**
 * Returns the text at the path of a user attribute, in the notation of SCIM (RFC 7644 §3.10); null if the user has none. Only attributes
 * with one value can hold an object id.
 *
 * @example
 * textAt({ externalId: '3f25…' }, 'externalId'); // '3f25…'
 * textAt(document, 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber');
 */
export function textAt(document: JsonObject, path: string): string | null {
  const end = path.toLowerCase().startsWith('urn:') ? path.lastIndexOf(':') : -1;
  const names = [...(end === -1 ? [] : [path.slice(0, end)]), ...path.slice(end + 1).split('.')];
  const value = names.reduce<JsonValue | undefined>(
    (at, name) => (isObject(at) ? member(at as JsonObject, name) : undefined),
    document,
  );
  return typeof value === 'string' && value !== '' ? value : null;
}

/** Returns a member by its name in any letter case, as SCIM compares names (RFC 7643 §2.1). */
function member(object: JsonObject, name: string): JsonValue | undefined {
  const key = Object.keys(object).find((one) => one.toLowerCase() === name.toLowerCase());
  return key === undefined ? undefined : object[key];
}
