import { sql, type RawBuilder } from 'kysely';
import { compareCodePoints } from '#base/fold.ts';
import type { Database } from '#database/database.ts';
import { prepared } from '#database/prepared.ts';
import { engineOf } from '#database/engine.ts';
import { isMember, memberTables } from './member-sql.ts';

/** `Awaited` is a member that a client sent before a user or group with that id or name existed. */
export type MemberType = 'User' | 'Group' | 'Awaited';

export interface Member {
  readonly groupId: string;
  /** The member's id; for an awaited member, the value that the client sent. */
  readonly id: string;
  readonly type: MemberType;
  readonly display: string;
}

export interface MemberQuery {
  readonly groupIds: readonly string[];
  /** An SQL condition on the tables of `memberTables`, such as one on a `memberColumn`. */
  readonly condition?: RawBuilder<boolean> | undefined;
  readonly limit?: number | undefined;
}

/** Finds the members of groups, ordered by group id and member id. Includes awaited members and leaves out deleted members. */
export async function findMembers(database: Database, query: MemberQuery): Promise<readonly Member[]> {
  const { groupIds, condition, limit } = query;
  const ids = JSON.stringify(groupIds);
  if (condition === undefined && limit === undefined) return await selectMembers(database, { ids });
  const { rows } = await membersOf(database, ids, condition, limit).execute(database);
  return rows;
}

const selectMembers = prepared((database, values: { ids: string }) => {
  const statement = membersOf(database, values.ids, undefined, undefined);
  return { compile: () => statement.compile(database) };
});

function membersOf(
  database: Database,
  groupIds: string,
  condition: MemberQuery['condition'] = sql<boolean>`true`,
  limit?: number,
): RawBuilder<Member> {
  const { json } = engineOf(database);
  return sql<Member>`
    select memberships.group_id as "groupId", memberships.member_id as id, memberships.member_type as type,
      coalesce(${json.textValue(sql.ref('person.document'), ['displayName'])}, person.user_name, nested.display_name, '') as display
    ${memberTables} where ${json.among(sql.ref('memberships.group_id'), groupIds)} and ${isMember} and ${condition}
    order by memberships.group_id, memberships.member_id ${limit === undefined ? sql`` : sql`limit ${limit}`}`;
}

/** Finds the ids of all members, including awaited members and deleted members that can still be restored. */
export async function findMemberIds(database: Database, groupId: string): Promise<readonly string[]> {
  const rows = await selectMemberIds(database, { groupId });
  return rows.map((row) => row.member_id);
}

const selectMemberIds = prepared((database, values: { groupId: string }) =>
  database.selectFrom('memberships').select('member_id').where('group_id', '=', values.groupId),
);

const selectResources = prepared((database, values: { organizationId: string; ids: string }) =>
  database
    .selectFrom('users')
    .select(['id', sql.lit<MemberType>('User').as('type')])
    .where('organization_id', '=', values.organizationId)
    .where('deleted_at', 'is', null)
    .where(engineOf(database).json.among(sql.ref('id'), values.ids))
    .unionAll(
      database
        .selectFrom('groups')
        .select(['id', sql.lit<MemberType>('Group').as('type')])
        .where('organization_id', '=', values.organizationId)
        .where('deleted_at', 'is', null)
        .where(engineOf(database).json.among(sql.ref('id'), values.ids)),
    ),
);

/** Returns the type of each id that belongs to a user or group of the organization. Other ids are left out. */
export async function findMemberTypes(
  database: Database,
  organizationId: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, MemberType>> {
  const rows = await selectResources(database, { organizationId, ids: JSON.stringify(ids) });
  return new Map(rows.map((row) => [row.id, row.type]));
}

/** Finds the awaited members whose folded value is one of `keys`, in groups that are not deleted, ordered by group id and value. */
export async function findAwaited(
  database: Database,
  organizationId: string,
  keys: readonly string[],
): Promise<readonly { readonly groupId: string; readonly sent: string }[]> {
  const rows = await selectAwaited(database, { organizationId, keys: JSON.stringify(keys) });
  if (rows.length === 0) return [];
  const existing = await findMemberTypes(
    database,
    organizationId,
    rows.map(({ groupId }) => groupId),
  );
  return rows
    .filter(({ groupId }) => existing.has(groupId))
    .toSorted((one, other) => compareCodePoints(one.groupId, other.groupId) || compareCodePoints(one.sent, other.sent));
}

const selectAwaited = prepared((database, values: { organizationId: string; keys: string }) =>
  database
    .selectFrom('memberships')
    .select(['memberships.group_id as groupId', 'memberships.member_id as sent'])
    .where('memberships.organization_id', '=', values.organizationId)
    .where(engineOf(database).json.among(sql.ref('memberships.awaited_key'), values.keys)),
);

/** Finds the groups that contain a group, directly or through other groups. None of these can become a member of the group. */
export async function findContainingGroups(database: Database, groupId: string): Promise<ReadonlySet<string>> {
  const rows = await selectContaining(database, { groupId });
  return new Set(rows.map((row) => row.id));
}

const selectContaining = prepared((database, values: { groupId: string }) => {
  const statement = sql<{ id: string }>`
    with recursive containing(id) as (
      select memberships.group_id from memberships
      join groups on groups.id = memberships.group_id and groups.deleted_at is null
      where memberships.member_id = ${values.groupId}
      union
      select memberships.group_id from memberships
      join groups on groups.id = memberships.group_id and groups.deleted_at is null
      join containing on memberships.member_id = containing.id
    )
    select id from containing`;
  return { compile: () => statement.compile(database) };
});

export interface GroupOfUser {
  readonly userId: string;
  readonly groupId: string;
  readonly display: string;
  readonly direct: boolean;
  /** The ids of the groups on the path from the user to this group. The last id is that of this group. */
  readonly through: readonly string[];
}

interface DirectMembership {
  readonly memberId: string;
  readonly groupId: string;
  readonly display: string;
}

const selectDirectGroups = prepared((database, values: { ids: string }) =>
  database
    .selectFrom('memberships')
    .innerJoin('groups', 'groups.id', 'memberships.group_id')
    .select(['memberships.member_id as memberId', 'groups.id as groupId', 'groups.display_name as display'])
    .where(engineOf(database).json.among(sql.ref('memberships.member_id'), values.ids))
    .where('groups.deleted_at', 'is', null),
);

/**
 * Finds the groups that these users or groups are direct members of. It is a separate function because tests identify the source
 * of a statement by its stack frame.
 */
async function findDirectGroups(
  database: Database,
  memberIds: readonly string[],
): Promise<readonly DirectMembership[]> {
  return await selectDirectGroups(database, { ids: JSON.stringify(memberIds) });
}

/**
 * Finds the groups that contain users directly or through nested groups, sorted by name for each user. A group that contains a user
 * in both ways counts as direct. Runs one query for each level of nesting; most groups are not nested.
 */
export async function findGroupsOf(database: Database, userIds: readonly string[]): Promise<readonly GroupOfUser[]> {
  if (userIds.length === 0) return [];
  const direct = await findDirectGroups(database, userIds);
  if (direct.length === 0) return [];
  const containing = await findContaining(database, new Set(direct.map(({ groupId }) => groupId)));
  return [...Map.groupBy(direct, ({ memberId }) => memberId)].flatMap(([userId, own]) => {
    const found = new Map<string, GroupOfUser>(
      own.map(({ groupId, display }) => [groupId, { userId, groupId, display, direct: true, through: [groupId] }]),
    );
    const reached = [...found.values()];
    for (const { groupId: id, through } of reached) {
      for (const { groupId, display } of containing.get(id) ?? []) {
        if (found.has(groupId)) continue;
        const group = { userId, groupId, display, direct: false, through: [...through, groupId] };
        found.set(groupId, group);
        reached.push(group);
      }
    }
    return reached.toSorted((one, other) => compareCodePoints(one.display, other.display));
  });
}

/**
 * Finds the groups that directly contain each of these groups, then the groups that contain those, and so on. Maps the id of each
 * group to the groups that directly contain it.
 */
async function findContaining(
  database: Database,
  groupIds: ReadonlySet<string>,
): Promise<ReadonlyMap<string, readonly DirectMembership[]>> {
  const containing = new Map<string, readonly DirectMembership[]>();
  let level = [...groupIds];
  while (level.length > 0) {
    const found = await findDirectGroups(database, level);
    for (const id of level) containing.set(id, []);
    for (const [id, groups] of Map.groupBy(found, ({ memberId }) => memberId)) containing.set(id, groups);
    level = [...new Set(found.map(({ groupId }) => groupId))].filter((id) => !containing.has(id));
  }
  return containing;
}
