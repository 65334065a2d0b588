import { sql } from 'kysely';
import { fold } from '#base/fold.ts';
import type { Database } from '#database/database.ts';
import { prepared } from '#database/prepared.ts';
import { engineOf, isConcurrent } from '#database/engine.ts';
import { nextModificationOfRow } from './modification-store.ts';
import type { ShownUser, StoredUser } from './stored.ts';
import { inGroups, shownColumns, toShownUser, toStoredUser, userColumns } from './user-row-store.ts';

/** The users of an organization that are not deleted. */
function living(database: Database, organizationId: string) {
  return database
    .selectFrom('users')
    .where('users.organization_id', '=', organizationId)
    .where('users.deleted_at', 'is', null);
}

const selectUser = prepared((database, values: { organizationId: string; id: string }) =>
  living(database, values.organizationId).select(userColumns).select(inGroups).where('users.id', '=', values.id),
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
  living(database, values.organizationId).select(shownColumns).select(inGroups).where('users.id', '=', values.id),
);

/** A user for an answer. */
export async function findShownUser(
  database: Database,
  organizationId: string,
  id: string,
): Promise<ShownUser | undefined> {
  const [row] = await selectShownUser(database, { organizationId, id });
  return row && toShownUser(row);
}

const selectUserToChange = prepared((database, values: { organizationId: string; id: string }) =>
  living(database, values.organizationId)
    .select(userColumns)
    .select(inGroups)
    .where('users.id', '=', values.id)
    .$if(isConcurrent(database), (select) => select.forNoKeyUpdate()),
);

/** A user that this transaction is going to change: until it ends, no other one does. */
export async function findUserToChange(
  transaction: Database,
  organizationId: string,
  id: string,
): Promise<StoredUser | undefined> {
  const [row] = await selectUserToChange(transaction, { organizationId, id });
  return row && toStoredUser(row);
}

/** The columns by which identity providers look for users; each has an index. */
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

/** Users that may share a value, such as an externalId, before a list is read as any other. */
export const CANDIDATES_MAX = 50;

/** A user with its place in a list. */
export interface FoundUser {
  readonly sequence: number;
  readonly user: ShownUser;
}

/**
 * Without ORDER BY, and with a limit that is no parameter: SQLite prepares a statement anew at each run where its partial
 * indexes let a parameter decide the plan, which takes five times as long as the statement itself (decision 016).
 */
function lookup(database: Database, { organizationId }: Lookup) {
  return living(database, organizationId)
    .select('users.sequence')
    .select(shownColumns)
    .select(inGroups)
    .limit(sql.lit(CANDIDATES_MAX + 1));
}

/**
 * Users with a value in a column, in the order of the list; `email` is any e-mail address of theirs. undefined when there
 * are more than CANDIDATES_MAX.
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
  living(database, values.organizationId)
    .select(userColumns)
    .select(inGroups)
    .where(engineOf(database).json.among(sql.ref('users.id'), values.ids)),
);

/** Users by id, those that exist; in no particular order. */
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
  living(database, values.organizationId)
    .select(shownColumns)
    .select(inGroups)
    .where(engineOf(database).json.among(sql.ref('users.id'), values.ids)),
);

/** The same for an answer. */
export async function findShownUsers(
  database: Database,
  organizationId: string,
  ids: readonly string[],
): Promise<ShownUser[]> {
  if (ids.length === 0) return [];
  const rows = await selectShownUsers(database, { organizationId, ids: JSON.stringify(ids) });
  return rows.map(toShownUser);
}

/** Columns by which users are named; rules decide whether an e-mail and an employeeNumber belong to one user alone. */
export type NamingColumn = 'user_name_key' | 'username_key' | 'email_key' | 'employee_number_key';

/** Users with one value that are named in a refusal. */
export const NAMED_USERS_MAX = 5;

function selectByColumn(column: NamingColumn) {
  return prepared((database, values: Lookup) =>
    living(database, values.organizationId)
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

/** Active users with a value in a column, at most NAMED_USERS_MAX + 1. */
export async function findUsersByColumn(
  database: Database,
  organizationId: string,
  column: NamingColumn,
  key: string,
): Promise<readonly StoredUser[]> {
  const rows = await byColumn[column](database, { organizationId, key });
  return rows.map(toStoredUser).toSorted((one, other) => Number(one.createdAt) - Number(other.createdAt));
}

/** Three selects, each by its own index: a planner answers one `or` over three columns by reading all users. */
const selectReferenced = prepared((database, values: { organizationId: string; value: string; key: string }) => {
  const referenced = () => living(database, values.organizationId).select(['users.id', 'users.external_id']);
  return referenced()
    .where('users.id', '=', values.value)
    .unionAll(referenced().where('external_id', '=', values.value))
    .unionAll(referenced().where('user_name_key', '=', values.key));
});

/** The user that a manager value means: by id, else by externalId, else by userName. */
export async function findReferencedUser(
  database: Database,
  organizationId: string,
  value: string,
): Promise<string | undefined> {
  const rows = await selectReferenced(database, { organizationId, value, key: fold(value) });
  return (rows.find((row) => row.id === value) ?? rows.find((row) => row.external_id === value) ?? rows[0])?.id;
}

const selectReports = prepared((database, values: { organizationId: string; keys: string }) =>
  living(database, values.organizationId)
    .select(userColumns)
    .where(engineOf(database).json.among(sql.ref('users.manager_key'), values.keys))
    .$if(isConcurrent(database), (select) => select.forNoKeyUpdate()),
);

/** Users whose manager is still one of these values, to be changed by this transaction. */
export async function findReports(
  database: Database,
  organizationId: string,
  values: readonly string[],
): Promise<readonly StoredUser[]> {
  const rows = await selectReports(database, { organizationId, keys: JSON.stringify(values.map(fold)) });
  return rows.map(toStoredUser);
}

const selectUsername = prepared((database, values: { organizationId: string; key: string; exceptId: string }) =>
  living(database, values.organizationId)
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
  readonly deletedAt: number | null;
  readonly modifiedAt: number;
}

const updateDeleted = prepared((database, values: DeletedValues) =>
  database
    .updateTable('users')
    .set((expression) => ({
      username: values.username,
      username_key: values.usernameKey,
      deleted_at: values.deletedAt,
      modified_at: nextModificationOfRow(values.modifiedAt),
      version: expression('version', '+', 1),
    }))
    .where('id', '=', values.id)
    .where('organization_id', '=', values.organizationId),
);

/** Marks a user as deleted, or with null as not deleted any more. */
export async function setUserDeleted(
  database: Database,
  { id, organizationId, username }: Pick<StoredUser, 'id' | 'organizationId' | 'username'>,
  deletedAt: Date | null,
  modifiedAt: Date,
): Promise<void> {
  await updateDeleted(database, {
    id,
    organizationId,
    username,
    usernameKey: fold(username),
    deletedAt: deletedAt?.getTime() ?? null,
    modifiedAt: modifiedAt.getTime(),
  });
}

const selectPasswordHash = prepared((database, values: { organizationId: string; id: string }) =>
  living(database, values.organizationId).select('password_hash').where('users.id', '=', values.id),
);

/** The hash of a user's password; null while it is pending, or where there is no such user. */
export async function findPasswordHash(database: Database, organizationId: string, id: string): Promise<string | null> {
  const [row] = await selectPasswordHash(database, { organizationId, id });
  return row?.password_hash ?? null;
}

/** The user that was deleted last since a moment, by id or userName. */
export async function findDeletedUser(
  database: Database,
  organizationId: string,
  idOrName: string,
  since: Date,
): Promise<StoredUser | undefined> {
  // Two look-ups, each by an index; only the few users that once had the name are sorted.
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

/** The users of an organization that were deleted since a moment, the newest first. */
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

/** Users that were deleted before a moment: those that the purge removes for good. */
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
    // An organization that moves is looked after where it is served.
    .where('organization_id', 'not in', (moves) => moves.selectFrom('moves').select('moves.organization_id'))
    .orderBy('deleted_at')
    .limit(limit)
    .execute();
  return rows.map(toStoredUser);
}

export async function purgeUser(database: Database, id: string): Promise<void> {
  await database.deleteFrom('memberships').where('member_id', '=', id).execute();
  await database.deleteFrom('users').where('id', '=', id).execute();
}

/** Locks a user, or lets its password expire, or the contrary. */
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
