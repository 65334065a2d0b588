import { findNamedIds } from '#audit/event-name-store.ts';
import { fold } from '#base/fold.ts';
import { chunks, type Database } from '#database/database.ts';
import { inGroups, toStoredUser, userColumns } from './user-row-store.ts';
import type { StoredUser } from './stored.ts';
import { findUser, findUsers, findUsersByColumn } from './user-store.ts';

/** The users that a name refers to: more than one only if the name is not unique. */
interface NamedUsers {
  readonly active: readonly StoredUser[];
  /** Deleted users that are not purged yet, most recently deleted first. */
  readonly deleted: readonly StoredUser[];
}

/**
 * Finds users for a search: by `findUsersByKey`, else by any email address, displayName, or externalId. Searches deleted users only
 * if no active user has the name.
 */
export async function findUsersByAnyName(
  database: Database,
  organizationId: string,
  name: string,
): Promise<NamedUsers> {
  const found = await findUsersByKey(database, organizationId, name);
  if (found.length > 0) return { active: found, deleted: [] };
  const { users, former } = await findNamedIds(database, organizationId, name);
  const active = await findUsers(database, organizationId, users);
  if (active.length > 0) return { active, deleted: [] };
  return { active: [], deleted: await findDeletedUsers(database, organizationId, [name, ...former]) };
}

/**
 * Finds active users by id, else by userName, by username, or by primary email address, in this order. Returns several users
 * only if they share the email address.
 */
export async function findUsersByKey(
  database: Database,
  organizationId: string,
  name: string,
): Promise<readonly StoredUser[]> {
  const byId = await findUser(database, organizationId, name);
  if (byId !== undefined) return [byId];
  for (const column of ['user_name_key', 'username_key', 'email_key'] as const) {
    const users = await findUsersByColumn(database, organizationId, column, fold(name));
    if (users.length > 0) return users;
  }
  return [];
}

/** Returns the deleted users with these ids that are not purged yet, most recently deleted first. */
export async function findDeletedUsers(
  database: Database,
  organizationId: string,
  ids: readonly string[],
): Promise<readonly StoredUser[]> {
  const found: StoredUser[] = [];
  for (const some of chunks(ids)) {
    const rows = await database
      .selectFrom('users')
      .select(userColumns)
      .select(inGroups)
      .where('organization_id', '=', organizationId)
      .where('id', 'in', some)
      .where('deleted_at', 'is not', null)
      .execute();
    found.push(...rows.map(toStoredUser));
  }
  return found.toSorted((one, other) => Number(other.deletedAt) - Number(one.deletedAt));
}
