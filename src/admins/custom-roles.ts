import { recordEvent } from '#audit/event-store.ts';
import type { Origin } from '#audit/event-types.ts';
import { AppError, quote } from '#base/errors.ts';
import { inTransaction, type Database } from '#database/database.ts';
import { lockNames } from '#database/locks.ts';
import type { AdminDeps } from './administrators.ts';
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
import { findRole, type Permission } from './roles.ts';

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

/** Defines a role. Throws conflict (409) for a name that is taken, and for one role too many. */
export async function createRole(deps: AdminDeps, origin: Origin, draft: RoleDraft): Promise<CustomRole> {
  const { organizationId } = origin;
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

/** Replaces a role: whoever has it may what it says with the next request. */
export async function replaceRole(deps: AdminDeps, origin: Origin, id: string, draft: RoleDraft): Promise<CustomRole> {
  const { organizationId } = origin;
  return await inTransaction(deps.database, async (transaction) => {
    await lockNames(transaction, organizationId, ['roles']);
    const before = await requireRole(transaction, organizationId, id);
    await requireFree(transaction, organizationId, draft.name, id);
    await updateRole(transaction, id, draft);
    await recordEvent(transaction, deps.clock, origin, {
      type: 'role_update',
      target: { type: 'role', id, name: draft.name },
      changes: [{ field: 'scopes', from: before.scopes, to: draft.scopes }],
    });
    return await requireRole(transaction, organizationId, id);
  });
}

/** Removes a role. Throws conflict (409) while somebody has it. */
export async function removeRole(deps: AdminDeps, origin: Origin, id: string): Promise<CustomRole> {
  const { organizationId } = origin;
  return await inTransaction(deps.database, async (transaction) => {
    await lockNames(transaction, organizationId, ['roles', 'administrators']);
    const before = await requireRole(transaction, organizationId, id);
    const holders = await countHolders(transaction, id);
    if (holders > 0) {
      throw new AppError(
        'conflict',
        `${holders} administrators have the role ${quote(before.name)}: change theirs first.`,
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
