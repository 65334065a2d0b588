import { quote } from '#base/errors.ts';
import { TranslatedError } from '#base/translated-error.ts';
import type { Database } from '#database/database.ts';
import { findGroup, findGroupsByName, NAMED_GROUPS_MAX } from './group-store.ts';
import type { StoredGroup, StoredUser } from './stored.ts';
import { findUsersByKey } from './named-user-store.ts';
import { NAMED_USERS_MAX } from './user-store.ts';

/** Finds an active user by name (see `findUsersByKey`). Throws `conflict` (409) if several users share the email address. */
export async function userByKey(
  database: Database,
  organizationId: string,
  name: string,
): Promise<StoredUser | undefined> {
  const users = await findUsersByKey(database, organizationId, name);
  if (users.length < 2) return users[0];
  const names = users.slice(0, NAMED_USERS_MAX).map(({ username, id }) => `${quote(username)} (id ${id})`);
  throw new TranslatedError('conflict', ({ admin }) =>
    admin.users.sameEmail(quote(name), names, users.length > NAMED_USERS_MAX),
  );
}

/** Finds the active group with an id or a displayName. Throws `conflict` (409) if several groups share the displayName. */
export async function groupNamed(
  database: Database,
  organizationId: string,
  name: string,
): Promise<StoredGroup | undefined> {
  const byId = await findGroup(database, organizationId, name);
  if (byId !== undefined) return byId;
  const groups = await findGroupsByName(database, organizationId, name);
  if (groups.length < 2) return groups[0];
  const ids = groups.slice(0, NAMED_GROUPS_MAX).map(({ id }) => `id ${id}`);
  throw new TranslatedError('conflict', ({ admin }) =>
    admin.groups.sameName(quote(name), ids, groups.length > NAMED_GROUPS_MAX),
  );
}
