import type { Kysely, QueryExecutorProvider } from 'kysely';
import { assert } from '#base/errors.ts';
import type { CommitOrder } from './commit-order.ts';
import type { DataDefinition } from './data-definition.ts';
import type { JsonSql } from './json-sql.ts';
import type { StorageError } from './storage-error.ts';
import type { Tables } from './tables.ts';

/** The program that stores the data, and its space. */
export interface Storage {
  readonly product: 'SQLite' | 'PostgreSQL';
  /** The version of the program, such as 3.50.4 or 17.2. */
  readonly version: string;
  /** The size of the database. */
  readonly bytes: number;
  /** The free space of the disk for this program's user; null if the program does not report it, or the database is in memory. */
  readonly freeBytes: number | null;
}

/**
 * What puts the directory at risk: a role that bypasses the separation of organizations, or a server that can lose acknowledged changes in a
 * power failure.
 */
export type DatabaseRisk = 'bypassesRowSecurity' | 'losesCommits';

/** The differences between the databases that Tanhua runs on. Each database has one such object. */
export interface Engine {
  readonly name: 'sqlite' | 'postgres';
  readonly json: JsonSql;
  readonly definition: DataDefinition;
  /** Reads the rows of a table in the order in which their transactions were committed. */
  readonly commitOrder: CommitOrder;
  /** True if transactions run concurrently, so that a transaction must lock the rows and names that it relies on. */
  readonly isConcurrent: boolean;
  /**
   * The terms of 2 to this power users who were created in sequence are stored together (`user_terms`). If it is large, all
   * users of an organization share a bucket.
   */
  readonly termBucketBits: number;
  /** How long a process may use cached configuration before it checks whether another process has changed it. */
  readonly configurationAgeMaxMs: number;
  /** Returns the settings of the database that put the directory at risk; empty if there are none. */
  readonly findRisks: (database: QueryExecutorProvider) => Promise<readonly DatabaseRisk[]>;
  /** Checks the stored data before the server starts. Throws `configuration` if the data is damaged. */
  readonly requireSound: (database: QueryExecutorProvider) => Promise<void>;
  /** Returns what the operator can do about a migration that failed. */
  readonly migrationAdvice: (error: unknown) => string;
  /**
   * Says whether the statements of a transaction that follow overwrite all that they delete, so that it cannot be read in the file, although
   * they then write more pages. Does nothing
   * on an engine whose server decides this.
   */
  readonly overwriteDeleted: (transaction: QueryExecutorProvider, isOn: boolean) => Promise<void>;
  /** Returns which program stores the data, and how much space is used and left. */
  readonly findStorage: (database: QueryExecutorProvider) => Promise<Storage>;
  /** Returns the faults of the stored data; empty if there are none. */
  readonly findFaults: (database: QueryExecutorProvider) => Promise<readonly string[]>;
}

/** The Kysely adapter of an engine, extended by what Kysely does not know. */
export interface EngineAdapter {
  readonly engine: Engine;
  /** Counts the writes of this process that may have changed the configuration. Writes of other processes do not count. */
  readonly writes: number;
  /**
   * Runs a statement synchronously and returns its rows. Returns undefined if the statement has to wait for its turn: the caller
   * then runs it through Kysely.
   */
  readonly run?: (
    sql: string,
    parameters: readonly unknown[],
    inTransaction: boolean,
  ) => readonly unknown[] | undefined;
  /**
   * Writes the write-ahead log into the file of the database and empties it, so that deleted text cannot be read in it. Returns false if
   * another connection was reading or writing all the time. Undefined for a database server, which manages its log.
   */
  readonly emptyLog?: () => Promise<boolean>;
  /**
   * Resolves when a sync has failed, so that this process can no longer know what is on disk and has to end. Undefined for a
   * database server.
   */
  readonly unsafe?: Promise<StorageError>;
  /** Returns the same database, limited to the rows of one organization. */
  readonly scopeTo: (database: Kysely<Tables>, organizationId: string) => Kysely<Tables>;
  /**
   * Returns the same database, limited to the rows of one organization, whose inserts do not take numbers from sequences: PostgreSQL does
   * not give back the numbers of a transaction that is rolled back. Undefined for an engine that does.
   */
  readonly forEvaluation?: (organizationId: string) => Kysely<Tables>;
  /** True if a transaction was rolled back for a reason outside it, such as a conflict, so that it may be run again. */
  readonly isTransient: (error: unknown) => boolean;
}

export function engineAdapterOf(database: QueryExecutorProvider): EngineAdapter {
  const { adapter } = database.getExecutor();
  assert('engine' in adapter, 'the database was opened by openDatabase');
  return adapter as unknown as EngineAdapter;
}

export function engineOf(database: QueryExecutorProvider): Engine {
  return engineAdapterOf(database).engine;
}

/** True if the engine runs transactions concurrently. */
export function isConcurrent(database: QueryExecutorProvider): boolean {
  return engineOf(database).isConcurrent;
}
