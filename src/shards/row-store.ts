import { isDeepStrictEqual } from 'node:util';
import { sql } from 'kysely';
import { AppError } from '#base/errors.ts';
import {
  comparable,
  organizationTables,
  ownerColumn,
  steps,
  without,
  type CopiedTable,
  type Row,
} from '#database/copied-tables.ts';
import type { Database, DatabaseTransaction } from '#database/database.ts';

/** Keys of rows by table: JSON lists, as JSON.stringify writes them. */
export type KeysByTable = ReadonlyMap<string, ReadonlySet<string>>;

/** A row as the other database is to have it: that one numbers its rows itself. */
function portable(table: CopiedTable, row: Row): Row {
  return without(row, [...(table.computed ?? []), 'sequence']);
}

/** Copies all that an organization has, in the order in which it was made. `onRows` gets the number of rows so far. */
export async function copyRows(
  from: Database,
  to: Database,
  table: CopiedTable,
  organizationId: string,
  onRows: (rows: number) => void,
): Promise<void> {
  let rows = 0;
  for await (const step of steps(from, table, organizationId)) {
    await insertRows(
      to,
      table,
      step.map((row) => portable(table, row)),
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

/** Compares all that an organization has, in order. */
export async function verifyRows(
  from: Database,
  to: Database,
  table: CopiedTable,
  organizationId: string,
  onRows: (rows: number) => void,
): Promise<void> {
  const copies = steps(to, table, organizationId);
  let rows = 0;
  for await (const step of steps(from, table, organizationId)) {
    const { value: copied = [] } = await copies.next();
    for (const [index, row] of step.entries()) requireSame(table, row, copied[index]);
    rows += step.length;
    onRows(rows);
  }
  const { value: surplus } = await copies.next();
  if (surplus !== undefined) throw differs(table, surplus[0] ?? {});
}

/** Brings rows to where they are now: those that are gone are removed, the others written as they are. */
export async function applyChanges(from: Database, to: DatabaseTransaction, keys: KeysByTable): Promise<void> {
  const current = new Map<CopiedTable, readonly Row[]>();
  for (const table of organizationTables) {
    const changed = keys.get(table.name);
    if (changed !== undefined) current.set(table, await readRows(from, table, changed));
  }
  for (const [table] of current) {
    // Two that exchanged their names would be in each other's way: meanwhile neither has one.
    if (table.name === 'users' || table.name === 'groups') {
      await sql`update ${sql.table(table.name)} set deleted_at = 0
        where deleted_at is null and ${isOneOf(table, keys.get(table.name) ?? new Set())}`.execute(to);
    }
  }
  for (const [table, rows] of [...current].toReversed()) {
    const present = new Set(rows.map((row) => keyOf(table, row)));
    const gone = new Set([...(keys.get(table.name) ?? [])].filter((key) => !present.has(key)));
    if (gone.size > 0) await sql`delete from ${sql.table(table.name)} where ${isOneOf(table, gone)}`.execute(to);
  }
  for (const [table, rows] of current) {
    const copies = rows.map((row) => portable(table, row));
    if (copies.length > 0) await insertRows(to, table, copies);
  }
}

/** Compares the rows of these keys: they are the same on both sides, or on neither. */
export async function verifyKeys(from: Database, to: Database, table: CopiedTable, keys: ReadonlySet<string>) {
  const copied = new Map((await readRows(to, table, keys)).map((row) => [keyOf(table, row), row]));
  for (const row of await readRows(from, table, keys)) {
    requireSame(table, row, copied.get(keyOf(table, row)));
    copied.delete(keyOf(table, row));
  }
  const [surplus] = copied.values();
  if (surplus !== undefined) throw differs(table, surplus);
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
    isDeepStrictEqual(comparable(table, portable(table, row)), comparable(table, portable(table, copied)));
  if (!same) throw differs(table, row);
}

export function differs({ name, key }: Pick<CopiedTable, 'name' | 'key'>, row: Row): AppError {
  const which = key.map((column) => `${column} ${String(row[column])}`).join(', ');
  return new AppError(
    'internal',
    `The copy differs from its source in ${name} (${which}). The organization stays where it was, and is served there: move it again.`,
  );
}
