import { sql, type QueryExecutorProvider, type RawBuilder } from 'kysely';
import {
  columnParts,
  type CommitOrder,
  type CommitPosition,
  type CommittedQuery,
  type CommittedRow,
  type CommittedRows,
} from '../commit-order.ts';

/** The number of restored rows that one statement changes. */
const ADOPTED_ROWS_MAX = 5_000;

/**
 * A position is a snapshot of the server (`pg_snapshot`): the rows that are committed at this position are those that the snapshot
 * shows. A row is new if the current snapshot shows it and an older one does not, no matter how long its transaction was running and
 * in which order transactions ended. Each row has the id of its transaction in the column `transaction_id`.
 *
 * A position between the rows of one read has two snapshots, that of the read before and that of the read, and the transaction and the
 * sequence of the last row: `10:12:11/10:15:/13/48213`.
 */
interface Position {
  readonly shown: string;
  /** Set for a position between the rows of one read. */
  readonly inside?: { readonly snapshot: string; readonly transaction: string; readonly sequence: string } | undefined;
}

const snapshotPattern = String.raw`\d{1,20}:\d{1,20}:(?:\d{1,20}(?:,\d{1,20})*)?`;
const positionPattern = new RegExp(
  String.raw`^(?<shown>${snapshotPattern})(?:/(?<snapshot>${snapshotPattern})/(?<transaction>\d{1,20})/(?<sequence>\d{1,18}))?$`,
);

export const postgresCommitOrder: CommitOrder = {
  // A snapshot that shows no transaction: the ids of transactions begin with 3.
  first: '3:3:',
  isAfter: (position) => {
    const { shown, inside } = parse(position);
    const isNew = isNotShown(shown);
    if (inside === undefined) return isNew;
    return sql`(${isNew} and not (pg_visible_in_snapshot(transaction_id, ${inside.snapshot}::pg_snapshot)
      and (transaction_id, sequence) <= (${inside.transaction}::xid8, ${inside.sequence}::bigint)))`;
  },
  partAfter: async (database, { table, organizationId, after, rowsMax }) => {
    const { shown, inside } = parse(after);
    const { rows } = await sql<{ now: string; known: boolean }>`select pg_current_snapshot()::text as now,
      pg_snapshot_xmax(${shown}::pg_snapshot) <= pg_snapshot_xmax(pg_current_snapshot()) as known`.execute(database);
    if (rows[0]?.known !== true) return undefined;
    const until = inside?.snapshot ?? rows[0].now;
    const isNext = sql<boolean>`${isNotShown(shown)} ${upTo(until, inside)}`;
    const { rows: last } = await sql<{ transaction: string; sequence: string }>`
      select transaction_id::text as transaction, sequence from ${sql.table(table)}
      where organization_id = ${organizationId} and ${isNext}
      order by organization_id, ${sql.ref(`${table}.transaction_id`)}, sequence limit 1 offset ${rowsMax - 1}`.execute(
      database,
    );
    const [end] = last;
    if (end === undefined) return { isPart: isNext, position: until, isFull: inside !== undefined };
    const { transaction, sequence } = end;
    return {
      isPart: sql`${isNext} and (transaction_id, sequence) <= (${transaction}::xid8, ${sequence}::bigint)`,
      position: `${shown}/${until}/${transaction}/${sequence}`,
      isFull: true,
    };
  },
  adoptRestoredRows: async (database, table) => {
    const isFuture = sql`transaction_id >= pg_snapshot_xmax(pg_current_snapshot())`;
    const { rows } = await sql<{ id: string }>`select id from organizations
      where exists (select from ${sql.table(table)} where organization_id = organizations.id and ${isFuture})
      or exists (select from total_positions where organization_id = organizations.id and subject = ${table}
        and pg_snapshot_xmax(split_part(position, '/', 1)::pg_snapshot) > pg_snapshot_xmax(pg_current_snapshot()))`.execute(
      database,
    );
    for (const { id } of rows) {
      for (const totals of ['total_positions', 'totals']) {
        await sql`delete from ${sql.table(totals)} where organization_id = ${id} and subject = ${table}`.execute(
          database,
        );
      }
      for (let adopted = ADOPTED_ROWS_MAX; adopted === ADOPTED_ROWS_MAX;) {
        const { numAffectedRows = 0n } = await sql`update ${sql.table(table)} set transaction_id = pg_current_xact_id()
          where organization_id = ${id} and sequence = any(array(
            select sequence from ${sql.table(table)} where organization_id = ${id} and ${isFuture} limit ${ADOPTED_ROWS_MAX}))`.execute(
          database,
        );
        adopted = Number(numAffectedRows);
      }
    }
  },
  afterDeletion: async (_database, { position }) => position,
  isPosition: isPositionText,
  newest: async (database) => {
    const { rows } = await sql<{ now: string }>`select pg_current_snapshot()::text as now`.execute(database);
    return rows[0]?.now ?? '';
  },
  read: async (database, query) => {
    const { shown, inside } = parse(query.after);
    if (inside === undefined) return await readSince(database, query, shown);
    // The rows that are left of the read that the position is in, then the rows after that read.
    const left = await readSince(database, { ...query, until: inside.snapshot }, shown, inside);
    if (left === undefined) return undefined;
    const later = await readSince(database, query, inside.snapshot);
    if (later === undefined) return undefined;
    return { ...later, rows: [...left.rows, ...later.rows], exceeded: left.exceeded.union(later.exceeded) };
  },
};

/** The ids of transactions begin with 3, and have 64 bits; a server does not use the last of them. */
const FIRST_TRANSACTION = 3n;
const LAST_TRANSACTION = 2n ** 63n - 1n;

function isPositionText(text: string): boolean {
  const found = positionPattern.exec(text)?.groups;
  if (found === undefined) return false;
  const { shown = '', snapshot, transaction } = found;
  return (
    isSnapshot(shown) &&
    (snapshot === undefined || isSnapshot(snapshot)) &&
    (transaction === undefined || BigInt(transaction) <= LAST_TRANSACTION)
  );
}

/** True for a text that PostgreSQL reads as a pg_snapshot: `xmin:xmax:xip,…`, with xmin ≤ xip < xmax, in ascending order. */
function isSnapshot(text: string): boolean {
  const [xmin = 0n, xmax = 0n, ...running] = text.split(/[:,]/).filter(Boolean).map(BigInt);
  const isOrdered = running.every((id, index) => id >= (running[index - 1] ?? xmin) && id < xmax);
  return xmin >= FIRST_TRANSACTION && xmin <= xmax && xmax <= LAST_TRANSACTION && isOrdered;
}

function parse(position: CommitPosition): Position {
  const { shown = '', snapshot, transaction, sequence } = positionPattern.exec(position)?.groups ?? {};
  if (snapshot === undefined || transaction === undefined || sequence === undefined) return { shown };
  return { shown, inside: { snapshot, transaction, sequence } };
}

interface Row {
  readonly now: string;
  readonly known: boolean;
  readonly organization_id: string | null;
  readonly transaction: string;
  readonly sequence: string | number;
}

/** True for rows that a snapshot does not show. */
function isNotShown(snapshot: string): RawBuilder<boolean> {
  const shown = sql`${snapshot}::pg_snapshot`;
  return sql`(transaction_id >= pg_snapshot_xmin(${shown}) and not pg_visible_in_snapshot(transaction_id, ${shown}))`;
}

/** Reads the rows that the snapshot `since` does not show. The whole read is one statement, and therefore has one snapshot. */
async function readSince(
  database: QueryExecutorProvider,
  query: CommittedQuery,
  since: string,
  inside?: Position['inside'],
): Promise<CommittedRows | undefined> {
  const { table, columns, organizationIds, until, limit } = query;
  const select = sql.join(columns.map(columnParts).map(({ value, name }) => sql`${value} as ${sql.ref(name)}`));
  const before = sql`${since}::pg_snapshot`;
  const { rows } = await sql<Row & Readonly<Record<string, unknown>>>`
    select pg_current_snapshot()::text as now,
      pg_snapshot_xmax(${before}) <= pg_snapshot_xmax(pg_current_snapshot()) as known, found.*
    from (select 1) as one left join lateral (
      select owner.value as organization_id, own.* from jsonb_array_elements_text(${JSON.stringify(organizationIds)}::jsonb) as owner
      cross join lateral (
        select transaction_id::text as transaction, sequence, ${select} from ${sql.table(table)}
        where organization_id = owner.value and ${isNotShown(since)} ${upTo(until, inside)}
        order by ${sql.ref(`${table}.transaction_id`)}, sequence limit ${limit + 1}
      ) as own
    ) as found on true`.execute(database);
  const [first] = rows;
  if (first?.known !== true) return undefined;
  const now = until ?? first.now;
  const exceeded = new Set<string>();
  const counts = new Map<string, number>();
  const read = rows.flatMap((row): CommittedRow[] => {
    const { organization_id: organizationId, transaction, sequence } = row;
    if (organizationId === null) return [];
    const count = (counts.get(organizationId) ?? 0) + 1;
    counts.set(organizationId, count);
    if (count > limit) {
      exceeded.add(organizationId);
      return [];
    }
    return [{ organizationId, position: `${since}/${now}/${transaction}/${sequence}`, values: row }];
  });
  return { rows: read, position: now, exceeded };
}

/** Returns a condition for rows that the snapshot `until` shows, and which are after the last row of a position. */
function upTo(until: string | undefined, inside: Position['inside']): RawBuilder<unknown> {
  const shown = until === undefined ? sql`` : sql`and pg_visible_in_snapshot(transaction_id, ${until}::pg_snapshot)`;
  if (inside === undefined) return shown;
  return sql`${shown} and (transaction_id, sequence) > (${inside.transaction}::xid8, ${inside.sequence}::bigint)`;
}
