import { sql } from 'kysely';
import { chunks, type Database } from '#database/database.ts';
import { engineOf } from '#database/engine.ts';

export interface ListedMember {
  readonly id: string;
  readonly type: 'User' | 'Group';
  /** The ids of the groups on the path from the group to the member, starting with the group itself. */
  readonly through: readonly string[];
}

interface Page {
  readonly skip: number;
  readonly limit: number;
}

/** Lists the direct members of a group, ordered by id, without deleted and awaited members. */
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

/**
 * Lists the users that are in one of the groups directly or through nested groups, ordered by id, each with the shortest path, which begins
 * with one of the groups.
 */
export async function listNestedUsers(
  database: Database,
  groupIds: readonly string[],
  page: Page,
): Promise<readonly ListedMember[]> {
  const paths = await findGroupPaths(database, groupIds);
  const inside = JSON.stringify([...paths.keys()]);
  const { json } = engineOf(database);
  const memberships = () =>
    database
      .selectFrom('memberships')
      // The subquery runs for each row. A join would read the users of all organizations to find the members of one group.
      .where(
        sql<boolean>`exists (select 1 from users where users.id = memberships.member_id and users.deleted_at is null
          ${json.rowByRow})`,
      )
      .where(json.among(sql.ref('memberships.group_id'), inside));
  // The subquery is materialized, so that the database reads only the members of these groups. Otherwise it reads all memberships.
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
  const directMemberships = await memberships()
    .select(['memberships.member_id as id', 'memberships.group_id as groupId'])
    .where(json.among(sql.ref('memberships.member_id'), ids))
    .execute();
  const directMembershipsOf = Map.groupBy(directMemberships, ({ id }) => id);
  return users.map(({ id }) => {
    const [through = []] = (directMembershipsOf.get(id) ?? [])
      .map((membership) => paths.get(membership.groupId) ?? [])
      .toSorted((one, other) => one.length - other.length || (one.join() < other.join() ? -1 : 1));
    return { id, type: 'User', through };
  });
}

/** Returns the paths to the groups themselves and to each nested group, by the id of that group. Runs one query per level of nesting. */
async function findGroupPaths(
  database: Database,
  groupIds: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const paths = new Map<string, readonly string[]>(groupIds.map((id) => [id, [id]]));
  let level: readonly string[] = groupIds;
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
        if (paths.has(inner)) continue;
        paths.set(inner, [...(paths.get(outer) ?? []), inner]);
        reached.push(inner);
      }
    }
    level = reached;
  }
  return paths;
}
