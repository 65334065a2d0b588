import type { JsonObject } from '#base/json.ts';

export type ObjectType = 'User' | 'Group';

/** A tenant of the Entra ID stand-in: a source directory with users and groups. */
export interface EntraTenant {
  /** A GUID. */
  readonly id: string;
  readonly organizationId: string;
  readonly name: string;
  /** The domain of the tenant's userPrincipalNames, such as contoso.example. */
  readonly domain: string;
  /** The number of the last entry in the tenant's change log; 0 if the log is empty. */
  readonly changeNumber: number;
  readonly createdAt: Date;
}

/** A user in a tenant. */
export interface SourceUser {
  readonly type: 'User';
  /** The objectId, a GUID. */
  readonly id: string;
  readonly organizationId: string;
  readonly tenantId: string;
  /**
   * The values by their names in Entra ID (`sourceUserAttributes`): strings, lists of strings and booleans. Does not contain the
   * attributes that are separate properties here (objectId, accountEnabled, manager) or computed (IsSoftDeleted, appRoleAssignments).
   */
  readonly attributes: JsonObject;
  readonly accountEnabled: boolean;
  /** The objectId of the manager. */
  readonly managerId: string | null;
  /** When the user was deleted; null if the user is not deleted. A deleted user can be restored for 30 days, and is then purged. */
  readonly deletedAt: Date | null;
  readonly createdAt: Date;
  readonly modifiedAt: Date;
}

/** A security group in a tenant. */
export interface SourceGroup {
  readonly type: 'Group';
  readonly id: string;
  readonly organizationId: string;
  readonly tenantId: string;
  /** The values by their names in Entra ID: displayName, description, mailNickname, mailEnabled, securityEnabled and so on. */
  readonly attributes: JsonObject;
  /** The rule of a dynamic group; null for a group with assigned members. */
  readonly membershipRule: string | null;
  readonly deletedAt: Date | null;
  readonly createdAt: Date;
  readonly modifiedAt: Date;
}

export type SourceObject = SourceUser | SourceGroup;

/** An entry of a tenant's change log. The numbers of the entries have no gaps and grow in the order of the commits. */
export interface SourceChange {
  readonly number: number;
  readonly objectType: ObjectType | 'Assignment';
  /** The objectId of the changed object; for an assignment, the objectId of the assigned user or group. */
  readonly objectId: string;
  /** `purge`: the object was deleted permanently. `member`: a member was added to the group or removed from it. */
  readonly kind: 'add' | 'update' | 'delete' | 'purge' | 'member';
  /** The id of the member that was added or removed; for an assignment, the id of the application. */
  readonly detailId: string | null;
  /** The names of the changed attributes; empty unless `kind` is `update`. */
  readonly fields: readonly string[];
  readonly at: Date;
}
