import { isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import type { FlatValue } from './flat-resource.ts';
import type { TargetName } from './target-name.ts';

/** True for the name `roles`, the whole attribute, to which AppRoleAssignmentsComplex is mapped (§1.6). */
export function isWholeRoles({ schema, attribute, element, path }: TargetName): boolean {
  return schema === undefined && attribute.toLowerCase() === 'roles' && element === undefined && path.length === 0;
}

/**
 * Returns a role as Entra ID writes it without the flag, as JSON in a string:
 * `{"value":"{\"id\":…,\"value\":\"25\",\"displayName\":\"Role1234\"}"}`. The id is that of the application's role, if the role has one.
 */
export function roleAsText(role: FlatValue): JsonValue {
  const members: JsonObject = isObject(role) ? role : { value: role as JsonValue };
  const { id, value = null } = members;
  const displayName = members['displayName'] ?? members['display'] ?? value;
  return { value: JSON.stringify({ ...(id !== undefined && { id }), value, displayName }) };
}

/** Returns a role as Entra ID writes it in all other cases: without the id, which SCIM does not define for roles. */
export function roleElement(role: FlatValue): JsonValue {
  if (!isObject(role)) return role as JsonValue;
  const { id: _, ...rest } = role;
  return rest;
}
