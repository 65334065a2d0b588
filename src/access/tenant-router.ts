import { hashApiKey } from '#admins/api-key.ts';
import { StaleKeyError, type PresentedCredential } from '#admins/authenticate.ts';
import { AppError, assert } from '#base/errors.ts';
import { TranslatedError } from '#base/translated-error.ts';
import type { DirectoryDeps } from '#directory/stored.ts';
import { OrganizationSettings } from '#organizations/organization-settings.ts';
import { OrganizationSchemas } from '#schemas/organization-schemas.ts';
import type { Fleet } from '#shards/fleet.ts';
import { Credentials, type IdentifiedCaller } from './credentials.ts';

/** The maximum number of keys for which a router remembers the database. */
const REMEMBERED_KEYS_MAX = 10_000;

/** The services that requests to the organizations of one database need. */
export interface TenantAccess {
  readonly shard: string;
  readonly deps: DirectoryDeps;
  readonly credentials: Credentials;
  readonly schemas: OrganizationSchemas;
  readonly settings: OrganizationSettings;
}

/** The database that a request belongs to, and its caller. */
export interface RoutedTenant {
  readonly access: TenantAccess;
  /** The caller, or an error if the key is no longer valid. The attempt is then recorded in the organization of the key. */
  readonly result: IdentifiedCaller | StaleKeyError;
}

/** Finds the database for a request: the one that stores its key and serves its organization. */
export class TenantRouter {
  readonly #fleet: Fleet;
  readonly #accesses: readonly TenantAccess[];
  /** The database in which a key was last found, by the hash of the key. */
  readonly #remembered = new Map<string, TenantAccess>();

  constructor(deps: DirectoryDeps, fleet: Fleet) {
    this.#fleet = fleet;
    this.#accesses = fleet.shards.map(({ name, database }) => {
      const own = { ...deps, database };
      return {
        shard: name,
        deps: own,
        credentials: new Credentials(own),
        schemas: new OrganizationSchemas(database, deps.clock),
        settings: new OrganizationSettings(database, deps.clock),
      };
    });
  }

  /** Returns the database that serves an organization. Throws `notFound` if no database has it. */
  async accessTo(organizationId: string): Promise<TenantAccess> {
    const { shard } = await this.#fleet.placements.of(organizationId);
    const access = this.#accesses.find((one) => one.shard === shard);
    assert(access, 'placements name known shards');
    return access;
  }

  /** The services for each database. */
  get accesses(): readonly TenantAccess[] {
    return this.#accesses;
  }

  /** Like `find`, but only from the cache. Returns undefined if the key is not cached, or if there are several databases. */
  findCached(key: PresentedCredential): RoutedTenant | undefined {
    const [only, another] = this.#accesses;
    if (only === undefined || another !== undefined) return undefined;
    try {
      const result = only.credentials.readCached(key);
      return result && { access: only, result };
    } catch (error) {
      if (error instanceof StaleKeyError) return { access: only, result: error };
      throw error;
    }
  }

  /**
   * Finds the caller and the database. A request that changes data waits while its organization is being moved to another
   * database. Throws the errors of `authenticate`, and `unavailable` while a database that may have the key cannot be reached.
   */
  async find(key: PresentedCredential, changes: boolean): Promise<RoutedTenant> {
    const [only, another] = this.#accesses;
    if (only !== undefined && another === undefined) return await readCredential(only, key);
    for (;;) {
      const tenant = await this.#locate(key);
      const { placements } = this.#fleet;
      const organizationId = organizationOf(tenant);
      if (!changes || (await placements.of(organizationId)).state === 'served') return tenant;
      await placements.admit(organizationId);
    }
  }

  async #locate(key: PresentedCredential): Promise<RoutedTenant> {
    // The key itself is never kept, only its hash.
    const hash = hashApiKey(key.key ?? '');
    const remembered = this.#remembered.get(hash);
    if (remembered !== undefined) {
      const tenant = await this.#findIfServed(remembered, key).catch(ignoreUnknownKey);
      if (tenant !== undefined) return tenant;
      this.#remembered.delete(hash);
    }
    const lookups = this.#accesses.map(async (access) => {
      const tenant = await this.#findIfServed(access, key);
      if (tenant !== undefined) return tenant;
      throw new TranslatedError('unavailable', ({ admin }) => admin.server.justMoved);
    });
    try {
      const tenant = await Promise.any(lookups);
      if (this.#remembered.size < REMEMBERED_KEYS_MAX) this.#remembered.set(hash, tenant.access);
      return tenant;
    } catch (error) {
      throw mostSignificantError(error);
    }
  }

  /**
   * Finds the caller in one database. A key can be in two databases while its organization is being moved, and the catalog
   * says which database serves the organization. Returns undefined if this database does not.
   */
  async #findIfServed(access: TenantAccess, key: PresentedCredential): Promise<RoutedTenant | undefined> {
    const tenant = await readCredential(access, key);
    const { shard } = await this.#fleet.placements.of(organizationOf(tenant));
    return shard === access.shard ? tenant : undefined;
  }
}

function ignoreUnknownKey(error: unknown): undefined {
  if (!(error instanceof AppError) || error.code !== 'keyUnknown') throw error;
  return undefined;
}

async function readCredential(access: TenantAccess, key: PresentedCredential): Promise<RoutedTenant> {
  try {
    return { access, result: await access.credentials.read(key) };
  } catch (error) {
    if (error instanceof StaleKeyError) return { access, result: error };
    throw error;
  }
}

function organizationOf({ result }: RoutedTenant): string {
  return result instanceof StaleKeyError ? result.record.organizationId : result.principal.organizationId;
}

/** Returns a `keyUnknown` error only if all databases threw one: a database that could not be reached may have the key. */
function mostSignificantError(error: unknown): unknown {
  const reasons: readonly unknown[] = error instanceof AggregateError ? error.errors : [error];
  return reasons.find((reason) => !(reason instanceof AppError) || reason.code !== 'keyUnknown') ?? reasons[0];
}
