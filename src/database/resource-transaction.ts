import { KeyedQueue, TooManyWaiting } from '#base/concurrency-limit.ts';
import { TranslatedError } from '#base/translated-error.ts';
import { inTransaction, type Database, type DatabaseTransaction } from './database.ts';
import { engineAdapterOf, isConcurrent } from './engine.ts';

/**
 * The maximum number of changes to one resource that may wait in this process. It is large enough for a bulk request of the maximum
 * size.
 */
export const CHANGES_WAITING_MAX = 1_000;
/**
 * The maximum time for which a change waits, which is as long as a statement would wait for the lock of the row. Without this
 * limit, if the database does not answer, each waiting change would wait for the time limits of all changes before it.
 */
export const CHANGE_WAIT_MS = 30_000;

/** The queue of each database that this process has open. */
const queuesByAdapter = new WeakMap<object, KeyedQueue>();

/**
 * Like `inTransaction`, but for a change to one resource. On an engine that runs transactions concurrently, changes to the same resource
 * wait for their turn in this process before they take a connection. Otherwise all but one of them would wait for the lock of the row,
 * each with a connection that other requests need. Changes in different processes still wait for the lock of the row.
 *
 * Throws `unavailable` (503) if CHANGES_WAITING_MAX changes to the resource are already waiting, or if the change has waited for
 * CHANGE_WAIT_MS.
 *
 * @example
 * await inResourceTransaction(deps.database, group.id, (transaction) => touchGroup(transaction, group.id, at));
 */
export async function inResourceTransaction<Result>(
  database: Database,
  resourceId: string,
  work: (transaction: DatabaseTransaction) => Promise<Result>,
): Promise<Result> {
  // A transaction that is already running has a connection. It must not wait in the queue, whose purpose is that no change waits while it
  // holds a connection.
  if (!isConcurrent(database) || database.isTransaction) return await inTransaction(database, work);
  try {
    return await queueOf(database).run(resourceId, () => inTransaction(database, work));
  } catch (error) {
    if (!(error instanceof TooManyWaiting)) throw error;
    throw new TranslatedError(
      'unavailable',
      (messages) => messages.database.tooManyWaiting(resourceId, CHANGES_WAITING_MAX, CHANGE_WAIT_MS / 1_000),
      { cause: error },
    );
  }
}

function queueOf(database: Database): KeyedQueue {
  const adapter = engineAdapterOf(database);
  let queue = queuesByAdapter.get(adapter);
  if (queue === undefined)
    queuesByAdapter.set(adapter, (queue = new KeyedQueue({ waitingMax: CHANGES_WAITING_MAX, waitMs: CHANGE_WAIT_MS })));
  return queue;
}
