import { chunks } from '#database/database.ts';
import type { TenantChange } from './change-tenant.ts';
import { compileMembershipRule, type RuleTest } from './evaluate-membership-rule.ts';
import { findDynamicGroups } from './source-group-store.ts';
import { deleteMembers, groupIdsOf, insertMembers, memberIdsOf } from './source-member-store.ts';
import type { SourceGroup, SourceUser } from './source-object.ts';
import { pageOfSourceUsers } from './source-user-store.ts';

/** Maximum number of users that are read and evaluated in one step. */
const USERS_PER_STEP = 1_000;

/** A dynamic group with its compiled rule. */
interface DynamicGroup {
  readonly group: SourceGroup;
  readonly test: RuleTest;
}

/** Returns the dynamic groups of the tenant, with their rules compiled. */
export async function loadDynamicGroups({ transaction, tenant }: TenantChange): Promise<readonly DynamicGroup[]> {
  const groups = await findDynamicGroups(transaction, tenant.id);
  return groups.map((group) => ({ group, test: compileMembershipRule(group.membershipRule ?? '') }));
}

/**
 * Updates the memberships of users in dynamic groups after the users were created, changed, deleted or restored. If `groups` is absent,
 * loads all dynamic groups of the tenant.
 */
export async function updateDynamicGroups(
  change: TenantChange,
  users: readonly SourceUser[],
  groups?: readonly DynamicGroup[],
): Promise<void> {
  const dynamicGroups = groups ?? (await loadDynamicGroups(change));
  if (dynamicGroups.length === 0) return;
  for (const some of chunks(users, USERS_PER_STEP)) {
    const memberOf = await groupIdsOf(
      change.transaction,
      some.map(({ id }) => id),
    );
    for (const { group, test } of dynamicGroups) {
      const isMember = (user: SourceUser) => memberOf.get(user.id)?.includes(group.id) === true;
      const added = some.filter((user) => !isMember(user) && test(user));
      const removed = some.filter((user) => isMember(user) && !test(user));
      await changeMembers(change, group, added, removed);
    }
  }
}

/** Replaces the members of a dynamic group with the users that satisfy its rule. */
export async function updateDynamicMembers(change: TenantChange, group: SourceGroup): Promise<void> {
  const test = compileMembershipRule(group.membershipRule ?? '');
  const { transaction, tenant } = change;
  const members = await memberIdsOf(transaction, group.id);
  // Groups that became members before this group got a rule may still be members.
  const nested = members.filter(({ type }) => type === 'Group');
  await changeMembers(change, group, [], nested);
  const before = new Set(members.map(({ id }) => id));
  for (let after: string | null = null; ;) {
    const users: readonly SourceUser[] = await pageOfSourceUsers(transaction, tenant.id, {
      after,
      limit: USERS_PER_STEP,
    });
    if (users.length === 0) return;
    const added = users.filter((user) => !before.has(user.id) && test(user));
    const removed = users.filter((user) => before.has(user.id) && !test(user));
    await changeMembers(change, group, added, removed);
    after = users.at(-1)?.id ?? null;
  }
}

async function changeMembers(
  { transaction, record }: TenantChange,
  group: SourceGroup,
  added: readonly SourceUser[],
  removed: readonly { readonly id: string }[],
): Promise<void> {
  if (added.length > 0) await insertMembers(transaction, group, added);
  if (removed.length > 0) {
    await deleteMembers(
      transaction,
      group.id,
      removed.map(({ id }) => id),
    );
  }
  record(...[...added, ...removed].map(({ id }) => memberChange(group.id, id)));
}

/** Builds the change-log entry for a member that was added to a group or removed from it. */
export function memberChange(groupId: string, memberId: string) {
  return { objectType: 'Group', objectId: groupId, kind: 'member', detailId: memberId } as const;
}
