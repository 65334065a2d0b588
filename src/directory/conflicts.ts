import type { Origin } from '#audit/event-types.ts';
import type { ErrorCode } from '#base/error-table.ts';
import { AppError, quote } from '#base/errors.ts';
import { violatedColumns } from '#database/database-errors.ts';
import type { JsonObject } from '#base/json.ts';
import { fold } from '#base/fold.ts';
import { ENTERPRISE_USER_SCHEMA } from '#scim/schema/enterprise-user.ts';
import { readText } from './attribute-contract.ts';
import { findGroupByName } from './group-store.ts';
import type { DirectoryDeps, StoredUser } from './stored.ts';
import { findUserByColumn } from './user-store.ts';

const EMPLOYEE_NUMBER = `${ENTERPRISE_USER_SCHEMA}:employeeNumber`;

interface UserConflict {
  readonly code: ErrorCode;
  readonly attribute: string;
  /** The name of the field outside SCIM. */
  readonly field: string;
  /** What the administrator of an integration can do. */
  readonly fix: string;
}

/** What each unique index means, and how the reader gets out of it. */
const userConflicts = {
  user_name_key: {
    code: 'userNameTaken',
    attribute: 'userName',
    field: 'username',
    fix: 'In Entra ID, match on userName so that the existing user is updated; or give one of the two another mailNickname.',
  },
  username_key: {
    code: 'userNameTaken',
    attribute: 'userName',
    field: 'username',
    fix: 'The directory derived this username for another user: give one of the two another userName.',
  },
  email_key: {
    code: 'emailTaken',
    attribute: 'emails[type eq "work"].value',
    field: 'email',
    fix: 'Give the users different addresses; or in Entra ID match on the e-mail, so that the existing user is updated.',
  },
  employee_number_key: {
    code: 'employeeNumberTaken',
    attribute: EMPLOYEE_NUMBER,
    field: 'employeeIdentifier',
    fix: 'Correct employeeId of one of the two in Entra ID.',
  },
} as const satisfies Readonly<Record<string, UserConflict>>;

type UserColumn = keyof typeof userConflicts;

/** Who sends the write: an integration, or a caller of the directory itself. */
type Sender = Pick<Origin, 'organizationId' | 'integration'>;

/** What a user would have in the unique columns, to find the one who has it already. */
type Wanted = { readonly document: JsonObject } & Pick<StoredUser, 'username' | 'email'>;

/**
 * Runs a write and turns a violated unique index into a 409 that names the other user. The look-up comes after the
 * failed transaction: a write that succeeds, as nearly all do, pays nothing for it.
 */
export async function explainUserConflict<Result>(
  deps: DirectoryDeps,
  { organizationId, integration }: Sender,
  wanted: () => Wanted | undefined,
  write: () => Promise<Result>,
): Promise<Result> {
  try {
    return await write();
  } catch (error) {
    const column = violatedColumns(error)
      ?.map((name) => name.replace('users.', ''))
      .find(isUserColumn);
    const user = wanted();
    if (column === undefined || user === undefined) throw error;
    // Who has the same userName has the same username as well: the database may name either.
    const sameName = await findUserByColumn(deps.database, organizationId, 'user_name_key', fold(nameOf(user)));
    const meant = column === 'username_key' && sameName !== undefined ? 'user_name_key' : column;
    const { code, attribute, field, fix } = userConflicts[meant];
    const value = wantedValue(meant, user);
    const other = await findUserByColumn(deps.database, organizationId, meant, fold(value));
    const taken = `${quote(value)} already belongs to ${describe(other)}`;
    const pushed = `${attribute} ${taken}. ${fix}`;
    throw new AppError(code, integration === undefined ? `${field} ${taken}. Send another one.` : pushed, {
      attribute,
      value,
      cause: error,
    });
  }
}

function isUserColumn(name: string): name is UserColumn {
  return Object.hasOwn(userConflicts, name);
}

function nameOf({ document }: Wanted): string {
  return readText(document, ['userName']) ?? '';
}

function wantedValue(column: UserColumn, wanted: Wanted): string {
  const { document, username, email } = wanted;
  switch (column) {
    case 'user_name_key':
      return nameOf(wanted);
    case 'username_key':
      return username;
    case 'email_key':
      return email ?? '';
    case 'employee_number_key':
      return readText(document, [ENTERPRISE_USER_SCHEMA, 'employeeNumber']) ?? '';
  }
}

function describe(user: StoredUser | undefined): string {
  return user === undefined ? 'another user' : `the user ${quote(user.userName)} (id ${user.id})`;
}

/** The same for groups, which have one unique column. */
export async function explainGroupConflict<Result>(
  deps: DirectoryDeps,
  { organizationId, integration }: Sender,
  wantedName: () => string | undefined,
  write: () => Promise<Result>,
): Promise<Result> {
  try {
    return await write();
  } catch (error) {
    const name = wantedName();
    if (name === undefined || violatedColumns(error)?.includes('groups.display_name_key') !== true) throw error;
    const other = await findGroupByName(deps.database, organizationId, name);
    const who = other === undefined ? 'another group' : `the group ${quote(other.displayName)} (id ${other.id})`;
    const taken = `${quote(name)} already belongs to ${who}. Letter case makes no difference`;
    throw new AppError(
      'groupNameTaken',
      integration === undefined
        ? `name ${taken}: send another one.`
        : `displayName ${taken}, because Entra ID matches groups by displayName: rename one of the two.`,
      { attribute: 'displayName', value: name, cause: error },
    );
  }
}
