import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import {
  CompiledQuery,
  Kysely,
  SqliteDialect,
  SqliteDriver,
  type DatabaseConnection,
  type SqliteDialectConfig,
} from 'kysely';
import { AppError } from '#base/errors.ts';
import type { Database } from './database.ts';
import type { Tables } from './tables.ts';

/** How long a writer waits for another process, such as the command line beside the server, before it gives up. */
const BUSY_TIMEOUT_MS = 5_000;
/** The memory of the page cache. */
const CACHE_KIBIBYTES = 32_768;

export const DATABASE_FILE = 'tanhua.sqlite';

/**
 * Opens the embedded database in a folder, which is made when it is missing. `synchronous=FULL` makes a commit wait for
 * the disk: what was acknowledged is durable. Only the folder's owner may read it.
 */
export function openSqlite(dataDir: string): Database {
  const sqlite = openFile(dataDir);
  sqlite.pragma('synchronous = FULL');
  sqlite.pragma('foreign_keys = ON');
  sqlite.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
  sqlite.pragma(`cache_size = -${CACHE_KIBIBYTES}`);
  sqlite.pragma('trusted_schema = OFF');
  return new Kysely<Tables>({ dialect: new ImmediateSqliteDialect({ database: sqlite }) });
}

function openFile(dataDir: string): SqliteDatabase.Database {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    const path = join(dataDir, DATABASE_FILE);
    // Made by us and not by SQLite, so that only its owner may read it, whatever the folder allows; -wal and -shm follow.
    closeSync(openSync(path, 'a', 0o600));
    const sqlite = new SqliteDatabase(path);
    // The first access: it tells whether the file can be written, and whether it is a database.
    sqlite.pragma('journal_mode = WAL');
    return sqlite;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new AppError('configuration', `TANHUA_DATA_DIR is ${dataDir}, where no database can be opened: ${reason}.`, {
      cause: error,
    });
  }
}

/**
 * Transactions begin as writers: a reader that turns into a writer would fail at once, without waiting, when another
 * process has written in between.
 */
class ImmediateSqliteDialect extends SqliteDialect {
  readonly #config: SqliteDialectConfig;

  constructor(config: SqliteDialectConfig) {
    super(config);
    this.#config = config;
  }

  override createDriver(): SqliteDriver {
    return new ImmediateSqliteDriver(this.#config);
  }
}

class ImmediateSqliteDriver extends SqliteDriver {
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'));
  }
}

/** The columns of a violated unique index, such as `users.user_name_key`; undefined for any other error. */
export function violatedColumns(error: unknown): readonly string[] | undefined {
  if (!(error instanceof SqliteDatabase.SqliteError) || error.code !== 'SQLITE_CONSTRAINT_UNIQUE') return undefined;
  return error.message.replace('UNIQUE constraint failed: ', '').split(', ');
}

/** Whether the database was locked by another process for longer than we wait. */
export function isBusy(error: unknown): boolean {
  return error instanceof SqliteDatabase.SqliteError && error.code.startsWith('SQLITE_BUSY');
}
