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
import { preparedMarkOf } from '../prepared-mark.ts';
import type { StatementObserver } from '../statement-observer.ts';
import { StorageError } from '../storage-error.ts';
import type { Tables } from '../tables.ts';
import { CommitQueue } from './commit-queue.ts';
import { sqliteEngine } from './sqlite-engine.ts';
import { withStorageErrors, withStorageFault } from './sqlite-errors.ts';
import { StatementCache } from './statement-cache.ts';
import { WalSync, type Sync } from './wal-sync.ts';

/**
 * Statements, as we and Kysely write them, that fill the directory: requests keep nothing of it in memory. What deletes users or
 * groups is none of them, since their keys go with them.
 */
const writesDirectory =
  /^\s*(?:(?:insert into|update) "?(?:users|groups|memberships|user_emails|events)"? |delete from "(?:memberships|user_emails)" )/;

/** Opens a connection to the same database file. */
export type OpenConnection = (purpose: 'read' | 'write') => SqliteDatabase.Database;

/** Whether a commit waits for the disk. `process`, for tests, outlives the process but not a loss of power. */
export type Durability = 'disk' | 'process';

/**
 * Kysely over two connections to one SQLite file: what only reads never waits for a writer, and transactions that come
 * together are committed together (see CommitQueue).
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

  /** SQLite can undo every change of the schema: a migration that fails leaves nothing. */
  override get supportsTransactionalDdl(): boolean {
    return true;
  }

  /** Kysely would let one query wait for the other; here the queue of the writers does, and readers need not. */
  override get supportsMultipleConnections(): boolean {
    return true;
  }

  get writes(): number {
    return this.#driver.configurationWrites;
  }

  /** A file has no users: the conditions of our statements are all that separates organizations. */
  scopeTo(database: Kysely<Tables>): Kysely<Tables> {
    return database;
  }

  /** Who writes waits for its turn, and then nothing is in its way. */
  isTransient(): boolean {
    return false;
  }

  get unsafe(): Promise<StorageError> {
    return this.#driver.unsafe;
  }

  /**
   * Runs a statement at once, without the waits between Kysely and a server that is elsewhere; undefined where it has to
   * take its turn among the writers.
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
  /** Commits that may have changed the configuration. */
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
      // Begins at the commit itself, before anybody is answered.
      if (this.#configurationWritten) this.configurationWrites += 1;
      this.#configurationWritten = false;
      if (durability === 'disk') await this.#walSync.sync();
    });
  }

  get unsafe(): Promise<StorageError> {
    return this.#queue.unsafe;
  }

  async init(): Promise<void> {
    // The connections were opened by then: an error shall be told where the database is opened.
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
    // A connection is only a name for a transaction.
  }

  async destroy(): Promise<void> {
    await this.#queue.drained();
    this.#walSync.close();
    this.#reader?.close();
    this.#writer.close();
  }

  /** A statement for reading; undefined where it writes. */
  readStatement(sql: string): SqliteDatabase.Statement | undefined {
    this.#reader ??= this.open('read');
    this.#reads ??= new StatementCache(this.#reader);
    const statement = this.#reads.prepare(sql);
    return statement.readonly ? statement : undefined;
  }

  writeStatement(sql: string): SqliteDatabase.Statement {
    // The planner's statistics are read when a connection is opened.
    if (/^\s*analyze\b/i.test(sql)) this.#closeReader();
    const statement = this.#writes.prepare(sql);
    this.#configurationWritten ||= !statement.readonly && !writesDirectory.test(sql);
    return statement;
  }

  /** Throws StorageError where SQLite has ended the transaction: alone, the statement would be committed. */
  transactionStatement(sql: string): SqliteDatabase.Statement {
    if (!this.#writer.inTransaction) {
      throw new StorageError('failed', 'nothing', new Error('SQLite rolled back the transaction.'));
    }
    return this.writeStatement(sql);
  }

  /** A single statement that writes is a transaction of its own. */
  async writeAlone<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
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

  /** Kysely rolls back as well what could not be committed: by then there is nothing left to do. */
  rollback(queue: CommitQueue): void {
    if (!this.#inTransaction) return;
    this.#inTransaction = false;
    queue.rollback();
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    this.#driver.observe?.({ ...query, isPrepared: preparedMarkOf(query) !== undefined });
    const { sql, parameters } = query;
    if (this.#inTransaction) {
      return withStorageErrors(() => run<Row>(this.#driver.transactionStatement(sql), parameters));
    }
    const statement = withStorageErrors(() => this.#driver.readStatement(sql));
    if (statement === undefined) return await this.#driver.writeAlone(query);
    return withStorageErrors(() => run<Row>(statement, parameters));
  }

  /** On a connection of its own, which can do nothing else until the last row was read. */
  async *streamQuery<Row>({ sql, parameters }: CompiledQuery): AsyncIterableIterator<QueryResult<Row>> {
    this.#driver.observe?.({ sql, parameters, isPrepared: false });
    const sqlite = this.#driver.open('read');
    try {
      for (const row of sqlite.prepare(sql).iterate(...parameters)) yield { rows: [row as Row] };
    } catch (error) {
      throw withStorageFault(error);
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
