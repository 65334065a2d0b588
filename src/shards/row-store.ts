import { isDeepStrictEqual } from 'node:util';
import { sql } from 'kysely';
import { AppError } from '#base/errors.ts';
import {
  comparable,
  organizationTables,
  ownerColumn,
  readRowBatches,
  withoutColumns,
  type CopiedTable,
  type Row,
} from '#database/copied-tables.ts';
import type { Database, DatabaseTransaction } from '#database/database.ts';

/** Keys of rows, by table. A key is a JSON array of the values of the key columns, as JSON.stringify formats it. */
export type KeysByTable = ReadonlyMap<string, ReadonlySet<string>>;

/** Returns the columns of a row that are copied. The target database computes `sequence` and the generated columns. */
function copiedColumns(table: CopiedTable, row: Row): Row {
  return withoutColumns(row, [...(table.computed ?? []), 'sequence']);
}

/** Copies an organization's rows of a table, in order of creation. `onRows` receives the number of rows that were copied so far. */
export async function copyRows(
  from: Database,
  to: Database,
  table: CopiedTable,
  organizationId: string,
  onRows: (rows: number) => void,
): Promise<void> {
  let rows = 0;
  for await (const step of readRowBatches(from, table, organizationId)) {
    await insertRows(
      to,
      table,
      step.map((row) => copiedColumns(table, row)),
    );
    rows += step.length;
    onRows(rows);
  }
}

async function insertRows(to: Database, table: CopiedTable, rows: readonly Row[]): Promise<void> {
  const columns = Object.keys(rows[0] ?? {});
  const names = sql.join(columns.map((column) => sql.ref(column)));
  const values = rows.map((row) => sql`(${sql.join(columns.map((column) => sql.val(row[column])))})`);
  const changed = columns.filter((column) => !table.key.includes(column));
  const key = sql.join(table.key.map((column) => sql.ref(column)));
  const update =
    changed.length === 0
      ? sql`nothing`
      : sql`update set ${sql.join(changed.map((column) => sql`${sql.ref(column)} = ${sql.ref(`excluded.${column}`)}`))}`;
  await sql`insert into ${sql.table(table.name)} (${names}) values ${sql.join(values)}
    on conflict (${key}) do ${update}`.execute(to);
}

/** Compares an organization's rows of a table, in order. Throws `internal` if any row differs. */
export async function verifyRows(
  from: Database,
  to: Database,
  table: CopiedTable,
  organizationId: string,
  onRows: (rows: number) => void,
): Promise<void> {
  const copies = readRowBatches(to, table, organizationId);
  let rows = 0;
  for await (const step of readRowBatches(from, table, organizationId)) {
    const { value: copied = [] } = await copies.next();
    for (const [index, row] of step.entries()) requireSame(table, row, copied[index]);
    rows += step.length;
    onRows(rows);
  }
  const { value: surplus } = await copies.next();
  if (surplus !== undefined) throw copyMismatch(table, surplus[0] ?? {});
}

/** Updates the rows with these keys in the target: deletes rows that the source no longer has, and writes all others. */
export async function applyChanges(from: Database, to: DatabaseTransaction, keys: KeysByTable): Promise<void> {
  const current = new Map<CopiedTable, readonly Row[]>();
  for (const table of organizationTables) {
    const changed = keys.get(table.name);
    if (changed !== undefined) current.set(table, await readRows(from, table, changed));
  }
  for (const [table] of current) {
    // Marks the rows as deleted for now, because users or groups that swapped names would violate the unique indexes.
    if (table.name === 'users' || table.name === 'groups') {
      await sql`update ${sql.table(table.name)} set deleted_at = 0
        where deleted_at is null and ${isOneOf(table, keys.get(table.name) ?? new Set())}`.execute(to);
    }
  }
  for (const [table, rows] of [...current].toReversed()) {
    const present = new Set(rows.map((row) => keyOf(table, row)));
    const deleted = new Set([...(keys.get(table.name) ?? [])].filter((key) => !present.has(key)));
    if (deleted.size > 0) await sql`delete from ${sql.table(table.name)} where ${isOneOf(table, deleted)}`.execute(to);
  }
  for (const [table, rows] of current) {
    const copies = rows.map((row) => copiedColumns(table, row));
    if (copies.length > 0) await insertRows(to, table, copies);
  }
}

/** Compares the rows with these keys: each must be equal in both databases, or missing in both. Throws `internal` if any differs. */
export async function verifyKeys(from: Database, to: Database, table: CopiedTable, keys: ReadonlySet<string>) {
  const copied = new Map((await readRows(to, table, keys)).map((row) => [keyOf(table, row), row]));
  for (const row of await readRows(from, table, keys)) {
    requireSame(table, row, copied.get(keyOf(table, row)));
    copied.delete(keyOf(table, row));
  }
  const [surplus] = copied.values();
  if (surplus !== undefined) throw copyMismatch(table, surplus);
}

export async function countRows(database: Database, table: CopiedTable, organizationId: string): Promise<number> {
  const { rows } = await sql<{ total: number }>`select count(*) as total from ${sql.table(table.name)}
    where ${sql.ref(ownerColumn(table))} = ${organizationId}`.execute(database);
  return rows[0]?.total ?? 0;
}

async function readRows(database: Database, table: CopiedTable, keys: ReadonlySet<string>): Promise<readonly Row[]> {
  if (keys.size === 0) return [];
  const order = table.hasSequence === true ? ['sequence'] : table.key;
  const { rows } = await sql<Row>`select * from ${sql.table(table.name)} where ${isOneOf(table, keys)}
    order by ${sql.join(order.map((column) => sql.ref(column)))}`.execute(database);
  return rows;
}

function isOneOf(table: CopiedTable, keys: ReadonlySet<string>) {
  const lists = [...keys].map((key) => JSON.parse(key) as readonly (string | number)[]);
  const columns = sql.join(table.key.map((column) => sql.ref(column)));
  const wanted = sql.join(
    table.key.map((_, index) => {
      const values = lists.map((list) => list[index]);
      return typeof values[0] === 'number' ? sql`${values}::bigint[]` : sql`${values}::text[]`;
    }),
  );
  return sql<boolean>`(${columns}) in (select * from unnest(${wanted}))`;
}

function keyOf(table: CopiedTable, row: Row): string {
  return JSON.stringify(table.key.map((column) => row[column]));
}

function requireSame(table: CopiedTable, row: Row, copied: Row | undefined): void {
  const same =
    copied !== undefined &&
    isDeepStrictEqual(comparable(table, copiedColumns(table, row)), comparable(table, copiedColumns(table, copied)));
  if (!same) throw copyMismatch(table, row);
}

export function copyMismatch({ name, key }: Pick<CopiedTable, 'name' | 'key'>, row: Row): AppError {
  const which = key.map((column) => `${column} ${String(row[column])}`).join(', ');
  return new AppError(
    'internal',
    `The copy differs from its source in ${name} (${which}). The organization stays in its current database and is still served: start the move again.`,
  );
}
