import { StandInError, type Say } from '../../texts/refusals/stand-in-error.ts';
import { changeTenant, type SourceDeps, type TenantChange, type TenantKey } from '../change-tenant.ts';
import { memberChange, updateDynamicGroups, updateDynamicMembers } from '../dynamic-groups.ts';
import { insertSourceGroups, updateSourceGroupRow } from '../source-group-store.ts';
import { insertMembers } from '../source-member-store.ts';
import { insertSourceUsers, updateSourceUserRow } from '../source-user-store.ts';
import { fieldsOf, groupFieldsOf, planImport, type ImportPlan } from './import-plan.ts';
import type { ImportRow } from './import-row.ts';

/** Maximum number of errors that the message lists. If there are more, the message says how many. */
export const REPORTED_ERRORS_MAX = 50;

export interface ImportResult {
  readonly usersCreated: number;
  readonly usersUpdated: number;
  readonly groupsCreated: number;
  readonly groupsUpdated: number;
  readonly membersAdded: number;
}

/**
 * Imports the rows of a file into a tenant: all rows, or none if one has an error. Updates existing users, matched by objectId or
 * userPrincipalName, and existing groups, matched by objectId. Creates the others. Adds members, but never removes them. Throws
 * `invalidBody` before anything is written; the message lists the errors and the rows in which they occur.
 *
 * @example
 * const { rows } = readSourceCsv('userPrincipalName,displayName\nann@contoso.example,Ann');
 * const { usersCreated } = await importObjects(deps, tenant, rows);
 */
export async function importObjects(
  deps: SourceDeps,
  tenant: TenantKey,
  rows: readonly ImportRow[],
): Promise<ImportResult> {
  return await changeTenant(deps, tenant, async (change) => {
    const plan = await planImport(change, rows);
    if (plan.errors.length > 0) throw refusal(plan.errors);
    return await write(change, plan);
  });
}

function refusal(errors: readonly Say[]): StandInError {
  const more = errors.length - REPORTED_ERRORS_MAX;
  return new StandInError('invalidBody', (texts) =>
    [
      texts.files.invalidRows(errors.length),
      ...errors.slice(0, REPORTED_ERRORS_MAX).map((say) => say(texts)),
      ...(more > 0 ? [texts.files.moreRows(more)] : []),
    ].join('\n'),
  );
}

async function write(change: TenantChange, { users, groups }: ImportPlan): Promise<ImportResult> {
  const { transaction, record } = change;
  const newUsers = users.flatMap(({ before, user }) => (before === undefined ? [user] : []));
  const newGroups = groups.flatMap(({ before, group }) => (before === undefined ? [group] : []));
  const changedUsers = users.filter((planned) => fieldsOf(planned) !== undefined);
  const changedGroups = groups.filter((planned) => groupFieldsOf(planned) !== undefined);

  await insertSourceUsers(transaction, newUsers);
  for (const { id, deletedAt } of newUsers) {
    record({ objectType: 'User', objectId: id, kind: 'add' });
    if (deletedAt !== null) record({ objectType: 'User', objectId: id, kind: 'delete' });
  }
  for (const planned of changedUsers) {
    await updateSourceUserRow(transaction, { ...planned.user, modifiedAt: change.at });
    record({ objectType: 'User', objectId: planned.user.id, kind: 'update', fields: fieldsOf(planned) ?? [] });
  }
  await insertSourceGroups(transaction, newGroups);
  record(...newGroups.map(({ id }) => ({ objectType: 'Group', objectId: id, kind: 'add' }) as const));
  for (const planned of changedGroups) {
    await updateSourceGroupRow(transaction, planned.group);
    record({ objectType: 'Group', objectId: planned.group.id, kind: 'update', fields: groupFieldsOf(planned) ?? [] });
  }

  await updateDynamicGroups(change, [...newUsers, ...changedUsers.map(({ user }) => user)]);
  for (const { before, group } of groups) {
    if (group.membershipRule !== null && group.membershipRule !== before?.membershipRule) {
      await updateDynamicMembers(change, group);
    }
  }
  let membersAdded = 0;
  for (const { group, members } of groups) {
    const added = await insertMembers(transaction, group, members);
    for (const id of added) record(memberChange(group.id, id));
    membersAdded += added.length;
  }
  return {
    usersCreated: newUsers.length,
    usersUpdated: changedUsers.length,
    groupsCreated: newGroups.length,
    groupsUpdated: changedGroups.length,
    membersAdded,
  };
}
