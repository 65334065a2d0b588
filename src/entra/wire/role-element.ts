import { isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import type { FlatValue } from './flat-resource.ts';
import type { TargetName } from './target-name.ts';

/** True for the name `roles` without a filter or a sub-attribute, which AppRoleAssignmentsComplex is mapped to (§1.6). */
export function isWholeRoles({ schema, attribute, element, path }: TargetName): boolean {
  return schema === undefined && attribute.toLowerCase() === 'roles' && element === undefined && path.length === 0;
}

/**
 * Returns a role as Entra ID writes it for a Tenant URL without the flag, as JSON in a string:
 * `{"value":"{\"id\":…,\"value\":\"25\",\"displayName\":\"Role1234\"}"}`. The id is the id of the application's role, if it has one.
 */
export function roleAsText(role: FlatValue): JsonValue {
  const members: JsonObject = isObject(role) ? role : { value: role as JsonValue };
  const { id, value = null } = members;
  const displayName = members['displayName'] ?? members['display'] ?? value;
  return { value: JSON.stringify({ ...(id !== undefined && { id }), value, displayName }) };
}

/** Returns a role as Entra ID writes it in all other bodies: as an object without an id, which SCIM does not define for roles. */
export function roleElement(role: FlatValue): JsonValue {
  if (!isObject(role)) return role as JsonValue;
  const { id: _, ...rest } = role;
  return rest;
}
