import type { JsonObject } from '#base/json.ts';

export type ObjectType = 'User' | 'Group';

/** A tenant of the stand-in: a source directory with people and groups. */
export interface EntraTenant {
  /** A GUID. */
  readonly id: string;
  readonly organizationId: string;
  readonly name: string;
  /** The domain of its user principal names, such as contoso.example. */
  readonly domain: string;
  /** The number of its last change; 0 before the first. */
  readonly changeNumber: number;
  readonly createdAt: Date;
}

/** A person in a tenant. */
export interface SourceUser {
  readonly type: 'User';
  /** objectId, a GUID. */
  readonly id: string;
  readonly organizationId: string;
  readonly tenantId: string;
  /**
   * By Entra's names (`sourceUserAttributes`): strings, lists of strings, booleans. What has a place of its own here
   * (objectId, accountEnabled, manager) and what is computed (IsSoftDeleted, appRoleAssignments) is not among them.
   */
  readonly attributes: JsonObject;
  readonly accountEnabled: boolean;
  /** The objectId of the manager. */
  readonly managerId: string | null;
  /** When it was deleted; it can be restored for 30 days, and then it is purged. */
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
  /** displayName, description, mailNickname, mailEnabled, securityEnabled and so on, by Entra's names. */
  readonly attributes: JsonObject;
  /** The rule of a dynamic group; null for one whose members are assigned. */
  readonly membershipRule: string | null;
  readonly deletedAt: Date | null;
  readonly createdAt: Date;
  readonly modifiedAt: Date;
}

export type SourceObject = SourceUser | SourceGroup;

/** One entry of a tenant's change log; numbers have no gaps and grow in the order of the commits. */
export interface SourceChange {
  readonly number: number;
  readonly objectType: ObjectType | 'Assignment';
  /** Of the object; of an assignment the principal's. */
  readonly objectId: string;
  /** purge: removed for good. member: a member of the group came or went. */
  readonly kind: 'add' | 'update' | 'delete' | 'purge' | 'member';
  /** The member that came or went; the application of an assignment. */
  readonly detailId: string | null;
  /** Names of the attributes that changed, for updates. */
  readonly fields: readonly string[];
  readonly at: Date;
}
