import { recordEvent } from '#audit/event-store.ts';
import type { Origin } from '#audit/event-types.ts';
import { AppError, quote } from '#base/errors.ts';
import { inTransaction, type Database } from '#database/database.ts';
import { lockNames } from '#database/locks.ts';
import { requireReach, type AdminDeps, type Reach } from './administrators.ts';
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

/** Roles that an organization can define, as in the original directory. */
export const CUSTOM_ROLES_MAX = 20;

export interface RoleDraft {
  readonly name: string;
  readonly description: string;
  readonly scopes: readonly Permission[];
}

/** Throws notFound (404). */
export async function requireRole(database: Database, organizationId: string, id: string): Promise<CustomRole> {
  const found = await findRoleById(database, organizationId, id);
  if (found !== undefined) return found;
  throw new AppError('notFound', `There is no role with the id ${quote(id)}.`, { attribute: 'id', value: id });
}

/**
 * Defines a role. Throws conflict (409) for a name that is taken and for one role too many, and roleForbidden (403) for a
 * role that allows more than the caller may.
 */
export async function createRole(deps: AdminDeps, origin: Origin, draft: RoleDraft, reach: Reach): Promise<CustomRole> {
  const { organizationId } = origin;
  requireReach(reach, draft.scopes, `The role ${quote(draft.name)}`);
  return await inTransaction(deps.database, async (transaction) => {
    await lockNames(transaction, organizationId, ['roles']);
    await requireFree(transaction, organizationId, draft.name, undefined);
    if ((await listRoles(transaction, organizationId)).length >= CUSTOM_ROLES_MAX) {
      throw new AppError('conflict', `An organization has at most ${CUSTOM_ROLES_MAX} roles of its own.`);
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
 * Replaces a role: whoever has it may what it says with the next request. Throws roleForbidden (403) where it allows, or
 * allowed, more than the caller may.
 */
export async function replaceRole(
  deps: AdminDeps,
  origin: Origin,
  id: string,
  draft: RoleDraft,
  reach: Reach,
): Promise<CustomRole> {
  const { organizationId } = origin;
  requireReach(reach, draft.scopes, `The role ${quote(draft.name)}`);
  return await inTransaction(deps.database, async (transaction) => {
    await lockNames(transaction, organizationId, ['roles']);
    const before = await requireRole(transaction, organizationId, id);
    requireReach(reach, before.scopes, `The role ${quote(before.name)}`);
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

/** Removes a role. Throws conflict (409) while somebody has it, and roleForbidden (403) beyond the caller's reach. */
export async function removeRole(deps: AdminDeps, origin: Origin, id: string, reach: Reach): Promise<CustomRole> {
  const { organizationId } = origin;
  return await inTransaction(deps.database, async (transaction) => {
    await lockNames(transaction, organizationId, ['roles', 'administrators']);
    const before = await requireRole(transaction, organizationId, id);
    requireReach(reach, before.scopes, `The role ${quote(before.name)}`);
    const holders = await countHolders(transaction, id);
    if (holders > 0) {
      throw new AppError(
        'conflict',
        `The role ${quote(before.name)} is still in use by administrators, ${holders} in number: give them another one first.`,
      );
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
  throw new AppError('conflict', `There is a role ${quote(name)} already.`, { attribute: 'name', value: name });
}
