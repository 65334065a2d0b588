import { closeSync, fdatasync, fsyncSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';

/** Resolves when the contents of an open file are on disk. */
export type Sync = (descriptor: number) => Promise<void>;

const syncData: Sync = promisify(fdatasync);

/**
 * Syncs the write-ahead log of SQLite to the disk, off the event loop. With `synchronous=NORMAL`, SQLite does not wait for the disk at
 * a commit. This class adds the wait of `synchronous=FULL`, but only once for a whole batch.
 */
export class WalSync {
  readonly #path: string;
  readonly #sync: Sync;
  #descriptor: number | undefined;

  /** Tests pass a `sync` that fails. */
  constructor(databasePath: string, sync: Sync = syncData) {
    this.#path = `${databasePath}-wal`;
    this.#sync = sync;
  }

  async sync(): Promise<void> {
    this.#descriptor ??= this.#open();
    await this.#sync(this.#descriptor);
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  /** Opens the log, which stays the same file while a connection is open. Syncs the folder first, so that the file's name is on disk. */
  #open(): number {
    const folder = openSync(dirname(this.#path), 'r');
    fsyncSync(folder);
    closeSync(folder);
    return openSync(this.#path, 'r+');
  }
}
