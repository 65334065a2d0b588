import { sql, type RawBuilder } from 'kysely';
import type { Database } from '#database/database.ts';
import { prepared } from '#database/prepared.ts';
import type { ResourceTypeName } from '#scim/schema/resource-schema.ts';
import type { SortValue } from './sort-sql.ts';

type Sql = RawBuilder<boolean>;

/** One resource type of a list, with the conditions for its rows. */
export interface ListSource {
  readonly type: ResourceTypeName;
  /** The condition of the filter; undefined if the list has no filter. */
  readonly condition: Sql | undefined;
  /** The value to sort by; undefined if the list is unsorted or the type does not have the attribute. */
  readonly sortValue: Omit<SortValue, 'type'> | undefined;
}

export interface ListOrder {
  /** True if the list is sorted by a value. An unsorted list is in the order of creation, users before groups. */
  readonly sorted: boolean;
  readonly descending: boolean;
}

/** The position of a row in a list. */
export interface ListKey {
  readonly type: ResourceTypeName;
  readonly sequence: number;
  readonly id: string;
  /** The value that the list is sorted by; null if the list is unsorted or the row has no value. */
  readonly value: string | number | null;
}

/** Where a page is: after a number of rows, after a row, or before a row. */
export type ListPosition =
  | { readonly kind: 'offset'; readonly offset: number }
  | { readonly kind: 'after' | 'before'; readonly key: ListKey };

const tables = { User: 'users', Group: 'groups' } as const satisfies Record<ResourceTypeName, string>;
const ranks = { User: 0, Group: 1 } as const satisfies Record<ResourceTypeName, number>;

/** A part of a list whose rows an index can return in order. A list is a sequence of segments. */
interface Segment {
  readonly sources: readonly ListSource[];
  /** Selects all rows, the rows with a value to sort by, or the rows without one. */
  readonly rows: 'all' | 'withValue' | 'withoutValue';
}

/**
 * Splits a list into segments. Rows without a value come last in ascending order and first in descending order (RFC 7644
 * §3.4.2.3); reading them as a separate segment lets an index serve both parts.
 */
function segmentsOf(sources: readonly ListSource[], { sorted, descending }: ListOrder): readonly Segment[] {
  if (!sorted) return sources.map((source) => ({ sources: [source], rows: 'all' }));
  const valued = sources.filter((source) => source.sortValue !== undefined);
  const withValue: Segment = { sources: valued, rows: 'withValue' };
  const nullable = sources.filter((source) => source.sortValue?.neverNull !== true);
  if (nullable.length === 0) return [withValue];
  const withoutValue: Segment = { sources: nullable, rows: 'withoutValue' };
  return descending ? [withoutValue, withValue] : [withValue, withoutValue];
}

/** Reads at most `limit` keys of a page. The keys are in the order of the list, even for a page before a row. */
export async function readKeys(
  database: Database,
  organizationId: string,
  list: { readonly sources: readonly ListSource[]; readonly order: ListOrder },
  position: ListPosition,
  limit: number,
): Promise<readonly ListKey[]> {
  const backwards = position.kind === 'before';
  const segments = segmentsOf(list.sources, list.order);
  const ordered = backwards ? segments.toReversed() : segments;
  const start = position.kind === 'offset' ? 0 : ordered.findIndex((segment) => containsKey(segment, position.key));
  const found: ListKey[] = [];
  let offset = position.kind === 'offset' ? position.offset : 0;
  for (const [index, segment] of ordered.entries()) {
    if (start < 0 || index < start) continue;
    const rows = await readSegment(database, organizationId, {
      segment,
      descending: list.order.descending !== backwards,
      key: index === start && position.kind !== 'offset' ? position.key : undefined,
      limit: limit - found.length,
      offset,
    });
    found.push(...rows);
    if (found.length === limit || index === ordered.length - 1) break;
    if (offset > 0) {
      offset = rows.length > 0 ? 0 : offset - (await countSegment(database, organizationId, segment));
    }
  }
  return backwards ? found.toReversed() : found;
}

/** Counts the matching rows of all sources. For a source without a condition, reads the count that triggers maintain. */
export async function countMatching(
  database: Database,
  organizationId: string,
  sources: readonly ListSource[],
): Promise<number> {
  let total = 0;
  for (const source of sources) {
    total +=
      source.condition === undefined
        ? await readCount(database, organizationId, source.type)
        : await countSegment(database, organizationId, { sources: [source], rows: 'all' });
  }
  return total;
}

/** Returns the number of users or groups of an organization that are not deleted. Database triggers maintain the number. */
export async function readCount(database: Database, organizationId: string, type: ResourceTypeName): Promise<number> {
  const [row] = await selectCount(database, { organizationId, type });
  return row?.living ?? 0;
}

const selectCount = prepared((database, values: { organizationId: string; type: ResourceTypeName }) =>
  database
    .selectFrom('resource_counts')
    .select(({ fn }) => fn.sum<number | null>('living').as('living'))
    .where('organization_id', '=', values.organizationId)
    .where('resource_type', '=', values.type),
);

/** Finds the sequence number of a row by its id. A deleted row keeps its number until it is purged. */
export async function findSequence(
  database: Database,
  organizationId: string,
  type: ResourceTypeName,
  id: string,
): Promise<number | undefined> {
  const [row] = await selectSequence[type](database, { organizationId, id });
  return row?.sequence;
}

function sequenceIn(table: (typeof tables)[ResourceTypeName]) {
  return prepared((database, values: { organizationId: string; id: string }) =>
    database
      .selectFrom(table)
      .select('sequence')
      .where('id', '=', values.id)
      .where('organization_id', '=', values.organizationId),
  );
}

const selectSequence = { User: sequenceIn('users'), Group: sequenceIn('groups') } as const;

function containsKey({ sources, rows }: Segment, key: ListKey): boolean {
  if (rows === 'withValue') return key.value !== null;
  if (rows === 'withoutValue') return key.value === null;
  return sources.some((source) => source.type === key.type);
}

interface SegmentRead {
  readonly segment: Segment;
  readonly descending: boolean;
  /** Reads only rows after this key; undefined to read from the start. */
  readonly key: ListKey | undefined;
  readonly limit: number;
  readonly offset: number;
}

interface KeyRow {
  readonly rank: number;
  readonly sequence: number;
  readonly id: string;
  readonly value: string | number | null;
}

async function readSegment(database: Database, organizationId: string, read: SegmentRead): Promise<ListKey[]> {
  const { segment, descending, key, limit, offset } = read;
  const selects = segment.sources.map((source) => {
    const table = tables[source.type];
    const value = segment.rows === 'withValue' && source.sortValue ? source.sortValue.value : sql`null`;
    const conditions = [...conditionsOf(organizationId, source, segment.rows)];
    if (key !== undefined) conditions.push(isAfterKey(source, segment.rows, key, descending));
    return sql`select ${sql.lit(ranks[source.type])} as rank, ${sql.ref(`${table}.sequence`)} as sequence,
      ${sql.ref(`${table}.id`)} as id, ${value} as value
      from ${sql.table(table)} where ${sql.join(conditions, sql` and `)}`;
  });
  const direction = descending ? sql`desc` : sql`asc`;
  const columns = [
    ...(segment.rows === 'withValue' ? [sql`value`] : []),
    // All rows of one table have the same rank. Leaving out the column lets an index return the rows in order.
    ...(selects.length > 1 ? [sql`rank`] : []),
    sql`sequence`,
  ];
  const order = sql.join(columns.map((column) => sql`${column} ${direction}`));
  const { rows } = await sql<KeyRow>`${sql.join(selects, sql` union all `)}
    order by ${order} limit ${limit} offset ${offset}`.execute(database);
  return rows.map(({ rank, ...row }) => ({ type: rank === ranks.User ? 'User' : 'Group', ...row }));
}

async function countSegment(database: Database, organizationId: string, segment: Segment): Promise<number> {
  let total = 0;
  for (const source of segment.sources) {
    const conditions = conditionsOf(organizationId, source, segment.rows);
    const { rows } = await sql<{ total: number }>`
      select count(*) as total from ${sql.table(tables[source.type])} where ${sql.join(conditions, sql` and `)}`.execute(
      database,
    );
    total += rows[0]?.total ?? 0;
  }
  return total;
}

function conditionsOf(organizationId: string, source: ListSource, rows: Segment['rows']): Sql[] {
  const table = tables[source.type];
  const { sortValue } = source;
  return [
    sql`${sql.ref(`${table}.organization_id`)} = ${organizationId}`,
    sql`${sql.ref(`${table}.deleted_at`)} is null`,
    ...(source.condition === undefined ? [] : [source.condition]),
    ...(rows === 'withValue' && sortValue?.neverNull === false ? [sql<boolean>`${sortValue.value} is not null`] : []),
    ...(rows === 'withoutValue' && sortValue !== undefined ? [sql<boolean>`${sortValue.value} is null`] : []),
  ];
}

/**
 * Returns the condition that selects the rows after a key. An index can serve it: `value >= v` finds the start of the range, and
 * the rest is checked only for rows with the same value.
 */
function isAfterKey(source: ListSource, rows: Segment['rows'], key: ListKey, descending: boolean): Sql {
  const tied = isAfterAmongEqual(source, key, descending);
  if (rows !== 'withValue' || source.sortValue === undefined) return tied;
  const { value } = source.sortValue;
  return descending
    ? sql`${value} <= ${key.value} and (${value} < ${key.value} or ${tied})`
    : sql`${value} >= ${key.value} and (${value} > ${key.value} or ${tied})`;
}

/** Like `isAfterKey`, but for rows with the same sort value. Among such rows, users come before groups, each in order of creation. */
function isAfterAmongEqual(source: ListSource, key: ListKey, descending: boolean): Sql {
  const difference = descending ? ranks[key.type] - ranks[source.type] : ranks[source.type] - ranks[key.type];
  if (difference !== 0) return difference > 0 ? sql`true` : sql`false`;
  const sequence = sql.ref(`${tables[source.type]}.sequence`);
  return descending ? sql`${sequence} < ${key.sequence}` : sql`${sequence} > ${key.sequence}`;
}
