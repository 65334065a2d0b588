import type { Database } from './database.ts';
import { engineOf, type Storage } from './engine.ts';
import { migrationStates } from './migrate.ts';

/** What an operator asks about a database: which program, which schema, how large. */
export interface DatabaseState extends Storage {
  /** The name of the last migration that ran, such as 044-search-forms; null before the first one. */
  readonly schema: string | null;
}

/**
 * Returns the product, the version, the schema and the size of a database.
 *
 * @example
 * await databaseState(database);
 * // { product: 'SQLite', version: '3.50.4', schema: '044-search-forms', bytes: 4_194_304, freeBytes: 52_613_349_376 }
 */
export async function databaseState(database: Database): Promise<DatabaseState> {
  const ran = (await migrationStates(database)).filter(({ executedAt }) => executedAt !== null);
  return { schema: ran.at(-1)?.name ?? null, ...(await engineOf(database).findStorage(database)) };
}
