import type { JsonValue } from '#base/json.ts';
import type { SourceObject } from '../source/source-object.ts';
import type { FlatValue } from '../wire/flat-resource.ts';
import type { SourceValues } from './object-mapping.ts';
import { APP_ROLE_ASSIGNMENTS, IS_SOFT_DELETED } from './source-directory.ts';

/** The values of a source object that are not stored with it, but computed for an application. */
export interface ComputedValues {
  readonly isSoftDeleted: boolean;
  /** The values of the roles that the object has, directly or through its groups. */
  readonly appRoleAssignments: readonly string[];
  /** The ids of a group's members; undefined if the mappings do not need them. */
  readonly members?: readonly string[] | undefined;
}

/** Returns the stored and computed values of an object, by Entra ID's attribute names. Mappings and scoping filters read them. */
export function sourceValuesOf(object: SourceObject, computed: ComputedValues): SourceValues {
  const values = new Map<string, FlatValue | null>();
  for (const [name, value] of Object.entries(object.attributes)) values.set(name, toFlat(value));
  values.set('objectId', object.id);
  values.set(IS_SOFT_DELETED, computed.isSoftDeleted);
  if (object.type === 'Group') {
    if (computed.members !== undefined) values.set('members', computed.members);
    return values;
  }
  values.set('accountEnabled', object.accountEnabled);
  values.set('manager', object.managerId);
  values.set(APP_ROLE_ASSIGNMENTS, computed.appRoleAssignments);
  const upn = object.attributes['userPrincipalName'];
  if (typeof upn === 'string') {
    values.set('originalUserPrincipalName', upn);
    values.set('userPrincipalName', withoutGuestMark(upn));
  }
  return values;
}

/** Converts a guest's ada_fabrikam.example#EXT#@contoso.example to ada@fabrikam.example, which is what Entra ID provisions (§3.3). */
function withoutGuestMark(upn: string): string {
  const mark = upn.toUpperCase().indexOf('#EXT#@');
  if (mark < 0) return upn;
  const alias = upn.slice(0, mark);
  const at = alias.lastIndexOf('_');
  return at < 0 ? alias : `${alias.slice(0, at)}@${alias.slice(at + 1)}`;
}

function toFlat(value: JsonValue): FlatValue | null {
  if (!Array.isArray(value)) return value as FlatValue | null;
  return (value as readonly JsonValue[]).map(toFlat).filter((one) => one !== null);
}
