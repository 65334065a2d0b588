import type { Clock } from '#base/clock.ts';
import { AppError } from '#base/errors.ts';
import { senderOf } from '#base/network.ts';

/** Attempts that one address may make in a minute, whoever they are for. */
export const ATTEMPTS_PER_MINUTE_MAX = 30;
const MINUTE_MS = 60_000;
/** Addresses that are remembered. */
const ADDRESSES_MAX = 10_000;

/** Slows down who tries one account after the other: the lockout of an account knows nothing of that. */
export class Attempts {
  readonly #clock: Clock;
  /** The longest known first. */
  readonly #counts = new Map<string, { since: number; count: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Counts an attempt. Throws tooManyAttempts (429). */
  count(address: string): void {
    const now = this.#clock.now().getTime();
    const sender = senderOf(address);
    const known = this.#counts.get(sender);
    if (known === undefined || now - known.since >= MINUTE_MS) {
      this.#counts.delete(sender);
      this.#makeRoom();
      this.#counts.set(sender, { since: now, count: 1 });
      return;
    }
    known.count += 1;
    if (known.count <= ATTEMPTS_PER_MINUTE_MAX) return;
    throw new AppError(
      'tooManyAttempts',
      `More than ${ATTEMPTS_PER_MINUTE_MAX} attempts came from ${sender} within a minute. Wait a minute.`,
    );
  }

  /** Whoever has many addresses must not make the others be forgotten all at once. */
  #makeRoom(): void {
    const [longest] = this.#counts.keys();
    if (this.#counts.size >= ADDRESSES_MAX && longest !== undefined) this.#counts.delete(longest);
  }
}
