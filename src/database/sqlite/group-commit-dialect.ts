import { setImmediate } from 'node:timers/promises';
import type SqliteDatabase from 'better-sqlite3';
import {
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type CompiledQuery,
  type DatabaseConnection,
  type DatabaseIntrospector,
  type Dialect,
  type Driver,
  type Kysely,
  type QueryCompiler,
  type QueryResult,
} from 'kysely';
import type { Engine, EngineAdapter } from '../engine.ts';
import { statementInfoOf } from '../prepared-statement-info.ts';
import type { StatementObserver } from '../statement-observer.ts';
import { StorageError } from '../storage-error.ts';
import type { Tables } from '../tables.ts';
import { CommitQueue } from './commit-queue.ts';
import { sqliteEngine } from './sqlite-engine.ts';
import { withStorageErrors, toStorageError } from './sqlite-errors.ts';
import { StatementCache } from './statement-cache.ts';
import { WalSync, type Sync } from './wal-sync.ts';

/**
 * Matches statements that write users, groups, or events, which processes do not cache. The pattern fits the SQL that Kysely and our own
 * statements contain. Statements that delete users or groups are excluded, because they also delete keys, which are cached.
 */
const directoryWrite =
  /^\s*(?:(?:insert into|update) "?(?:users|groups|memberships|user_emails|user_terms|refused_people|events|event_names|requests|totals|total_positions)"? |delete from "?(?:memberships|user_emails|user_terms|refused_people|totals)"? )/;

/** How often the log is tried to be emptied, between other work of the process, while another connection reads or writes. */
export const EMPTY_LOG_ATTEMPTS_MAX = 100;

/** Opens a connection to the same database file. */
export type OpenConnection = (purpose: 'read' | 'write') => SqliteDatabase.Database;

/**
 * What a commit survives. `disk`: a power failure, because the commit waits for the disk. `process`, for tests: only the end of the
 * process.
 */
export type Durability = 'disk' | 'process';

/**
 * A Kysely dialect with two connections to one SQLite file: readers never wait for a writer, and concurrent transactions are committed
 * together (see CommitQueue).
 */
export class GroupCommitDialect implements Dialect {
  readonly #driver: GroupCommitDriver;

  constructor(open: OpenConnection, durability: Durability, observe?: StatementObserver, sync?: Sync) {
    this.#driver = new GroupCommitDriver(open, durability, observe, sync);
  }

  createDriver(): Driver {
    return this.#driver;
  }

  createQueryCompiler(): QueryCompiler {
    return new SqliteQueryCompiler();
  }

  createAdapter(): EmbeddedAdapter {
    return new EmbeddedAdapter(this.#driver);
  }

  createIntrospector(database: Kysely<unknown>): DatabaseIntrospector {
    return new SqliteIntrospector(database);
  }
}

class EmbeddedAdapter extends SqliteAdapter implements EngineAdapter {
  readonly engine: Engine = sqliteEngine;
  readonly #driver: GroupCommitDriver;

  constructor(driver: GroupCommitDriver) {
    super();
    this.#driver = driver;
  }

  /** True because SQLite can roll back schema changes, so that a failed migration changes nothing. */
  override get supportsTransactionalDdl(): boolean {
    return true;
  }

  /** True so that Kysely does not serialize queries: the commit queue serializes writers, and readers need not wait. */
  override get supportsMultipleConnections(): boolean {
    return true;
  }

  get writes(): number {
    return this.#driver.configurationWrites;
  }

  /** Returns the same database. SQLite has no row-level security: only the conditions in the statements separate organizations. */
  scopeTo(database: Kysely<Tables>): Kysely<Tables> {
    return database;
  }

  /** False for every error: writers wait for their turn, so transactions never conflict. */
  isTransient(): boolean {
    return false;
  }

  get unsafe(): Promise<StorageError> {
    return this.#driver.unsafe;
  }

  async emptyLog(): Promise<boolean> {
    return await this.#driver.emptyLog();
  }

  /**
   * Runs a statement synchronously, without Kysely's asynchronous steps. Returns undefined if the statement has to wait for its turn
   * among the writers.
   */
  run(sql: string, parameters: readonly unknown[], inTransaction: boolean): readonly unknown[] | undefined {
    return withStorageErrors(() => {
      const statement = inTransaction ? this.#driver.transactionStatement(sql) : this.#driver.readStatement(sql);
      if (statement === undefined) return undefined;
      this.#driver.observe?.({ sql, parameters, isPrepared: true });
      return run(statement, parameters).rows;
    });
  }
}

class GroupCommitDriver implements Driver {
  readonly open: OpenConnection;
  readonly observe: StatementObserver | undefined;
  readonly #writer: SqliteDatabase.Database;
  readonly #writes: StatementCache;
  readonly #walSync: WalSync;
  readonly #queue: CommitQueue;
  /** The number of commits that may have changed the configuration. */
  configurationWrites = 0;
  #configurationWritten = false;
  #reader: SqliteDatabase.Database | undefined;
  #reads: StatementCache | undefined;

  constructor(
    open: OpenConnection,
    durability: Durability,
    observe: StatementObserver | undefined,
    sync: Sync | undefined,
  ) {
    this.open = open;
    this.observe = observe;
    this.#writer = open('write');
    this.#writes = new StatementCache(this.#writer);
    this.#walSync = new WalSync(this.#writer.name, sync);
    this.#queue = new CommitQueue(this.#writer, async () => {
      // The count increases before the commit is acknowledged, so that caches see the change before any response is sent.
      if (this.#configurationWritten) this.configurationWrites += 1;
      this.#configurationWritten = false;
      if (durability === 'disk') await this.#walSync.sync();
    });
  }

  get unsafe(): Promise<StorageError> {
    return this.#queue.unsafe;
  }

  async init(): Promise<void> {
    // The constructor has already opened the write connection, so that openSqlite throws an error directly to its caller.
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    return new GroupCommitConnection(this);
  }

  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await (connection as GroupCommitConnection).begin(this.#queue);
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await (connection as GroupCommitConnection).commit(this.#queue);
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    (connection as GroupCommitConnection).rollback(this.#queue);
  }

  async releaseConnection(): Promise<void> {
    // A GroupCommitConnection only represents a transaction, and has nothing to release.
  }

  async destroy(): Promise<void> {
    await this.#queue.drained();
    this.#walSync.close();
    this.#reader?.close();
    this.#writer.close();
  }

  /** Returns a prepared statement of the read connection; undefined if the statement writes. */
  readStatement(sql: string): SqliteDatabase.Statement | undefined {
    this.#reader ??= this.open('read');
    this.#reads ??= new StatementCache(this.#reader);
    const statement = this.#reads.prepare(sql);
    return statement.readonly ? statement : undefined;
  }

  writeStatement(sql: string): SqliteDatabase.Statement {
    // A connection reads the planner's statistics when it is opened, so the read connection has to be opened again.
    if (/^\s*analyze\b/i.test(sql)) this.#closeReader();
    const statement = this.#writes.prepare(sql);
    this.#configurationWritten ||= !statement.readonly && !directoryWrite.test(sql);
    return statement;
  }

  /** Throws StorageError if SQLite has ended the transaction: outside a transaction, the statement would be committed. */
  transactionStatement(sql: string): SqliteDatabase.Statement {
    if (!this.#writer.inTransaction) {
      throw new StorageError('failed', 'nothing', new Error('SQLite rolled back the transaction.'));
    }
    return this.writeStatement(sql);
  }

  /** Runs a single statement that writes in a separate transaction. */
  async writeSingle<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    await this.#queue.begin();
    let result: QueryResult<Row>;
    try {
      result = withStorageErrors(() => run<Row>(this.writeStatement(query.sql), query.parameters));
    } catch (error) {
      this.#queue.rollback();
      throw error;
    }
    await this.#queue.commit();
    return result;
  }

  /** Uses a separate connection that does not wait for others, because SQLite would wait on the event loop. */
  async emptyLog(): Promise<boolean> {
    const sqlite = withStorageErrors(() => this.open('write'));
    try {
      sqlite.pragma('busy_timeout = 0');
      for (let attempt = 1; attempt <= EMPTY_LOG_ATTEMPTS_MAX; attempt += 1) {
        const isBusy = withStorageErrors(() => sqlite.pragma('wal_checkpoint(truncate)', { simple: true }));
        if (isBusy === 0) return true;
        await setImmediate();
      }
      return false;
    } finally {
      sqlite.close();
    }
  }

  #closeReader(): void {
    this.#reader?.close();
    this.#reader = undefined;
    this.#reads = undefined;
  }
}

class GroupCommitConnection implements DatabaseConnection {
  readonly #driver: GroupCommitDriver;
  #inTransaction = false;

  constructor(driver: GroupCommitDriver) {
    this.#driver = driver;
  }

  async begin(queue: CommitQueue): Promise<void> {
    await queue.begin();
    this.#inTransaction = true;
  }

  async commit(queue: CommitQueue): Promise<void> {
    const durable = queue.commit();
    this.#inTransaction = false;
    await durable;
  }

  /** Does nothing after a failed commit. Kysely calls this function then too, although the transaction has already ended. */
  rollback(queue: CommitQueue): void {
    if (!this.#inTransaction) return;
    this.#inTransaction = false;
    queue.rollback();
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    this.#driver.observe?.({ ...query, isPrepared: statementInfoOf(query) !== undefined });
    const { sql, parameters } = query;
    if (this.#inTransaction) {
      return withStorageErrors(() => run<Row>(this.#driver.transactionStatement(sql), parameters));
    }
    const statement = withStorageErrors(() => this.#driver.readStatement(sql));
    if (statement === undefined) return await this.#driver.writeSingle(query);
    return withStorageErrors(() => run<Row>(statement, parameters));
  }

  /** Uses a separate connection, which cannot run other statements until the last row is read. */
  async *streamQuery<Row>({ sql, parameters }: CompiledQuery): AsyncIterableIterator<QueryResult<Row>> {
    this.#driver.observe?.({ sql, parameters, isPrepared: false });
    const sqlite = this.#driver.open('read');
    try {
      for (const row of sqlite.prepare(sql).iterate(...parameters)) yield { rows: [row as Row] };
    } catch (error) {
      throw toStorageError(error);
    } finally {
      sqlite.close();
    }
  }
}

function run<Row>(statement: SqliteDatabase.Statement, parameters: readonly unknown[]): QueryResult<Row> {
  if (statement.reader) return { rows: statement.all(...parameters) as Row[] };
  const { changes, lastInsertRowid } = statement.run(...parameters);
  return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) };
}
