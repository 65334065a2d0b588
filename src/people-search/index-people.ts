import { setImmediate } from 'node:timers/promises';
import { inTransaction, type Database } from '#database/database.ts';
import { findUnindexed, indexBatch } from './index-people-store.ts';

/** The number of users that one transaction indexes, so that it does not delay other writers. */
const INDEX_BATCH_MAX = 100;

/**
 * Adds users that an older version wrote, or that were copied from another database, to the index of the search of people. It can be
 * interrupted after each batch: the next run continues. Returns the number of indexed users.
 */
export async function indexPeople(
  { database }: { readonly database: Database },
  isStopping = () => false,
  batch = INDEX_BATCH_MAX,
): Promise<number> {
  let indexed = 0;
  while (!isStopping()) {
    const count = await inTransaction(database, async (transaction) => {
      const next = await findUnindexed(transaction);
      return next === undefined ? undefined : await indexBatch(transaction, next, batch);
    });
    if (count === undefined) return indexed;
    indexed += count;
    // SQLite runs statements synchronously: without this pause, the server would not process requests between batches.
    await setImmediate();
  }
  return indexed;
}
