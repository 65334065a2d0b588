import { AppError, quote } from '#base/errors.ts';
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
  const names = users.map(({ username, id }) => `${quote(username)} (id ${id})`);
  throw ambiguous(`users have the email ${quote(name)}`, names, NAMED_USERS_MAX, 'the username or the id');
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
  const ids = groups.map(({ id }) => `id ${id}`);
  throw ambiguous(`groups have the name ${quote(name)}`, ids, NAMED_GROUPS_MAX, 'the id');
}

function ambiguous(what: string, names: readonly string[], namesMax: number, wanted: string): AppError {
  const shown = names.slice(0, namesMax).join(', ');
  const count = names.length > namesMax ? `More than ${namesMax}` : String(names.length);
  return new AppError(
    'conflict',
    `${count} ${what}: ${shown}${names.length > namesMax ? ' and others' : ''}. Give ${wanted}.`,
  );
}
