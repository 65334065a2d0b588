import { sql, type Selectable } from 'kysely';
import { fold } from '#base/fold.ts';
import type { JsonObject } from '#base/json.ts';
import type { Database } from '#database/database.ts';
import { prepared } from '#database/prepared.ts';
import { inJson } from '#database/sqlite-json.ts';
import type { UserTable } from '#database/tables.ts';
import { ENTERPRISE_USER_SCHEMA } from '#scim/schema/enterprise-user.ts';
import { emailValues, managerPath, readText } from './attribute-contract.ts';
import { searchDocument } from './search-document.ts';
import type { DirectoryDeps, StoredUser } from './stored.ts';

/** All but `search`, which is for filters, and large. */
const userColumns = [
  'users.id',
  'users.organization_id',
  'users.integration_id',
  'users.creation_source',
  'users.document',
  'users.version',
  'users.created_at',
  'users.modified_at',
  'users.deleted_at',
  'users.user_name',
  'users.username',
  'users.email',
  'users.state',
  'users.password_hash',
  'users.password_expired',
  'users.account_locked',
  'users.unqualified',
] as const;

/** Most users are in groups that are in none, or in no group at all: reading a user tells whether to look. */
const inGroups = sql<number>`exists (select 1 from memberships where memberships.member_id = users.id)`.as('in_groups');

type Unqualified<Column> = Column extends `users.${infer Name}` ? Name : never;
type UserRow = Pick<Selectable<UserTable>, Unqualified<(typeof userColumns)[number]> & keyof UserTable> & {
  readonly in_groups?: number;
};

export type NewUser = Pick<
  StoredUser,
  | 'id'
  | 'organizationId'
  | 'integrationId'
  | 'creationSource'
  | 'username'
  | 'email'
  | 'state'
  | 'document'
  | 'unqualified'
> & { readonly passwordHash: string | null; readonly at: Date };

export async function insertUser(deps: DirectoryDeps, database: Database, user: NewUser): Promise<StoredUser> {
  const row = await database
    .insertInto('users')
    .values({
      id: user.id,
      organization_id: user.organizationId,
      integration_id: user.integrationId,
      creation_source: user.creationSource,
      ...derivedColumns(deps, user),
      state: user.state,
      password_hash: user.passwordHash,
      password_expired: 0,
      account_locked: 0,
      created_at: user.at.getTime(),
      modified_at: user.at.getTime(),
    })
    .returning(userColumns)
    .executeTakeFirstOrThrow();
  await insertEmails(database, user);
  return toStoredUser(row);
}

export type ChangedUser = Pick<
  StoredUser,
  'id' | 'organizationId' | 'username' | 'email' | 'state' | 'document' | 'unqualified'
> & {
  /** undefined leaves the password as it is. */
  readonly passwordHash: string | undefined;
  readonly at: Date;
};

/** Writes a changed user as its next version. */
export async function updateUser(deps: DirectoryDeps, database: Database, user: ChangedUser): Promise<StoredUser> {
  const row = await database
    .updateTable('users')
    .set((expression) => ({
      ...derivedColumns(deps, user),
      state: user.state,
      ...(user.passwordHash !== undefined && { password_hash: user.passwordHash, password_expired: 0 as const }),
      version: expression('version', '+', 1),
      modified_at: user.at.getTime(),
    }))
    .where('id', '=', user.id)
    .where('organization_id', '=', user.organizationId)
    .returning(userColumns)
    .executeTakeFirstOrThrow();
  await database.deleteFrom('user_emails').where('user_id', '=', user.id).execute();
  await insertEmails(database, user);
  return toStoredUser(row);
}

type Derived = Pick<StoredUser, 'username' | 'email' | 'document' | 'unqualified'>;

function derivedColumns(deps: DirectoryDeps, { username, email, document, unqualified }: Derived) {
  const userName = readText(document, ['userName']) ?? '';
  return {
    user_name: userName,
    user_name_key: fold(userName),
    username,
    username_key: fold(username),
    email,
    email_key: email === null ? null : fold(email),
    external_id: readText(document, ['externalId']) ?? null,
    display_name_key: foldOptional(readText(document, ['displayName'])),
    employee_number_key: foldOptional(readText(document, [ENTERPRISE_USER_SCHEMA, 'employeeNumber'])),
    manager_value: readText(document, managerPath) ?? null,
    manager_key: foldOptional(readText(document, managerPath)),
    unqualified: unqualified.length === 0 ? null : JSON.stringify(unqualified),
    document: JSON.stringify(document),
    search: JSON.stringify(searchDocument(deps.schemas.User, document)),
  };
}

async function insertEmails(
  database: Database,
  user: Pick<StoredUser, 'id' | 'organizationId' | 'document'>,
): Promise<void> {
  const keys = new Set(emailValues(user.document).map(fold));
  if (keys.size === 0) return;
  const rows = Array.from(keys, (value_key) => ({
    user_id: user.id,
    organization_id: user.organizationId,
    value_key,
  }));
  await database.insertInto('user_emails').values(rows).execute();
}

function foldOptional(text: string | undefined): string | null {
  return text === undefined ? null : fold(text);
}

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
  readonly limit: number;
}

/** A user with its place in a list. */
export interface FoundUser {
  readonly sequence: number;
  readonly user: StoredUser;
}

function lookup(database: Database, { organizationId, limit }: Lookup) {
  return living(database, organizationId)
    .select('users.sequence')
    .select(userColumns)
    .select(inGroups)
    .orderBy('users.sequence')
    .limit(limit);
}

/** Users with a value in a column, in the order of the list; `email` is any e-mail address of theirs. */
export async function lookUpUsers(
  database: Database,
  column: LookupColumn,
  values: Lookup,
): Promise<readonly FoundUser[]> {
  const rows = await lookups[column](database, values);
  return rows.map((row) => ({ sequence: row.sequence, user: toStoredUser(row) }));
}

const selectUsers = prepared((database, values: { organizationId: string; ids: string }) =>
  living(database, values.organizationId)
    .select(userColumns)
    .select(inGroups)
    .where('users.id', 'in', inJson(values.ids)),
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

/** The living user that has a value in a unique column. */
export async function findUserByColumn(
  database: Database,
  organizationId: string,
  column: 'user_name_key' | 'username_key' | 'email_key' | 'employee_number_key',
  key: string,
): Promise<StoredUser | undefined> {
  const row = await living(database, organizationId).select(userColumns).where(column, '=', key).executeTakeFirst();
  return row && toStoredUser(row);
}

/** The user that a manager value means: by id, else by externalId, else by userName. */
export async function findReferencedUser(
  database: Database,
  organizationId: string,
  value: string,
): Promise<string | undefined> {
  const rows = await living(database, organizationId)
    .select(['users.id', 'users.external_id'])
    .where((where) =>
      where.or([
        where('users.id', '=', value),
        where('external_id', '=', value),
        where('user_name_key', '=', fold(value)),
      ]),
    )
    .execute();
  return (rows.find((row) => row.id === value) ?? rows.find((row) => row.external_id === value) ?? rows[0])?.id;
}

/** Users whose manager is still one of these values. */
export async function findReports(
  database: Database,
  organizationId: string,
  values: readonly string[],
): Promise<readonly StoredUser[]> {
  const rows = await living(database, organizationId)
    .select(userColumns)
    .where('manager_key', 'in', values.map(fold))
    .execute();
  return rows.map(toStoredUser);
}

export async function isUsernameTaken(database: Database, organizationId: string, username: string, exceptId: string) {
  const row = await living(database, organizationId)
    .select('users.id')
    .where('username_key', '=', fold(username))
    .where('users.id', '<>', exceptId)
    .executeTakeFirst();
  return row !== undefined;
}

/** Marks as deleted, or as living again. */
export async function setUserDeleted(
  database: Database,
  user: Pick<StoredUser, 'id' | 'organizationId' | 'username'>,
  deletedAt: Date | null,
  modifiedAt: Date,
): Promise<void> {
  await database
    .updateTable('users')
    .set((expression) => ({
      username: user.username,
      username_key: fold(user.username),
      deleted_at: deletedAt?.getTime() ?? null,
      modified_at: modifiedAt.getTime(),
      version: expression('version', '+', 1),
    }))
    .where('id', '=', user.id)
    .where('organization_id', '=', user.organizationId)
    .execute();
}

/** The hash of a user's password; null while it is pending, or where there is no such user. */
export async function findPasswordHash(database: Database, organizationId: string, id: string): Promise<string | null> {
  const row = await living(database, organizationId)
    .select('password_hash')
    .where('users.id', '=', id)
    .executeTakeFirst();
  return row?.password_hash ?? null;
}

/** A user that was deleted since a moment, the one deleted last, by id or userName. */
export async function findDeletedUser(
  database: Database,
  organizationId: string,
  idOrName: string,
  since: Date,
): Promise<StoredUser | undefined> {
  const row = await database
    .selectFrom('users')
    .select(userColumns)
    .where('organization_id', '=', organizationId)
    .where('deleted_at', '>=', since.getTime())
    .where((where) => where.or([where('id', '=', idOrName), where('user_name_key', '=', fold(idOrName))]))
    .orderBy('deleted_at', 'desc')
    .executeTakeFirst();
  return row && toStoredUser(row);
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
    .limit(limit)
    .execute();
  return rows.map(toStoredUser);
}

export async function purgeUser(database: Database, id: string): Promise<void> {
  await database.deleteFrom('memberships').where('member_id', '=', id).execute();
  await database.deleteFrom('users').where('id', '=', id).execute();
}

function toStoredUser(row: UserRow): StoredUser {
  const document: JsonObject = JSON.parse(row.document);
  return {
    id: row.id,
    organizationId: row.organization_id,
    integrationId: row.integration_id,
    creationSource: row.creation_source,
    document,
    version: row.version,
    createdAt: new Date(row.created_at),
    modifiedAt: new Date(row.modified_at),
    deletedAt: row.deleted_at === null ? null : new Date(row.deleted_at),
    userName: row.user_name,
    username: row.username,
    email: row.email,
    state: row.state,
    passwordPending: row.password_hash === null,
    passwordExpired: row.password_expired === 1,
    accountLocked: row.account_locked === 1,
    unqualified: row.unqualified === null ? [] : JSON.parse(row.unqualified),
    inGroups: row.in_groups === undefined ? undefined : row.in_groups === 1,
  };
}
