import type { Clock } from '#base/clock.ts';
import { ConfigurationCache } from '#database/configuration-cache.ts';
import type { Database } from '#database/database.ts';
import { compileResourceSchema, type ResourceSchemas } from '#scim/schema/resource-schema.ts';
import { listSchemas } from './schema-store.ts';

/** The standard schemas: those of every organization that has none of its own. */
export const standardSchemas: ResourceSchemas = {
  User: compileResourceSchema('User'),
  Group: compileResourceSchema('Group'),
};

/** The standard schemas with an organization's own as extensions. */
export async function loadSchemas(database: Database, organizationId: string): Promise<ResourceSchemas> {
  const own = await listSchemas(database, organizationId);
  if (own.length === 0) return standardSchemas;
  const extending = (type: 'User' | 'Group') =>
    own.flatMap(({ resourceType, definition }) => (resourceType === type ? [definition] : []));
  return {
    User: compileResourceSchema('User', extending('User')),
    Group: compileResourceSchema('Group', extending('Group')),
  };
}

/** The compiled schemas of each organization, kept until anybody changes one. */
export class OrganizationSchemas {
  readonly #database: Database;
  readonly #cache: ConfigurationCache<ResourceSchemas>;

  constructor(database: Database, clock: Clock) {
    this.#database = database;
    this.#cache = new ConfigurationCache(database, clock);
  }

  /** What `of` gives, where it is in memory. */
  known(organizationId: string): ResourceSchemas | undefined {
    return this.#cache.known(organizationId);
  }

  async of(organizationId: string): Promise<ResourceSchemas> {
    return await this.#cache.read(organizationId, async () => ({
      value: await loadSchemas(this.#database, organizationId),
      keep: true,
    }));
  }
}
