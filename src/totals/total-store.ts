import { sql, type RawBuilder } from 'kysely';
import { TranslatedError } from '#base/translated-error.ts';
import { inTransaction, type Database, type DatabaseTransaction } from '#database/database.ts';
import { engineOf } from '#database/engine.ts';
import { MINUTE_MS, QUARTER_HOUR_MS, type TotalProperty, type TotalSubject } from './total-subject.ts';

/**
 * The maximum number of rows that one transaction adds to the totals. On SQLite, other requests wait for it, for some hundredths of a
 * second.
 */
export const FOLDED_ROWS_MAX = 10_000;
/** The maximum number of times that totals are read again because rows were added to them in the meantime. */
export const READ_ATTEMPTS_MAX = 10;
const properties = ['outcome', 'type', 'source', 'reason'] as const satisfies readonly TotalProperty[];
const spans = sql`(select ${sql.lit(MINUTE_MS)} as span_ms union all select ${sql.lit(QUARTER_HOUR_MS)}) as spans`;
const keyColumns = sql`organization_id, subject, span_ms, starts_at, outcome, type, source, reason`;

export interface TotalsQuery {
  readonly organizationId: string;
  /** The beginning of the first interval, and the end of the last one, exclusive. Both are multiples of `stepMs`. */
  readonly from: number;
  readonly to: number;
  readonly stepMs: typeof MINUTE_MS | typeof QUARTER_HOUR_MS;
  /** The length of an interval: a multiple of `stepMs`. */
  readonly intervalMs: number;
  readonly groupBy?: Exclude<TotalProperty, 'outcome'> | undefined;
}

export interface IntervalCount {
  /** The number of the interval, beginning with 0. */
  readonly interval: number;
  readonly outcome: string;
  /** The value of the property `groupBy`; empty for rows without a value, or without `groupBy`. */
  readonly value: string;
  readonly count: number;
}

/** The counts, and how many of the counted rows are not in the totals yet. */
export interface Totals {
  readonly counts: readonly IntervalCount[];
  readonly unfolded: number;
}

/**
 * Counts the rows of each interval. The result equals a count of the rows themselves at the moment of the call: the totals contain the
 * rows up to a position in the order of commits, and the rows after it are counted.
 */
export async function readTotals(database: Database, subject: TotalSubject, query: TotalsQuery): Promise<Totals> {
  const { organizationId } = query;
  let position = await findPosition(database, subject, organizationId);
  for (let attempt = 1; attempt <= READ_ATTEMPTS_MAX; attempt += 1) {
    const rows = await readAt(database, subject, query, position);
    const [first] = rows;
    // The statement reads the position and the totals in one snapshot.
    if (first !== undefined && first.position === position) {
      const unfolded = rows.reduce((sum, row) => sum + Number(row.unfolded ?? 0), 0);
      const counts = rows.flatMap(({ interval, outcome, value, count }): IntervalCount[] =>
        interval === null
          ? []
          : [{ interval: Number(interval), outcome: outcome ?? '', value: value ?? '', count: Number(count) }],
      );
      return { counts: counts.filter(({ count }) => count > 0), unfolded };
    }
    position = first?.position ?? null;
  }
  throw new TranslatedError('unavailable', ({ admin }) => admin.server.totalsChanged);
}

interface CountRow {
  readonly position: string | null;
  readonly interval: number | string | null;
  readonly outcome: string | null;
  readonly value: string | null;
  readonly count: number | string | null;
  readonly unfolded: number | string | null;
}

async function readAt(
  database: Database,
  subject: TotalSubject,
  { organizationId, from, to, stepMs, intervalMs, groupBy }: TotalsQuery,
  position: string | null,
): Promise<readonly CountRow[]> {
  const { commitOrder } = engineOf(database);
  const { outcome, ...others } = subject.properties(database);
  const table = sql.table(subject.table);
  const value = groupBy === undefined ? sql`''` : others[groupBy];
  const kept = groupBy === undefined ? sql`''` : sql.ref(`totals.${groupBy}`);
  // With "at + 0", the rows after the position are read by the index of the order of commits, and not all rows of the period.
  const isCounted =
    position === null || position === commitOrder.first
      ? sql`at >= ${from} and at < ${to}`
      : sql`at + 0 >= ${from} and at + 0 < ${to} and ${commitOrder.isAfter(position)}`;
  // A sum of floating-point numbers is exact up to 2^53, and PostgreSQL adds integers of 64 bits ten times more slowly.
  const { rows } = await sql<CountRow>`
    select (${positionOf(subject, organizationId)}) as position, counted.* from (select 1) as one left join (
      select (at - cast(${from} as bigint)) / ${sql.lit(intervalMs)} as interval, outcome, value,
        sum(cast(count as double precision)) as count, sum(unfolded) as unfolded
      from (
        select starts_at as at, outcome, ${kept} as value, count, 0 as unfolded from totals
        where organization_id = ${organizationId} and subject = ${sql.lit(subject.table)}
          and span_ms = ${sql.lit(stepMs)} and starts_at >= ${from} and starts_at < ${to}
        union all
        select at, ${outcome} as outcome, ${value} as value, ${subject.weight} as count, 1 as unfolded from ${table}
        where organization_id = ${organizationId} and ${isCounted}
      ) as all_rows group by 1, 2, 3
    ) as counted on true`.execute(database);
  return rows;
}

function positionOf({ table }: TotalSubject, organizationId: string): RawBuilder<unknown> {
  return sql`select position from total_positions
    where organization_id = ${organizationId} and subject = ${sql.lit(table)}`;
}

async function findPosition(database: Database, subject: TotalSubject, organizationId: string): Promise<string | null> {
  const { rows } = await sql<{ position: string }>`${positionOf(subject, organizationId)}`.execute(database);
  return rows[0]?.position ?? null;
}

/**
 * Adds up to `rowsMax` rows of an organization to its totals. Returns true if more rows may be left. Runs in one transaction, which
 * no transaction that writes rows has to wait for.
 */
export async function foldRows(
  database: Database,
  subject: TotalSubject,
  organizationId: string,
  rowsMax = FOLDED_ROWS_MAX,
): Promise<boolean> {
  return await inTransaction(database, async (transaction) => {
    const position = await lockPosition(transaction, subject, organizationId);
    // The organization does not exist.
    if (position === null) return false;
    const { commitOrder } = engineOf(transaction);
    const part = await commitOrder.partAfter(transaction, {
      table: subject.table,
      organizationId,
      after: position,
      rowsMax,
    });
    if (part === undefined) {
      // The database was copied from another server, whose positions have no meaning here.
      await resetTotals(transaction, subject, organizationId);
      return true;
    }
    await addRows(transaction, subject, organizationId, part.isPart);
    await setPosition(transaction, subject, organizationId, part.position);
    return part.isFull;
  });
}

async function addRows(
  transaction: DatabaseTransaction,
  subject: TotalSubject,
  organizationId: string,
  isPart: RawBuilder<boolean>,
): Promise<void> {
  const expressions = subject.properties(transaction);
  const select = sql.join(properties.map((name) => sql`${expressions[name]} as ${sql.ref(name)}`));
  await sql`insert into totals (${keyColumns}, count)
    select cast(${organizationId} as text), ${sql.lit(subject.table)}, span_ms, minute - minute % span_ms, outcome, type, source, reason, sum(amount)
    from (
      select at - at % ${sql.lit(MINUTE_MS)} as minute, ${select}, sum(${subject.weight}) as amount from ${sql.table(subject.table)}
      where organization_id = ${organizationId} and ${isPart}
      group by 1, 2, 3, 4, 5
    ) as minutes cross join ${spans}
    where true group by 3, 4, 5, 6, 7, 8
    on conflict (${keyColumns}) do update set count = totals.count + excluded.count`.execute(transaction);
}

/**
 * Returns the position after which rows are not in the totals; null if the organization does not exist. Until the end of the transaction,
 * no other transaction changes the position or the totals. For this, the row has to exist: PostgreSQL cannot lock a row that another
 * transaction may insert later.
 */
async function lockPosition(transaction: DatabaseTransaction, subject: TotalSubject, organizationId: string) {
  await insertPosition(transaction, subject, organizationId);
  const row = await transaction
    .selectFrom('total_positions')
    .select('position')
    .where('organization_id', '=', organizationId)
    .where('subject', '=', subject.table)
    .$if(engineOf(transaction).isConcurrent, (select) => select.forUpdate())
    .executeTakeFirst();
  return row?.position ?? null;
}

/** Inserts the position before the first row if there is none. Waits for a transaction that inserts it at the same time. */
async function insertPosition(transaction: DatabaseTransaction, { table }: TotalSubject, organizationId: string) {
  const { commitOrder } = engineOf(transaction);
  await sql`insert into total_positions (organization_id, subject, position)
    select id, ${sql.lit(table)}, ${sql.lit(commitOrder.first)} from organizations where id = ${organizationId}
    on conflict (organization_id, subject) do nothing`.execute(transaction);
}

async function setPosition(
  transaction: DatabaseTransaction,
  { table }: TotalSubject,
  organizationId: string,
  position: string,
) {
  await sql`update total_positions set position = ${position}
    where organization_id = ${organizationId} and subject = ${table}`.execute(transaction);
}

/** Removes the totals, so that they are built again. The row of the position stays, because other transactions may wait for its lock. */
async function resetTotals(transaction: DatabaseTransaction, subject: TotalSubject, organizationId: string) {
  await transaction
    .deleteFrom('totals')
    .where('organization_id', '=', organizationId)
    .where('subject', '=', subject.table)
    .execute();
  await setPosition(transaction, subject, organizationId, engineOf(transaction).commitOrder.first);
}

interface DeletedRow {
  readonly at: number | string;
  readonly outcome: string;
  readonly type: string;
  readonly source: string;
  readonly reason: string;
  readonly is_after: boolean | number;
}

/**
 * Deletes rows of a table whose rows are counted, and subtracts them from the totals. Returns the number of deleted rows. Every deletion
 * of such rows uses this function, unless it deletes the organization.
 *
 * @param sequences A select of the sequences of the rows.
 */
export async function deleteCounted(
  database: Database,
  subject: TotalSubject,
  organizationId: string,
  sequences: RawBuilder<unknown>,
): Promise<number> {
  return await inTransaction(database, async (transaction) => {
    const { json, commitOrder } = engineOf(transaction);
    const position = await lockPosition(transaction, subject, organizationId);
    const expressions = subject.properties(transaction);
    const select = sql.join(properties.map((name) => sql`${expressions[name]} as ${sql.ref(name)}`));
    const isAfter = position === null ? sql`true` : commitOrder.isAfter(position);
    const { rows } = await sql<DeletedRow>`delete from ${sql.table(subject.table)}
      where organization_id = ${organizationId} and ${json.amongRows(sql.ref('sequence'), sequences)}
      returning at, ${select}, ${isAfter} as is_after`.execute(transaction);
    if (position === null) return rows.length;
    await subtract(
      transaction,
      subject,
      organizationId,
      rows.filter((row) => Number(row.is_after) === 0),
    );
    const kept = await commitOrder.afterDeletion(transaction, { table: subject.table, organizationId, position });
    if (kept !== position) await setPosition(transaction, subject, organizationId, kept);
    return rows.length;
  });
}

async function subtract(
  transaction: DatabaseTransaction,
  { table }: TotalSubject,
  organizationId: string,
  rows: readonly DeletedRow[],
): Promise<void> {
  for (const spanMs of [MINUTE_MS, QUARTER_HOUR_MS]) {
    const groups = Map.groupBy(rows, ({ at, outcome, type, source, reason }) =>
      JSON.stringify([Number(at) - (Number(at) % spanMs), outcome, type, source, reason]),
    );
    for (const [key, { length }] of groups) {
      const [startsAt, outcome, type, source, reason] = JSON.parse(key) as [number, string, string, string, string];
      const isTotal = sql`organization_id = ${organizationId} and subject = ${table} and span_ms = ${spanMs}
        and starts_at = ${startsAt} and outcome = ${outcome} and type = ${type} and source = ${source} and reason = ${reason}`;
      await sql`update totals set count = count - ${length} where ${isTotal}`.execute(transaction);
      await sql`delete from totals where ${isTotal} and count <= 0`.execute(transaction);
    }
  }
}
