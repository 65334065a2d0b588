import type { Kysely, QueryExecutorProvider } from 'kysely';
import { assert } from '#base/errors.ts';
import type { DataDefinition } from './data-definition.ts';
import type { JsonSql } from './json-sql.ts';
import type { StorageError } from './storage-error.ts';
import type { Tables } from './tables.ts';

/** What differs between the databases that Tanhua runs on: one object for each. */
export interface Engine {
  readonly name: 'sqlite' | 'postgres';
  readonly json: JsonSql;
  readonly definition: DataDefinition;
  /** Whether transactions run side by side, so that rows and names that one of them relies on must be locked. */
  readonly isConcurrent: boolean;
  /** How old the knowledge of what other processes changed in the configuration may be. */
  readonly configurationAgeMaxMs: number;
  /** What about the database's own set-up puts the directory at risk; empty when nothing does. */
  readonly findRisks: (database: QueryExecutorProvider) => Promise<readonly string[]>;
  /** What a start looks at before it serves. Throws `configuration` when the stored data is damaged. */
  readonly requireSound: (database: QueryExecutorProvider) => Promise<void>;
  /** What the operator can do about a migration that failed. */
  readonly migrationAdvice: (error: unknown) => string;
  /** What is wrong with the stored data itself; empty when it is sound. */
  readonly findFaults: (database: QueryExecutorProvider) => Promise<readonly string[]>;
}

/** The part of a Kysely dialect that tells the engines apart. */
export interface EngineAdapter {
  readonly engine: Engine;
  /** Grows with what is written through this process and may be configuration; what others write does not count. */
  readonly writes: number;
  /**
   * Runs a statement at once, where there is nobody to wait for; undefined where it has to be awaited as any other.
   * `name` is the same for the same statement.
   */
  readonly run?: (
    sql: string,
    parameters: readonly unknown[],
    inTransaction: boolean,
  ) => readonly unknown[] | undefined;
  /** Resolves when this process can no longer know what the disk has, and has to end; undefined where a server knows it. */
  readonly unsafe?: Promise<StorageError>;
  /** The same database, seen by one organization alone. */
  readonly scopeTo: (database: Kysely<Tables>, organizationId: string) => Kysely<Tables>;
  /** Whether a transaction failed for nothing that it did, and left nothing: it may be run again. */
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

/** Whether transactions run side by side. */
export function isConcurrent(database: QueryExecutorProvider): boolean {
  return engineOf(database).isConcurrent;
}
