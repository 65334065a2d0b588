import { isDeepStrictEqual } from 'node:util';
import { sql } from 'kysely';
import { AppError } from '#base/errors.ts';
import { comparable, organizationTables, readRowBatches, type CopiedTable, type Row } from './copied-tables.ts';
import type { Database } from './database.ts';
import { engineOf } from './engine.ts';
import type { Tables } from './tables.ts';
import { markUnindexed } from './unindexed-people-store.ts';

/** The tables of the organizations, and the catalog that says in which database each organization is. */
const copiedTables: readonly CopiedTable[] = [...organizationTables, { name: 'placements', key: ['organization_id'] }];

/** Tables that are not copied, because triggers, counts or an index fill them, or because they belong to a running installation. */
export const uncopiedTables: readonly (keyof Tables)[] = [
  'resource_counts',
  'totals',
  'total_positions',
  'configuration_version',
  'leases',
  'attempts',
  'unnamed_proxies',
  'unidentified_requests',
  'moves',
  'changed_rows',
  'user_terms',
  'unindexed_people',
];

export interface CopyProgress {
  readonly phase: 'copy' | 'verify';
  readonly table: string;
  readonly rows: number;
  readonly of: number;
}

export type RowsByTable = Readonly<Record<string, number>>;

/**
 * Copies a whole directory into an empty, migrated database, and then compares every row. The copy is one transaction: either all
 * rows are copied, or none. The source is read from one snapshot; an embedded source accepts no writes during the copy. Returns
 * the number of rows of each table.
 *
 * Throws `configuration` if the target is not empty, and `internal` if a row differs.
 *
 * @example
 * const rows = await copyDatabase(openSqlite(dataDir), openPostgres({ url, connectionsMax: 2 }), () => undefined);
 * // { organizations: 1, users: 1000, … }
 */
export async function copyDatabase(
  source: Database,
  target: Database,
  onProgress: (progress: CopyProgress) => void,
): Promise<RowsByTable> {
  return await source
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (from) => {
      const totals = await countRows(from);
      await target.transaction().execute(async (to) => {
        await requireEmpty(to);
        for (const table of copiedTables) await copyTable(from, to, table, totals[table.name] ?? 0, onProgress);
        await markUnindexed(to);
      });
      for (const table of copiedTables) await verifyTable(from, target, table, totals[table.name] ?? 0, onProgress);
      await verifyCounts(from, target);
      return totals;
    });
}

async function requireEmpty(target: Database): Promise<void> {
  const present = await target.selectFrom('organizations').select('name').limit(1).execute();
  if (present.length === 0) return;
  throw new AppError(
    'configuration',
    `The target is not empty: it has the organization "${present[0]?.name}". Copy into a database on which no directory was ever started.`,
  );
}

async function countRows(database: Database): Promise<RowsByTable> {
  const totals: Record<string, number> = {};
  for (const { name } of copiedTables) {
    const { rows } = await sql<{ total: number }>`select count(*) as total from ${sql.table(name)}`.execute(database);
    totals[name] = rows[0]?.total ?? 0;
  }
  return totals;
}

async function copyTable(
  from: Database,
  to: Database,
  table: CopiedTable,
  of: number,
  onProgress: (progress: CopyProgress) => void,
): Promise<void> {
  const { keepSequence, resumeSequence } = engineOf(to).definition;
  let rows = 0;
  for await (const step of readRowBatches(from, table)) {
    const columns = Object.keys(step[0] ?? {});
    const values = step.map((row) => sql`(${sql.join(columns.map((column) => sql.val(row[column])))})`);
    await sql`insert into ${sql.table(table.name)} (${sql.join(columns.map((column) => sql.ref(column)))})
      ${table.hasSequence ? keepSequence : sql``} values ${sql.join(values)}`.execute(to);
    rows += step.length;
    onProgress({ phase: 'copy', table: table.name, rows, of });
  }
  if (table.hasSequence) await resumeSequence(to, table.name);
}

async function verifyTable(
  from: Database,
  target: Database,
  table: CopiedTable,
  of: number,
  onProgress: (progress: CopyProgress) => void,
): Promise<void> {
  const copies = readRowBatches(target, table);
  let rows = 0;
  for await (const step of readRowBatches(from, table)) {
    const { value: copied = [] } = await copies.next();
    for (const [index, row] of step.entries()) {
      if (!isDeepStrictEqual(comparable(table, row), comparable(table, copied[index]))) throw copyMismatch(table, row);
    }
    rows += step.length;
    onProgress({ phase: 'verify', table: table.name, rows, of });
  }
  const { value: surplus } = await copies.next();
  if (surplus !== undefined) throw copyMismatch(table, surplus[0] ?? {});
}

/** Compares the counts that triggers maintain. */
async function verifyCounts(from: Database, target: Database): Promise<void> {
  const read = async (database: Database) =>
    await database
      .selectFrom('resource_counts')
      .select(({ fn }) => ['organization_id', 'resource_type', fn.sum<number>('living').as('living')])
      .groupBy(['organization_id', 'resource_type'])
      .having(({ fn }) => fn.sum('living'), '<>', 0)
      .orderBy('organization_id')
      .orderBy('resource_type')
      .execute();
  if (!isDeepStrictEqual(await read(from), await read(target)))
    throw copyMismatch({ name: 'resource_counts', key: ['x'] }, {});
}

function copyMismatch({ name, key }: Pick<CopiedTable, 'name' | 'key'>, row: Row): AppError {
  const which = key.map((column) => `${column} ${String(row[column])}`).join(', ');
  return new AppError(
    'internal',
    `The copy differs from its source in ${name} (${which}). The source is unchanged: empty the target and copy again.`,
  );
}
