import type { JsonObject } from '#base/json.ts';

export type ObjectType = 'User' | 'Group';

/** A tenant of the Entra ID stand-in: a source directory with users and groups. */
export interface EntraTenant {
  /** A GUID. */
  readonly id: string;
  readonly organizationId: string;
  readonly name: string;
  /** The domain of its user principal names, such as contoso.example. */
  readonly domain: string;
  /** The number of its last change in the change log; 0 before the first. */
  readonly changeNumber: number;
  readonly createdAt: Date;
}

/** A user in a tenant. */
export interface SourceUser {
  readonly type: 'User';
  /** objectId, a GUID. */
  readonly id: string;
  readonly organizationId: string;
  readonly tenantId: string;
  /**
   * Values by Entra's names (`sourceUserAttributes`): strings, lists of strings, booleans. Excludes attributes that are separate
   * properties here (objectId, accountEnabled, manager) and computed ones (IsSoftDeleted, appRoleAssignments).
   */
  readonly attributes: JsonObject;
  readonly accountEnabled: boolean;
  /** The objectId of the manager. */
  readonly managerId: string | null;
  /** When it was deleted; null if it is not deleted. A deleted user can be restored for 30 days, and is then purged. */
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
  /** Values by Entra's names: displayName, description, mailNickname, mailEnabled, securityEnabled and so on. */
  readonly attributes: JsonObject;
  /** The rule of a dynamic group; null for a group with assigned members. */
  readonly membershipRule: string | null;
  readonly deletedAt: Date | null;
  readonly createdAt: Date;
  readonly modifiedAt: Date;
}

export type SourceObject = SourceUser | SourceGroup;

/** An entry of a tenant's change log. Numbers have no gaps and grow in the order of the commits. */
export interface SourceChange {
  readonly number: number;
  readonly objectType: ObjectType | 'Assignment';
  /** The objectId of the object; for an assignment, that of the assigned user or group. */
  readonly objectId: string;
  /** purge: deleted permanently. member: a member of the group was added or removed. */
  readonly kind: 'add' | 'update' | 'delete' | 'purge' | 'member';
  /** The id of the member that was added or removed; for an assignment, the id of the application. */
  readonly detailId: string | null;
  /** The names of the changed attributes, for updates. */
  readonly fields: readonly string[];
  readonly at: Date;
}
