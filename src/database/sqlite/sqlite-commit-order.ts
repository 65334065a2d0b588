import { hash } from 'node:crypto';
import { sql, type QueryExecutorProvider } from 'kysely';
import {
  columnParts,
  type CommitOrder,
  type CommittedQuery,
  type CommittedRow,
  type CommittedRows,
} from '../commit-order.ts';

/** The maximum number of rows, of all organizations, that one statement reads. Further rows are read by further statements. */
const ROWS_PER_STATEMENT = 500;

/**
 * SQLite runs transactions sequentially, so that the sequence is the order of commits. A position is the sequence of a row and a digest
 * of its id: if the last row is deleted, SQLite gives its sequence to the next row. `0` is the position before the first row.
 */
interface Row {
  readonly sequence: number;
  readonly id: string;
  readonly organization_id: string;
}

export const sqliteCommitOrder: CommitOrder = {
  first: '0',
  isAfter: (position) => sql`sequence > ${sequenceOf(position)}`,
  partAfter: async (database, { table, organizationId, after, rowsMax }) => {
    const own = sql`select sequence from ${sql.table(table)}
      where organization_id = ${organizationId} and sequence > ${sequenceOf(after)}`;
    const { rows: last } = await sql<Pick<Row, 'sequence'>>`${own}
      order by organization_id, sequence limit 1 offset ${rowsMax - 1}`.execute(database);
    const { rows: newest } = await sql<Pick<Row, 'sequence'>>`${own}
      order by organization_id desc, sequence desc limit 1`.execute(database);
    const end = last[0]?.sequence ?? newest[0]?.sequence ?? sequenceOf(after);
    return {
      isPart: sql`sequence > ${sequenceOf(after)} and sequence <= ${end}`,
      position: String(end),
      isFull: last.length > 0,
    };
  },
  // The sequences are part of the file.
  adoptRestoredRows: async () => {},
  // SQLite may give the sequence of a deleted row to the next row.
  afterDeletion: async (database, { table, organizationId, position }) => {
    const { rows } = await sql<Pick<Row, 'sequence'>>`select sequence from ${sql.table(table)}
      where organization_id = ${organizationId} and sequence <= ${sequenceOf(position)}
      order by organization_id desc, sequence desc limit 1`.execute(database);
    return String(rows[0]?.sequence ?? 0);
  },
  isPosition: (text) => /^(?:0|\d{1,15}\.[0-9a-f]{8})$/.test(text),
  newest: async (database, table) => {
    const { rows } = await sql<Row>`select sequence, id from ${sql.table(table)} where sequence > 0
      order by sequence desc limit 1`.execute(database);
    return rows[0] === undefined ? '0' : positionOf(rows[0]);
  },
  read: async (database, query) => {
    const organizations = new Set(query.organizationIds);
    const last = query.until === undefined ? Number.MAX_SAFE_INTEGER : sequenceOf(query.until);
    const counts = new Map<string, number>();
    const exceeded = new Set<string>();
    const found: CommittedRow[] = [];
    for (let position = query.after; ;) {
      const rows = await readAfter(database, query, position, last);
      if (rows === undefined) return undefined;
      for (const row of rows) {
        const { organization_id: organizationId } = row;
        position = positionOf(row);
        if (!organizations.has(organizationId)) continue;
        const count = (counts.get(organizationId) ?? 0) + 1;
        counts.set(organizationId, count);
        if (count > query.limit) exceeded.add(organizationId);
        else found.push({ organizationId, position, values: { ...row } });
      }
      if (rows.length < ROWS_PER_STATEMENT) {
        return { rows: found, position: query.until ?? position, exceeded } satisfies CommittedRows;
      }
    }
  },
};

function positionOf({ sequence, id }: Pick<Row, 'sequence' | 'id'>): string {
  return `${sequence}.${hash('sha256', id).slice(0, 8)}`;
}

function sequenceOf(position: string): number {
  return Number(position.split('.', 1)[0]);
}

/** Returns the next rows of all organizations; undefined if the row of the position does not exist. */
async function readAfter(
  database: QueryExecutorProvider,
  { table, columns, organizationIds }: CommittedQuery,
  position: string,
  last: number,
): Promise<readonly Row[] | undefined> {
  // Rows of other organizations are only counted.
  const isWanted = sql`organization_id in (select value from json_each(${JSON.stringify(organizationIds)}))`;
  const select = sql.join(
    // The id is always selected, because the position contains it.
    columns
      .filter((column) => column !== 'id')
      .map(columnParts)
      .map(({ value, name }) => sql`case when ${isWanted} then ${value} end as ${sql.ref(name)}`),
  );
  const after = sequenceOf(position);
  const { rows } = await sql<Row>`select sequence, id, organization_id, ${select} from ${sql.table(table)}
    where sequence >= ${after} and sequence <= ${last} order by sequence limit ${ROWS_PER_STATEMENT + 1}`.execute(
    database,
  );
  if (after === 0) return rows.slice(0, ROWS_PER_STATEMENT);
  const [first, ...rest] = rows;
  return first !== undefined && positionOf(first) === position ? rest : undefined;
}
