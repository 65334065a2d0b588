import type SqliteDatabase from 'better-sqlite3';
import { StorageError } from '../storage-error.ts';
import { withStorageFault } from './sqlite-errors.ts';

/** Transactions that one commit and one sync of the disk can carry. More wait for the next. */
export const BATCH_TRANSACTIONS_MAX = 256;

/** What a transaction and its batch need of SQLite, prepared: each runs with every write. */
type Step = 'begin' | 'savepoint' | 'release' | 'undo' | 'commit';

/** Transactions that are committed together: all of them are on disk, or none is. */
interface Batch {
  size: number;
  readonly durable: PromiseWithResolvers<void>;
}

/**
 * Runs transactions one after the other, and commits those that come together in one: each has a savepoint of its own, so
 * that one can fail without the others. `commit` resolves when the disk has the batch. While one batch is being synced,
 * off the event loop, the transactions of the next one run.
 */
export class CommitQueue {
  readonly #sqlite: SqliteDatabase.Database;
  readonly #statements: Record<Step, SqliteDatabase.Statement>;
  readonly #sync: () => Promise<void>;
  readonly #waiting: (() => void)[] = [];
  #taken = false;
  #syncing = false;
  #closing = false;
  #batch: Batch | undefined;
  #commits = 0;
  #idle: PromiseWithResolvers<void> | undefined;
  #broken: StorageError | undefined;
  readonly #unsafe = Promise.withResolvers<StorageError>();

  constructor(sqlite: SqliteDatabase.Database, sync: () => Promise<void>) {
    this.#sqlite = sqlite;
    this.#statements = {
      begin: sqlite.prepare('begin immediate'),
      savepoint: sqlite.prepare('savepoint member'),
      release: sqlite.prepare('release member'),
      undo: sqlite.prepare('rollback to member'),
      commit: sqlite.prepare('commit'),
    };
    this.#sync = sync;
  }

  /** How many batches were committed: when it stands still, nothing was written here. */
  get commits(): number {
    return this.#commits;
  }

  /** Resolves after a sync that failed: from then on only a new process can know what the disk has. */
  get unsafe(): Promise<StorageError> {
    return this.#unsafe.promise;
  }

  /** Waits for the turn, and begins. Throws what SQLite throws when another process writes for too long, and StorageError. */
  async begin(): Promise<void> {
    if (this.#taken || this.#isFull()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#taken = true;
    try {
      if (this.#broken !== undefined) throw new StorageError('failed', 'nothing', this.#broken.cause);
      if (this.#batch === undefined) {
        this.#statements.begin.run();
        this.#batch = { size: 0, durable: Promise.withResolvers() };
        // Whoever commits waits for it; where nobody does, nobody has to know.
        this.#batch.durable.promise.catch(() => undefined);
      }
      this.#statements.savepoint.run();
    } catch (error) {
      this.#pass();
      throw withStorageFault(error);
    }
  }

  /** Ends the turn; resolves when the transaction is on disk. */
  async commit(): Promise<void> {
    const batch = this.#batch;
    try {
      this.#statements.release.run();
    } catch (error) {
      this.rollback();
      throw withStorageFault(error);
    }
    if (batch !== undefined) batch.size += 1;
    this.#pass();
    await batch?.durable.promise;
  }

  /** Ends the turn; nothing of the transaction stays. */
  rollback(): void {
    if (this.#sqlite.inTransaction) {
      this.#statements.undo.run();
      this.#statements.release.run();
    }
    // A full disk ends the whole transaction, and what the others of the batch wrote is rolled back with it.
    else {
      this.#batch?.durable.reject(
        new StorageError('failed', 'nothing', new Error('SQLite rolled back the whole batch of transactions.')),
      );
      this.#batch = undefined;
    }
    this.#pass();
  }

  /** Resolves when nothing runs and everything is on disk. */
  async drained(): Promise<void> {
    if (!this.#taken && !this.#syncing && this.#batch === undefined) return;
    this.#idle ??= Promise.withResolvers();
    await this.#idle.promise;
  }

  #isFull(): boolean {
    return this.#batch !== undefined && this.#batch.size >= BATCH_TRANSACTIONS_MAX;
  }

  /** Gives the turn to the next; when there is none, and the disk is free, the batch is ready for it. */
  #pass(): void {
    this.#taken = false;
    if (this.#isFull() && !this.#syncing) this.#close();
    const next = this.#isFull() ? undefined : this.#waiting.shift();
    if (next !== undefined) {
      this.#taken = true;
      next();
    } else if (!this.#syncing) this.#closeSoon();
  }

  /** Not at once: requests that came in the same moment are read by then, and join the batch. */
  #closeSoon(): void {
    if (this.#closing) return;
    this.#closing = true;
    setImmediate(() => {
      this.#closing = false;
      if (!this.#taken && !this.#syncing) this.#close();
    });
  }

  /** Commits the batch, which SQLite writes without waiting for the disk, and has the disk keep it. */
  #close(): void {
    const batch = this.#batch;
    this.#batch = undefined;
    if (batch === undefined) {
      this.#idle?.resolve();
      this.#idle = undefined;
      return;
    }
    try {
      this.#statements.commit.run();
    } catch (error) {
      if (this.#sqlite.inTransaction) this.#sqlite.exec('rollback');
      batch.durable.reject(withStorageFault(error, 'unknown'));
      return;
    }
    this.#commits += 1;
    this.#syncing = true;
    void this.#sync()
      .catch((error: unknown) => {
        // What the disk has is unknown from here on, and a later sync that succeeds would not tell either.
        this.#broken = new StorageError('failed', 'unknown', error);
        this.#unsafe.resolve(this.#broken);
        throw this.#broken;
      })
      .then(batch.durable.resolve, batch.durable.reject)
      .finally(() => {
        this.#syncing = false;
        if (!this.#taken) this.#pass();
      });
  }
}
