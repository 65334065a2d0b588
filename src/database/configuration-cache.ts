import type { Clock } from '#base/clock.ts';
import type { Database } from './database.ts';
import { prepared } from './prepared.ts';

/** What is kept: more credentials than any directory has in use at a time.. */
export const ENTRIES_MAX = 10_000;

const readVersion = prepared<object, { version: number }>((database) =>
  database.selectFrom('configuration_version').select('version'),
);

export interface ConfigurationCacheOptions {
  readonly database: Database;
  readonly clock: Clock;
  /** How old the knowledge of the configuration may be. An embedded database is asked at each read: it costs next to nothing. */
  readonly maxAgeMs: number;
}

/**
 * Keeps what requests need of the configuration: keys, roles, rules. All of it is read anew when anybody changed any of
 * it, in this process or another; only what exists is kept.
 */
export class ConfigurationCache<Value> {
  readonly #options: ConfigurationCacheOptions;
  readonly #entries = new Map<string, Value>();
  #version: number | undefined;
  #checkedAt = Number.NEGATIVE_INFINITY;

  constructor(options: ConfigurationCacheOptions) {
    this.#options = options;
  }

  /** The value of a key; `load` reads it, and may say that it is not to be kept. */
  async read(key: string, load: () => Promise<{ readonly value: Value; readonly keep: boolean }>): Promise<Value> {
    const version = await this.#currentVersion();
    const known = this.#entries.get(key);
    if (known !== undefined) return known;
    const { value, keep } = await load();
    // What was read while the configuration changed may be either.
    if (keep && version === this.#version) this.#keep(key, value);
    return value;
  }

  async #currentVersion(): Promise<number> {
    const { database, clock, maxAgeMs } = this.#options;
    const now = clock.now().getTime();
    if (this.#version !== undefined && now - this.#checkedAt < maxAgeMs) return this.#version;
    const version = (await readVersion(database, {}))[0]?.version ?? 0;
    this.#checkedAt = now;
    if (version !== this.#version) this.#entries.clear();
    this.#version = version;
    return version;
  }

  #keep(key: string, value: Value): void {
    if (this.#entries.size >= ENTRIES_MAX) {
      const [oldest] = this.#entries.keys();
      if (oldest !== undefined) this.#entries.delete(oldest);
    }
    this.#entries.set(key, value);
  }
}
