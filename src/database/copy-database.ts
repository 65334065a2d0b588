import { isDeepStrictEqual } from 'node:util';
import { sql } from 'kysely';
import { AppError } from '#base/errors.ts';
import { comparable, organizationTables, steps, type CopiedTable, type Row } from './copied-tables.ts';
import type { Database } from './database.ts';
import { engineOf } from './engine.ts';
import type { Tables } from './tables.ts';

/** The organizations' own tables, and where each of them is. */
const copiedTables: readonly CopiedTable[] = [...organizationTables, { name: 'placements', key: ['organization_id'] }];

/** Tables that are not copied: kept by triggers, or of a running installation alone. */
export const keptTables: readonly (keyof Tables)[] = [
  'resource_counts',
  'configuration_version',
  'leases',
  'attempts',
  'unnamed_proxies',
  'unidentified_requests',
  'moves',
  'changed_rows',
];

export interface CopyProgress {
  readonly phase: 'copy' | 'verify';
  readonly table: string;
  readonly rows: number;
  readonly of: number;
}

export type RowsByTable = Readonly<Record<string, number>>;

/**
 * Copies a whole directory into an empty, migrated database, and compares every row afterward. All of it is there in the
 * end, or nothing. The source is read as it is at one moment; an embedded one takes no writes meanwhile. Returns how many
 * rows each table has. Throws `configuration` where the target is not empty, and `internal` where a row differs.
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
    `The target is not empty: it has the organization "${present[0]?.name}". Copy into a database that no directory was started on.`,
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
  for await (const step of steps(from, table)) {
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
  const copies = steps(target, table);
  let rows = 0;
  for await (const step of steps(from, table)) {
    const { value: copied = [] } = await copies.next();
    for (const [index, row] of step.entries()) {
      if (!isDeepStrictEqual(comparable(table, row), comparable(table, copied[index]))) throw differs(table, row);
    }
    rows += step.length;
    onProgress({ phase: 'verify', table: table.name, rows, of });
  }
  const { value: surplus } = await copies.next();
  if (surplus !== undefined) throw differs(table, surplus[0] ?? {});
}

/** The figures that triggers keep. */
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
    throw differs({ name: 'resource_counts', key: ['x'] }, {});
}

function differs({ name, key }: Pick<CopiedTable, 'name' | 'key'>, row: Row): AppError {
  const which = key.map((column) => `${column} ${String(row[column])}`).join(', ');
  return new AppError(
    'internal',
    `The copy differs from its source in ${name} (${which}). The source is as it was: empty the target, and copy again.`,
  );
}
