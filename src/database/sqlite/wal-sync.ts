import { closeSync, fdatasync, fsyncSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';

/** Waits until the disk has the file of a descriptor. */
export type Sync = (descriptor: number) => Promise<void>;

const syncData: Sync = promisify(fdatasync);

/**
 * Has the disk keep what SQLite wrote to the write-ahead log, off the event loop. With `synchronous=NORMAL` SQLite does
 * not wait for the disk at a commit; this wait is what `synchronous=FULL` would add, once for a whole batch.
 */
export class WalSync {
  readonly #path: string;
  readonly #sync: Sync;
  #descriptor: number | undefined;

  /** `sync` is a parameter so that tests can have it fail. */
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

  /** The file stays the same one for as long as a connection is open; its name must be on the disk as well. */
  #open(): number {
    const folder = openSync(dirname(this.#path), 'r');
    fsyncSync(folder);
    closeSync(folder);
    return openSync(this.#path, 'r+');
  }
}
