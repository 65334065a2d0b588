import { isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import type { FlatValue } from './flat-resource.ts';
import type { TargetName } from './target-name.ts';

/** Whether it is `roles` as a whole, as AppRoleAssignmentsComplex gives it (§1.6). */
export function isWholeRoles({ schema, attribute, element, path }: TargetName): boolean {
  return schema === undefined && attribute.toLowerCase() === 'roles' && element === undefined && path.length === 0;
}

/**
 * JSON inside a string, without the flag: `{"value":"{\"id\":…,\"value\":\"25\",\"displayName\":\"Role1234\"}"}`. The id is
 * that of the application's role, and is there when the role has one.
 */
export function roleAsText(role: FlatValue): JsonValue {
  const members: JsonObject = isObject(role) ? role : { value: role as JsonValue };
  const { id, value = null } = members;
  const displayName = members['displayName'] ?? members['display'] ?? value;
  return { value: JSON.stringify({ ...(id !== undefined && { id }), value, displayName }) };
}

/** A role elsewhere: SCIM has no id there. */
export function roleElement(role: FlatValue): JsonValue {
  if (!isObject(role)) return role as JsonValue;
  const { id: _, ...rest } = role;
  return rest;
}
