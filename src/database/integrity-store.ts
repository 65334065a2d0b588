import { sql } from 'kysely';
import type { Database } from './database.ts';

/** What is wrong with the database file and its references; empty when all is sound. */
export async function checkIntegrity(database: Database): Promise<readonly string[]> {
  const integrity = await sql<{ integrity_check: string }>`pragma integrity_check`.execute(database);
  const references = await sql<{ table: string }>`pragma foreign_key_check`.execute(database);
  return [
    ...integrity.rows.map((row) => row.integrity_check).filter((text) => text !== 'ok'),
    ...references.rows.map((row) => `a row of ${row.table} refers to nothing`),
  ];
}
