import { sql, type RawBuilder } from 'kysely';
import { LAST_CHARACTER, type SearchPart } from '#base/search-terms.ts';
import type { Database } from '#database/database.ts';
import { engineOf } from '#database/engine.ts';
import type { JsonSql } from '#database/json-sql.ts';
import { findSequence, readCount, readKeys, type ListKey, type ListSource } from '#directory/list-store.ts';
import { departmentKey } from '#directory/person-terms.ts';
import { RELEASED, type PasswordStatus } from '#directory/system-user.ts';
import type { UserState } from '#directory/stored.ts';
import { firstUnindexed } from '#directory/user-index-store.ts';
import type { Exemption, PeopleAction } from './action-outcomes.ts';
import { exemptionCondition } from './exemption-store.ts';
import { termConditions } from './term-condition-store.ts';
import { NO_SOURCE } from '#integrations/source-filter.ts';
import { timeSorts, type PeopleQuery, type PeopleSort } from './people-query.ts';

/**
 * If at most this number of users matches, a search reads all of them and sorts them. Otherwise it walks through an index in the order of
 * the list, where matches are frequent.
 */
export const CANDIDATES_MAX = 2_000;

/** The conditions of a search for users. */
export interface UserSearch extends Pick<
  PeopleQuery,
  'states' | 'passwordStatus' | 'source' | 'group' | 'department' | 'changedSince'
> {
  readonly parts: readonly SearchPart[];
  /** True if the sources of users manage their passwords. */
  readonly arePasswordsManaged: boolean;
  /** CANDIDATES_MAX; only tests set another number. */
  readonly candidatesMax: number;
  /** The number of users in the group, and in the organization; undefined if the group is not to be counted. */
  readonly groupSize: GroupSize | undefined;
  /** Only users with one of these ids. Default: all users. */
  readonly ids?: readonly string[] | undefined;
  /** Only users whom this action does not change for this reason. Default: all users. */
  readonly exempt?: { readonly action: PeopleAction; readonly exemption: Exemption } | undefined;
}

export interface GroupSize {
  readonly users: number;
  readonly everyone: number;
}

/** The users that match: their number, and their sequences if there are at most `candidatesMax`. */
export interface Matches {
  readonly total: number;
  /** A JSON array; undefined if there are more. */
  readonly sequences: string | undefined;
}

type Condition = RawBuilder<boolean>;

const columns = {
  name: 'display_name_key',
  userName: 'user_name_key',
  email: 'email_key',
  department: 'department_key',
  title: 'title_key',
  created: 'created_at',
  lastChanged: 'modified_at',
} as const satisfies Readonly<Record<PeopleSort, string>>;

const neverNull: ReadonlySet<PeopleSort> = new Set(['userName', 'created', 'lastChanged']);

interface ReadOptions {
  /** True if the statement starts with the members of the group. */
  readonly isGroupRead?: boolean;
  /** True if the statement may read the index of departments. Besides them, it only has the initials. */
  readonly isDepartmentRead?: boolean;
}

/** Returns the conditions of a search. */
function conditionsOf(
  database: Database,
  search: UserSearch,
  { isGroupRead = false, isDepartmentRead = false }: ReadOptions = {},
): readonly Condition[] {
  const { json } = engineOf(database);
  const { parts, states, source, group, department, changedSince, passwordStatus, ids, exempt } = search;
  const departmentColumn = isDepartmentRead ? sql`users.department_key` : sql`(users.department_key || '')`;
  return [
    ...(states.length === 0
      ? []
      : [sql<boolean>`users.state in (${sql.join(states.map((state: UserState) => sql.val(state)))})`]),
    ...(source === undefined ? [] : [sourceCondition(source)]),
    ...(passwordStatus === undefined ? [] : [passwordCondition(json, passwordStatus, search.arePasswordsManaged)]),
    ...(department === undefined ? [] : [sql<boolean>`${departmentColumn} = ${departmentKey(department)}`]),
    ...(changedSince === undefined ? [] : [sql<boolean>`users.modified_at >= ${changedSince.getTime()}`]),
    ...termConditions(database, 'users', parts),
    ...(ids === undefined ? [] : [json.among(sql.ref('users.id'), JSON.stringify(ids))]),
    ...(exempt === undefined
      ? []
      : [exemptionCondition(json, search.arePasswordsManaged ? isManaged(json) : sql`1 = 0`, exempt)]),
    ...(group === undefined || isGroupRead
      ? []
      : [
          sql<boolean>`exists (select 1 from memberships where memberships.group_id = ${group}
            and memberships.member_id = users.id ${json.rowByRow})`,
        ]),
  ];
}

function sourceCondition(source: string): Condition {
  return source === NO_SOURCE ? sql`users.integration_id is null` : sql`users.integration_id = ${source}`;
}

/** Returns the condition for a user whose source manages the password, if the settings let sources do that. */
function isManaged(json: JsonSql): Condition {
  const released = sql`coalesce(${json.textValue(sql.ref('users.properties'), [RELEASED])}, '')`;
  return sql`(users.integration_id is not null and not (${json.contains(released, '"password"')}))`;
}

/** Returns the condition for a status, as `passwordStatus` in directory/system-user.ts computes it. */
function passwordCondition(json: JsonSql, status: PasswordStatus, arePasswordsManaged: boolean): Condition {
  const managed = isManaged(json);
  const own = arePasswordsManaged ? sql`not ${managed} and` : sql``;
  switch (status) {
    case 'Managed by the source':
      return arePasswordsManaged ? sql`${managed}` : sql`1 = 0`;
    case 'Password Pending':
      return sql`(${own} users.password_pending = 1)`;
    case 'Locked':
      return sql`(${own} users.password_pending = 0 and users.account_locked = 1)`;
    case 'Expired':
      return sql`(${own} users.password_pending = 0 and users.account_locked = 0 and users.password_expired = 1)`;
    case 'Active':
      return sql`(${own} users.password_pending = 0 and users.account_locked = 0 and users.password_expired = 0)`;
  }
}

/** Returns the rows of the index whose terms begin with a prefix, as the table `user_terms`, one bucket after the other. */
function termsWith(organizationId: string, prefix: string) {
  const rows = sql`from buckets cross join user_terms where user_terms.organization_id = ${organizationId}
    and user_terms.bucket = buckets.number and user_terms.term >= ${prefix}
    and user_terms.term < ${prefix + LAST_CHARACTER}`;
  const first = (condition: RawBuilder<unknown>) => sql`(select next.bucket from user_terms as next
    where next.organization_id = ${organizationId} ${condition} order by next.organization_id, next.bucket limit 1)`;
  const buckets = sql`with recursive buckets (number) as (select ${first(sql``)}
    union all select ${first(sql`and next.bucket > buckets.number`)} from buckets where buckets.number is not null)`;
  return { buckets, rows };
}

/** Counts the rows of the index whose terms begin with a prefix, up to `max` + 1. */
async function countTerms(database: Database, organizationId: string, prefix: string, max: number): Promise<number> {
  const { buckets, rows } = termsWith(organizationId, prefix);
  const { rows: counted } = await sql<{ total: number }>`${buckets}
    select count(*) as total from (select 1 ${rows} limit ${max + 1}) as found`.execute(database);
  return Number(counted[0]?.total ?? 0);
}

/** Counts the users that have a term with this prefix. A user counts only at the first of its terms with the prefix. */
async function countUsersWith(
  database: Database,
  organizationId: string,
  prefix: string,
  tail: number | undefined,
): Promise<number> {
  const { buckets, rows } = termsWith(organizationId, prefix);
  const indexed = tail === undefined ? sql`` : sql`and user_terms.user_sequence < ${tail}`;
  const { rows: counted } = await sql<{ total: number }>`${buckets}
    select count(*) as total ${rows} and user_terms.shared < ${prefix.length} ${indexed}`.execute(database);
  return Number(counted[0]?.total ?? 0);
}

/** Selects the users that are not in the index yet. They are read completely. */
function tailUsers(organizationId: string, tail: number) {
  return sql`from users where users.organization_id = ${organizationId} and users.deleted_at is null
    and users.sequence >= ${tail}`;
}

/** Counts the users that are not in the index yet, up to `max` + 1; those whose terms have a text, if it is given. */
async function countTail(
  database: Database,
  organizationId: string,
  tail: number | undefined,
  { max, contained }: { readonly max: number; readonly contained?: string },
): Promise<number> {
  if (tail === undefined) return 0;
  const has =
    contained === undefined ? sql`` : sql`and ${engineOf(database).json.contains(sql.ref('users.terms'), contained)}`;
  const { rows } = await sql<{ total: number }>`select count(*) as total from
    (select 1 ${tailUsers(organizationId, tail)} ${has} order by users.organization_id, users.sequence limit ${max + 1}) as found`.execute(
    database,
  );
  return Number(rows[0]?.total ?? 0);
}

/** Returns the prefix that the fewest rows of the index have, if they are at most `max`. */
async function rarePrefix(database: Database, organizationId: string, parts: readonly SearchPart[], max: number) {
  let rare: { prefix: string; count: number } | undefined;
  // Long prefixes first, because they are rarer: the others need not be counted if one has few rows.
  const prefixes = parts.flatMap((part) => part.prefixes).toSorted((one, other) => other.length - one.length);
  for (const prefix of prefixes) {
    const count = await countTerms(database, organizationId, prefix, max);
    if (count <= (rare?.count ?? max)) rare = { prefix, count };
    if (count <= max / 10) break;
  }
  return rare?.prefix;
}

/** Finds the users that match a search. */
export async function findMatches(database: Database, organizationId: string, search: UserSearch): Promise<Matches> {
  const [part, ...further] = search.parts;
  const isFiltered = conditionsOf(database, { ...search, parts: [] }).length > 0;
  if (part === undefined && !isFiltered) {
    return { total: await readCount(database, organizationId, 'User'), sequences: undefined };
  }
  const { groupSize } = search;
  if (groupSize !== undefined && groupSize.users > search.candidatesMax && isGroupOnly(database, search)) {
    return { total: groupSize.users, sequences: undefined };
  }
  const tail = part === undefined ? undefined : await firstUnindexed(database, organizationId);
  const max = search.candidatesMax;
  const isTailLong = (await countTail(database, organizationId, tail, { max })) > max;
  const rare = isTailLong ? undefined : await rarePrefix(database, organizationId, search.parts, max);
  if (rare !== undefined) return await matchesAmong(database, organizationId, search, { prefix: rare, tail });
  const isOneWord = further.length === 0 && part !== undefined && part.contained === `\n${part.prefixes[0]}`;
  if (isOneWord && !isFiltered && !isTailLong) {
    const indexed = await countUsersWith(database, organizationId, part.prefixes[0] ?? '', tail);
    const others = await countTail(database, organizationId, tail, { max, contained: part.contained });
    return { total: indexed + others, sequences: undefined };
  }
  return await scanMatches(database, organizationId, search);
}

function isGroupOnly(database: Database, search: UserSearch): boolean {
  return conditionsOf(database, { ...search, group: undefined }).length === 0;
}

/** Reads the users that have a term with a rare prefix, and those that are not in the index yet. */
async function matchesAmong(
  database: Database,
  organizationId: string,
  search: UserSearch,
  { prefix, tail }: { readonly prefix: string; readonly tail: number | undefined },
) {
  const { buckets, rows } = termsWith(organizationId, prefix);
  const others = tail === undefined ? sql`` : sql`union all select users.sequence ${tailUsers(organizationId, tail)}`;
  const among = engineOf(database).json.amongRows(
    sql.ref('users.sequence'),
    sql`${buckets} select user_terms.user_sequence ${rows} ${others}`,
  );
  return await matchesOf(database, organizationId, [among, ...conditionsOf(database, search)], search.candidatesMax);
}

/** Reads all users of the organization, or the members of the group if they are fewer than half of the users. */
async function scanMatches(database: Database, organizationId: string, search: UserSearch): Promise<Matches> {
  const { group, groupSize, candidatesMax } = search;
  // Most users are members: the other conditions are read from an index, and only the users who match them are looked up in the group.
  const isGroupLarge = groupSize !== undefined && groupSize.users > groupSize.everyone / 2;
  if (group === undefined || (isGroupLarge && !isGroupOnly(database, search))) {
    const others = conditionsOf(database, { ...search, department: undefined, parts: [] });
    const isDepartmentRead = others.length === 0 && search.parts.every(({ isInitial }) => isInitial);
    const conditions = conditionsOf(database, search, { isDepartmentRead });
    return await matchesOf(database, organizationId, conditions, candidatesMax);
  }
  const members = sql`select memberships.member_id from memberships where memberships.group_id = ${group}
    and memberships.member_type = 'User'`;
  const among = engineOf(database).json.amongRows(sql.ref('users.id'), members);
  return await matchesOf(
    database,
    organizationId,
    [among, ...conditionsOf(database, search, { isGroupRead: true })],
    candidatesMax,
  );
}

async function matchesOf(
  database: Database,
  organizationId: string,
  conditions: readonly Condition[],
  max: number,
): Promise<Matches> {
  // One statement for the number and the sequences, because each statement reads the same rows.
  const { rows } = await sql<{ total: number; sequences: string | null }>`select count(*) as total,
    case when count(*) <= ${max} then ${engineOf(database).json.arrayOf(sql.ref('users.sequence'))} end as sequences from users
    where users.organization_id = ${organizationId} and users.deleted_at is null and ${sql.join(conditions, sql` and `)}`.execute(
    database,
  );
  return { total: Number(rows[0]?.total ?? 0), sequences: rows[0]?.sequences ?? undefined };
}

/**
 * Joins conditions that many people match. The database cannot estimate how many rows match the expression, and assumes half of them:
 * otherwise PostgreSQL would read and sort all people instead of walking through an index.
 */
function frequent(conditions: readonly Condition[]): Condition {
  return sql`case when ${sql.join(conditions, sql` and `)} then true else false end`;
}

/** The order of a page, and the person after whom it begins, or the number of people before it. */
export interface PageOrder {
  readonly sort: PeopleSort;
  readonly descending: boolean;
  readonly limit: number;
  readonly after: ListKey | undefined;
  /** The number of people before the page; 0 with `after`. */
  readonly skip: number;
  /** The number of people that match. */
  readonly total: number;
}

/** Reads the keys of a page of the users that match a search, and of one more user. */
export async function readPersonKeys(
  database: Database,
  organizationId: string,
  { search, sequences }: { readonly search: UserSearch; readonly sequences: string | undefined },
  { sort, descending, limit, after, skip, total }: PageOrder,
): Promise<readonly ListKey[]> {
  const { json } = engineOf(database);
  const column = sql.ref(`users.${columns[sort]}`);
  // With an expression instead of the column, the database does not read all users in the order of an index.
  const value = sequences === undefined ? column : timeSorts.has(sort) ? sql`(${column} + 0)` : sql`(${column} || '')`;
  const found = sql`select cast(value as bigint) from ${json.texts(sequences ?? '[]')} as found`;
  const conditions =
    sequences === undefined
      ? conditionsOf(database, search, { isDepartmentRead: sort === 'department' })
      : [json.amongRows(sql.ref('users.sequence'), found)];
  const source: ListSource = {
    type: 'User',
    condition:
      conditions.length === 0
        ? undefined
        : sequences === undefined
          ? frequent(conditions)
          : sql`${sql.join(conditions, sql` and `)}`,
    sortValue: { value, neverNull: neverNull.has(sort) },
  };
  const list = (isReversed: boolean) => ({
    sources: [source],
    order: { sorted: true, descending: descending !== isReversed },
  });
  if (after !== undefined) {
    return await readKeys(database, organizationId, list(false), { kind: 'after', key: after }, limit);
  }
  if (skip <= total / 2) {
    return await readKeys(database, organizationId, list(false), { kind: 'offset', offset: skip }, limit);
  }
  // The page is nearer to the end, so that fewer rows are passed over from there.
  const count = Math.min(limit, total - skip);
  if (count <= 0) return [];
  const position = { kind: 'offset', offset: total - skip - count } as const;
  return (await readKeys(database, organizationId, list(true), position, count)).toReversed();
}

/** Returns the position of a user in a list; undefined if the user was purged. */
export async function keyOfUser(
  database: Database,
  organizationId: string,
  id: string,
  value: ListKey['value'],
): Promise<ListKey | undefined> {
  const sequence = await findSequence(database, organizationId, 'User', id);
  return sequence === undefined ? undefined : { type: 'User', sequence, id, value };
}

/** True while users of the organization have no terms yet, so that a search cannot find them. */
export async function isIndexing(database: Database, organizationId: string): Promise<boolean> {
  const found = await database
    .selectFrom('users')
    .select('id')
    .where('organization_id', '=', organizationId)
    .where('terms', 'is', null)
    .where('deleted_at', 'is', null)
    .limit(1)
    .executeTakeFirst();
  return found !== undefined;
}
