import { isDeepStrictEqual } from 'node:util';
import { sql } from 'kysely';
import { AppError } from '#base/errors.ts';
import type { Database } from './database.ts';
import { engineOf } from './engine.ts';
import type { Tables } from './tables.ts';

/** Rows that are read, written and compared at a time. */
const ROWS_PER_STEP = 200;

interface CopiedTable {
  readonly name: keyof Tables;
  /** Columns that tell the rows apart, and by which they are read in order. */
  readonly key: readonly [string, ...string[]];
  /** Columns that the database computes. */
  readonly computed?: readonly string[];
  /** Columns of JSON: each engine writes the same value its own way. */
  readonly json?: readonly string[];
  /** Whether the key is given by the database, and must be kept. */
  readonly hasSequence?: true;
}

/**
 * Every table whose rows are the directory, those first that others refer to. Counts are kept by triggers; leases and the
 * number of the configuration belong to a running installation.
 */
const copiedTables: readonly CopiedTable[] = [
  { name: 'organizations', key: ['id'] },
  { name: 'administrators', key: ['id'] },
  { name: 'integrations', key: ['id'] },
  { name: 'schemas', key: ['organization_id', 'id_key'] },
  { name: 'users', key: ['sequence'], computed: ['active'], json: ['search'], hasSequence: true },
  { name: 'groups', key: ['sequence'], json: ['search'], hasSequence: true },
  { name: 'user_emails', key: ['organization_id', 'value_key', 'user_id'] },
  { name: 'memberships', key: ['group_id', 'member_id'] },
  { name: 'api_keys', key: ['id'] },
  { name: 'events', key: ['sequence'], hasSequence: true },
];

/** Tables that are not copied, each with its reason above. */
export const keptTables: readonly (keyof Tables)[] = ['resource_counts', 'configuration_version', 'leases'];

export interface CopyProgress {
  readonly phase: 'copy' | 'verify';
  readonly table: string;
  readonly rows: number;
  readonly of: number;
}

export type RowsByTable = Readonly<Record<string, number>>;

type Row = Readonly<Record<string, unknown>>;

/**
 * Copies a whole directory into an empty, migrated database, and compares every row afterwards. All of it is there in the
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

/** The rows of a table in the order of its key, some at a time, without what the database computes. */
async function* steps(database: Database, table: CopiedTable): AsyncGenerator<readonly Row[], undefined> {
  const key = sql.join(table.key.map((column) => sql.ref(column)));
  let last: Row | undefined;
  for (;;) {
    const after =
      last === undefined
        ? sql``
        : sql`where (${key}) > (${sql.join(table.key.map((column) => sql.val(last?.[column])))})`;
    const { rows } = await sql<Row>`
      select * from ${sql.table(table.name)} ${after} order by ${key} limit ${ROWS_PER_STEP}`.execute(database);
    if (rows.length === 0) return undefined;
    last = rows.at(-1);
    yield rows.map((row) =>
      Object.fromEntries(Object.entries(row).filter(([name]) => table.computed?.includes(name) !== true)),
    );
  }
}

function comparable(table: CopiedTable, row: Row | undefined): Row {
  return Object.fromEntries(
    Object.entries(row ?? {}).map(([name, value]) => [
      name,
      table.json?.includes(name) === true ? JSON.parse(String(value)) : value,
    ]),
  );
}

function differs({ name, key }: Pick<CopiedTable, 'name' | 'key'>, row: Row): AppError {
  const which = key.map((column) => `${column} ${String(row[column])}`).join(', ');
  return new AppError(
    'internal',
    `The copy differs from its source in ${name} (${which}). The source is as it was: empty the target, and copy again.`,
  );
}
