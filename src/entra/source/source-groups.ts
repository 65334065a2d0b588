import { randomUUID } from 'node:crypto';
import { quote } from '#base/errors.ts';
import type { JsonValue } from '#base/json.ts';
import { normalForm } from '#base/normal-form.ts';
import { StandInError } from '../texts/refusals/stand-in-error.ts';
import { changeTenant, type SourceDeps, type TenantChange, type TenantKey } from './change-tenant.ts';
import { memberChange, updateDynamicMembers } from './dynamic-groups.ts';
import { parseMembershipRule } from './parse-membership-rule.ts';
import { dropAssignments } from './source-assignment-store.ts';
import {
  deleteSourceGroupRow,
  findSourceGroup,
  findSourceGroups,
  insertSourceGroups,
  updateSourceGroupRow,
} from './source-group-store.ts';
import { deleteMembers, groupIdsOf, insertMembers, memberIdsOf, type SourceMember } from './source-member-store.ts';
import type { SourceGroup } from './source-object.ts';
import { findSourceUsers, findExistingIds } from './source-user-store.ts';
import { idTaken } from './source-users.ts';
import { checkValues, type CheckedValues, type GivenValues } from './source-values.ts';

/**
 * Creates a group from values by attribute name. A group with a `membershipRule` is dynamic, and gets its members in the same
 * transaction. Several groups may have the same displayName. Throws `required` without a displayName, `conflict` if another object has
 * the objectId, and the errors of `checkValues` and `parseMembershipRule`.
 *
 * @example
 * await createSourceGroup(deps, tenant, { displayName: 'Sales', membershipRule: 'user.department -eq "Sales"' });
 */
export async function createSourceGroup(
  deps: SourceDeps,
  tenant: TenantKey,
  values: GivenValues,
): Promise<SourceGroup> {
  const checked = checkGroup(values);
  return await changeTenant(deps, tenant, async (change) => {
    const group = newGroup(change, checked);
    if ((await findExistingIds(change.transaction, [group.id])).length > 0) throw idTaken(group.id);
    await insertSourceGroups(change.transaction, [group]);
    change.record({ objectType: 'Group', objectId: group.id, kind: 'add' });
    if (group.membershipRule !== null) await updateDynamicMembers(change, group);
    return group;
  });
}

/** Checks the values of a group, including its rule. Throws the errors of `checkValues` and `parseMembershipRule`. */
export function checkGroup(values: GivenValues): CheckedValues {
  const checked = checkValues('Group', values);
  const { membershipRule } = checked.own;
  if (typeof membershipRule === 'string') parseMembershipRule(membershipRule);
  return checked;
}

/** Builds a group from checked values without storing it. Throws `required` without a displayName. */
export function newGroup(
  { tenant, at }: Pick<TenantChange, 'tenant' | 'at'>,
  { attributes, own }: CheckedValues,
): SourceGroup {
  const { displayName } = attributes;
  if (typeof displayName !== 'string') {
    throw new StandInError('required', ({ groups }) => groups.needs, { attribute: 'displayName' });
  }
  return {
    type: 'Group',
    id: own.objectId ?? randomUUID(),
    organizationId: tenant.organizationId,
    tenantId: tenant.id,
    attributes: Object.fromEntries(
      Object.entries({
        mailEnabled: false,
        mailNickname: aliasOf(displayName),
        securityEnabled: true,
        ...attributes,
      }).filter(([, value]) => value !== null),
    ),
    membershipRule: own.membershipRule ?? null,
    deletedAt: null,
    createdAt: at,
    modifiedAt: at,
  };
}

/** Maximum length of a mailNickname, in characters. */
const ALIAS_LENGTH_MAX = 64;

function aliasOf(displayName: string): string {
  const letters = normalForm(displayName, 'NFKD').replaceAll(/[^A-Za-z0-9]/g, '');
  return letters === '' ? 'group' : letters.slice(0, ALIAS_LENGTH_MAX);
}

/**
 * Changes the given values of a group; null removes a value. If the rule is removed, the group keeps its members. Throws `notFound`,
 * `mutability` if the objectId would change, and the errors of `checkGroup`.
 */
export async function updateSourceGroup(
  deps: SourceDeps,
  tenant: TenantKey,
  id: string,
  values: GivenValues,
): Promise<SourceGroup> {
  const checked = checkGroup(values);
  return await changeTenant(deps, tenant, async (change) => {
    const before = await existingGroup(change, id);
    const after = changedGroup(change, before, checked);
    const fields = changedGroupNames(before, after);
    if (fields.length === 0) return before;
    await updateSourceGroupRow(change.transaction, after);
    change.record({ objectType: 'Group', objectId: id, kind: 'update', fields });
    if (after.membershipRule !== null && after.membershipRule !== before.membershipRule) {
      await updateDynamicMembers(change, after);
    }
    return after;
  });
}

/** Returns the group with the values applied, without storing it. Throws `mutability` if the objectId would change. */
export function changedGroup(
  { at }: Pick<TenantChange, 'at'>,
  before: SourceGroup,
  { attributes, own }: CheckedValues,
): SourceGroup {
  if (own.objectId !== undefined && own.objectId !== before.id) {
    throw new StandInError('mutability', ({ users }) => users.idFixed(groupNameOf(before), before.id), {
      attribute: 'objectId',
    });
  }
  return {
    ...before,
    attributes: Object.fromEntries(
      Object.entries({ ...before.attributes, ...attributes }).filter(([, value]) => value !== null),
    ),
    membershipRule: own.membershipRule === undefined ? before.membershipRule : own.membershipRule,
    modifiedAt: at,
  };
}

/** Returns the names of the attributes that differ between two versions of a group. */
export function changedGroupNames(before: SourceGroup, after: SourceGroup): readonly string[] {
  const names = new Set([...Object.keys(before.attributes), ...Object.keys(after.attributes)]);
  const text = (value: JsonValue | undefined) => JSON.stringify(value);
  return [
    ...[...names].filter((name) => text(before.attributes[name]) !== text(after.attributes[name])).toSorted(),
    ...(before.membershipRule === after.membershipRule ? [] : ['membershipRule']),
  ];
}

/** Deletes a group permanently. As in Entra ID, a deleted user can be restored, but a deleted security group cannot. Throws `notFound`. */
export async function deleteSourceGroup(deps: SourceDeps, tenant: TenantKey, id: string): Promise<void> {
  await changeTenant(deps, tenant, async (change) => {
    const { transaction, record } = change;
    await existingGroup(change, id);
    record({ objectType: 'Group', objectId: id, kind: 'purge' });
    // After the group is deleted, its members can no longer be read. These entries tell readers of the log which users were assigned
    // through the group.
    record(...(await memberIdsOf(transaction, id)).map((member) => memberChange(id, member.id)));
    for (const groupId of (await groupIdsOf(transaction, [id])).get(id) ?? []) {
      await deleteMembers(transaction, groupId, [id]);
      record(memberChange(groupId, id));
    }
    record(...(await dropAssignments(transaction, tenant.id, id)));
    await deleteSourceGroupRow(transaction, tenant.id, id);
  });
}

/**
 * Adds users and groups to a group, and returns the ids of those that were not members before. Throws `notFound` for a group or a member
 * that does not exist or is deleted, `conflict` for a dynamic group, and `invalidValue` if the group is added to itself.
 */
export async function addMembers(
  deps: SourceDeps,
  tenant: TenantKey,
  groupId: string,
  memberIds: readonly string[],
): Promise<readonly string[]> {
  return await changeTenant(deps, tenant, async (change) => {
    const group = await assignedGroup(change, groupId);
    const members = await findMembers(change, memberIds);
    if (members.some(({ id }) => id === groupId)) {
      throw new StandInError('invalidValue', ({ groups }) => groups.ownMember(quote(groupNameOf(group))), {
        attribute: 'members',
        value: groupId,
      });
    }
    const added = await insertMembers(change.transaction, group, members);
    change.record(...added.map((id) => memberChange(groupId, id)));
    return added;
  });
}

/** Removes members, and returns the ids of those that were members. Throws `notFound`, and `conflict` for a dynamic group. */
export async function removeMembers(
  deps: SourceDeps,
  tenant: TenantKey,
  groupId: string,
  memberIds: readonly string[],
): Promise<readonly string[]> {
  return await changeTenant(deps, tenant, async (change) => {
    await assignedGroup(change, groupId);
    const removed = await deleteMembers(change.transaction, groupId, memberIds);
    change.record(...removed.map((id) => memberChange(groupId, id)));
    return removed;
  });
}

async function findMembers(
  { transaction, tenant }: TenantChange,
  ids: readonly string[],
): Promise<readonly SourceMember[]> {
  const users = await findSourceUsers(transaction, tenant.id, ids);
  const groups = await findSourceGroups(transaction, tenant.id, ids);
  const notDeleted = [...users.filter((user) => user.deletedAt === null), ...groups];
  const known = new Set(notDeleted.map(({ id }) => id));
  const missing = ids.find((id) => !known.has(id));
  if (missing === undefined) return notDeleted.map(({ id, type }) => ({ id, type }));
  throw new StandInError('notFound', ({ groups }) => groups.memberUnknown(quote(missing)), {
    attribute: 'members',
    value: missing,
  });
}

async function existingGroup({ transaction, tenant }: TenantChange, id: string): Promise<SourceGroup> {
  const group = await findSourceGroup(transaction, tenant.id, id);
  if (group === undefined) throw new StandInError('notFound', ({ groups }) => groups.unknown(quote(id)));
  return group;
}

async function assignedGroup(change: TenantChange, id: string): Promise<SourceGroup> {
  const group = await existingGroup(change, id);
  const { membershipRule } = group;
  if (membershipRule === null) return group;
  const name = quote(groupNameOf(group));
  throw new StandInError('conflict', ({ groups }) => groups.ruleDecides(name, membershipRule), {
    attribute: 'members',
  });
}

/** Returns the name of a group for messages: its displayName, or else its objectId. */
export function groupNameOf(group: SourceGroup): string {
  const { displayName } = group.attributes;
  return typeof displayName === 'string' ? displayName : group.id;
}
