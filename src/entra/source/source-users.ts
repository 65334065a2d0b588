import { randomUUID } from 'node:crypto';
import { DAY_MS } from '#base/clock.ts';
import { quote } from '#base/errors.ts';
import type { JsonObject, JsonValue } from '#base/json.ts';
import { StandInError } from '../texts/refusals/stand-in-error.ts';
import { changeTenant, type SourceDeps, type TenantChange, type TenantKey } from './change-tenant.ts';
import { memberChange, updateDynamicGroups } from './dynamic-groups.ts';
import { dropAssignments } from './source-assignment-store.ts';
import { deleteMembers, groupIdsOf } from './source-member-store.ts';
import type { SourceUser } from './source-object.ts';
import {
  deleteSourceUserRow,
  findSourceUser,
  findSourceUserByUpn,
  findSourceUsers,
  findUsersDeletedUntil,
  insertSourceUsers,
  directReportIdsOf,
  findExistingIds,
  updateSourceUserRow,
} from './source-user-store.ts';
import { checkValues, isGuestUpn, type CheckedValues, type GivenValues } from './source-values.ts';

/** The number of days for which a deleted user can be restored before the user is purged, as in Entra ID. */
export const USER_RESTORABLE_DAYS = 30;
/** Maximum number of users that the purge reads and deletes in one batch. */
const PURGE_BATCH_MAX = 100;

/**
 * Creates a user from values by attribute name, which can include `objectId`, `accountEnabled` and `manager` (an objectId). Throws
 * `required` without userPrincipalName or displayName, `conflict` if another user has the userPrincipalName or another object has the
 * objectId, `invalidValue` if the manager does not exist or is deleted, and the errors of `checkValues`.
 *
 * @example
 * await createSourceUser(deps, tenant, { userPrincipalName: 'ann@contoso.example', displayName: 'Ann', department: 'Sales' });
 */
export async function createSourceUser(deps: SourceDeps, tenant: TenantKey, values: GivenValues): Promise<SourceUser> {
  const checked = checkValues('User', values);
  return await changeTenant(deps, tenant, async (change) => {
    const user = newUser(change, checked);
    await refuseTakenUpn(change, user);
    await refuseTakenId(change, user);
    await refuseUnknownManager(change, user);
    await insertSourceUsers(change.transaction, [user]);
    change.record({ objectType: 'User', objectId: user.id, kind: 'add' });
    await updateDynamicGroups(change, [user]);
    return user;
  });
}

/** Builds a user from checked values, with Entra ID's defaults, without storing it. Throws `required`. */
export function newUser(
  { tenant, at }: Pick<TenantChange, 'tenant' | 'at'>,
  { attributes, own }: CheckedValues,
): SourceUser {
  const { userPrincipalName, displayName } = attributes;
  if (typeof userPrincipalName !== 'string') throw missing('userPrincipalName');
  if (typeof displayName !== 'string') throw missing('displayName');
  const alias = userPrincipalName.slice(0, userPrincipalName.lastIndexOf('@'));
  return {
    type: 'User',
    id: own.objectId ?? randomUUID(),
    organizationId: tenant.organizationId,
    tenantId: tenant.id,
    attributes: present({
      mailNickname: alias.slice(0, ALIAS_LENGTH_MAX),
      userType: isGuestUpn(userPrincipalName) ? 'Guest' : 'Member',
      ...attributes,
    }),
    accountEnabled: own.accountEnabled ?? true,
    managerId: own.manager ?? null,
    deletedAt: null,
    createdAt: at,
    modifiedAt: at,
  };
}

/** Maximum length of a mailNickname, in characters. */
const ALIAS_LENGTH_MAX = 64;

function missing(name: string): StandInError {
  return new StandInError('required', ({ users }) => users.needs(name), { attribute: name });
}

/** Returns the attributes without null values. */
function present(attributes: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== null));
}

/**
 * Changes the given values of a user who is not deleted; null removes a value. Writes nothing if no value changes. Throws `notFound`,
 * `mutability` if the objectId would change, and the errors of `createSourceUser`.
 */
export async function updateSourceUser(
  deps: SourceDeps,
  tenant: TenantKey,
  id: string,
  values: GivenValues,
): Promise<SourceUser> {
  const checked = checkValues('User', values);
  return await changeTenant(deps, tenant, async (change) => {
    const before = await notDeletedUser(change, id);
    const after = changedUser(change, before, checked);
    if (after === before) return before;
    if (after.attributes['userPrincipalName'] !== before.attributes['userPrincipalName']) {
      await refuseTakenUpn(change, after);
    }
    if (after.managerId !== before.managerId) await refuseUnknownManager(change, after);
    await writeUser(change, before, after);
    return after;
  });
}

/** Returns the user with the values applied, or `before` itself if no value changes. Throws `mutability` if the objectId would change. */
export function changedUser(
  { at }: Pick<TenantChange, 'at'>,
  before: SourceUser,
  { attributes, own }: CheckedValues,
): SourceUser {
  if (own.objectId !== undefined && own.objectId !== before.id) {
    throw new StandInError('mutability', ({ users }) => users.idFixed(upnOf(before), before.id), {
      attribute: 'objectId',
    });
  }
  const after = {
    ...before,
    attributes: present({ ...before.attributes, ...attributes }),
    accountEnabled: own.accountEnabled ?? before.accountEnabled,
    managerId: own.manager === undefined ? before.managerId : own.manager,
    modifiedAt: at,
  };
  return changedNames(before, after).length === 0 ? before : after;
}

/** Returns the names of the attributes that differ between two versions of a user. */
export function changedNames(before: SourceUser, after: SourceUser): readonly string[] {
  const names = new Set([...Object.keys(before.attributes), ...Object.keys(after.attributes)]);
  const same = (one: JsonValue | undefined, other: JsonValue | undefined) =>
    JSON.stringify(one) === JSON.stringify(other);
  return [
    ...[...names].filter((name) => !same(before.attributes[name], after.attributes[name])).toSorted(),
    ...(before.accountEnabled === after.accountEnabled ? [] : ['accountEnabled']),
    ...(before.managerId === after.managerId ? [] : ['manager']),
  ];
}

async function writeUser(change: TenantChange, before: SourceUser, after: SourceUser): Promise<void> {
  await updateSourceUserRow(change.transaction, after);
  change.record({ objectType: 'User', objectId: after.id, kind: 'update', fields: changedNames(before, after) });
  await updateDynamicGroups(change, [after]);
}

/** Sets the manager of a user, or removes the manager if `managerId` is null. Throws the errors of `updateSourceUser`. */
export async function setManager(
  deps: SourceDeps,
  tenant: TenantKey,
  id: string,
  managerId: string | null,
): Promise<SourceUser> {
  return await updateSourceUser(deps, tenant, id, { manager: managerId });
}

/** Sets accountEnabled to true. Throws `notFound`. */
export async function enableSourceUser(deps: SourceDeps, tenant: TenantKey, id: string): Promise<SourceUser> {
  return await updateSourceUser(deps, tenant, id, { accountEnabled: true });
}

/** Sets accountEnabled to false. Throws `notFound`. */
export async function disableSourceUser(deps: SourceDeps, tenant: TenantKey, id: string): Promise<SourceUser> {
  return await updateSourceUser(deps, tenant, id, { accountEnabled: false });
}

/** Deletes a user. The user can be restored for 30 days, and stays a member of groups that are not dynamic. Throws `notFound`. */
export async function deleteSourceUser(deps: SourceDeps, tenant: TenantKey, id: string): Promise<SourceUser> {
  return await changeTenant(deps, tenant, async (change) => {
    const before = await notDeletedUser(change, id);
    const after = { ...before, deletedAt: change.at, modifiedAt: change.at };
    await updateSourceUserRow(change.transaction, after);
    change.record({ objectType: 'User', objectId: id, kind: 'delete' });
    await updateDynamicGroups(change, [after]);
    return after;
  });
}

/**
 * Restores a deleted user. Throws `notFound` if there is no deleted user with this id, and `conflict` if another user has the
 * userPrincipalName now.
 */
export async function restoreSourceUser(deps: SourceDeps, tenant: TenantKey, id: string): Promise<SourceUser> {
  return await changeTenant(deps, tenant, async (change) => {
    const before = await findSourceUser(change.transaction, tenant.id, id);
    if (before === undefined || before.deletedAt === null) {
      throw new StandInError('notFound', ({ users }) => users.notDeleted(quote(id), USER_RESTORABLE_DAYS));
    }
    const after = { ...before, deletedAt: null, modifiedAt: change.at };
    await refuseTakenUpn(change, after);
    await updateSourceUserRow(change.transaction, after);
    // Readers of the log handle a restored user like a new user.
    change.record({ objectType: 'User', objectId: id, kind: 'add' });
    await updateDynamicGroups(change, [after]);
    return after;
  });
}

/** Deletes a user permanently, whether or not the user has already been deleted. Throws `notFound`. */
export async function purgeSourceUser(deps: SourceDeps, tenant: TenantKey, id: string): Promise<void> {
  await changeTenant(deps, tenant, async (change) => {
    const user = await findSourceUser(change.transaction, tenant.id, id);
    if (user === undefined) throw new StandInError('notFound', ({ users }) => users.unknown(quote(id)));
    await purge(change, user);
  });
}

/**
 * Purges users who were deleted at least 30 days ago, in all tenants, and returns the number of purged users. Stops between batches if
 * `isStopping` returns true.
 */
export async function purgeDue(deps: SourceDeps, isStopping = () => false): Promise<number> {
  const until = new Date(deps.clock.now().getTime() - USER_RESTORABLE_DAYS * DAY_MS);
  let purged = 0;
  for (;;) {
    const due = await findUsersDeletedUntil(deps.database, { until, limit: PURGE_BATCH_MAX });
    if (due.length === 0) return purged;
    for (const [tenantId, users] of Map.groupBy(due, (user) => user.tenantId)) {
      const organizationId = users[0]?.organizationId ?? '';
      await changeTenant(deps, { id: tenantId, organizationId }, async (change) => {
        // Reads the users again, because a user may have been restored after the first query.
        const found = await findSourceUsers(
          change.transaction,
          tenantId,
          users.map(({ id }) => id),
        );
        for (const user of found) if (user.deletedAt !== null && user.deletedAt <= until) await purge(change, user);
      });
    }
    purged += due.length;
    if (isStopping()) return purged;
  }
}

async function purge(change: TenantChange, user: SourceUser): Promise<void> {
  const { transaction, tenant, record, at } = change;
  record({ objectType: 'User', objectId: user.id, kind: 'purge' });
  for (const groupId of (await groupIdsOf(transaction, [user.id])).get(user.id) ?? []) {
    await deleteMembers(transaction, groupId, [user.id]);
    record(memberChange(groupId, user.id));
  }
  const reports = await findSourceUsers(transaction, tenant.id, await directReportIdsOf(transaction, user.id));
  for (const report of reports) {
    await updateSourceUserRow(transaction, { ...report, managerId: null, modifiedAt: at });
    record({ objectType: 'User', objectId: report.id, kind: 'update', fields: ['manager'] });
  }
  record(...(await dropAssignments(transaction, tenant.id, user.id)));
  await deleteSourceUserRow(transaction, tenant.id, user.id);
}

async function notDeletedUser({ transaction, tenant }: TenantChange, id: string): Promise<SourceUser> {
  const user = await findSourceUser(transaction, tenant.id, id);
  if (user === undefined) throw new StandInError('notFound', ({ users }) => users.unknown(quote(id)));
  if (user.deletedAt === null) return user;
  throw new StandInError('notFound', ({ users }) => users.isDeleted(upnOf(user), id));
}

async function refuseTakenUpn({ transaction, tenant }: TenantChange, user: SourceUser): Promise<void> {
  const upn = upnOf(user);
  const other = await findSourceUserByUpn(transaction, tenant.id, upn);
  if (other !== undefined && other.id !== user.id) throw upnTaken(upn, other);
}

async function refuseTakenId({ transaction }: TenantChange, { id }: SourceUser): Promise<void> {
  if ((await findExistingIds(transaction, [id])).length > 0) throw idTaken(id);
}

export function idTaken(id: string): StandInError {
  return new StandInError('conflict', ({ users }) => users.idTaken(id), { attribute: 'objectId' });
}

export function upnTaken(upn: string, other: SourceUser): StandInError {
  return new StandInError(
    'conflict',
    ({ users }) => users.upnTaken(quote(upn), quote(other.attributes['displayName']), other.id),
    { attribute: 'userPrincipalName', value: upn },
  );
}

async function refuseUnknownManager({ transaction, tenant }: TenantChange, user: SourceUser): Promise<void> {
  const { managerId } = user;
  if (managerId === null) return;
  if (managerId === user.id) {
    throw new StandInError('invalidValue', ({ users }) => users.ownManager(upnOf(user)), { attribute: 'manager' });
  }
  const manager = await findSourceUser(transaction, tenant.id, managerId);
  if (manager !== undefined && manager.deletedAt === null) return;
  throw new StandInError('invalidValue', ({ users }) => users.managerUnknown(managerId), {
    attribute: 'manager',
    value: managerId,
  });
}

/** Returns the name of a user for messages: its userPrincipalName, or else its objectId. */
export function upnOf(user: SourceUser): string {
  const upn = user.attributes['userPrincipalName'];
  return typeof upn === 'string' ? upn : user.id;
}
