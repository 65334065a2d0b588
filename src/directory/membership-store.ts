import { sql } from 'kysely';
import { compareCodePoints } from '#base/fold.ts';
import { chunks, type Database } from '#database/database.ts';
import { prepared } from '#database/prepared.ts';
import { inJson, jsonValue } from '#database/sqlite-json.ts';

export type MemberType = 'User' | 'Group';

export interface Member {
  readonly id: string;
  readonly type: MemberType;
  readonly display: string;
}

/** The members of a group that exist, in the order of their ids. */
export async function findMembers(database: Database, groupId: string): Promise<readonly Member[]> {
  const rows = await database
    .selectFrom('memberships')
    .leftJoin('users', (join) =>
      join.onRef('users.id', '=', 'memberships.member_id').on('users.deleted_at', 'is', null),
    )
    .leftJoin('groups', (join) =>
      join.onRef('groups.id', '=', 'memberships.member_id').on('groups.deleted_at', 'is', null),
    )
    .select(['memberships.member_id', 'memberships.member_type', 'users.user_name', 'groups.display_name'])
    .select(sql<string | null>`${jsonValue(sql.ref('users.document'), ['displayName'])}`.as('user_display'))
    .where('memberships.group_id', '=', groupId)
    .where((where) => where.or([where('users.id', 'is not', null), where('groups.id', 'is not', null)]))
    .orderBy('memberships.member_id')
    .execute();
  return rows.map((row) => ({
    id: row.member_id,
    type: row.member_type,
    display: row.user_display ?? row.user_name ?? row.display_name ?? '',
  }));
}

/** The ids of all members, those too that are deleted and could be restored. */
export async function findMemberIds(database: Database, groupId: string): Promise<readonly string[]> {
  const rows = await database.selectFrom('memberships').select('member_id').where('group_id', '=', groupId).execute();
  return rows.map((row) => row.member_id);
}

/** Which of these ids are users and which are groups of the organization; ids that are neither are left out. */
export async function findMemberTypes(
  database: Database,
  organizationId: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, MemberType>> {
  const found = new Map<string, MemberType>();
  for (const some of chunks(ids)) {
    for (const [table, type] of [
      ['users', 'User'],
      ['groups', 'Group'],
    ] as const) {
      const rows = await database
        .selectFrom(table)
        .select('id')
        .where('organization_id', '=', organizationId)
        .where('deleted_at', 'is', null)
        .where('id', 'in', some)
        .execute();
      for (const row of rows) found.set(row.id, type);
    }
  }
  return found;
}

/** Adds members, and returns the ids of those that were not members before. */
export async function insertMembers(
  database: Database,
  group: { readonly id: string; readonly organizationId: string },
  members: ReadonlyMap<string, MemberType>,
  at: Date,
): Promise<readonly string[]> {
  const added: string[] = [];
  for (const some of chunks([...members])) {
    const rows = await database
      .insertInto('memberships')
      .values(
        some.map(([member_id, member_type]) => ({
          organization_id: group.organizationId,
          group_id: group.id,
          member_id,
          member_type,
          created_at: at.getTime(),
        })),
      )
      .onConflict((conflict) => conflict.doNothing())
      .returning('member_id')
      .execute();
    added.push(...rows.map((row) => row.member_id));
  }
  return added;
}

/** Removes members, and returns the ids of those that were members. */
export async function deleteMembers(
  database: Database,
  groupId: string,
  ids: readonly string[],
): Promise<readonly string[]> {
  const removed: string[] = [];
  for (const some of chunks(ids)) {
    const rows = await database
      .deleteFrom('memberships')
      .where('group_id', '=', groupId)
      .where('member_id', 'in', some)
      .returning('member_id')
      .execute();
    removed.push(...rows.map((row) => row.member_id));
  }
  return removed;
}

/** Removes all members, those too that are deleted and could be restored; returns the ids. */
export async function deleteAllMembers(database: Database, groupId: string): Promise<readonly string[]> {
  const rows = await database
    .deleteFrom('memberships')
    .where('group_id', '=', groupId)
    .returning('member_id')
    .execute();
  return rows.map((row) => row.member_id);
}

/** The groups that a group is a member of, directly or by others: adding one of them to it would close a circle. */
export async function findContainingGroups(database: Database, groupId: string): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ id: string }>`
    with recursive containing(id) as (
      select memberships.group_id from memberships
      join groups on groups.id = memberships.group_id and groups.deleted_at is null
      where memberships.member_id = ${groupId}
      union
      select memberships.group_id from memberships
      join groups on groups.id = memberships.group_id and groups.deleted_at is null
      join containing on memberships.member_id = containing.id
    )
    select id from containing`.execute(database);
  return new Set(rows.map((row) => row.id));
}

export interface GroupOfUser {
  readonly userId: string;
  readonly groupId: string;
  readonly display: string;
  readonly direct: boolean;
}

interface Belonging {
  readonly memberId: string;
  readonly groupId: string;
  readonly display: string;
}

const selectBelongings = prepared((database, values: { ids: string }) =>
  database
    .selectFrom('memberships')
    .innerJoin('groups', 'groups.id', 'memberships.group_id')
    .select(['memberships.member_id as memberId', 'groups.id as groupId', 'groups.display_name as display'])
    .where('memberships.member_id', 'in', inJson(values.ids))
    .where('groups.deleted_at', 'is', null),
);

/** The groups of which these users or groups are members themselves. */
function findBelongings(database: Database, memberIds: readonly string[]): Promise<readonly Belonging[]> {
  return selectBelongings(database, { ids: JSON.stringify(memberIds) });
}

/**
 * The groups of users, direct and by nested groups, by name; a group that is both counts as direct. One query for each
 * level of nesting: most users are in groups that are in none.
 */
export async function findGroupsOf(database: Database, userIds: readonly string[]): Promise<readonly GroupOfUser[]> {
  if (userIds.length === 0) return [];
  const direct = await findBelongings(database, userIds);
  if (direct.length === 0) return [];
  const containing = await findContaining(database, new Set(direct.map(({ groupId }) => groupId)));
  return [...Map.groupBy(direct, ({ memberId }) => memberId)].flatMap(([userId, own]) => {
    const found = new Map(own.map((group) => [group.groupId, { userId, ...group, direct: true }]));
    const reached = own.map(({ groupId }) => groupId);
    for (const id of reached) {
      for (const group of containing.get(id) ?? []) {
        if (found.has(group.groupId)) continue;
        found.set(group.groupId, { userId, ...group, direct: false });
        reached.push(group.groupId);
      }
    }
    return [...found.values()]
      .map(({ groupId, display, direct: isDirect }) => ({ userId, groupId, display, direct: isDirect }))
      .toSorted((one, other) => compareCodePoints(one.display, other.display));
  });
}

/** By group, the groups that it is a member of, for these groups and all that contain them. */
async function findContaining(
  database: Database,
  groupIds: ReadonlySet<string>,
): Promise<ReadonlyMap<string, readonly Belonging[]>> {
  const containing = new Map<string, readonly Belonging[]>();
  let level = [...groupIds];
  while (level.length > 0) {
    const found = await findBelongings(database, level);
    for (const id of level) containing.set(id, []);
    for (const [id, groups] of Map.groupBy(found, ({ memberId }) => memberId)) containing.set(id, groups);
    level = [...new Set(found.map(({ groupId }) => groupId))].filter((id) => !containing.has(id));
  }
  return containing;
}

/** Gives the groups that a user or a group belongs to a new version: one of their members goes or comes back. */
export async function touchGroupsOf(database: Database, memberId: string, at: Date): Promise<void> {
  await database
    .updateTable('groups')
    .set((expression) => ({ version: expression('version', '+', 1), modified_at: at.getTime() }))
    .where('deleted_at', 'is', null)
    .where('id', 'in', (select) =>
      select.selectFrom('memberships').select('group_id').where('member_id', '=', memberId),
    )
    .execute();
}
