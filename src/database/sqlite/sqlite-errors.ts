import SqliteDatabase from 'better-sqlite3';
import { StorageError, type StorageFault, type StorageOutcome } from '../storage-error.ts';

/** Returns the columns of the violated unique index, such as `users.user_name_key`; undefined for any other error. */
export function violatedColumns(error: unknown): readonly string[] | undefined {
  if (!(error instanceof SqliteDatabase.SqliteError) || error.code !== 'SQLITE_CONSTRAINT_UNIQUE') return undefined;
  return error.message.replace('UNIQUE constraint failed: ', '').split(', ');
}

/** True if another process locked the database for longer than BUSY_TIMEOUT_MS. */
export function isBusy(error: unknown): boolean {
  return error instanceof SqliteDatabase.SqliteError && error.code.startsWith('SQLITE_BUSY');
}

/** The primary result codes (sqlite.org/rescode.html) that report a storage failure. Extended result codes begin with them. */
export const storageFaults: Readonly<Record<string, StorageFault>> = {
  SQLITE_FULL: 'full',
  SQLITE_IOERR: 'failed',
  SQLITE_CANTOPEN: 'failed',
  SQLITE_READONLY: 'readOnly',
  SQLITE_CORRUPT: 'damaged',
  SQLITE_NOTADB: 'damaged',
};

/** Returns a storage failure as a StorageError, and any other error unchanged. */
export function toStorageError(error: unknown, outcome: StorageOutcome = 'nothing'): unknown {
  if (!(error instanceof SqliteDatabase.SqliteError)) return error;
  const primary = error.code.split('_', 2).join('_');
  const fault = storageFaults[primary];
  return fault === undefined ? error : new StorageError(fault, outcome, error);
}

/** Calls SQLite. Throws StorageError for a storage failure. */
export function withStorageErrors<Result>(step: () => Result): Result {
  try {
    return step();
  } catch (error) {
    throw toStorageError(error);
  }
}
