import type { Clock } from '#base/clock.ts';
import { acquireLease } from './lease-store.ts';
import type { Database } from './database.ts';

/** How long the result of a probe holds: whoever asks more often gets the last one. */
export const PROBE_AGE_MAX_MS = 5_000;
/** The row that each probe writes, whichever process it comes from. */
const PROBE = { name: 'write probe', holder: 'write probe', durationMs: 0 } as const;

/**
 * Writes one row, in a transaction of its own. Throws what a write throws: StorageError when the disk is full, fails or can
 * only be read, and `unavailable` when the database does not answer.
 */
export async function probeWrite(database: Database, clock: Clock): Promise<void> {
  await acquireLease(database, { ...PROBE, now: clock.now() });
}

/** Knows whether a write works, at the price of one small write every PROBE_AGE_MAX_MS at most. */
export class WriteProbe {
  readonly #database: Database;
  readonly #clock: Clock;
  #probedAt = Number.NEGATIVE_INFINITY;
  #result: Promise<unknown> = Promise.resolve();

  constructor(database: Database, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
  }

  /** The error of the last probe, or of a new one when that is too old; undefined when the write worked. */
  async failure(): Promise<unknown> {
    const now = this.#clock.now().getTime();
    const age = now - this.#probedAt;
    // Also when the clock was set back.
    if (age >= PROBE_AGE_MAX_MS || age < 0) {
      this.#probedAt = now;
      this.#result = probeWrite(this.#database, this.#clock).then(
        () => undefined,
        (error: unknown) => error,
      );
    }
    return await this.#result;
  }
}
