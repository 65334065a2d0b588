import type { JsonValue } from '#base/json.ts';
import type { SourceObject } from '../source/source-object.ts';
import type { FlatValue } from '../wire/flat-resource.ts';
import type { SourceValues } from './object-mapping.ts';
import { APP_ROLE_ASSIGNMENTS, IS_SOFT_DELETED } from './source-directory.ts';

/** What is computed about an object for one application. */
export interface ComputedValues {
  readonly isSoftDeleted: boolean;
  /** Values of the roles that it is assigned with, its groups' too. */
  readonly appRoleAssignments: readonly string[];
  /** The members of a group, where a mapping is to see them. */
  readonly members?: readonly string[] | undefined;
}

/** An object as mappings and scoping filters read it: everything by Entra ID's names. */
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

/** Guests are called ada_fabrikam.example#EXT#@contoso.example, and provisioned as ada@fabrikam.example (§3.3). */
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
