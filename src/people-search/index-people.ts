import { setImmediate } from 'node:timers/promises';
import { inTransaction, type Database } from '#database/database.ts';
import { INDEX_BATCH_MAX, indexNextUsers, organizationsToIndex } from '#directory/user-index-store.ts';

/**
 * Adds users to the index of the search of people: on an engine that runs one transaction at a time the last new users, and on any engine
 * users that an older version wrote or that were copied from another database. It can be interrupted after each batch: the next run
 * continues. Returns the number of indexed users.
 */
export async function indexPeople(
  { database }: { readonly database: Database },
  isStopping = () => false,
  batch = INDEX_BATCH_MAX,
): Promise<number> {
  let indexed = 0;
  for (const organizationId of await organizationsToIndex(database)) {
    let count = batch;
    while (count === batch && !isStopping()) {
      count = await inTransaction(
        database,
        async (transaction) => await indexNextUsers(transaction, organizationId, batch),
      );
      indexed += count;
      // SQLite runs statements synchronously: without this pause, the server would not process requests between batches.
      await setImmediate();
    }
  }
  return indexed;
}
