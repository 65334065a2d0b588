import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { sql, type QueryExecutorProvider } from 'kysely';
import { AppError } from '#base/errors.ts';
import type { Engine, Storage } from '../engine.ts';
import { sqliteCommitOrder } from './sqlite-commit-order.ts';
import { sqliteDefinition } from './sqlite-definition.ts';
import { StorageError } from '../storage-error.ts';
import { sqliteJson } from './sqlite-json.ts';

/** Short, because a query on a local file is cheap. A command that runs next to the server takes longer than this time. */
const CONFIGURATION_AGE_MAX_MS = 20;

/**
 * The size in bytes of the largest database that is checked at the start. The check of this size takes about a second. `tanhua doctor`
 * checks any size.
 */
const CHECKED_BYTES_MAX = 256 * 1024 ** 2;
/** The number of faults after which the check stops: one fault is enough to refuse to start. */
const FAULTS_MAX = 1;

/** Throws `configuration` with the path of the file and the remedy if the database is damaged. */
async function requireSound(database: QueryExecutorProvider): Promise<void> {
  const path = await pathOf(database);
  try {
    if ((await sizeOf(database)).bytes > CHECKED_BYTES_MAX) return;
    const { rows: found } = await sql<{ quick_check: string }>`pragma quick_check(${sql.lit(FAULTS_MAX)})`.execute(
      database,
    );
    const fault = found.map((row) => row.quick_check).find((text) => text !== 'ok');
    if (fault !== undefined) throw damaged(path, fault, undefined);
  } catch (error) {
    throw error instanceof StorageError && error.fault === 'damaged'
      ? damaged(path, 'SQLite cannot read it', error)
      : error;
  }
}

/** Returns the path of the file; empty for a database in memory. */
async function pathOf(database: QueryExecutorProvider): Promise<string> {
  const { rows } = await sql<{ name: string; file: string }>`pragma database_list`.execute(database);
  return rows.find(({ name }) => name === 'main')?.file ?? '';
}

async function sizeOf(database: QueryExecutorProvider): Promise<{ readonly bytes: number; readonly version: string }> {
  const { rows } = await sql<{ bytes: number; version: string }>`
    select page_count * page_size as bytes, sqlite_version() as version
    from pragma_page_count, pragma_page_size`.execute(database);
  return rows[0] ?? { bytes: 0, version: '' };
}

async function findStorage(database: QueryExecutorProvider): Promise<Storage> {
  const path = await pathOf(database);
  const disk = path === '' ? undefined : await statfs(dirname(path));
  const { bytes, version } = await sizeOf(database);
  return { product: 'SQLite', version, bytes, freeBytes: disk === undefined ? null : disk.bavail * disk.bsize };
}

function damaged(path: string, reason: string, cause: unknown): AppError {
  return new AppError(
    'configuration',
    `The database file ${path} in TANHUA_DATA_DIR is damaged (${reason.replaceAll(/\s+/g, ' ')}): restore ${path} from a backup.`,
    { cause },
  );
}

export const sqliteEngine: Engine = {
  name: 'sqlite',
  json: sqliteJson,
  definition: sqliteDefinition,
  commitOrder: sqliteCommitOrder,
  isConcurrent: false,
  // Indexing writes whole pages of the file: with buckets, the terms of new users are in few pages (decision 041).
  termBucketBits: 8,
  configurationAgeMaxMs: CONFIGURATION_AGE_MAX_MS,
  findRisks: async () => [],
  requireSound,
  migrationAdvice: () => 'restore a backup from before the upgrade, and report this',
  overwriteDeleted: async (transaction, isOn) => {
    await (isOn ? sql`pragma secure_delete = on` : sql`pragma secure_delete = fast`).execute(transaction);
  },
  findStorage,
  findFaults: async (database) => {
    const integrity = await sql<{ integrity_check: string }>`pragma integrity_check`.execute(database);
    const references = await sql<{ table: string }>`pragma foreign_key_check`.execute(database);
    return [
      ...integrity.rows.map((row) => row.integrity_check).filter((text) => text !== 'ok'),
      ...references.rows.map((row) => `a row of ${row.table} refers to a row that does not exist`),
    ];
  },
};
