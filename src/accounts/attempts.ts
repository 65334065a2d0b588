import { isIPv6 } from 'node:net';
import type { Clock } from '#base/clock.ts';
import { AppError } from '#base/errors.ts';

/** Attempts that one address may make in a minute and fail with, whoever they are for. */
export const ATTEMPTS_PER_MINUTE_MAX = 30;
const MINUTE_MS = 60_000;
/** Addresses that are remembered. */
const ADDRESSES_MAX = 10_000;

/** Slows down who tries one account after the other: the lockout of an account knows nothing of that. */
export class Attempts {
  readonly #clock: Clock;
  /** The oldest first. */
  readonly #counts = new Map<string, { readonly since: number; count: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Counts an attempt. Throws tooManyAttempts (429). */
  count(address: string): void {
    const now = this.#clock.now().getTime();
    const from = networkOf(address);
    const known = this.#counts.get(from);
    if (known === undefined || now - known.since >= MINUTE_MS) {
      this.#counts.delete(from);
      this.#makeRoom();
      this.#counts.set(from, { since: now, count: 1 });
      return;
    }
    known.count += 1;
    if (known.count <= ATTEMPTS_PER_MINUTE_MAX) return;
    throw new AppError(
      'tooManyAttempts',
      `More than ${ATTEMPTS_PER_MINUTE_MAX} attempts came from ${from} within a minute. Wait a minute.`,
    );
  }

  /** Counts an attempt unless it succeeds: a whole office may sign in from one address. Throws tooManyAttempts (429). */
  async guard<Result>(address: string, attempt: () => Promise<Result>): Promise<Result> {
    this.count(address);
    const result = await attempt();
    const known = this.#counts.get(networkOf(address));
    if (known !== undefined && known.count > 0) known.count -= 1;
    return result;
  }

  #makeRoom(): void {
    if (this.#counts.size < ADDRESSES_MAX) return;
    const [oldest] = this.#counts.keys();
    if (oldest !== undefined) this.#counts.delete(oldest);
  }
}

/** Whoever has one IPv6 address has 2^64 of them. */
function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined || !isIPv6(address)) return mapped ?? address;
  const [head = '', tail] = address.split('%', 1)[0]?.split('::') ?? [];
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? [] : Array.from({ length: 8 - left.length - right.length }, () => '0');
  return `${[...left, ...zeros, ...right].slice(0, 4).join(':')}::/64`;
}
