import { StandInError } from '../../texts/refusals/stand-in-error.ts';
import { changeTenant, type SourceDeps } from '../change-tenant.ts';
import { memberChange, updateDynamicGroups } from '../dynamic-groups.ts';
import { insertSourceGroups } from '../source-group-store.ts';
import { insertMembers } from '../source-member-store.ts';
import type { EntraTenant } from '../source-object.ts';
import { insertSourceUsers } from '../source-user-store.ts';
import { GENERATED_GROUPS_MAX, GENERATED_USERS_MAX, generateTenant } from './generate-tenant.ts';

/** Called with the progress of a long operation: `done` of `total` users, groups or changes. */
export type Progress = (what: 'users' | 'groups' | 'changes', done: number, total: number) => void;

/**
 * Adds generated users and groups to a tenant, in several transactions. The tenant must not have generated users yet. Throws
 * `invalidValue` if the number of users or groups exceeds its limit.
 *
 * @example
 * await fillTenant(deps, tenant, { seed: 1, users: 1_000, groups: 50 });
 */
export async function fillTenant(
  deps: SourceDeps,
  tenant: EntraTenant,
  plan: { readonly seed: number; readonly users: number; readonly groups: number },
  progress: Progress = () => {},
): Promise<void> {
  checkSize('users', plan.users, GENERATED_USERS_MAX);
  checkSize('groups', plan.groups, GENERATED_GROUPS_MAX);
  const { groups, users, members } = generateTenant({ ...plan, tenant, at: deps.clock.now() });
  await changeTenant(deps, tenant, async ({ transaction, record }) => {
    await insertSourceGroups(transaction, groups);
    record(...groups.map(({ id }) => ({ objectType: 'Group', objectId: id, kind: 'add' }) as const));
  });
  let done = 0;
  for (const some of users()) {
    await changeTenant(deps, tenant, async (change) => {
      await insertSourceUsers(change.transaction, some);
      change.record(...some.map(({ id }) => ({ objectType: 'User', objectId: id, kind: 'add' }) as const));
      await updateDynamicGroups(change, some);
    });
    done += some.length;
    progress('users', done, plan.users);
  }
  let filled = 0;
  for (const { group, ids } of members()) {
    await changeTenant(deps, tenant, async ({ transaction, record }) => {
      await insertMembers(
        transaction,
        group,
        ids.map((id) => ({ id, type: 'User' })),
      );
      for (const id of ids) record(memberChange(group.id, id));
    });
    filled += 1;
    progress('groups', filled, plan.groups);
  }
  progress('groups', plan.groups, plan.groups);
}

function checkSize(what: string, count: number, max: number): void {
  if (Number.isInteger(count) && count >= 0 && count <= max) return;
  throw new StandInError('invalidValue', ({ tenants }) => tenants.toFill(what, count, max), {
    attribute: what,
    value: count,
  });
}
