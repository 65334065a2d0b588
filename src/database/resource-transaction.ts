import { AppError } from '#base/errors.ts';
import { KeyedQueue, TooManyWaiting } from '#base/concurrency-limit.ts';
import { inTransaction, type Database, type DatabaseTransaction } from './database.ts';
import { engineAdapterOf, isConcurrent } from './engine.ts';

/** Changes of one resource that wait in this process; a bulk request of the largest size fits. */
export const CHANGES_WAITING_MAX = 1_000;
/**
 * How long each of them waits: as long as a statement would wait for the lock of the row. Without it, those that wait would
 * use up the limits of a database that does not answer one after the other.
 */
export const CHANGE_WAIT_MS = 30_000;

/** The turns of each database that this process has open. */
const turnsByAdapter = new WeakMap<object, KeyedQueue>();

/**
 * Like `inTransaction`, for the change of one resource. Where transactions run concurrently, changes of the same resource wait
 * for their turn in this process before they take a connection: all but one would only wait for the lock of its row, each of
 * them with a connection that other requests need. Between processes the lock of the row decides.
 *
 * Throws `unavailable` (503) when CHANGES_WAITING_MAX changes of the resource wait already, and after CHANGE_WAIT_MS.
 *
 * @example
 * await inResourceTransaction(deps.database, group.id, (transaction) => touchGroup(transaction, group.id, at));
 */
export async function inResourceTransaction<Result>(
  database: Database,
  resourceId: string,
  work: (transaction: DatabaseTransaction) => Promise<Result>,
): Promise<Result> {
  // A transaction that is under way has its connection: waiting with it would be what turns are there to avoid.
  if (!isConcurrent(database) || database.isTransaction) return await inTransaction(database, work);
  try {
    return await turnsOf(database).run(resourceId, () => inTransaction(database, work));
  } catch (error) {
    if (!(error instanceof TooManyWaiting)) throw error;
    throw new AppError(
      'unavailable',
      `More changes of the resource ${resourceId} wait than can be made: at most ${CHANGES_WAITING_MAX} wait, each for at most ${CHANGE_WAIT_MS / 1_000} seconds. Nothing was changed: try again, with fewer requests at a time.`,
      { cause: error },
    );
  }
}

function turnsOf(database: Database): KeyedQueue {
  const adapter = engineAdapterOf(database);
  let turns = turnsByAdapter.get(adapter);
  if (turns === undefined)
    turnsByAdapter.set(adapter, (turns = new KeyedQueue({ waitingMax: CHANGES_WAITING_MAX, waitMs: CHANGE_WAIT_MS })));
  return turns;
}
