import { closeSync, existsSync, fstatSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { Kysely } from 'kysely';
import { AppError } from '#base/errors.ts';
import { KEY_FILE } from '#base/secret-box.ts';
import type { Database } from '../database.ts';
import { GroupCommitDialect, type Durability, type OpenConnection } from './group-commit-dialect.ts';
import type { StatementObserver } from '../statement-observer.ts';
import type { Tables } from '../tables.ts';
import { toStorageError } from './sqlite-errors.ts';
import type { Sync } from './wal-sync.ts';

/** How long a writer waits for another process, such as a command that runs next to the server. */
const BUSY_TIMEOUT_MS = 5_000;
/** The size of a connection's page cache. The operating system caches the rest of the file. */
const CACHE_KIBIBYTES = 16_384;

export const DATABASE_FILE = 'tanhua.sqlite';

/**
 * Opens the embedded database in a folder, and creates both if they are missing. Acknowledged changes are durable: a commit waits for
 * the disk (see WalSync). Only the owner of the folder may read the database. Throws `configuration` if the database cannot be opened,
 * or if its file is empty although the folder contained a directory.
 *
 * @example
 * await using database = openSqlite('./data');
 */
export function openSqlite(
  dataDir: string,
  durability: Durability = 'disk',
  observe?: StatementObserver,
  sync?: Sync,
): Database {
  const path = createFile(dataDir);
  const open: OpenConnection = (purpose) => openConnection(dataDir, path, purpose);
  return new Kysely<Tables>({ dialect: new GroupCommitDialect(open, durability, observe, sync) });
}

function createFile(dataDir: string): string {
  const path = join(dataDir, DATABASE_FILE);
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    const existed = existsSync(path);
    // The file is created here and not by SQLite, so that only its owner may read it, regardless of the permissions of the folder. SQLite
    // gives the -wal and -shm files the same mode.
    const file = openSync(path, 'a', 0o600);
    const isEmpty = fstatSync(file).size === 0;
    closeSync(file);
    if (existed && isEmpty) refuseLostDatabase(dataDir, path);
    return path;
  } catch (error) {
    throw error instanceof AppError ? error : cannotOpen(dataDir, error);
  }
}

/** Refuses an empty file next to a key. The key is created after the tables, so this is data loss and not a first start. */
function refuseLostDatabase(dataDir: string, path: string): void {
  const key = join(dataDir, KEY_FILE);
  if (!existsSync(key)) return;
  throw new AppError(
    'configuration',
    `TANHUA_DATA_DIR is ${dataDir}, where ${path} is empty although ${key} shows that there was a directory: restore ${DATABASE_FILE} from a backup, or delete both files to begin a new directory.`,
  );
}

function openConnection(dataDir: string, path: string, purpose: 'read' | 'write'): SqliteDatabase.Database {
  try {
    const sqlite = new SqliteDatabase(path, { readonly: purpose === 'read' });
    // The first access to the file. It fails if the file cannot be written or is not a database.
    if (purpose === 'write') sqlite.pragma('journal_mode = WAL');
    sqlite.pragma('synchronous = NORMAL');
    sqlite.pragma('foreign_keys = ON');
    sqlite.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
    sqlite.pragma(`cache_size = -${CACHE_KIBIBYTES}`);
    sqlite.pragma('trusted_schema = OFF');
    // Overwrites what is deleted in pages that are written anyway. Only erasures also write the pages that become free.
    if (purpose === 'write') sqlite.pragma('secure_delete = fast');
    // Keeps the rollback data of savepoints in memory, because a temporary file for it would be deleted immediately.
    if (purpose === 'write') sqlite.pragma('temp_store = MEMORY');
    return sqlite;
  } catch (error) {
    // The write connection is opened first. If only a read connection fails, the configuration is right, and the storage has failed.
    throw purpose === 'read' ? toStorageError(error) : cannotOpen(dataDir, error);
  }
}

function cannotOpen(dataDir: string, error: unknown): AppError {
  const reason = error instanceof Error ? error.message : String(error);
  return new AppError(
    'configuration',
    `TANHUA_DATA_DIR is ${dataDir}, where no database can be opened (${reason}): make the user that runs the server the owner of the folder and its files, or set another folder.`,
    {
      cause: error,
    },
  );
}
