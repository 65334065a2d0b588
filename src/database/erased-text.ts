import { inTransaction, type Database, type DatabaseTransaction } from './database.ts';
import { engineAdapterOf, engineOf } from './engine.ts';

/**
 * Runs `work` in a transaction that overwrites what it deletes, so that it cannot be read in the file of the embedded database. Call
 * `emptyLog` afterwards, because the write-ahead log still has it.
 *
 * @example
 * await inErasingTransaction(deps.database, (transaction) => purgeUser(transaction, user));
 * await emptyLog(deps.database);
 */
export async function inErasingTransaction<Result>(
  database: Database,
  work: (transaction: DatabaseTransaction) => Promise<Result>,
): Promise<Result> {
  const { overwriteDeleted } = engineOf(database);
  return await inTransaction(database, async (transaction) => {
    await overwriteDeleted(transaction, true);
    try {
      return await work(transaction);
    } finally {
      // After a failure of the storage, the transaction has ended. That it overwrites what it deletes does no harm.
      await overwriteDeleted(transaction, false).catch(() => undefined);
    }
  });
}

/**
 * Empties the write-ahead log of the embedded database. Returns false if another connection used it all the time: then the next call has to
 * do it, or the end of the process. Returns true on a database server, which manages its log.
 */
export async function emptyLog(database: Database): Promise<boolean> {
  return (await engineAdapterOf(database).emptyLog?.()) ?? true;
}
