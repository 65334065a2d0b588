import type { Insertable } from 'kysely';
import { fold } from '#base/fold.ts';
import type { JsonObject } from '#base/json.ts';
import type { Database } from '#database/database.ts';
import { prepared, preparedCommand } from '#database/prepared.ts';
import type { UserTable } from '#database/tables.ts';
import { ENTERPRISE_USER_SCHEMA } from '#scim/schema/enterprise-user.ts';
import { nextModification } from './modification-store.ts';
import { emailValues, managerPath, readText } from './attribute-contract.ts';
import { deleteTerms, insertTerms } from './person-index-store.ts';
import { personTerms } from './person-terms.ts';
import { removeRefused } from './refused-names.ts';
import { indexNewUser } from './user-index-store.ts';
import { recordPassword } from './user-security-store.ts';
import type { DirectoryDeps, StoredUser } from './stored.ts';
import {
  derivedColumns,
  employeeNumberKey,
  foldOptional,
  newUserRow,
  type NewUser,
  type Uniqueness,
} from './user-values.ts';

/** Columns that are derived from a user, in groups. The columns of a group change together, and each group has its own indexes. */
const columnGroups = {
  userName: ['user_name', 'user_name_key'],
  username: ['username', 'username_key'],
  email: ['email'],
  emailKey: ['email_key', 'email_unique'],
  externalId: ['external_id'],
  displayName: ['display_name_key'],
  employeeNumber: ['employee_number_key', 'employee_number_unique'],
  manager: ['manager_value', 'manager_key'],
  state: ['state'],
  terms: ['terms', 'initials'],
  department: ['department_key'],
  title: ['title_key'],
} as const satisfies Readonly<Record<string, readonly (keyof UserTable)[]>>;

type ColumnGroup = keyof typeof columnGroups;

const groupNames = Object.keys(columnGroups) as readonly ColumnGroup[];

/** Columns that every change writes. */
const writtenAlways = [
  'unqualified',
  'properties',
  'document',
  'search',
  'modified_at',
] as const satisfies readonly (keyof UserTable)[];

type UserColumn = (typeof writtenAlways)[number] | (typeof columnGroups)[ColumnGroup][number];
type UserValues = Pick<Insertable<UserTable>, UserColumn>;

/** Returns the columns of these groups, and the columns that every change writes. */
function columnsOf(groups: readonly ColumnGroup[]): readonly UserColumn[] {
  return [...groups.flatMap((group): readonly UserColumn[] => columnGroups[group]), ...writtenAlways];
}

type NewUserValues = ReturnType<typeof newUserRow>;

const insertUserRow = prepared((database, values: NewUserValues) =>
  database
    .insertInto('users')
    .values({
      id: values.id,
      organization_id: values.organization_id,
      integration_id: values.integration_id,
      creation_source: values.creation_source,
      password_hash: values.password_hash,
      password_pending: values.password_pending,
      password_expired: values.password_expired,
      account_locked: values.account_locked,
      created_at: values.created_at,
      ...pick(values, columnsOf(groupNames)),
    })
    .returning('users.sequence'),
);

/** Returns an object that has only these columns. */
function pick<Values, Name extends keyof Values>(values: Values, names: readonly Name[]): Pick<Values, Name> {
  return Object.fromEntries(names.map((name) => [name, values[name]])) as unknown as Pick<Values, Name>;
}

/**
 * Inserts a user. The row is not read back, since its values are known. Throws the database's unique-violation error if another
 * active user has a value that must be unique.
 */
export async function insertUser(deps: DirectoryDeps, database: Database, user: NewUser): Promise<StoredUser> {
  const { passwordHash, at, uniqueness: _, ...known } = user;
  const terms = personTerms(user);
  const derived = newUserRow(deps, user, terms);
  const [row] = await insertUserRow(database, derived);
  await claimValues(database, user.organizationId, derived, groupNames);
  await insertEmails(database, user);
  await indexNewUser(database, { ...user, sequence: row?.sequence ?? 0 }, terms);
  await removeRefused(database, user);
  if (passwordHash !== null) await recordPassword(database, { ...user, userId: user.id, passwordHash });
  return {
    ...known,
    documentText: derived.document,
    userName: derived.user_name,
    version: 1,
    createdAt: at,
    modifiedAt: at,
    deletedAt: null,
    passwordPending: passwordHash === null,
    passwordExpired: false,
    accountLocked: false,
    adoptionUnconfirmed: false,
    inGroups: undefined,
  };
}

/** Returns which values of a user, active or deleted, must be unique among active users. */
export async function findUniqueness(
  database: Database,
  { organizationId, id }: Pick<StoredUser, 'organizationId' | 'id'>,
): Promise<Uniqueness> {
  const row = await database
    .selectFrom('users')
    .select(['email_unique', 'employee_number_unique'])
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .executeTakeFirst();
  return { email: row?.email_unique === 1, employeeNumber: row?.employee_number_unique === 1 };
}

export type ChangedUser = Pick<
  StoredUser,
  'id' | 'organizationId' | 'username' | 'email' | 'state' | 'document' | 'unqualified' | 'properties'
> & {
  /** The hash of the new password; undefined if the password stays. */
  readonly passwordHash: string | undefined;
  readonly at: Date;
  readonly uniqueness?: Uniqueness | undefined;
};

type ChangedValues = UserValues & Pick<Insertable<UserTable>, 'id' | 'organization_id'>;

/**
 * One prepared statement for each combination of column groups that change. The database updates an index whenever a statement writes
 * a column of the index, even with the same value. Most changes affect few of the dozen indexes.
 */
const updates = new Map<string, ReturnType<typeof prepareUpdate>>();

function prepareUpdate(groups: readonly ColumnGroup[]) {
  return prepared((database, values: ChangedValues) =>
    database
      .updateTable('users')
      .set((expression) => ({ ...pick(values, columnsOf(groups)), version: expression('version', '+', 1) }))
      .where('id', '=', values.id)
      .where('organization_id', '=', values.organization_id),
  );
}

function updateOf(groups: readonly ColumnGroup[]) {
  const key = groups.join();
  let update = updates.get(key);
  if (update === undefined) updates.set(key, (update = prepareUpdate(groups)));
  return update;
}

const updatePassword = prepared((database, values: { id: string; passwordHash: string }) =>
  database
    .updateTable('users')
    .set({ password_hash: values.passwordHash, password_pending: 0, password_expired: 0, account_locked: 0 })
    .where('id', '=', values.id),
);

/**
 * Stores a changed user as its next version. `before` is the stored user, which this transaction read with `findUserToChange`, so that
 * no other transaction changes it in the meantime. Throws the same error as `insertUser`; a value that stays the same is not checked
 * again.
 */
export async function updateUser(
  deps: DirectoryDeps,
  database: Database,
  before: StoredUser,
  user: ChangedUser,
): Promise<StoredUser> {
  const { id, passwordHash, username, email, state, document, unqualified, properties } = user;
  const at = nextModification(before.modifiedAt, user.at);
  const terms = { before: personTerms(before), after: personTerms(user) };
  const derived = derivedColumns(deps, { ...user, at }, terms.after);
  const changed = groupNames.filter((group) =>
    group === 'terms' ? terms.before.text !== terms.after.text : isChanged[group](before, user),
  );
  await updateOf(changed)(database, { id, organization_id: user.organizationId, ...derived });
  await claimValues(database, user.organizationId, derived, changed);
  if (passwordHash !== undefined) await updatePassword(database, { id, passwordHash });
  const areEmailsReplaced = await replaceEmails(database, before, user);
  // A deleted user is not in the index. `setUserDeleted` adds the user again.
  if (changed.includes('terms') && before.deletedAt === null) {
    await deleteTerms(database, user, terms.before);
    await insertTerms(database, user, terms.after);
  }
  if (areEmailsReplaced || changed.includes('userName') || changed.includes('externalId')) {
    await removeRefused(database, user);
  }
  if (passwordHash !== undefined) await recordPassword(database, { ...user, userId: id, passwordHash });
  return {
    ...before,
    username,
    email,
    state,
    document,
    unqualified,
    properties,
    documentText: derived.document,
    userName: derived.user_name,
    version: before.version + 1,
    modifiedAt: at,
    ...(passwordHash !== undefined && { passwordPending: false, passwordExpired: false, accountLocked: false }),
  };
}

/** For each column group: returns true if a change to a user changes the values of the columns in the group. */
const isChanged: Readonly<Record<Exclude<ColumnGroup, 'terms'>, (before: StoredUser, after: ChangedUser) => boolean>> =
  {
    userName: differs(['userName']),
    username: (before, after) => before.username !== after.username,
    email: (before, after) => before.email !== after.email,
    emailKey: (before, after) => foldOptional(before.email) !== foldOptional(after.email),
    externalId: differs(['externalId']),
    displayName: differs(['displayName']),
    employeeNumber: (before, after) => employeeNumberKey(before.document) !== employeeNumberKey(after.document),
    manager: differs(managerPath),
    state: (before, after) => before.state !== after.state,
    department: differs([ENTERPRISE_USER_SCHEMA, 'department']),
    title: differs(['title']),
  };

function differs(path: readonly string[]) {
  return (before: StoredUser, { document }: ChangedUser) =>
    readText(before.document, path) !== readText(document, path);
}

interface Claim {
  readonly organizationId: string;
  readonly key: string;
}

/**
 * Sets the uniqueness marker of the other active users with the same email address. Fails with a unique violation if there are any, because
 * the user that is being written already has the marker.
 */
const claimEmail = preparedCommand((database, values: Claim) =>
  database
    .updateTable('users')
    .set({ email_unique: 1 })
    .where('organization_id', '=', values.organizationId)
    .where('email_key', '=', values.key)
    .where('email_unique', 'is', null)
    .where('deleted_at', 'is', null),
);

/** Like `claimEmail`, but for the employeeNumber. */
const claimEmployeeNumber = preparedCommand((database, values: Claim) =>
  database
    .updateTable('users')
    .set({ employee_number_unique: 1 })
    .where('organization_id', '=', values.organizationId)
    .where('employee_number_key', '=', values.key)
    .where('employee_number_unique', 'is', null)
    .where('deleted_at', 'is', null),
);

/**
 * Checks that no other active user has the values that were just written and must be unique. The unique indexes contain only users
 * whose values must be unique. This check also finds users that may share their values, so that an integration that allows shared
 * values does not weaken the rule of another integration.
 */
async function claimValues(
  database: Database,
  organizationId: string,
  values: UserValues,
  written: readonly ColumnGroup[],
): Promise<void> {
  const { email_key: email, employee_number_key: number } = values;
  if (written.includes('emailKey') && values.email_unique === 1 && typeof email === 'string') {
    await claimEmail(database, { organizationId, key: email });
  }
  if (written.includes('employeeNumber') && values.employee_number_unique === 1 && typeof number === 'string') {
    await claimEmployeeNumber(database, { organizationId, key: number });
  }
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

/** Replaces the stored addresses only if they changed, and returns whether they did. Most changes do not affect them. */
async function replaceEmails(database: Database, before: Pick<StoredUser, 'document'>, after: Addressed) {
  const keys = emailKeys(after.document);
  if (emailKeys(before.document).symmetricDifference(keys).size === 0) return false;
  await deleteEmails(database, { userId: after.id });
  await insertEmails(database, after);
  return true;
}
