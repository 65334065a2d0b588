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
import { withStorageFault } from './sqlite-errors.ts';
import type { Sync } from './wal-sync.ts';

/** How long a writer waits for another process, such as the command line beside the server, before it gives up. */
const BUSY_TIMEOUT_MS = 5_000;
/** The memory of a connection's page cache; the operating system keeps the rest of the file. */
const CACHE_KIBIBYTES = 16_384;

export const DATABASE_FILE = 'tanhua.sqlite';

/**
 * Opens the embedded database in a folder, which is created when it is missing. What was acknowledged is durable: a commit
 * waits for the disk (see WalSync). Only the folder's owner may read it. Throws `configuration` when the database cannot be
 * opened, or when its file is empty and a directory was there.
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
    // Created here and not by SQLite, so that only its owner may read it, whatever the folder allows; -wal and -shm follow.
    const file = openSync(path, 'a', 0o600);
    const isEmpty = fstatSync(file).size === 0;
    closeSync(file);
    if (existed && isEmpty) refuseLostDatabase(dataDir, path);
    return path;
  } catch (error) {
    throw error instanceof AppError ? error : cannotOpen(dataDir, error);
  }
}

/** The key is created once the database has its tables: with a key, an empty file is a loss, and not a first start. */
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
    // The first access: it tells whether the file can be written, and whether it is a database.
    if (purpose === 'write') sqlite.pragma('journal_mode = WAL');
    sqlite.pragma('synchronous = NORMAL');
    sqlite.pragma('foreign_keys = ON');
    sqlite.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
    sqlite.pragma(`cache_size = -${CACHE_KIBIBYTES}`);
    sqlite.pragma('trusted_schema = OFF');
    // What a savepoint would need to undo goes into memory: it would be written to a file that is thrown away at once.
    if (purpose === 'write') sqlite.pragma('temp_store = MEMORY');
    return sqlite;
  } catch (error) {
    // The connection for writing comes first: where it could be opened, the configuration is right.
    throw purpose === 'read' ? withStorageFault(error) : cannotOpen(dataDir, error);
  }
}

function cannotOpen(dataDir: string, error: unknown): AppError {
  const reason = error instanceof Error ? error.message : String(error);
  return new AppError(
    'configuration',
    `TANHUA_DATA_DIR is ${dataDir}, where no database can be opened (${reason}): let the user of the server own the folder and its files, or name another folder.`,
    {
      cause: error,
    },
  );
}
