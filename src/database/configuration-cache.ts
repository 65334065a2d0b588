import type { Clock } from '#base/clock.ts';
import type { Database } from './database.ts';
import { engineAdapterOf } from './engine.ts';
import { prepared } from './prepared.ts';

/** The maximum number of entries that a cache keeps: more than the number of credentials that any directory uses at the same time. */
export const ENTRIES_MAX = 10_000;

const readVersion = prepared<object, { version: number }>((database) =>
  database.selectFrom('configuration_version').select('version'),
);

/** Returns the number that increases with every change of the configuration. */
export async function readConfigurationVersion(database: Database): Promise<number> {
  return (await readVersion(database, {}))[0]?.version ?? 0;
}

/**
 * Caches the configuration that requests need: keys, roles, and rules. The cache is emptied when this process or another one has
 * changed any part of the configuration. Another process's change is noticed within the engine's `configurationAgeMaxMs`.
 */
export class ConfigurationCache<Value> {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #entries = new Map<string, Value>();
  #version: number | undefined;
  #checkedAt = Number.NEGATIVE_INFINITY;
  #writes: number | undefined;

  constructor(database: Database, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
  }

  /**
   * Returns the value of a key. If the value is not cached, calls `load`, whose result contains the value and whether to cache it
   * (`keep`).
   */
  async read(key: string, load: () => Promise<{ readonly value: Value; readonly keep: boolean }>): Promise<Value> {
    const version = await this.#currentVersion();
    const known = this.#entries.get(key);
    if (known !== undefined) return known;
    const { value, keep } = await load();
    // A value that was read while the configuration changed may be the old one or the new one, so it is not cached.
    if (keep && version === this.#version) this.#keep(key, value);
    return value;
  }

  /** Returns the cached value without reading the database; undefined if it may be stale. Most requests need only this function. */
  peek(key: string): Value | undefined {
    return this.#isFresh() ? this.#entries.get(key) : undefined;
  }

  #isFresh(): boolean {
    const { engine, writes } = engineAdapterOf(this.#database);
    if (writes !== this.#writes) return false;
    return this.#clock.now().getTime() - this.#checkedAt < engine.configurationAgeMaxMs;
  }

  async #currentVersion(): Promise<number> {
    if (this.#version !== undefined && this.#isFresh()) return this.#version;
    const { writes } = engineAdapterOf(this.#database);
    const now = this.#clock.now().getTime();
    const version = await readConfigurationVersion(this.#database);
    this.#checkedAt = now;
    this.#writes = writes;
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
