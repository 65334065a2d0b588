import type { Clock } from '#base/clock.ts';
import { ConfigurationCache } from '#database/configuration-cache.ts';
import type { Database } from '#database/database.ts';
import { compileResourceSchema, type ResourceSchemas } from '#scim/schema/resource-schema.ts';
import { listSchemas } from './schema-store.ts';

/** The standard schemas, which apply to every organization without custom schemas. */
export const standardSchemas: ResourceSchemas = {
  User: compileResourceSchema('User'),
  Group: compileResourceSchema('Group'),
};

/** Loads the schemas of an organization: the standard schemas with its custom schemas as extensions. */
export async function loadSchemas(database: Database, organizationId: string): Promise<ResourceSchemas> {
  const custom = await listSchemas(database, organizationId);
  if (custom.length === 0) return standardSchemas;
  const extending = (type: 'User' | 'Group') =>
    custom.flatMap(({ resourceType, definition }) => (resourceType === type ? [definition] : []));
  return {
    User: compileResourceSchema('User', extending('User')),
    Group: compileResourceSchema('Group', extending('Group')),
  };
}

/** Caches the compiled schemas of each organization until a schema changes. */
export class OrganizationSchemas {
  readonly #database: Database;
  readonly #cache: ConfigurationCache<ResourceSchemas>;

  constructor(database: Database, clock: Clock) {
    this.#database = database;
    this.#cache = new ConfigurationCache(database, clock);
  }

  /** Returns the cached schemas of an organization; undefined if they are not cached. */
  known(organizationId: string): ResourceSchemas | undefined {
    return this.#cache.peek(organizationId);
  }

  /** Returns the schemas of an organization, from the cache or from the database. */
  async of(organizationId: string): Promise<ResourceSchemas> {
    return await this.#cache.read(organizationId, async () => ({
      value: await loadSchemas(this.#database, organizationId),
      keep: true,
    }));
  }
}
