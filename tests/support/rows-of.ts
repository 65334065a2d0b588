import { sql } from 'kysely';
import { organizationTables, ownerColumn, type Row } from '#database/copied-tables.ts';
import type { Database } from '#database/database.ts';

/** Returns all rows of an organization by table, for every table that has rows of organizations. */
export async function rowsOf(
  database: Database,
  organizationId: string,
): Promise<Readonly<Record<string, readonly Row[]>>> {
  const all = organizationTables.map(async (table) => {
    const owner = sql.ref(ownerColumn(table));
    // Requests that are only counted are written after their responses.
    const stored = table.name === 'requests' ? sql`and detail is not null` : sql``;
    const { rows } = await sql<Row>`select * from ${sql.table(table.name)} where ${owner} = ${organizationId} ${stored}
      order by ${sql.join(table.key.map((column) => sql.ref(column)))}`.execute(database);
    return [table.name, rows] as const;
  });
  return Object.fromEntries(await Promise.all(all));
}
