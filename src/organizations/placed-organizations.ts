import { AppError, quote } from '#base/errors.ts';
import { fold } from '#base/fold.ts';
import type { Fleet } from '#shards/fleet.ts';
import type { Shard } from '#shards/placements.ts';
import { listOrganizations, type Organization } from './organization-store.ts';

/** An organization, and the database that it is served from. */
export interface PlacedOrganization extends Organization {
  readonly shard: Shard;
}

/** The organizations of all shards, the oldest of each first. While one moves, its copy does not count. */
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
 * One by its name in any case, or by its id; the oldest without either. Throws notFound (404), and conflict (409) for a name
 * that several organizations have.
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
    throw new AppError('notFound', 'The directory has no organization. Start it once with "npm start".');
  }
  const names = all.map((one) => quote(one.name)).join(', ');
  throw new AppError('notFound', `There is no organization ${quote(name)}. There are: ${names}.`);
}

/**
 * Throws conflict (409) where another organization has the name, in any case. For the command line alone, which names
 * organizations by it and whose user may see them all: a caller of the API would learn the names of others.
 */
export async function requireFreeName(fleet: Fleet, name: string, exceptId?: string): Promise<void> {
  const all = await listPlacedOrganizations(fleet);
  if (all.every((one) => one.id === exceptId || fold(one.name) !== fold(name))) return;
  throw new AppError('conflict', `There is an organization ${quote(name)} already: a name belongs to one.`, {
    attribute: 'name',
    value: name,
  });
}

/** One of the shards. Throws notFound. */
export function findShard({ shards }: Fleet, name: string): Shard {
  const found = shards.find((shard) => shard.name === name);
  if (found !== undefined) return found;
  const names = shards.map((shard) => quote(shard.name)).join(', ');
  throw new AppError('notFound', `There is no shard ${quote(name)}. There are: ${names}. TANHUA_SHARD_URLS adds one.`);
}
