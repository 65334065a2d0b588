import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Origin } from '#audit/event-types.ts';
import { readConfig, type Config } from '#base/config.ts';
import { AppError, quote } from '#base/errors.ts';
import { scopeTo } from '#database/database.ts';
import { DATABASE_FILE } from '#database/sqlite/open-sqlite.ts';
import type { DirectoryDeps } from '#directory/stored.ts';
import { listIntegrations, type Integration } from '#integrations/integration-store.ts';
import { requireIntegrationNamed } from '#integrations/integrations.ts';
import type { Organization } from '#organizations/organization-store.ts';
import { findPlacedOrganization } from '#organizations/placed-organizations.ts';
import { loadSchemas } from '#schemas/organization-schemas.ts';
import type { Fleet } from '#shards/fleet.ts';
import { openDirectory, type OpenDirectory } from '../app.ts';

/** The open directory and organization of a command. The server may be running at the same time. */
export interface Session extends AsyncDisposable {
  readonly deps: DirectoryDeps;
  readonly fleet: Fleet;
  readonly organization: Organization;
  readonly origin: Origin;
}

/** Opens the databases of the configuration. Throws `notFound` if the directory was never started. */
export async function openExisting(config: Config = readConfig()): Promise<OpenDirectory> {
  if (config.databaseUrl === undefined && !existsSync(join(config.dataDir, DATABASE_FILE))) {
    throw new AppError(
      'notFound',
      `There is no directory in ${config.dataDir}. Start one with "npm start", or set TANHUA_DATA_DIR.`,
    );
  }
  return openDirectory(config);
}

/** Opens the directory with the organization that TANHUA_ORGANIZATION names, or else the oldest one. Throws `notFound` if there is none. */
export async function openSession(): Promise<Session> {
  const config = readConfig();
  const deps = await openExisting(config);
  try {
    const { shard, ...organization } = await findPlacedOrganization(deps.fleet, config.organization);
    await deps.fleet.placements.admit(organization.id);
    return {
      fleet: deps.fleet,
      deps: {
        ...deps,
        database: scopeTo(shard.database, organization.id),
        schemas: await loadSchemas(shard.database, organization.id),
      },
      organization,
      origin: {
        organizationId: organization.id,
        actor: { type: 'command_line', id: null, name: 'tanhua' },
        integration: undefined,
        request: undefined,
      },
      [Symbol.asyncDispose]: () => deps[Symbol.asyncDispose](),
    };
  } catch (error) {
    await deps[Symbol.asyncDispose]();
    throw error;
  }
}

/** Returns the URL that links begin with: TANHUA_PUBLIC_URL, or else a URL with the host and the port of the server. */
export function publicUrlOf(): string {
  const { publicUrl, host, port } = readConfig();
  return publicUrl ?? `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/**
 * Returns the integration with an id or a name, ignoring letter case, or the first integration if `name` is undefined. Throws `notFound`.
 */
export async function findIntegration(
  { deps, organization }: Pick<Session, 'deps' | 'organization'>,
  name: string | undefined,
): Promise<Integration> {
  if (name !== undefined) return await requireIntegrationNamed(deps.database, organization.id, name);
  const [first] = await listIntegrations(deps.database, organization.id);
  if (first !== undefined) return first;
  throw new AppError('notFound', `There is no integration in ${quote(organization.name)}.`);
}
