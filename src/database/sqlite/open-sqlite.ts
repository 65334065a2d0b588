import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { Kysely } from 'kysely';
import { AppError } from '#base/errors.ts';
import type { Database } from '../database.ts';
import { GroupCommitDialect, type Durability, type OpenConnection } from './group-commit-dialect.ts';
import type { StatementObserver } from '../statement-observer.ts';
import type { Tables } from '../tables.ts';

/** How long a writer waits for another process, such as the command line beside the server, before it gives up. */
const BUSY_TIMEOUT_MS = 5_000;
/** The memory of a connection's page cache; the operating system keeps the rest of the file. */
const CACHE_KIBIBYTES = 16_384;

export const DATABASE_FILE = 'tanhua.sqlite';

/**
 * Opens the embedded database in a folder, which is made when it is missing. What was acknowledged is durable: a commit
 * waits for the disk (see WalSync). Only the folder's owner may read it.
 */
export function openSqlite(dataDir: string, durability: Durability = 'disk', observe?: StatementObserver): Database {
  const path = makeFile(dataDir);
  const open: OpenConnection = (purpose) => openConnection(dataDir, path, purpose);
  return new Kysely<Tables>({ dialect: new GroupCommitDialect(open, durability, observe) });
}

function makeFile(dataDir: string): string {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    const path = join(dataDir, DATABASE_FILE);
    // Made by us and not by SQLite, so that only its owner may read it, whatever the folder allows; -wal and -shm follow.
    closeSync(openSync(path, 'a', 0o600));
    return path;
  } catch (error) {
    throw cannotOpen(dataDir, error);
  }
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
    throw cannotOpen(dataDir, error);
  }
}

function cannotOpen(dataDir: string, error: unknown): AppError {
  const reason = error instanceof Error ? error.message : String(error);
  return new AppError('configuration', `TANHUA_DATA_DIR is ${dataDir}, where no database can be opened: ${reason}.`, {
    cause: error,
  });
}
