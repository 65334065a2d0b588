import type { Clock } from '#base/clock.ts';
import { acquireLease } from './lease-store.ts';
import type { Database } from './database.ts';

/** How long the result of a probe is reused for further callers. */
export const PROBE_AGE_MAX_MS = 5_000;
/** The row that every probe writes, in every process. */
const PROBE = { name: 'write probe', holder: 'write probe', durationMs: 0 } as const;

/**
 * Writes one row in a separate transaction. Throws StorageError if the disk is full, fails, or is read-only, and `unavailable` if the
 * database does not answer.
 */
export async function probeWrite(database: Database, clock: Clock): Promise<void> {
  await acquireLease(database, { ...PROBE, now: clock.now() });
}

/** Checks whether the database accepts writes. Writes at most one row every PROBE_AGE_MAX_MS. */
export class WriteProbe {
  readonly #database: Database;
  readonly #clock: Clock;
  #probedAt = Number.NEGATIVE_INFINITY;
  #result: Promise<unknown> = Promise.resolve();

  constructor(database: Database, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
  }

  /** Returns the error of the last probe, or of a new probe if the last one is too old; undefined if the write succeeded. */
  async failure(): Promise<unknown> {
    const now = this.#clock.now().getTime();
    const age = now - this.#probedAt;
    // A negative age means that the clock was set back.
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
