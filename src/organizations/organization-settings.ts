import type { Clock } from '#base/clock.ts';
import { ConfigurationCache } from '#database/configuration-cache.ts';
import type { Database } from '#database/database.ts';
import { findSettings } from './organization-store.ts';
import type { Settings } from './settings.ts';

/** Caches the settings of each organization until a setting changes. */
export class OrganizationSettings {
  readonly #database: Database;
  readonly #cache: ConfigurationCache<Settings>;

  constructor(database: Database, clock: Clock) {
    this.#database = database;
    this.#cache = new ConfigurationCache(database, clock);
  }

  /** Returns the cached settings of an organization; undefined if they are not cached. */
  known(organizationId: string): Settings | undefined {
    return this.#cache.peek(organizationId);
  }

  /** Returns the settings of an organization, from the cache or from the database. */
  async of(organizationId: string): Promise<Settings> {
    return await this.#cache.read(organizationId, async () => ({
      value: await findSettings(this.#database, organizationId),
      keep: true,
    }));
  }
}
