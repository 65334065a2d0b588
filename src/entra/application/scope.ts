import type { Database } from '#database/database.ts';
import { findSourceGroups } from '../source/source-group-store.ts';
import { groupIdsOf } from '../source/source-member-store.ts';
import type { SourceObject } from '../source/source-object.ts';
import type { ApplicationSettings, Assignment, EntraApplication } from './application.ts';
import { assignmentsOfPrincipals } from './assignment-store.ts';
import type { ObjectMapping, ScopeEvaluation, SourceValues } from './object-mapping.ts';
import { sourceValuesOf } from './source-values.ts';

/**
 * The decision on whether an object is provisioned, and the reasons for the decision, as in the portal's step "Determine if user is in
 * scope" (§3.3).
 */
export interface ScopeDecision {
  /** True if the object is not deleted and, for a user, not disabled in the source. */
  readonly isActive: boolean;
  /** True if the object is assigned, directly or as a direct member of an assigned group. */
  readonly assigned: boolean;
  /** IsEffectivelyEntitledForProvisioning: true if the object is active, can be provisioned, and is assigned or the scope is `all`. */
  readonly entitled: boolean;
  /** True if the object meets the scoping filters. */
  readonly inProvisioningScope: boolean;
  readonly evaluation: ScopeEvaluation;
  /** The value of the computed attribute IsSoftDeleted: true if the object is not entitled or not in scope. */
  readonly isSoftDeleted: boolean;
}

/** A source object with its scope decision and the values that its mappings read. */
export interface ScopedObject {
  readonly object: SourceObject;
  readonly decision: ScopeDecision;
  readonly values: SourceValues;
}

/** Decides whether an object is in scope, without reading the database. `roles` are the object's roles in the application. */
export function decideScope(
  object: SourceObject,
  { settings, mapping, roles }: ScopeRules & { readonly roles: readonly string[] },
): ScopedObject {
  const isActive = object.deletedAt === null && (object.type === 'Group' || object.accountEnabled);
  const assigned = roles.length > 0;
  const isProvisionable = object.type === 'User' || object.attributes['securityEnabled'] !== false;
  const entitled = isActive && isProvisionable && (assigned || settings.scope === 'all');
  const valuesWith = (isSoftDeleted: boolean) => sourceValuesOf(object, { isSoftDeleted, appRoleAssignments: roles });
  // The filters determine the final value of IsSoftDeleted, so a filter on IsSoftDeleted uses the value before the filters are applied.
  const values = valuesWith(!entitled);
  const evaluation = mapping.evaluateScope(values);
  const isSoftDeleted = !entitled || !evaluation.inScope;
  const decision = { isActive, assigned, entitled, inProvisioningScope: evaluation.inScope, evaluation, isSoftDeleted };
  return { object, decision, values: isSoftDeleted === !entitled ? values : valuesWith(isSoftDeleted) };
}

export interface ScopeRules {
  readonly settings: Pick<ApplicationSettings, 'scope'>;
  readonly mapping: Pick<ObjectMapping, 'evaluateScope'>;
}

/**
 * Decides which objects of a page are in scope. All objects have the same type, and a few queries serve all of them. The result has the
 * order of `objects`. The values do not include the members of groups, which are read separately for each group.
 */
export async function decideScopes(
  { database }: { readonly database: Database },
  application: Pick<EntraApplication, 'id' | 'tenantId' | 'settings'>,
  mapping: Pick<ObjectMapping, 'evaluateScope'>,
  objects: readonly SourceObject[],
): Promise<readonly ScopedObject[]> {
  const roles = await rolesOf(database, application, objects);
  const { settings } = application;
  return objects.map((object) => decideScope(object, { settings, mapping, roles: roles.get(object.id) ?? [] }));
}

/** Maps the id of each assigned object to the values of its roles. Objects that are not assigned are not in the map. */
async function rolesOf(
  database: Database,
  application: Pick<EntraApplication, 'id' | 'tenantId'>,
  objects: readonly SourceObject[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const userIds = objects.filter(({ type }) => type === 'User').map(({ id }) => id);
  // Members of nested groups are not assigned: Entra ID does not provision nested groups.
  const groupIds = await groupIdsOf(database, userIds);
  const principals = new Set([...objects.map(({ id }) => id), ...[...groupIds.values()].flat()]);
  const assignments = await assignmentsOfPrincipals(database, application.id, [...principals]);
  const byPrincipal = Map.groupBy(assignments, ({ principalId }) => principalId);
  const notDeleted = await notDeletedGroupIds(database, application.tenantId, assignments);
  const found = new Map<string, readonly string[]>();
  for (const { id } of objects) {
    const groups = (groupIds.get(id) ?? []).filter((groupId) => notDeleted.has(groupId));
    const roles = [id, ...groups].flatMap((principal) => byPrincipal.get(principal) ?? []).map((one) => one.roleValue);
    if (roles.length > 0) found.set(id, [...new Set(roles)]);
  }
  return found;
}

/** Returns the ids of the assigned groups that are not deleted: the members of a deleted group are no longer assigned. */
async function notDeletedGroupIds(
  database: Database,
  tenantId: string,
  assignments: readonly Assignment[],
): Promise<ReadonlySet<string>> {
  const ids = new Set(
    assignments.filter(({ principalType }) => principalType === 'Group').map((one) => one.principalId),
  );
  const groups = await findSourceGroups(database, tenantId, [...ids]);
  return new Set(groups.filter(({ deletedAt }) => deletedAt === null).map(({ id }) => id));
}
