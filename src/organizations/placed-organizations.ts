import { AppError, quote } from '#base/errors.ts';
import { fold } from '#base/fold.ts';
import type { Fleet } from '#shards/fleet.ts';
import type { Shard } from '#shards/placements.ts';
import { listOrganizations, type Organization } from './organization-store.ts';

/** An organization, and the shard that serves it. */
export interface PlacedOrganization extends Organization {
  readonly shard: Shard;
}

/**
 * Lists the organizations of all shards: shard by shard, and oldest first within a shard. An organization that is moving is listed only
 * with the shard that serves it, not with its copy.
 */
export async function listPlacedOrganizations({ shards, placements }: Fleet): Promise<readonly PlacedOrganization[]> {
  const placed: PlacedOrganization[] = [];
  for (const shard of shards) {
    for (const organization of await listOrganizations(shard.database)) {
      const { shard: name } = await placements.of(organization.id);
      if (name === shard.name) placed.push({ ...organization, shard });
    }
  }
  return placed;
}

/**
 * Finds an organization by its id or by its name, ignoring letter case. If `name` is undefined, returns the first organization.
 * Throws `notFound` (404), and `conflict` (409) if several organizations have the name.
 */
export async function findPlacedOrganization(fleet: Fleet, name: string | undefined): Promise<PlacedOrganization> {
  const all = await listPlacedOrganizations(fleet);
  const named = all.filter((one) => name !== undefined && fold(one.name) === fold(name));
  const found = name === undefined ? all[0] : (all.find((one) => one.id === name) ?? named[0]);
  if (named.length > 1 && found === named[0]) {
    const ids = named.map(({ id }) => id).join(', ');
    throw new AppError('conflict', `${named.length} organizations have the name ${quote(name)}. Give the id: ${ids}.`);
  }
  if (found !== undefined) return found;
  if (all.length === 0) {
    throw new AppError(
      'notFound',
      'The directory has no organization. Start the server once to create one: npm start.',
    );
  }
  const names = all.map((one) => quote(one.name)).join(', ');
  throw new AppError('notFound', `There is no organization ${quote(name)}. The organizations are: ${names}.`);
}

/**
 * Throws `conflict` (409) if another organization has the name, ignoring letter case. Only for the command line, which refers to
 * organizations by name. Its users may see all organizations; a caller of the API would learn the names of other organizations.
 */
export async function requireFreeName(fleet: Fleet, name: string, exceptId?: string): Promise<void> {
  const all = await listPlacedOrganizations(fleet);
  if (all.every((one) => one.id === exceptId || fold(one.name) !== fold(name))) return;
  throw new AppError('conflict', `There is already an organization ${quote(name)}: choose another name.`, {
    attribute: 'name',
    value: name,
  });
}

/** Finds a shard by name. Throws `notFound` (404) if there is no shard with this name. */
export function findShard({ shards }: Fleet, name: string): Shard {
  const found = shards.find((shard) => shard.name === name);
  if (found !== undefined) return found;
  const names = shards.map((shard) => quote(shard.name)).join(', ');
  throw new AppError(
    'notFound',
    `There is no shard ${quote(name)}. The shards are: ${names}. Add shards with TANHUA_SHARD_URLS.`,
  );
}
