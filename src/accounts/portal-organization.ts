import { AppError, quote } from '#base/errors.ts';
import { isId } from '#base/ids.ts';
import { TranslatedError } from '#base/translated-error.ts';
import type { Language } from '#base/words/language.ts';
import { organizationLabel } from '#organizations/organization-name.ts';
import {
  findOrganization,
  listFirstOrganizations,
  listOrganizationsNamed,
  type Organization,
} from '#organizations/organization-store.ts';
import { shardOf, type Fleet } from '#shards/fleet.ts';

/** The organization that an address of the portal names. */
export interface PortalOrganization {
  /** Null if the address names no organization and there are several. */
  readonly id: string | null;
  /** The name, for people; the name of the product for an organization that has not been named. */
  readonly name: string;
  /** True if the installation has no other organization. */
  readonly isOnly: boolean;
}

/** With two organizations, the installation has more than one. */
const SEVERAL = 2;
/** The maximum number of organizations with one name that are read: more than two, since copies of moving organizations are skipped. */
const NAMESAKES_MAX = 10;

/**
 * Finds the organization of a portal address by its name, ignoring letter case, or by its id. If `name` is undefined, returns the
 * organization if there is only one. Throws `notFound` (404), also if several organizations have the name. The error names no organization.
 */
export async function findPortalOrganization(
  fleet: Fleet,
  name: string | undefined,
  language: Language = 'en',
): Promise<PortalOrganization> {
  const only = await findOnlyOrganization(fleet);
  const isOnly = only !== undefined;
  if (name === undefined) {
    return { id: only?.id ?? null, name: organizationLabel(only?.name, language), isOnly };
  }
  const found = await findNamed(fleet, name);
  if (found !== undefined) return { id: found.id, name: organizationLabel(found.name, language), isOnly };
  throw new TranslatedError('notFound', ({ noOrganization }) => noOrganization(quote(name)), {
    attribute: 'name',
    value: name,
  });
}

/** Returns the only organization of the installation; undefined if it has several, or none. */
async function findOnlyOrganization(fleet: Fleet): Promise<Organization | undefined> {
  const ids = new Set<string>();
  for (const { database } of fleet.shards) {
    for (const { id } of await listFirstOrganizations(database, SEVERAL)) ids.add(id);
    // A copy of an organization that is moving has the same id.
    if (ids.size >= SEVERAL) return undefined;
  }
  const [id] = ids;
  return id === undefined ? undefined : await findById(fleet, id);
}

async function findById(fleet: Fleet, id: string): Promise<Organization | undefined> {
  const { database } = await shardOf(fleet, id);
  return await findOrganization(database, id);
}

/** Finds an organization by its id, or by its name if no other organization has the name. */
async function findNamed(fleet: Fleet, name: string): Promise<Organization | undefined> {
  const byId = isId(name.toLowerCase()) ? await findById(fleet, name.toLowerCase()) : undefined;
  if (byId !== undefined) return byId;
  const named: Organization[] = [];
  for (const shard of fleet.shards) {
    for (const one of await listOrganizationsNamed(shard.database, name, NAMESAKES_MAX)) {
      if ((await shardOf(fleet, one.id)).name === shard.name) named.push(one);
    }
  }
  return named.length === 1 ? named[0] : undefined;
}

/** True if an address of the portal names an organization. */
export async function isPortalOrganization(fleet: Fleet, name: string): Promise<boolean> {
  try {
    return (await findPortalOrganization(fleet, name)).id !== null;
  } catch (error) {
    if (error instanceof AppError && error.code === 'notFound') return false;
    throw error;
  }
}
