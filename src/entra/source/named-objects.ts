import type { Database } from '#database/database.ts';
import { findSourceGroup, findSourceGroupsByName } from './source-group-store.ts';
import type { SourceGroup, SourceUser } from './source-object.ts';
import { findDeletedUsersByUpn, findSourceUser, findSourceUserByUpn } from './source-user-store.ts';
import { isGuid } from './source-values.ts';

/**
 * Finds a user by objectId or userPrincipalName, both case-insensitive. If only deleted users have the userPrincipalName, returns the
 * user who was deleted last.
 */
export async function findNamedUser(
  database: Database,
  tenantId: string,
  name: string,
): Promise<SourceUser | undefined> {
  const byId = isGuid(name) ? await findSourceUser(database, tenantId, name.toLowerCase()) : undefined;
  return (
    byId ??
    (await findSourceUserByUpn(database, tenantId, name)) ??
    (await findDeletedUsersByUpn(database, tenantId, name))[0]
  );
}

/** Returns the group with the objectId `name`, or else all groups with the displayName `name`, both case-insensitive. */
export async function findNamedGroups(
  database: Database,
  tenantId: string,
  name: string,
): Promise<readonly SourceGroup[]> {
  const byId = isGuid(name) ? await findSourceGroup(database, tenantId, name.toLowerCase()) : undefined;
  return byId === undefined ? await findSourceGroupsByName(database, tenantId, name) : [byId];
}
