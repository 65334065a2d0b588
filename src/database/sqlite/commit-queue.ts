import type SqliteDatabase from 'better-sqlite3';
import { StorageError } from '../storage-error.ts';
import { toStorageError } from './sqlite-errors.ts';

/** The maximum number of transactions in one batch, which has one commit and one sync. Further transactions wait for the next batch. */
export const BATCH_TRANSACTIONS_MAX = 256;

/** The statements of a transaction and its batch. They are prepared once, because every write runs them. */
type Step = 'begin' | 'savepoint' | 'release' | 'undo' | 'commit' | 'rollback';

/** Transactions that are committed together: either all of them are on disk, or none. */
interface Batch {
  size: number;
  readonly durable: PromiseWithResolvers<void>;
}

/**
 * Runs transactions sequentially, and commits concurrent ones together in a batch. Each transaction has a separate savepoint, so that it
 * can fail without the others. `commit` resolves when the batch is on disk. While one batch is being synced, off the event loop, the
 * transactions of the next batch run.
 *
 * @example
 * await queue.begin();
 * try {
 *   sqlite.prepare('insert into numbers values (?)').run(1);
 * } catch (error) {
 *   queue.rollback();
 *   throw error;
 * }
 * await queue.commit();
 */
export class CommitQueue {
  readonly #sqlite: SqliteDatabase.Database;
  readonly #statements: Record<Step, SqliteDatabase.Statement>;
  readonly #sync: () => Promise<void>;
  readonly #waiting: (() => void)[] = [];
  #isTurnTaken = false;
  #isSyncing = false;
  #isCommitScheduled = false;
  #batch: Batch | undefined;
  #commits = 0;
  #idle: PromiseWithResolvers<void> | undefined;
  #syncFailure: StorageError | undefined;
  readonly #unsafe = Promise.withResolvers<StorageError>();

  constructor(sqlite: SqliteDatabase.Database, sync: () => Promise<void>) {
    this.#sqlite = sqlite;
    this.#statements = {
      begin: sqlite.prepare('begin immediate'),
      savepoint: sqlite.prepare('savepoint member'),
      release: sqlite.prepare('release member'),
      undo: sqlite.prepare('rollback to member'),
      commit: sqlite.prepare('commit'),
      rollback: sqlite.prepare('rollback'),
    };
    this.#sync = sync;
  }

  /** The number of batches that were committed. Only writes of this process change it. */
  get commits(): number {
    return this.#commits;
  }

  /** Resolves when a sync has failed. From then on, only a new process can find out what is on disk. */
  get unsafe(): Promise<StorageError> {
    return this.#unsafe.promise;
  }

  /**
   * Waits for its turn, and begins a transaction. Throws SQLITE_BUSY if another process writes for too long, and StorageError if the
   * storage fails.
   */
  async begin(): Promise<void> {
    if (this.#isTurnTaken || this.#isFull()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#isTurnTaken = true;
    try {
      if (this.#syncFailure !== undefined) throw new StorageError('failed', 'nothing', this.#syncFailure.cause);
      if (this.#batch === undefined) {
        this.#statements.begin.run();
        this.#batch = { size: 0, durable: Promise.withResolvers() };
        // A batch in which every transaction was rolled back has no caller that handles its rejection.
        this.#batch.durable.promise.catch(() => undefined);
      }
      this.#statements.savepoint.run();
    } catch (error) {
      this.#passTurn();
      throw toStorageError(error);
    }
  }

  /** Commits the transaction and ends its turn. Resolves when the transaction is on disk. */
  async commit(): Promise<void> {
    const batch = this.#batch;
    try {
      this.#statements.release.run();
    } catch (error) {
      this.rollback();
      throw toStorageError(error);
    }
    if (batch !== undefined) batch.size += 1;
    this.#passTurn();
    await batch?.durable.promise;
  }

  /** Rolls back the transaction and ends its turn. */
  rollback(): void {
    if (this.#sqlite.inTransaction) {
      this.#statements.undo.run();
      this.#statements.release.run();
    }
    // When the disk is full, SQLite rolls back the whole batch, including the other transactions in it.
    else {
      this.#batch?.durable.reject(
        new StorageError('failed', 'nothing', new Error('SQLite rolled back the whole batch of transactions.')),
      );
      this.#batch = undefined;
    }
    this.#passTurn();
  }

  /** Resolves when no transaction is running and all commits are on disk. */
  async drained(): Promise<void> {
    if (!this.#isTurnTaken && !this.#isSyncing && this.#batch === undefined) return;
    this.#idle ??= Promise.withResolvers();
    await this.#idle.promise;
  }

  #isFull(): boolean {
    return this.#batch !== undefined && this.#batch.size >= BATCH_TRANSACTIONS_MAX;
  }

  /** Gives the turn to the next transaction. If none is waiting and no sync is running, schedules the commit of the batch. */
  #passTurn(): void {
    this.#isTurnTaken = false;
    if (this.#isFull() && !this.#isSyncing) this.#commitBatch();
    const next = this.#isFull() ? undefined : this.#waiting.shift();
    if (next !== undefined) {
      this.#isTurnTaken = true;
      next();
    } else if (!this.#isSyncing) this.#scheduleCommit();
  }

  /** Commits the batch after the current turn of the event loop, so that requests that have already arrived can join it. */
  #scheduleCommit(): void {
    if (this.#isCommitScheduled) return;
    this.#isCommitScheduled = true;
    setImmediate(() => {
      this.#isCommitScheduled = false;
      if (!this.#isTurnTaken && !this.#isSyncing) this.#commitBatch();
    });
  }

  /** Commits the batch, which SQLite writes without waiting for the disk, and starts the sync. */
  #commitBatch(): void {
    const batch = this.#batch;
    this.#batch = undefined;
    if (batch === undefined) {
      this.#idle?.resolve();
      this.#idle = undefined;
      return;
    }
    // Every transaction was rolled back: the file stays as it is, and needs no sync.
    if (batch.size === 0) {
      if (this.#sqlite.inTransaction) this.#statements.rollback.run();
      batch.durable.resolve();
      this.#passTurn();
      return;
    }
    try {
      this.#statements.commit.run();
    } catch (error) {
      if (this.#sqlite.inTransaction) this.#sqlite.exec('rollback');
      batch.durable.reject(toStorageError(error, 'unknown'));
      return;
    }
    this.#commits += 1;
    this.#isSyncing = true;
    void this.#sync()
      .catch((error: unknown) => {
        // From now on it is unknown what is on disk. Even if a later sync succeeds, it does not prove that the data of this batch is
        // there.
        this.#syncFailure = new StorageError('failed', 'unknown', error);
        this.#unsafe.resolve(this.#syncFailure);
        throw this.#syncFailure;
      })
      .then(batch.durable.resolve, batch.durable.reject)
      .finally(() => {
        this.#isSyncing = false;
        if (!this.#isTurnTaken) this.#passTurn();
      });
  }
}
