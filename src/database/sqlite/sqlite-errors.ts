import SqliteDatabase from 'better-sqlite3';
import { StorageError, type StorageFault, type StorageOutcome } from '../storage-error.ts';

/** The columns of a violated unique index, such as `users.user_name_key`; undefined for any other error. */
export function violatedColumns(error: unknown): readonly string[] | undefined {
  if (!(error instanceof SqliteDatabase.SqliteError) || error.code !== 'SQLITE_CONSTRAINT_UNIQUE') return undefined;
  return error.message.replace('UNIQUE constraint failed: ', '').split(', ');
}

/** Whether the database was locked by another process for longer than we wait. */
export function isBusy(error: unknown): boolean {
  return error instanceof SqliteDatabase.SqliteError && error.code.startsWith('SQLITE_BUSY');
}

/** Primary result codes (sqlite.org/rescode.html) that the storage is to blame for; extended ones begin with them. */
export const storageFaults: Readonly<Record<string, StorageFault>> = {
  SQLITE_FULL: 'full',
  SQLITE_IOERR: 'failed',
  SQLITE_CANTOPEN: 'failed',
  SQLITE_READONLY: 'readOnly',
  SQLITE_CORRUPT: 'damaged',
  SQLITE_NOTADB: 'damaged',
};

/** A failure of the storage as a StorageError; any other error as it is. */
export function withStorageFault(error: unknown, outcome: StorageOutcome = 'nothing'): unknown {
  if (!(error instanceof SqliteDatabase.SqliteError)) return error;
  const primary = error.code.split('_', 2).join('_');
  const fault = storageFaults[primary];
  return fault === undefined ? error : new StorageError(fault, outcome, error);
}

/** Runs a step of SQLite. Throws StorageError for a failure of the storage. */
export function withStorageErrors<Result>(step: () => Result): Result {
  try {
    return step();
  } catch (error) {
    throw withStorageFault(error);
  }
}
