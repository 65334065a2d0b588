import type { Insertable } from 'kysely';
import { assert } from '#base/errors.ts';
import { fold } from '#base/fold.ts';
import type { JsonObject } from '#base/json.ts';
import type { Database } from '#database/database.ts';
import { prepared, preparedCommand } from '#database/prepared.ts';
import type { UserTable } from '#database/tables.ts';
import { ENTERPRISE_USER_SCHEMA } from '#scim/schema/enterprise-user.ts';
import { emailValues, managerPath, readText } from './attribute-contract.ts';
import { foldProperties, PROPERTIES_KEY, searchDocument } from './search-document.ts';
import { recordPassword } from './user-security-store.ts';
import type { DirectoryDeps, StoredUser } from './stored.ts';
import { toStoredUser, userColumns } from './user-row-store.ts';

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
  | 'properties'
> & { readonly passwordHash: string | null; readonly at: Date };

/** Columns of a new row that a prepared statement is given; `search` and those that follow from the document included. */
type UserValues = Pick<
  Insertable<UserTable>,
  | 'user_name'
  | 'user_name_key'
  | 'username'
  | 'username_key'
  | 'email'
  | 'email_key'
  | 'external_id'
  | 'display_name_key'
  | 'employee_number_key'
  | 'manager_value'
  | 'manager_key'
  | 'unqualified'
  | 'properties'
  | 'document'
  | 'search'
  | 'state'
  | 'modified_at'
>;

const derivedNames = [
  'user_name',
  'user_name_key',
  'username',
  'username_key',
  'email',
  'email_key',
  'external_id',
  'display_name_key',
  'employee_number_key',
  'manager_value',
  'manager_key',
  'unqualified',
  'properties',
  'document',
  'search',
  'state',
  'modified_at',
] as const satisfies readonly (keyof UserValues)[];

type NewUserValues = UserValues &
  Pick<
    Insertable<UserTable>,
    'id' | 'organization_id' | 'integration_id' | 'creation_source' | 'password_hash' | 'created_at'
  >;

const insertUserRow = prepared((database, values: NewUserValues) =>
  database
    .insertInto('users')
    .values({
      id: values.id,
      organization_id: values.organization_id,
      integration_id: values.integration_id,
      creation_source: values.creation_source,
      password_hash: values.password_hash,
      password_expired: 0,
      account_locked: 0,
      created_at: values.created_at,
      ...named(values, derivedNames),
    })
    .returning(userColumns),
);

/** The values of some columns. */
function named<Values, Name extends keyof Values>(values: Values, names: readonly Name[]): Pick<Values, Name> {
  return Object.fromEntries(names.map((name) => [name, values[name]])) as unknown as Pick<Values, Name>;
}

export async function insertUser(deps: DirectoryDeps, database: Database, user: NewUser): Promise<StoredUser> {
  const rows = await insertUserRow(database, {
    id: user.id,
    organization_id: user.organizationId,
    integration_id: user.integrationId,
    creation_source: user.creationSource,
    password_hash: user.passwordHash,
    created_at: user.at.getTime(),
    ...derivedColumns(deps, user),
  });
  await insertEmails(database, user);
  const { passwordHash } = user;
  if (passwordHash !== null) await recordPassword(database, { ...user, userId: user.id, passwordHash });
  return toStoredUser(onlyRow(rows));
}

function onlyRow<Row>([row]: readonly Row[]): Row {
  assert(row, 'the row was written');
  return row;
}

export type ChangedUser = Pick<
  StoredUser,
  'id' | 'organizationId' | 'username' | 'email' | 'state' | 'document' | 'unqualified' | 'properties'
> & {
  /** undefined leaves the password as it is. */
  readonly passwordHash: string | undefined;
  readonly at: Date;
};

type ChangedValues = UserValues & Pick<Insertable<UserTable>, 'id' | 'organization_id'>;

function updateStatement(database: Database, values: ChangedValues) {
  return database
    .updateTable('users')
    .set((expression) => ({ ...named(values, derivedNames), version: expression('version', '+', 1) }))
    .where('id', '=', values.id)
    .where('organization_id', '=', values.organization_id)
    .returning(userColumns);
}

const updateUserRow = prepared(updateStatement);

const updateUserAndPassword = prepared((database, values: ChangedValues & { password_hash: string }) =>
  updateStatement(database, values).set({
    password_hash: values.password_hash,
    password_expired: 0,
    account_locked: 0,
  }),
);

/** Writes a changed user as its next version. */
export async function updateUser(
  deps: DirectoryDeps,
  database: Database,
  before: Pick<StoredUser, 'document'>,
  user: ChangedUser,
): Promise<StoredUser> {
  const values = { id: user.id, organization_id: user.organizationId, ...derivedColumns(deps, user) };
  const rows =
    user.passwordHash === undefined
      ? await updateUserRow(database, values)
      : await updateUserAndPassword(database, { ...values, password_hash: user.passwordHash });
  await replaceEmails(database, before, user);
  const { passwordHash } = user;
  if (passwordHash !== undefined) await recordPassword(database, { ...user, userId: user.id, passwordHash });
  return toStoredUser(onlyRow(rows));
}

type Derived = Pick<StoredUser, 'username' | 'email' | 'document' | 'unqualified' | 'properties' | 'state'> & {
  readonly at: Date;
};

function derivedColumns(deps: DirectoryDeps, user: Derived): UserValues {
  const { username, email, document, unqualified, properties } = user;
  const hasProperties = Object.keys(properties).length > 0;
  const search = searchDocument(deps.schemas.User, document);
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
    // No attribute has the name of the part that holds the properties: SCIM filters do not reach them.
    search: JSON.stringify(hasProperties ? { ...search, [PROPERTIES_KEY]: foldProperties(properties) } : search),
    properties: hasProperties ? JSON.stringify(properties) : null,
    state: user.state,
    modified_at: user.at.getTime(),
  };
}

type Addressed = Pick<StoredUser, 'id' | 'organizationId' | 'document'>;

const insertEmail = preparedCommand((database, values: { userId: string; organizationId: string; key: string }) =>
  database
    .insertInto('user_emails')
    .values({ user_id: values.userId, organization_id: values.organizationId, value_key: values.key }),
);

const deleteEmails = preparedCommand((database, values: { userId: string }) =>
  database.deleteFrom('user_emails').where('user_id', '=', values.userId),
);

function emailKeys(document: JsonObject): ReadonlySet<string> {
  return new Set(emailValues(document).map(fold));
}

async function insertEmails(database: Database, { id, organizationId, document }: Addressed): Promise<void> {
  for (const key of emailKeys(document)) await insertEmail(database, { userId: id, organizationId, key });
}

/** Most changes leave the addresses as they are. */
async function replaceEmails(database: Database, before: Pick<StoredUser, 'document'>, after: Addressed) {
  const keys = emailKeys(after.document);
  if (emailKeys(before.document).symmetricDifference(keys).size === 0) return;
  await deleteEmails(database, { userId: after.id });
  await insertEmails(database, after);
}

function foldOptional(text: string | undefined): string | null {
  return text === undefined ? null : fold(text);
}
