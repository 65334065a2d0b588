import { sql } from 'kysely';
import { fold } from '#base/fold.ts';
import type { Database } from '#database/database.ts';
import { prepared } from '#database/prepared.ts';
import { engineOf, isConcurrent } from '#database/engine.ts';
import { nextModificationOfRow } from './modification-store.ts';
import { deleteTerms, insertTerms } from './person-index-store.ts';
import { personTerms, termColumns, type SearchedUser } from './person-terms.ts';
import type { ShownUser, StoredUser } from './stored.ts';
import { releaseSequence } from './user-index-store.ts';
import { inGroups, shownColumns, toShownUser, toStoredUser, userColumns } from './user-row-store.ts';

/** Selects the users of an organization that are not deleted. */
function notDeletedUsers(database: Database, organizationId: string) {
  return database
    .selectFrom('users')
    .where('users.organization_id', '=', organizationId)
    .where('users.deleted_at', 'is', null);
}

const selectUser = prepared((database, values: { organizationId: string; id: string }) =>
  notDeletedUsers(database, values.organizationId)
    .select(userColumns)
    .select(inGroups)
    .where('users.id', '=', values.id),
);

export async function findUser(
  database: Database,
  organizationId: string,
  id: string,
): Promise<StoredUser | undefined> {
  const [row] = await selectUser(database, { organizationId, id });
  return row && toStoredUser(row);
}

const selectShownUser = prepared((database, values: { organizationId: string; id: string }) =>
  notDeletedUsers(database, values.organizationId)
    .select(shownColumns)
    .select(inGroups)
    .where('users.id', '=', values.id),
);

/** Finds a user with only the columns that a response needs. */
export async function findShownUser(
  database: Database,
  organizationId: string,
  id: string,
): Promise<ShownUser | undefined> {
  const [row] = await selectShownUser(database, { organizationId, id });
  return row && toShownUser(row);
}

const selectUserToChange = prepared((database, values: { organizationId: string; id: string }) =>
  notDeletedUsers(database, values.organizationId)
    .select(userColumns)
    .select(inGroups)
    .where('users.id', '=', values.id)
    .$if(isConcurrent(database), (select) => select.forNoKeyUpdate()),
);

/** Finds a user and locks it, so that no other transaction changes it until this transaction ends. */
export async function findUserToChange(
  transaction: Database,
  organizationId: string,
  id: string,
): Promise<StoredUser | undefined> {
  const [row] = await selectUserToChange(transaction, { organizationId, id });
  return row && toStoredUser(row);
}

/** The columns that identity providers use in searches for users; each has an index. `email` finds any email address of a user. */
export type LookupColumn = 'id' | 'user_name_key' | 'external_id' | 'email';

const lookups = {
  id: prepared((database, values: Lookup) => lookup(database, values).where('users.id', '=', values.key)),
  user_name_key: prepared((database, values: Lookup) =>
    lookup(database, values).where('users.user_name_key', '=', values.key),
  ),
  external_id: prepared((database, values: Lookup) =>
    lookup(database, values).where('users.external_id', '=', values.key),
  ),
  email: prepared((database, values: Lookup) =>
    lookup(database, values).where('users.id', 'in', (select) =>
      select
        .selectFrom('user_emails')
        .select('user_id')
        .where('organization_id', '=', values.organizationId)
        .where('value_key', '=', values.key),
    ),
  ),
} as const;

interface Lookup {
  readonly organizationId: string;
  readonly key: string;
}

/** The maximum number of users with the same value, such as an externalId, that `lookUpUsers` returns. */
export const CANDIDATES_MAX = 50;

/** A user with its position in the order of creation. */
export interface FoundUser {
  readonly sequence: number;
  readonly user: ShownUser;
}

/**
 * Selects users for `lookUpUsers`, without ORDER BY and with a literal limit. With partial indexes, a parameter can affect the plan;
 * SQLite would then prepare the statement again for each run, which takes five times as long as the statement itself (decision 016).
 */
function lookup(database: Database, { organizationId }: Lookup) {
  return notDeletedUsers(database, organizationId)
    .select('users.sequence')
    .select(shownColumns)
    .select(inGroups)
    .limit(sql.lit(CANDIDATES_MAX + 1));
}

/**
 * Finds users by the value of a column, in order of creation; `email` finds any email address of a user. Returns undefined if there
 * are more than CANDIDATES_MAX; callers then read the list with a filter.
 */
export async function lookUpUsers(
  database: Database,
  column: LookupColumn,
  values: Lookup,
): Promise<readonly FoundUser[] | undefined> {
  const rows = await lookups[column](database, values);
  if (rows.length > CANDIDATES_MAX) return undefined;
  const found = rows.map((row) => ({ sequence: row.sequence, user: toShownUser(row) }));
  return found.length < 2 ? found : found.toSorted((one, other) => one.sequence - other.sequence);
}

const selectUsers = prepared((database, values: { organizationId: string; ids: string }) =>
  notDeletedUsers(database, values.organizationId)
    .select(userColumns)
    .select(inGroups)
    .where(engineOf(database).json.among(sql.ref('users.id'), values.ids)),
);

/** Finds users by id, in no particular order. Ids of users that do not exist or are deleted are skipped. */
export async function findUsers(
  database: Database,
  organizationId: string,
  ids: readonly string[],
): Promise<StoredUser[]> {
  if (ids.length === 0) return [];
  const rows = await selectUsers(database, { organizationId, ids: JSON.stringify(ids) });
  return rows.map(toStoredUser);
}

const selectShownUsers = prepared((database, values: { organizationId: string; ids: string }) =>
  notDeletedUsers(database, values.organizationId)
    .select(shownColumns)
    .select(inGroups)
    .where(engineOf(database).json.among(sql.ref('users.id'), values.ids)),
);

/** Like `findUsers`, but with only the columns that a response needs. */
export async function findShownUsers(
  database: Database,
  organizationId: string,
  ids: readonly string[],
): Promise<ShownUser[]> {
  if (ids.length === 0) return [];
  const rows = await selectShownUsers(database, { organizationId, ids: JSON.stringify(ids) });
  return rows.map(toShownUser);
}

/** The columns of values that identify users. Rules determine whether email addresses and employeeNumbers are unique. */
export type NamingColumn = 'user_name_key' | 'username_key' | 'email_key' | 'employee_number_key';

/** The maximum number of users with the same value that an error message lists. */
export const NAMED_USERS_MAX = 5;

function selectByColumn(column: NamingColumn) {
  return prepared((database, values: Lookup) =>
    notDeletedUsers(database, values.organizationId)
      .select(userColumns)
      .where(column, '=', values.key)
      .limit(sql.lit(NAMED_USERS_MAX + 1)),
  );
}

const byColumn = {
  user_name_key: selectByColumn('user_name_key'),
  username_key: selectByColumn('username_key'),
  email_key: selectByColumn('email_key'),
  employee_number_key: selectByColumn('employee_number_key'),
} as const;

/** Finds at most NAMED_USERS_MAX + 1 active users by the value of a column, oldest first. */
export async function findUsersByColumn(
  database: Database,
  organizationId: string,
  column: NamingColumn,
  key: string,
): Promise<readonly StoredUser[]> {
  const rows = await byColumn[column](database, { organizationId, key });
  return rows.map(toStoredUser).toSorted((one, other) => Number(one.createdAt) - Number(other.createdAt));
}

/** Three selects, because each can use an index. For one select with `or`, the planner would read all users. */
const selectReferenced = prepared((database, values: { organizationId: string; value: string; key: string }) => {
  const referenced = () => notDeletedUsers(database, values.organizationId).select(['users.id', 'users.external_id']);
  return referenced()
    .where('users.id', '=', values.value)
    .unionAll(referenced().where('external_id', '=', values.value))
    .unionAll(referenced().where('user_name_key', '=', values.key));
});

/** Returns the id of the user that the value of `manager` refers to: by id, else by externalId, else by userName. */
export async function findReferencedUser(
  database: Database,
  organizationId: string,
  value: string,
): Promise<string | undefined> {
  const rows = await selectReferenced(database, { organizationId, value, key: fold(value) });
  return (rows.find((row) => row.id === value) ?? rows.find((row) => row.external_id === value) ?? rows[0])?.id;
}

const selectReports = prepared((database, values: { organizationId: string; keys: string }) =>
  notDeletedUsers(database, values.organizationId)
    .select(userColumns)
    .where(engineOf(database).json.among(sql.ref('users.manager_key'), values.keys))
    .$if(isConcurrent(database), (select) => select.forNoKeyUpdate()),
);

/** Finds the users whose manager is one of these values, and locks them, so that this transaction can change them. */
export async function findReports(
  database: Database,
  organizationId: string,
  values: readonly string[],
): Promise<readonly StoredUser[]> {
  const rows = await selectReports(database, { organizationId, keys: JSON.stringify(values.map(fold)) });
  return rows.map(toStoredUser);
}

const selectUsername = prepared((database, values: { organizationId: string; key: string; exceptId: string }) =>
  notDeletedUsers(database, values.organizationId)
    .select('users.id')
    .where('username_key', '=', values.key)
    .where('users.id', '<>', values.exceptId),
);

export async function isUsernameTaken(database: Database, organizationId: string, username: string, exceptId: string) {
  const rows = await selectUsername(database, { organizationId, key: fold(username), exceptId });
  return rows.length > 0;
}

interface DeletedValues {
  readonly id: string;
  readonly organizationId: string;
  readonly username: string;
  readonly usernameKey: string;
  readonly terms: string;
  readonly initials: number;
  readonly deletedAt: number | null;
  readonly modifiedAt: number;
}

const updateDeleted = prepared((database, values: DeletedValues) =>
  database
    .updateTable('users')
    .set((expression) => ({
      username: values.username,
      username_key: values.usernameKey,
      terms: values.terms,
      initials: values.initials,
      deleted_at: values.deletedAt,
      modified_at: nextModificationOfRow(values.modifiedAt),
      version: expression('version', '+', 1),
    }))
    .where('id', '=', values.id)
    .where('organization_id', '=', values.organizationId),
);

/** Marks a user as deleted, or as not deleted if `deletedAt` is null. Increases the version. */
export async function setUserDeleted(
  database: Database,
  user: Pick<StoredUser, 'id' | 'organizationId'> & SearchedUser,
  deletedAt: Date | null,
  modifiedAt: Date,
): Promise<void> {
  const { id, organizationId, username } = user;
  const terms = personTerms(user);
  await updateDeleted(database, {
    id,
    organizationId,
    username,
    usernameKey: fold(username),
    ...termColumns(terms),
    deletedAt: deletedAt?.getTime() ?? null,
    modifiedAt: modifiedAt.getTime(),
  });
  await (deletedAt === null ? insertTerms : deleteTerms)(database, user, terms);
}

const selectPasswordHash = prepared((database, values: { organizationId: string; id: string }) =>
  notDeletedUsers(database, values.organizationId).select('password_hash').where('users.id', '=', values.id),
);

/** Returns the hash of a user's password; null if the user has no password or does not exist. */
export async function findPasswordHash(database: Database, organizationId: string, id: string): Promise<string | null> {
  const [row] = await selectPasswordHash(database, { organizationId, id });
  return row?.password_hash ?? null;
}

/** Finds a user by id or userName that was deleted at the time `since` or later. Of several, returns the most recently deleted. */
export async function findDeletedUser(
  database: Database,
  organizationId: string,
  idOrName: string,
  since: Date,
): Promise<StoredUser | undefined> {
  // Two queries, since each can use an index. Only the few deleted users with the name are sorted.
  const found: StoredUser[] = [];
  for (const [column, value] of [
    ['id', idOrName],
    ['user_name_key', fold(idOrName)],
  ] as const) {
    const row = await database
      .selectFrom('users')
      .select(userColumns)
      .where('organization_id', '=', organizationId)
      .where(column, '=', value)
      .where('deleted_at', 'is not', null)
      .where('deleted_at', '>=', since.getTime())
      .orderBy('deleted_at', 'desc')
      .limit(1)
      .executeTakeFirst();
    if (row !== undefined) found.push(toStoredUser(row));
  }
  return found.toSorted((one, other) => Number(other.deletedAt) - Number(one.deletedAt))[0];
}

/** Lists the users of an organization that were deleted at the time `since` or later, most recently deleted first. */
export async function listDeletedUsers(
  database: Database,
  organizationId: string,
  since: Date,
  { skip, limit }: { readonly skip: number; readonly limit: number },
): Promise<readonly StoredUser[]> {
  const rows = await database
    .selectFrom('users')
    .select(userColumns)
    .where('organization_id', '=', organizationId)
    .where('deleted_at', 'is not', null)
    .where('deleted_at', '>=', since.getTime())
    .orderBy('deleted_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .offset(skip)
    .execute();
  return rows.map(toStoredUser);
}

/** Finds users that were deleted before a time and can be purged, earliest deletion first. */
export async function findPurgeableUsers(
  database: Database,
  before: Date,
  limit: number,
): Promise<readonly StoredUser[]> {
  const rows = await database
    .selectFrom('users')
    .select(userColumns)
    .where('deleted_at', 'is not', null)
    .where('deleted_at', '<', before.getTime())
    // Skips organizations that are moving between shards: the shard that serves an organization purges its users.
    .where('organization_id', 'not in', (moves) => moves.selectFrom('moves').select('moves.organization_id'))
    .orderBy('deleted_at')
    .limit(limit)
    .execute();
  return rows.map(toStoredUser);
}

export async function purgeUser(database: Database, user: Pick<StoredUser, 'id' | 'organizationId'>): Promise<void> {
  await releaseSequence(database, user);
  await database.deleteFrom('memberships').where('member_id', '=', user.id).execute();
  await database.deleteFrom('users').where('id', '=', user.id).execute();
}

/** Sets or clears the lock of a user and the expiry of the password. Increases the version. */
export async function updateUserFlags(
  database: Database,
  id: string,
  flags: { readonly account_locked?: 0 | 1; readonly password_expired?: 0 | 1 },
  at: Date,
): Promise<void> {
  await database
    .updateTable('users')
    .set((expression) => ({
      ...flags,
      version: expression('version', '+', 1),
      modified_at: nextModificationOfRow(at.getTime()),
    }))
    .where('id', '=', id)
    .execute();
}
