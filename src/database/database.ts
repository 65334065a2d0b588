import { setTimeout as sleep } from 'node:timers/promises';
import { sql, type Kysely, type Transaction } from 'kysely';
import { AppError } from '#base/errors.ts';
import { engineAdapterOf } from './engine.ts';
import type { Tables } from './tables.ts';

export type Database = Kysely<Tables>;
export type DatabaseTransaction = Transaction<Tables>;

/** How often a transaction is run that others were in the way of. */
export const TRANSACTION_ATTEMPTS_MAX = 8;
const RETRY_MS = 5;

/** Thrown to take a transaction back on purpose: it is run once. */
export class RolledBack extends Error {}

/**
 * Runs `work` in one transaction: all of it is on disk when the promise resolves, or none of it. Inside a transaction it
 * becomes a part of that one, which can go on when this part fails. `work` may be run again, where another transaction was in the way or the connection broke
 * before anything was decided: it must change nothing but the database.
 */
export async function inTransaction<Result>(
  database: Database,
  work: (transaction: DatabaseTransaction) => Promise<Result>,
): Promise<Result> {
  if (database.isTransaction) return await inSavepoint(database as DatabaseTransaction, work);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await database.transaction().execute(work);
    } catch (error) {
      if (!isTransient(database, error)) throw error;
      if (attempt >= TRANSACTION_ATTEMPTS_MAX) throw notSettled(error);
      // At random, so that two that met do not meet again; longer each time.
      await sleep(RETRY_MS * 2 ** attempt * Math.random());
    }
  }
}

function isTransient(database: Database, error: unknown): boolean {
  return !(error instanceof RolledBack) && engineAdapterOf(database).isTransient(error);
}

async function inSavepoint<Result>(
  transaction: DatabaseTransaction,
  work: (transaction: DatabaseTransaction) => Promise<Result>,
): Promise<Result> {
  await sql`savepoint part`.execute(transaction);
  try {
    const result = await work(transaction);
    await sql`release savepoint part`.execute(transaction);
    return result;
  } catch (error) {
    // Where the connection is gone nothing can be told to it: the first error is the one to know.
    if (!isTransient(transaction, error)) {
      await sql`rollback to savepoint part`.execute(transaction);
      await sql`release savepoint part`.execute(transaction);
    }
    throw error;
  }
}

function notSettled(cause: unknown): AppError {
  return new AppError(
    'unavailable',
    `The database could not carry out the change in ${TRANSACTION_ATTEMPTS_MAX} attempts, since others were changing the same, or it could not be reached. Nothing was changed: try again.`,
    { cause },
  );
}

/** The database as one organization sees it: where the engine can, it refuses the rows of all others. */
export function scopeTo(database: Database, organizationId: string): Database {
  return engineAdapterOf(database).scopeTo(database, organizationId);
}

/** Databases allow tens of thousands of parameters in a statement; far fewer keep the statement caches useful. */
const PARAMETERS_MAX = 500;

/** Cuts a list into pieces that fit one statement. */
export function chunks<Item>(items: readonly Item[], size = PARAMETERS_MAX): Item[][] {
  const result: Item[][] = [];
  for (let start = 0; start < items.length; start += size) result.push(items.slice(start, start + size));
  return result;
}
