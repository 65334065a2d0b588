import { sql } from 'kysely';
import { chunks, type Database } from '#database/database.ts';
import { engineOf } from '#database/engine.ts';

export interface ListedMember {
  readonly id: string;
  readonly type: 'User' | 'Group';
  /** The groups that lead from the group to the member, the group itself first. */
  readonly through: readonly string[];
}

interface Page {
  readonly skip: number;
  readonly limit: number;
}

/** Direct members of a group that exist, by id. */
export async function listGroupMembers(
  database: Database,
  groupId: string,
  page: Page,
): Promise<readonly ListedMember[]> {
  const rows = await database
    .selectFrom('memberships')
    .select(['member_id', 'member_type'])
    .where('group_id', '=', groupId)
    .where('member_type', '<>', 'Awaited')
    .where(
      sql<boolean>`(exists (select 1 from users where users.id = memberships.member_id and users.deleted_at is null)
        or exists (select 1 from groups where groups.id = memberships.member_id and groups.deleted_at is null))`,
    )
    .orderBy('member_id')
    .offset(page.skip)
    .limit(page.limit)
    .execute();
  return rows.map((row) => ({
    id: row.member_id,
    type: row.member_type === 'User' ? 'User' : 'Group',
    through: [groupId],
  }));
}

/** The users that are in a group directly or by groups in it, by id, each by the shortest way. */
export async function listNestedUsers(
  database: Database,
  groupId: string,
  page: Page,
): Promise<readonly ListedMember[]> {
  const trails = await findTrails(database, groupId);
  const inside = JSON.stringify([...trails.keys()]);
  const { json } = engineOf(database);
  const memberships = () =>
    database
      .selectFrom('memberships')
      // Row by row: as a join, the users of all organizations would be read to find those of one group.
      .where(
        sql<boolean>`exists (select 1 from users where users.id = memberships.member_id and users.deleted_at is null
          ${json.rowByRow})`,
      )
      .where(json.among(sql.ref('memberships.group_id'), inside));
  // Apart, so that the groups' own members are read, and not all memberships in the order of the list.
  const users = await database
    .with(
      (name) => name('inside').materialized(),
      () => memberships().select('memberships.member_id as id'),
    )
    .selectFrom('inside')
    .select('id')
    .distinct()
    .orderBy('id')
    .offset(page.skip)
    .limit(page.limit)
    .execute();
  if (users.length === 0) return [];
  const ids = JSON.stringify(users.map(({ id }) => id));
  const ways = await memberships()
    .select(['memberships.member_id as id', 'memberships.group_id as groupId'])
    .where(json.among(sql.ref('memberships.member_id'), ids))
    .execute();
  const waysOf = Map.groupBy(ways, ({ id }) => id);
  return users.map(({ id }) => {
    const [through = []] = (waysOf.get(id) ?? [])
      .map((way) => trails.get(way.groupId) ?? [])
      .toSorted((one, other) => one.length - other.length || (one.join() < other.join() ? -1 : 1));
    return { id, type: 'User', through };
  });
}

/** The group and all groups in it, each with the groups that lead to it: one query for each level of nesting. */
async function findTrails(database: Database, groupId: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const trails = new Map<string, readonly string[]>([[groupId, [groupId]]]);
  let level: readonly string[] = [groupId];
  while (level.length > 0) {
    const reached: string[] = [];
    for (const some of chunks(level)) {
      const rows = await database
        .selectFrom('memberships')
        .innerJoin('groups', 'groups.id', 'memberships.member_id')
        .select(['memberships.group_id as outer', 'groups.id as inner'])
        .where('memberships.group_id', 'in', some)
        .where('groups.deleted_at', 'is', null)
        .orderBy('groups.id')
        .execute();
      for (const { outer, inner } of rows) {
        if (trails.has(inner)) continue;
        trails.set(inner, [...(trails.get(outer) ?? []), inner]);
        reached.push(inner);
      }
    }
    level = reached;
  }
  return trails;
}
