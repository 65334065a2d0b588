import { isObject, type JsonObject, type JsonValue } from '#base/json.ts';

/** The maximum length of a role as JSON in a string, in UTF-16 code units. An id, value and displayName are far shorter. */
const ROLE_TEXT_LENGTH_MAX = 4_096;

/**
 * Converts a role from Entra ID's form to that of RFC 7643 §4.1.2. Without the flag, Entra ID's PATCH has the role as JSON
 * inside a string (`{"value":"{\"id\":…,\"value\":\"25\",\"displayName\":\"Role1234\"}"}`), and one page of its documentation
 * has `displayName` instead of `display` (customize-application-attributes, "Provisioning a role to a SCIM app").
 *
 * @example
 * readRole({ value: '{"id":"06","value":"25","displayName":"Editor"}' }); // { value: '25', display: 'Editor' }
 */
export function readRole(role: JsonObject): JsonObject {
  const entries = Object.entries(role).flatMap(([key, value]) => {
    const inner = key.toLowerCase() === 'value' ? parseRole(value) : undefined;
    // `id` is the id of the app role in Entra ID, and not a sub-attribute of SCIM.
    return inner === undefined ? [[key, value] as const] : Object.entries(inner).filter(([name]) => name !== 'id');
  });
  return Object.fromEntries(
    entries.map(([key, value]) => [key.toLowerCase() === 'displayname' ? 'display' : key, value]),
  );
}

function parseRole(value: JsonValue): JsonObject | undefined {
  if (typeof value !== 'string' || !value.trimStart().startsWith('{') || value.length > ROLE_TEXT_LENGTH_MAX)
    return undefined;
  try {
    const parsed: unknown = JSON.parse(value);
    return isObject(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}
