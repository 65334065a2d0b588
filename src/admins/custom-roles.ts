import { recordEvent } from '#audit/event-store.ts';
import type { Origin } from '#audit/event-types.ts';
import { quote } from '#base/errors.ts';
import { TranslatedError } from '#base/translated-error.ts';
import { inTransaction, type Database } from '#database/database.ts';
import { lockNames } from '#database/locks.ts';
import { requireReach, type AdminDeps, type CallerPermissions } from './administrators.ts';
import {
  countHolders,
  deleteRole,
  findRoleById,
  findRoleByName,
  insertRole,
  listRoles,
  updateRole,
  type CustomRole,
} from './role-store.ts';
import { findRole, rolePermissionNames, type Permission } from './roles.ts';

/** The maximum number of custom roles per organization, as in the directory that the REST API is compatible with. */
export const CUSTOM_ROLES_MAX = 20;

export interface RoleDraft {
  readonly name: string;
  readonly description: string;
  readonly scopes: readonly Permission[];
}

/** Returns a custom role by id. Throws `notFound` (404). */
export async function requireRole(database: Database, organizationId: string, id: string): Promise<CustomRole> {
  const found = await findRoleById(database, organizationId, id);
  if (found !== undefined) return found;
  throw new TranslatedError('notFound', ({ admin }) => admin.roles.unknown(quote(id)), { attribute: 'id', value: id });
}

/**
 * Creates a custom role. Throws `conflict` (409) for a name that is taken, and if there are CUSTOM_ROLES_MAX roles already. Throws
 * `roleForbidden` (403) for permissions that the caller does not have.
 */
export async function createRole(
  deps: AdminDeps,
  origin: Origin,
  draft: RoleDraft,
  reach: CallerPermissions,
): Promise<CustomRole> {
  const { organizationId } = origin;
  requireReach(reach, draft.scopes, { role: quote(draft.name) });
  return await inTransaction(deps.database, async (transaction) => {
    await lockNames(transaction, organizationId, ['roles']);
    await requireFree(transaction, organizationId, draft.name, undefined);
    if ((await listRoles(transaction, organizationId)).length >= CUSTOM_ROLES_MAX) {
      throw new TranslatedError('conflict', ({ admin }) => admin.roles.tooMany(CUSTOM_ROLES_MAX));
    }
    const id = await insertRole(transaction, deps.clock, organizationId, draft);
    await recordEvent(transaction, deps.clock, origin, {
      type: 'role_create',
      target: { type: 'role', id, name: draft.name },
      changes: [{ field: 'scopes', from: null, to: draft.scopes }],
    });
    return await requireRole(transaction, organizationId, id);
  });
}

/**
 * Replaces a custom role. The new permissions apply from the next request of each administrator who has the role. Throws
 * `roleForbidden` (403) if the old or the new role has permissions that the caller does not have.
 */
export async function replaceRole(
  deps: AdminDeps,
  origin: Origin,
  id: string,
  draft: RoleDraft,
  reach: CallerPermissions,
): Promise<CustomRole> {
  const { organizationId } = origin;
  requireReach(reach, draft.scopes, { role: quote(draft.name) });
  return await inTransaction(deps.database, async (transaction) => {
    await lockNames(transaction, organizationId, ['roles']);
    const before = await requireRole(transaction, organizationId, id);
    requireReach(reach, before.scopes, { role: quote(before.name) });
    await requireFree(transaction, organizationId, draft.name, id);
    const scopes = rolePermissionNames.filter((name) => draft.scopes.includes(name));
    const after = { ...draft, scopes };
    const changes = (['name', 'description', 'scopes'] as const)
      .filter((field) => String(before[field]) !== String(after[field]))
      .map((field) => ({ field, from: before[field], to: after[field] }));
    if (changes.length === 0) return before;
    await updateRole(transaction, id, after);
    await recordEvent(transaction, deps.clock, origin, {
      type: 'role_update',
      target: { type: 'role', id, name: draft.name },
      changes,
    });
    return await requireRole(transaction, organizationId, id);
  });
}

/**
 * Removes a custom role. Throws `conflict` (409) while an administrator has the role, and `roleForbidden` (403) if the role has
 * permissions that the caller does not have.
 */
export async function removeRole(
  deps: AdminDeps,
  origin: Origin,
  id: string,
  reach: CallerPermissions,
): Promise<CustomRole> {
  const { organizationId } = origin;
  return await inTransaction(deps.database, async (transaction) => {
    await lockNames(transaction, organizationId, ['roles', 'administrators']);
    const before = await requireRole(transaction, organizationId, id);
    requireReach(reach, before.scopes, { role: quote(before.name) });
    const holders = await countHolders(transaction, id);
    if (holders > 0) {
      throw new TranslatedError('conflict', ({ admin }) => admin.roles.inUse(quote(before.name), holders));
    }
    await deleteRole(transaction, id);
    await recordEvent(transaction, deps.clock, origin, {
      type: 'role_delete',
      target: { type: 'role', id, name: before.name },
    });
    return before;
  });
}

async function requireFree(database: Database, organizationId: string, name: string, exceptId: string | undefined) {
  const other = await findRoleByName(database, organizationId, name);
  if (findRole(name) === undefined && (other === undefined || other.id === exceptId)) return;
  throw new TranslatedError('conflict', ({ admin }) => admin.roles.nameTaken(quote(name)), {
    attribute: 'name',
    value: name,
  });
}
