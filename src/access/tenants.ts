import { hashApiKey } from '#admins/api-key.ts';
import { StaleKeyError, type Presented } from '#admins/authenticate.ts';
import { AppError, assert } from '#base/errors.ts';
import type { DirectoryDeps } from '#directory/stored.ts';
import { OrganizationSchemas } from '#schemas/organization-schemas.ts';
import type { Fleet } from '#shards/fleet.ts';
import { Credentials, type Identified } from './credentials.ts';

/** Keys whose database is remembered. */
const REMEMBERED_KEYS_MAX = 10_000;

/** What requests to the organizations of one database need. */
export interface TenantAccess {
  readonly shard: string;
  readonly deps: DirectoryDeps;
  readonly credentials: Credentials;
  readonly schemas: OrganizationSchemas;
}

export interface Tenant {
  readonly access: TenantAccess;
  /** Who asks; or why the key may no longer be used, which its organization shall see. */
  readonly result: Identified | StaleKeyError;
}

/** Which database a request is about: the one that its key is in, and that its organization is served from. */
export class Tenants {
  readonly #fleet: Fleet;
  readonly #accesses: readonly TenantAccess[];
  /** Where a key was found the last time. */
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
      };
    });
  }

  /** Where an organization is served from. Throws notFound when no database has it. */
  async accessTo(organizationId: string): Promise<TenantAccess> {
    const { shard } = await this.#fleet.placements.of(organizationId);
    const access = this.#accesses.find((one) => one.shard === shard);
    assert(access, 'placements name known shards');
    return access;
  }

  /** One of each database. */
  get accesses(): readonly TenantAccess[] {
    return this.#accesses;
  }

  /** What `find` finds, where all of it is in memory; undefined as well where `find` is to say why not. */
  known(key: Presented): Tenant | undefined {
    const [only, another] = this.#accesses;
    if (only === undefined || another !== undefined) return undefined;
    try {
      const result = only.credentials.known(key);
      return result && { access: only, result };
    } catch (error) {
      if (error instanceof StaleKeyError) return { access: only, result: error };
      throw error;
    }
  }

  /**
   * Finds who asks, and where; a request that changes something waits while its organization moves. Throws what `authenticate`
   * throws, and `unavailable` while a database is away that may have the key.
   */
  async find(key: Presented, changes: boolean): Promise<Tenant> {
    const [only, another] = this.#accesses;
    if (only !== undefined && another === undefined) return await look(only, key);
    for (;;) {
      const tenant = await this.#locate(key);
      const { placements } = this.#fleet;
      const organizationId = organizationOf(tenant);
      if (!changes || (await placements.of(organizationId)).state === 'served') return tenant;
      await placements.admit(organizationId);
    }
  }

  async #locate(key: Presented): Promise<Tenant> {
    // Not the key itself: it is kept nowhere.
    const name = hashApiKey(key.key ?? '');
    const remembered = this.#remembered.get(name);
    if (remembered !== undefined) {
      const tenant = await this.#lookWhereServed(remembered, key).catch(ignoreUnknownKey);
      if (tenant !== undefined) return tenant;
      this.#remembered.delete(name);
    }
    const looks = this.#accesses.map(async (access) => {
      const tenant = await this.#lookWhereServed(access, key);
      if (tenant !== undefined) return tenant;
      throw new AppError('unavailable', 'The organization has just been moved. Nothing was changed: try again.');
    });
    try {
      const tenant = await Promise.any(looks);
      if (this.#remembered.size < REMEMBERED_KEYS_MAX) this.#remembered.set(name, tenant.access);
      return tenant;
    } catch (error) {
      throw explainMissingOrganization(error);
    }
  }

  /**
   * A key may be in two databases while its organization moves: the catalog knows which of them counts. undefined for the
   * other one.
   */
  async #lookWhereServed(access: TenantAccess, key: Presented): Promise<Tenant | undefined> {
    const tenant = await look(access, key);
    const { shard } = await this.#fleet.placements.of(organizationOf(tenant));
    return shard === access.shard ? tenant : undefined;
  }
}

function ignoreUnknownKey(error: unknown): undefined {
  if (!(error instanceof AppError) || error.code !== 'keyUnknown') throw error;
  return undefined;
}

async function look(access: TenantAccess, key: Presented): Promise<Tenant> {
  try {
    return { access, result: await access.credentials.read(key) };
  } catch (error) {
    if (error instanceof StaleKeyError) return { access, result: error };
    throw error;
  }
}

function organizationOf({ result }: Tenant): string {
  return result instanceof StaleKeyError ? result.record.organizationId : result.principal.organizationId;
}

/** That a key is unknown can be said when every database was asked. */
function explainMissingOrganization(error: unknown): unknown {
  const reasons: readonly unknown[] = error instanceof AggregateError ? error.errors : [error];
  return reasons.find((reason) => !(reason instanceof AppError) || reason.code !== 'keyUnknown') ?? reasons[0];
}
