import type { Clock } from '#base/clock.ts';
import { AppError } from '#base/errors.ts';

/** Attempts that one address may make in a minute, whoever they are for. */
export const ATTEMPTS_PER_MINUTE_MAX = 30;
const MINUTE_MS = 60_000;
/** Addresses that are remembered. */
const ADDRESSES_MAX = 10_000;

/** Slows down who tries one account after the other: the lockout of an account knows nothing of that. */
export class Attempts {
  readonly #clock: Clock;
  readonly #counts = new Map<string, { since: number; count: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Counts an attempt. Throws tooManyAttempts (429). */
  count(address: string): void {
    const now = this.#clock.now().getTime();
    const known = this.#counts.get(address);
    if (known === undefined || now - known.since >= MINUTE_MS) {
      if (this.#counts.size >= ADDRESSES_MAX) this.#counts.clear();
      this.#counts.set(address, { since: now, count: 1 });
      return;
    }
    known.count += 1;
    if (known.count <= ATTEMPTS_PER_MINUTE_MAX) return;
    throw new AppError(
      'tooManyAttempts',
      `More than ${ATTEMPTS_PER_MINUTE_MAX} attempts came from ${address} within a minute. Wait a minute.`,
    );
  }
}
