import type { Database } from '#database/database.ts';
import { findSourceGroups } from '../source/source-group-store.ts';
import { groupIdsOf } from '../source/source-member-store.ts';
import type { SourceObject } from '../source/source-object.ts';
import type { ApplicationSettings, Assignment, EntraApplication } from './application.ts';
import { assignmentsOfPrincipals } from './assignment-store.ts';
import type { ObjectMapping, ScopeEvaluation, SourceValues } from './object-mapping.ts';
import { sourceValuesOf } from './source-values.ts';

/** Whether an object is provisioned, and why (§3.3, §3.4): what "Determine if user is in scope" shows. */
export interface ScopeDecision {
  /** Neither deleted nor, for a user, disabled in the source. */
  readonly isActive: boolean;
  /** Directly, or as a direct member of an assigned group. */
  readonly assigned: boolean;
  /** IsEffectivelyEntitledForProvisioning: active, and assigned where the scope asks for it. */
  readonly entitled: boolean;
  /** Whether the scoping filters let it through. */
  readonly inProvisioningScope: boolean;
  readonly evaluation: ScopeEvaluation;
  /** The computed IsSoftDeleted: whatever keeps it from being provisioned. */
  readonly isSoftDeleted: boolean;
}

/** An object of the source with what is decided about it, and with what its mappings read. */
export interface ScopedObject {
  readonly object: SourceObject;
  readonly decision: ScopeDecision;
  readonly values: SourceValues;
}

/** What decides about one object. Pure. */
export function decideScope(
  object: SourceObject,
  { settings, mapping, roles }: ScopeRules & { readonly roles: readonly string[] },
): ScopedObject {
  const isActive = object.deletedAt === null && (object.type === 'Group' || object.accountEnabled);
  const assigned = roles.length > 0;
  const isProvisionable = object.type === 'User' || object.attributes['securityEnabled'] !== false;
  const entitled = isActive && isProvisionable && (assigned || settings.scope === 'all');
  const valuesWith = (isSoftDeleted: boolean) => sourceValuesOf(object, { isSoftDeleted, appRoleAssignments: roles });
  // A filter on IsSoftDeleted sees what is known before the filters.
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
 * Decides about a page of objects of one type, in their order, with a few queries for all of them. Members are not among
 * the values: they are read group by group.
 */
export async function scopesOf(
  { database }: { readonly database: Database },
  application: Pick<EntraApplication, 'id' | 'tenantId' | 'settings'>,
  mapping: Pick<ObjectMapping, 'evaluateScope'>,
  objects: readonly SourceObject[],
): Promise<readonly ScopedObject[]> {
  const roles = await rolesOf(database, application, objects);
  const { settings } = application;
  return objects.map((object) => decideScope(object, { settings, mapping, roles: roles.get(object.id) ?? [] }));
}

/** The values of the roles that each object is assigned with; who is not assigned is not in the map. */
async function rolesOf(
  database: Database,
  application: Pick<EntraApplication, 'id' | 'tenantId'>,
  objects: readonly SourceObject[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const userIds = objects.filter(({ type }) => type === 'User').map(({ id }) => id);
  // Those of groups within groups are not assigned: nobody provisions nested groups.
  const groupIds = await groupIdsOf(database, userIds);
  const principals = new Set([...objects.map(({ id }) => id), ...[...groupIds.values()].flat()]);
  const assignments = await assignmentsOfPrincipals(database, application.id, [...principals]);
  const byPrincipal = Map.groupBy(assignments, ({ principalId }) => principalId);
  const living = await livingGroups(database, application.tenantId, assignments);
  const found = new Map<string, readonly string[]>();
  for (const { id } of objects) {
    const groups = (groupIds.get(id) ?? []).filter((groupId) => living.has(groupId));
    const roles = [id, ...groups].flatMap((principal) => byPrincipal.get(principal) ?? []).map((one) => one.roleValue);
    if (roles.length > 0) found.set(id, [...new Set(roles)]);
  }
  return found;
}

/** Whoever is assigned by a group that was deleted is assigned no longer. */
async function livingGroups(
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
