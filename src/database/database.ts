import { setTimeout as sleep } from 'node:timers/promises';
import { sql, type Kysely, type Transaction } from 'kysely';
import { TranslatedError } from '#base/translated-error.ts';
import { engineAdapterOf } from './engine.ts';
import type { Tables } from './tables.ts';

export type Database = Kysely<Tables>;
export type DatabaseTransaction = Transaction<Tables>;

/** The maximum number of attempts for a transaction that conflicts with other transactions. */
export const TRANSACTION_ATTEMPTS_MAX = 8;
const RETRY_MS = 5;

/** Thrown by a transaction to roll itself back on purpose. The transaction is not retried. */
export class RolledBack extends Error {}

/**
 * Runs `work` in one transaction. Everything that it wrote is on disk when the promise resolves; nothing is written if it rejects.
 * Inside a transaction, `work` runs in a savepoint: the outer transaction can continue if `work` fails.
 *
 * `work` is run again after a conflict with another transaction, or if the connection broke before the outcome was decided. It must
 * therefore have no effects outside the database. Throws `unavailable` (503) after TRANSACTION_ATTEMPTS_MAX attempts.
 *
 * @example
 * await inTransaction(database, async (transaction) => {
 *   await insertUser(transaction, user);
 *   await recordEvent(transaction, clock, origin, draft);
 * });
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
      if (attempt >= TRANSACTION_ATTEMPTS_MAX) throw attemptsExhausted(error);
      // A random delay, so that two transactions that conflicted do not conflict again. It grows with each attempt.
      await sleep(RETRY_MS * 2 ** attempt * Math.random());
    }
  }
}

/**
 * Runs `work` in a transaction that is always rolled back, and returns its result. The database is unchanged afterwards, including the
 * numbers that it gives to new rows. Rejects if `work` rejects.
 *
 * @example
 * await inRolledBackTransaction(deps.database, organizationId, (transaction) => insertUser(transaction, user));
 */
export async function inRolledBackTransaction<Result>(
  database: Database,
  organizationId: string,
  work: (transaction: DatabaseTransaction) => Promise<Result>,
): Promise<Result> {
  const { forEvaluation } = engineAdapterOf(database);
  const own = forEvaluation === undefined ? database : forEvaluation(organizationId);
  let result: { readonly value: Result } | undefined;
  try {
    await inTransaction(own, async (transaction) => {
      result = { value: await work(transaction) };
      throw new RolledBack();
    });
  } catch (error) {
    if (!(error instanceof RolledBack) || result === undefined) throw error;
  }
  return (result as { readonly value: Result }).value;
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
    // A lost connection cannot roll back. The caller needs the first error.
    if (!isTransient(transaction, error)) {
      await sql`rollback to savepoint part`.execute(transaction);
      await sql`release savepoint part`.execute(transaction);
    }
    throw error;
  }
}

function attemptsExhausted(cause: unknown): TranslatedError {
  return new TranslatedError('unavailable', ({ database }) => database.attemptsExhausted(TRANSACTION_ATTEMPTS_MAX), {
    cause,
  });
}

/** Returns the database as one organization sees it. PostgreSQL then refuses the rows of all other organizations. */
export function scopeTo(database: Database, organizationId: string): Database {
  return engineAdapterOf(database).scopeTo(database, organizationId);
}

/** Databases allow tens of thousands of parameters in a statement. A far lower limit keeps the statement caches useful. */
const PARAMETERS_MAX = 500;

/** Splits a list into chunks that fit into one statement. */
export function chunks<Item>(items: readonly Item[], size = PARAMETERS_MAX): Item[][] {
  const result: Item[][] = [];
  for (let start = 0; start < items.length; start += size) result.push(items.slice(start, start + size));
  return result;
}
