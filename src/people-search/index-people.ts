import { setImmediate } from 'node:timers/promises';
import { inTransaction, type Database } from '#database/database.ts';
import { indexBatch, organizationsToIndex } from './index-people-store.ts';

/** The number of users that one transaction indexes, so that it does not delay other writers. */
const INDEX_BATCH_MAX = 100;

/**
 * Adds users to the index of the search of people: new users on an engine that runs one transaction at a time, and on any engine users that
 * an older version wrote or that were copied from another database. It can be interrupted after each batch: the next run continues. Returns
 * the number of indexed users.
 */
export async function indexPeople(
  { database }: { readonly database: Database },
  isStopping = () => false,
  batch = INDEX_BATCH_MAX,
): Promise<number> {
  let indexed = 0;
  for (const organizationId of await organizationsToIndex(database)) {
    let count = batch;
    while (count > 0 && !isStopping()) {
      count = await inTransaction(
        database,
        async (transaction) => await indexBatch(transaction, organizationId, batch),
      );
      indexed += count;
      // SQLite runs statements synchronously: without this pause, the server would not process requests between batches.
      await setImmediate();
    }
  }
  return indexed;
}
