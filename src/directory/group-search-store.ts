import { sql, type RawBuilder } from 'kysely';
import { fold } from '#base/fold.ts';
import { LAST_CHARACTER } from '#base/search-terms.ts';
import type { Database } from '#database/database.ts';
import { engineOf } from '#database/engine.ts';
import { readCount } from './list-store.ts';

/** The fields by which groups are sorted, with their columns. */
const columns = { name: 'display_name_key', created: 'created_at', lastChanged: 'modified_at' } as const;
export type GroupSort = keyof typeof columns;
export const groupSorts = Object.keys(columns) as readonly GroupSort[];

/** The conditions of a search of groups. */
export interface GroupConditions {
  /** The beginning of the name; empty for all groups. */
  readonly search: string;
  /** The id of an integration; null for groups without one; undefined for all groups. */
  readonly source: string | null | undefined;
}

/** A position in a list of groups: the value by which the list is sorted, and the number of the row. */
export interface GroupPosition {
  readonly value: string | number;
  readonly sequence: number;
}

interface GroupPage {
  readonly sort: GroupSort;
  readonly descending: boolean;
  readonly after: GroupPosition | undefined;
  readonly limit: number;
}

/** The number of members of a group, by kind. */
export interface MemberCounts {
  readonly users: number;
  readonly groups: number;
  /** Members that were sent, but that are not in the directory. */
  readonly awaited: number;
}

function conditionsOf({ search, source }: GroupConditions): readonly RawBuilder<boolean>[] {
  const prefix = fold(search.trim());
  return [
    ...(prefix === ''
      ? []
      : [sql<boolean>`groups.display_name_key >= ${prefix} and groups.display_name_key < ${prefix + LAST_CHARACTER}`]),
    ...(source === undefined
      ? []
      : [
          source === null
            ? sql<boolean>`groups.integration_id is null`
            : sql<boolean>`groups.integration_id = ${source}`,
        ]),
  ];
}

function matching(database: Database, organizationId: string, conditions: GroupConditions) {
  const all = conditionsOf(conditions);
  return database
    .selectFrom('groups')
    .where('groups.organization_id', '=', organizationId)
    .where('groups.deleted_at', 'is', null)
    .$if(all.length > 0, (select) => select.where(sql<boolean>`${sql.join(all, sql` and `)}`));
}

/** Counts the groups that match. */
export async function countGroups(
  database: Database,
  organizationId: string,
  conditions: GroupConditions,
): Promise<number> {
  if (conditionsOf(conditions).length === 0) return await readCount(database, organizationId, 'Group');
  const row = await matching(database, organizationId, conditions)
    .select(({ fn }) => fn.countAll<number>().as('total'))
    .executeTakeFirst();
  return Number(row?.total ?? 0);
}

/** Returns the ids of a page of the groups that match, each with its position in the list. */
export async function readGroupKeys(
  database: Database,
  organizationId: string,
  conditions: GroupConditions,
  { sort, descending, after, limit }: GroupPage,
): Promise<readonly (GroupPosition & { readonly id: string })[]> {
  const column = sql.ref<string | number>(`groups.${columns[sort]}`);
  const sequence = sql.ref<number>('groups.sequence');
  const order = descending ? ('desc' as const) : ('asc' as const);
  const [reaches, passes] = descending ? [sql`<=`, sql`<`] : [sql`>=`, sql`>`];
  return await matching(database, organizationId, conditions)
    .$if(after !== undefined, (select) =>
      select.where(
        // The first comparison is a range of the index.
        sql<boolean>`${column} ${reaches} ${after?.value} and (${column} ${passes} ${after?.value} or ${sequence} ${passes} ${after?.sequence})`,
      ),
    )
    .select(['groups.id as id', 'groups.sequence as sequence', column.as('value')])
    .orderBy(column, order)
    .orderBy('groups.sequence', order)
    .limit(limit)
    .execute();
}

/**
 * Counts the direct members of groups by kind, without deleted members. A group without members is not in the map. Looking up every member
 * would take ten times as long as counting all of them and subtracting those that are deleted.
 */
export async function countMembers(
  database: Database,
  organizationId: string,
  groupIds: readonly string[],
): Promise<ReadonlyMap<string, MemberCounts>> {
  const counts = new Map<string, MemberCounts>();
  if (groupIds.length === 0) return counts;
  const { json } = engineOf(database);
  const isOfGroups = json.among(sql.ref('memberships.group_id'), JSON.stringify(groupIds));
  const add = (id: string, kind: keyof MemberCounts, count: number) => {
    const before = counts.get(id) ?? { users: 0, groups: 0, awaited: 0 };
    counts.set(id, { ...before, [kind]: before[kind] + count });
  };
  const ofType = (type: 'Group' | 'Awaited') =>
    sql<number>`coalesce(sum(case when member_type = ${type} then 1 else 0 end), 0)`;
  // One row for each group: grouping by the type, too, would sort all members.
  const all = await database
    .selectFrom('memberships')
    .select(({ fn }) => [
      'group_id',
      fn.countAll<number>().as('all'),
      ofType('Group').as('groups'),
      ofType('Awaited').as('awaited'),
    ])
    .where(isOfGroups)
    .groupBy('group_id')
    .execute();
  for (const row of all) {
    const [groups, awaited] = [Number(row.groups), Number(row.awaited)];
    counts.set(row.group_id, { users: Number(row.all) - groups - awaited, groups, awaited });
  }
  for (const [table, kind] of [
    ['users', 'users'],
    ['groups', 'groups'],
  ] as const) {
    const deleted = await database
      .selectFrom(table)
      .innerJoin('memberships', 'memberships.member_id', `${table}.id`)
      .select(({ fn }) => ['memberships.group_id as group_id', fn.countAll<number>().as('count')])
      .where(`${table}.organization_id`, '=', organizationId)
      .where(`${table}.deleted_at`, 'is not', null)
      .where(isOfGroups)
      .groupBy('memberships.group_id')
      .execute();
    for (const row of deleted) add(row.group_id, kind, -Number(row.count));
  }
  return counts;
}

/** Returns the values of members that were sent, but that are not in the directory, ordered by value. */
export async function listAwaitedMembers(
  database: Database,
  groupId: string,
  limit: number,
): Promise<readonly { readonly value: string; readonly since: Date }[]> {
  const rows = await database
    .selectFrom('memberships')
    .select(['member_id', 'created_at'])
    .where('group_id', '=', groupId)
    .where('member_type', '=', 'Awaited')
    .orderBy('member_id')
    .limit(limit)
    .execute();
  return rows.map((row) => ({ value: row.member_id, since: new Date(Number(row.created_at)) }));
}

/** A group inside another group, or around it. */
export interface RelatedGroup {
  readonly id: string;
  readonly name: string;
}

/** Returns the groups that are direct members of a group, or of which it is a direct member, in the order of their ids. */
export async function listRelatedGroups(
  database: Database,
  groupId: string,
  side: 'inside' | 'around',
  limit: number,
): Promise<readonly RelatedGroup[]> {
  const [own, other] = side === 'inside' ? (['group_id', 'member_id'] as const) : (['member_id', 'group_id'] as const);
  return await database
    .selectFrom('memberships')
    .innerJoin('groups', 'groups.id', `memberships.${other}`)
    .select(['groups.id as id', 'groups.display_name as name'])
    .where(`memberships.${own}`, '=', groupId)
    .where('groups.deleted_at', 'is', null)
    .orderBy(`memberships.${other}`)
    .limit(limit)
    .execute();
}
