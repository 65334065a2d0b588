import { sql } from 'kysely';
import { chunks, type Database } from '#database/database.ts';
import { engineOf } from '#database/engine.ts';
import { prepared } from '#database/prepared.ts';
import type { ObjectType, SourceGroup } from './source-object.ts';

/** Maximum number of rows in one statement. */
const ROWS_PER_STATEMENT = 500;

export interface SourceMember {
  readonly id: string;
  readonly type: ObjectType;
}

const selectMembers = prepared((database, values: { groupId: string }) =>
  database
    .selectFrom('entra_group_members')
    .leftJoin('entra_users', 'entra_users.id', 'entra_group_members.member_id')
    .select([
      'entra_group_members.member_id as id',
      'entra_group_members.member_type as type',
      'entra_users.deleted_at as deletedAt',
    ])
    .where('entra_group_members.group_id', '=', values.groupId)
    .orderBy('entra_group_members.member_id'),
);

/**
 * Returns the direct members of a group, ordered by id. Deleted users are included with `deleted` true: they stay members, so that their
 * memberships exist when they are restored.
 */
export async function memberIdsOf(
  database: Database,
  groupId: string,
): Promise<readonly (SourceMember & { readonly deleted: boolean })[]> {
  const rows = await selectMembers(database, { groupId });
  return rows.map(({ id, type, deletedAt }) => ({ id, type, deleted: deletedAt !== null }));
}

const selectGroupsOf = prepared((database, values: { ids: string }) =>
  database
    .selectFrom('entra_group_members')
    .select(['group_id', 'member_id'])
    .where(engineOf(database).json.among(sql.ref('member_id'), values.ids))
    .orderBy('group_id'),
);

/** Maps the id of each object to the ids of the groups that have it as a direct member. Objects without groups are not in the map. */
export async function groupIdsOf(
  database: Database,
  memberIds: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  if (memberIds.length === 0) return new Map();
  const rows = await selectGroupsOf(database, { ids: JSON.stringify(memberIds) });
  const groups = Map.groupBy(rows, (row) => row.member_id);
  return new Map([...groups].map(([id, found]) => [id, found.map((row) => row.group_id)]));
}

/** Maps the id of each group to its number of members, including deleted users. Groups without members are not in the map. */
export async function countMembers(
  database: Database,
  groupIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const rows = await database
    .selectFrom('entra_group_members')
    .select(['group_id', ({ fn }) => fn.countAll<number>().as('count')])
    .where(engineOf(database).json.among(sql.ref('group_id'), JSON.stringify(groupIds)))
    .groupBy('group_id')
    .execute();
  return new Map(rows.map((row) => [row.group_id, Number(row.count)]));
}

/** Adds members, and returns the ids of those that were not members before. */
export async function insertMembers(
  database: Database,
  group: Pick<SourceGroup, 'id' | 'organizationId' | 'tenantId'>,
  members: readonly SourceMember[],
): Promise<readonly string[]> {
  const added: string[] = [];
  for (const some of chunks(members, ROWS_PER_STATEMENT)) {
    const rows = await database
      .insertInto('entra_group_members')
      .values(
        some.map(({ id, type }) => ({
          group_id: group.id,
          member_id: id,
          organization_id: group.organizationId,
          tenant_id: group.tenantId,
          member_type: type,
        })),
      )
      .onConflict((conflict) => conflict.doNothing())
      .returning('member_id')
      .execute();
    for (const row of rows) added.push(row.member_id);
  }
  return added;
}

const deleteNamed = prepared((database, values: { groupId: string; ids: string }) =>
  database
    .deleteFrom('entra_group_members')
    .where('group_id', '=', values.groupId)
    .where(engineOf(database).json.among(sql.ref('member_id'), values.ids))
    .returning('member_id'),
);

/** Removes members, and returns the ids of those that were members. */
export async function deleteMembers(
  database: Database,
  groupId: string,
  ids: readonly string[],
): Promise<readonly string[]> {
  const removed: string[] = [];
  for (const some of chunks(ids, ROWS_PER_STATEMENT)) {
    const rows = await deleteNamed(database, { groupId, ids: JSON.stringify(some) });
    for (const row of rows) removed.push(row.member_id);
  }
  return removed;
}
