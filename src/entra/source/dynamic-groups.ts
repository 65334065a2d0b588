import { chunks } from '#database/database.ts';
import type { TenantChange } from './change-tenant.ts';
import { compileMembershipRule, type RuleTest } from './evaluate-membership-rule.ts';
import { findDynamicGroups } from './source-group-store.ts';
import { deleteMembers, groupIdsOf, insertMembers, memberIdsOf } from './source-member-store.ts';
import type { SourceGroup, SourceUser } from './source-object.ts';
import { pageOfSourceUsers } from './source-user-store.ts';

/** Users that are looked at at a time. */
const USERS_PER_STEP = 1_000;

interface RuledGroup {
  readonly group: SourceGroup;
  readonly test: RuleTest;
}

/** The dynamic groups of the tenant, ready to be asked. */
export async function loadDynamicGroups({ transaction, tenant }: TenantChange): Promise<readonly RuledGroup[]> {
  const groups = await findDynamicGroups(transaction, tenant.id);
  return groups.map((group) => ({ group, test: compileMembershipRule(group.membershipRule ?? '') }));
}

/** Gives users the dynamic groups that the rules say after they came, changed or went. */
export async function updateDynamicGroups(
  change: TenantChange,
  users: readonly SourceUser[],
  groups?: readonly RuledGroup[],
): Promise<void> {
  const ruled = groups ?? (await loadDynamicGroups(change));
  if (ruled.length === 0) return;
  for (const some of chunks(users, USERS_PER_STEP)) {
    const memberOf = await groupIdsOf(
      change.transaction,
      some.map(({ id }) => id),
    );
    for (const { group, test } of ruled) {
      const isMember = (user: SourceUser) => memberOf.get(user.id)?.includes(group.id) === true;
      const coming = some.filter((user) => !isMember(user) && test(user));
      const going = some.filter((user) => isMember(user) && !test(user));
      await changeMembers(change, group, coming, going);
    }
  }
}

/** Gives a group the members that its rule says, whoever they were before. */
export async function updateDynamicMembers(change: TenantChange, group: SourceGroup): Promise<void> {
  const test = compileMembershipRule(group.membershipRule ?? '');
  const { transaction, tenant } = change;
  const members = await memberIdsOf(transaction, group.id);
  // A group that had its members assigned may have groups among them.
  const nested = members.filter(({ type }) => type === 'Group');
  await changeMembers(change, group, [], nested);
  const before = new Set(members.map(({ id }) => id));
  for (let after: string | null = null; ;) {
    const users: readonly SourceUser[] = await pageOfSourceUsers(transaction, tenant.id, {
      after,
      limit: USERS_PER_STEP,
    });
    if (users.length === 0) return;
    const coming = users.filter((user) => !before.has(user.id) && test(user));
    const going = users.filter((user) => before.has(user.id) && !test(user));
    await changeMembers(change, group, coming, going);
    after = users.at(-1)?.id ?? null;
  }
}

async function changeMembers(
  { transaction, record }: TenantChange,
  group: SourceGroup,
  coming: readonly SourceUser[],
  going: readonly { readonly id: string }[],
): Promise<void> {
  if (coming.length > 0) await insertMembers(transaction, group, coming);
  if (going.length > 0) {
    await deleteMembers(
      transaction,
      group.id,
      going.map(({ id }) => id),
    );
  }
  record(...[...coming, ...going].map(({ id }) => memberChange(group.id, id)));
}

/** A member of a group came or went, as the log says it. */
export function memberChange(groupId: string, memberId: string) {
  return { objectType: 'Group', objectId: groupId, kind: 'member', detailId: memberId } as const;
}
