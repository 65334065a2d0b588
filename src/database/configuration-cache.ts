import type { Clock } from '#base/clock.ts';
import type { Database } from './database.ts';
import { engineAdapterOf } from './engine.ts';
import { prepared } from './prepared.ts';

/** What is kept: more credentials than any directory has in use at a time. */
export const ENTRIES_MAX = 10_000;

const readVersion = prepared<object, { version: number }>((database) =>
  database.selectFrom('configuration_version').select('version'),
);

/**
 * Keeps what requests need of the configuration: keys, roles, rules. All of it is read anew when anybody changed any of
 * it, in this process or another; only what exists is kept.
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

  /** The value of a key, where it can be told at once: most requests come while nothing has changed, and wait for nothing. */
  known(key: string): Value | undefined {
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
    const version = (await readVersion(this.#database, {}))[0]?.version ?? 0;
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
