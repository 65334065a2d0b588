import { createHmac, randomBytes } from 'node:crypto';
import type { Timer } from '#base/timer.ts';

/** The longest time for which a right password is remembered, in seconds. */
export const CACHE_SECONDS_MAX = 900;
/** The maximum number of remembered passwords. The one that was stored first is forgotten first. */
export const CACHED_PASSWORDS_MAX = 10_000;

/** Who signed in, where. A change of the user or of the server changes a version, and with it the key. */
export interface CacheSubject {
  readonly clientId: string;
  readonly userId: string;
  /** Increases with every change of the user. */
  readonly userVersion: number;
  /** Everything that was asked of Entra ID except the password: the authority, the tenant, the application and the name. */
  readonly asked: readonly string[];
}

/**
 * Remembers right passwords for a short time, in the memory of this process only. The key is an HMAC with a random key of the process, so
 * that neither passwords nor hashes that can be attacked elsewhere are stored.
 */
export class PasswordCache<Value> {
  readonly #key = randomBytes(32);
  readonly #timer: Pick<Timer, 'nowMs'>;
  readonly #entries = new Map<string, { readonly value: Value; readonly untilMs: number }>();

  constructor(timer: Pick<Timer, 'nowMs'>) {
    this.#timer = timer;
  }

  /** The number of remembered passwords, including expired ones. */
  get size(): number {
    return this.#entries.size;
  }

  get(subject: CacheSubject, password: string): Value | undefined {
    const key = this.#keyOf(subject, password);
    const entry = this.#entries.get(key);
    if (entry === undefined || entry.untilMs > this.#timer.nowMs()) return entry?.value;
    this.#entries.delete(key);
    return undefined;
  }

  /** Remembers a password for `seconds`, at most CACHE_SECONDS_MAX. Does nothing if `seconds` is 0. */
  set(subject: CacheSubject, password: string, value: Value, seconds: number): void {
    if (seconds <= 0) return;
    const key = this.#keyOf(subject, password);
    this.#entries.delete(key);
    this.#entries.set(key, {
      value,
      untilMs: this.#timer.nowMs() + Math.min(seconds, CACHE_SECONDS_MAX) * 1_000,
    });
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > CACHED_PASSWORDS_MAX && oldest !== undefined) this.#entries.delete(oldest);
  }

  #keyOf({ clientId, userId, userVersion, asked }: CacheSubject, password: string): string {
    const parts = JSON.stringify([clientId, userId, userVersion, asked, password]);
    return createHmac('sha256', this.#key).update(parts).digest('base64');
  }
}
