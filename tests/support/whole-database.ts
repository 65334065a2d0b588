import { sql } from 'kysely';
import type { Database } from '#database/database.ts';
import { engineOf } from '#database/engine.ts';

/**
 * Returns everything that a database contains: the rows of all tables and, on PostgreSQL, the state of all sequences, by the name of the
 * table or the sequence.
 */
export async function wholeDatabase(database: Database): Promise<Readonly<Record<string, readonly unknown[]>>> {
  const isSqlite = engineOf(database).name === 'sqlite';
  const names = isSqlite
    ? sql<{ name: string }>`select name from sqlite_master where type = 'table' order by name`
    : sql<{ name: string }>`select relname as name from pg_class where relnamespace = current_schema()::regnamespace
        and relkind in ('r', 'S') order by relname`;
  const content: Record<string, readonly unknown[]> = {};
  for (const { name } of (await names.execute(database)).rows) {
    const { rows } = await sql`select * from ${sql.table(name)}`.execute(database);
    // A table returns its rows in any order.
    content[name] = rows.map((row) => JSON.stringify(row)).toSorted();
  }
  return content;
}
