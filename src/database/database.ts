import type { Kysely, Transaction } from 'kysely';
import type { Tables } from './tables.ts';

export type Database = Kysely<Tables>;
export type DatabaseTransaction = Transaction<Tables>;

/**
 * Runs `work` in one transaction: all of it is on disk when the promise resolves, or none of it. Inside a transaction it
 * becomes a part of that one.
 */
export async function inTransaction<Result>(
  database: Database,
  work: (transaction: DatabaseTransaction) => Promise<Result>,
): Promise<Result> {
  if (database.isTransaction) return await work(database as DatabaseTransaction);
  return await database.transaction().execute(work);
}

/** SQLite allows 32 766 parameters in a statement; far fewer keep the statement cache useful. */
const PARAMETERS_MAX = 500;

/** Cuts a list into pieces that fit one statement. */
export function chunks<Item>(items: readonly Item[], size = PARAMETERS_MAX): Item[][] {
  const result: Item[][] = [];
  for (let start = 0; start < items.length; start += size) result.push(items.slice(start, start + size));
  return result;
}
