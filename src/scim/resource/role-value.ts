import { isObject, type JsonObject, type JsonValue } from '#base/json.ts';

/** UTF-16 units of a role as JSON in a string: id, value and displayName, far below this. */
const ROLE_TEXT_LENGTH_MAX = 4_096;

/**
 * A role as Entra ID writes it, to RFC 7643 §4.1.2. Its PATCH without the flag has JSON inside a string
 * (`{"value":"{\"id\":…,\"value\":\"25\",\"displayName\":\"Role1234\"}"}`), and one of its pages writes `displayName` for
 * `display` (customize-application-attributes, "Provisioning a role to a SCIM app").
 */
export function readRole(role: JsonObject): JsonObject {
  const entries = Object.entries(role).flatMap(([key, value]) => {
    const inner = key.toLowerCase() === 'value' ? parseRole(value) : undefined;
    // The id is that of the app role in Entra ID, and no sub-attribute of SCIM.
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
