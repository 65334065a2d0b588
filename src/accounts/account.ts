import {
  findAdministratorById,
  findAdministratorsByEmail,
  lockAdministrator,
  updateAdministratorSecurity,
} from '#admins/administrator-store.ts';
import type { AdminDeps } from '#admins/administrators.ts';
import type { SubjectColumn } from '#admins/session-store.ts';
import type { Actor, EventTarget, Origin, RequestOrigin } from '#audit/event-types.ts';
import { AppError } from '#base/errors.ts';
import { scopeTo, type Database } from '#database/database.ts';
import { readText } from '#directory/attribute-contract.ts';
import type { DirectoryDeps, StoredUser } from '#directory/stored.ts';
import { findPasswordHash, findUser, findUserToChange } from '#directory/user-store.ts';
import { findUsersByLogin } from '#directory/user-login-store.ts';
import { findUserSecurity, updateUserSecurity } from '#directory/user-security-store.ts';
import type { MailDeps } from '#mail/outbox.ts';
import { loadSchemas } from '#schemas/organization-schemas.ts';
import type { MinimumResponseTime } from './minimum-response-time.ts';

/** What accounts need besides the directory: mail, and the URL that links begin with. */
export interface AccountDeps extends DirectoryDeps, MailDeps {
  readonly publicUrl: () => string;
  /** The least time of an answer that must not tell whether there is an account. */
  readonly minimumResponseTime: MinimumResponseTime;
  /** Whether TANHUA_PUBLIC_URL is set: then only pages of its origin may use the cookie of a session. */
  readonly isPublicUrlConfigured: boolean;
  /** Writes to the owner of a new key; in the transaction of the change. */
  readonly keyCreated?: AdminDeps['keyCreated'];
  /** The key that a request uses: links that it requests for administrators end with it. */
  readonly requestKey?: { readonly id: string | null; readonly expiresAt: number | null } | undefined;
}

/** Where the pages of the server are, as the check of a request's origin takes it. */
export function pageUrlOf({
  publicUrl,
  isPublicUrlConfigured,
}: Pick<AccountDeps, 'publicUrl' | 'isPublicUrlConfigured'>) {
  return { url: publicUrl(), isConfigured: isPublicUrlConfigured };
}

/** How somebody signs in: of users and administrators alike. Times are in milliseconds. */
export interface AccountSecurity {
  readonly bad_login_attempts: number;
  readonly last_bad_login_at: number | null;
  readonly locked_at: number | null;
  /** Encrypted. */
  readonly totp_secret: string | null;
  readonly pending_totp_secret: string | null;
  readonly totp_enrolled_at: number | null;
  readonly totp_last_step: number | null;
}

interface AccountBase {
  readonly id: string;
  readonly organizationId: string;
  readonly email: string;
  /** What mails greet the owner by; empty for an administrator without a name. */
  readonly firstName: string;
  /** The name that mails call the account by. */
  readonly login: string;
  /** PHC string; null while the password is pending. */
  readonly passwordHash: string | null;
  readonly security: AccountSecurity;
}

/** Somebody who can sign in. */
export type Account =
  | (AccountBase & {
      readonly kind: 'user';
      readonly user: StoredUser;
      /** In milliseconds; null while there is none. */
      readonly passwordChangedAt: number | null;
    })
  | (AccountBase & {
      readonly kind: 'administrator';
      readonly role: string;
      readonly suspended: boolean;
      readonly mfaRequired: boolean;
    });

const noSecurity: AccountSecurity = {
  bad_login_attempts: 0,
  last_bad_login_at: null,
  locked_at: null,
  totp_secret: null,
  pending_totp_secret: null,
  totp_enrolled_at: null,
  totp_last_step: null,
};

export type AccountKind = Account['kind'];

/** An account by its id; undefined when there is none. */
export async function findAccount(
  database: Database,
  organizationId: string,
  kind: AccountKind,
  id: string,
): Promise<Account | undefined> {
  if (kind === 'user') {
    const user = await findUser(database, organizationId, id);
    return user && (await userAccount(database, user));
  }
  const administrator = await findAdministratorById(database, organizationId, id);
  return administrator && administratorAccount(administrator);
}

/** Accounts that sign in with a name: a user by e-mail or username, an administrator by e-mail. */
export async function findAccountsByLogin(
  database: Database,
  kind: AccountKind,
  login: string,
): Promise<readonly Account[]> {
  if (kind === 'administrator') {
    return (await findAdministratorsByEmail(database, login)).map(administratorAccount);
  }
  const users = await findUsersByLogin(database, login);
  return await Promise.all(users.map((user) => userAccount(database, user)));
}

async function userAccount(database: Database, user: StoredUser): Promise<Account> {
  const security = await findUserSecurity(database, user.id);
  return {
    kind: 'user',
    id: user.id,
    organizationId: user.organizationId,
    email: user.email ?? '',
    firstName:
      readText(user.document, ['name', 'givenName']) ?? readText(user.document, ['displayName']) ?? user.username,
    login: user.username,
    passwordHash: await findPasswordHash(database, user.organizationId, user.id),
    security: security ?? noSecurity,
    user,
    passwordChangedAt: security?.password_changed_at ?? null,
  };
}

type StoredAdministrator = NonNullable<Awaited<ReturnType<typeof findAdministratorById>>>;

function administratorAccount(administrator: StoredAdministrator): Account {
  const { id, organizationId, email, passwordHash, security } = administrator;
  return {
    kind: 'administrator',
    id,
    organizationId,
    email,
    firstName: administrator.firstName || (administrator.name === email ? '' : administrator.name),
    login: email,
    passwordHash,
    security,
    role: administrator.roleName,
    suspended: administrator.suspended,
    mfaRequired: administrator.enableMultiFactor,
  };
}

/** Changes what is known about how somebody signs in. */
export async function updateSecurity(
  database: Database,
  account: Account,
  change: Partial<AccountSecurity>,
): Promise<void> {
  if (account.kind === 'user') {
    await updateUserSecurity(database, { userId: account.id, organizationId: account.organizationId }, change);
  } else await updateAdministratorSecurity(database, account.id, change);
}

/** The account as it is: until the transaction ends, nobody else changes it. Throws signInFailed (401) when it is gone. */
export async function lockAccount(transaction: Database, account: Account): Promise<Account> {
  const { organizationId, kind, id } = account;
  if (kind === 'user') await findUserToChange(transaction, organizationId, id);
  else await lockAdministrator(transaction, id);
  const found = await findAccount(transaction, organizationId, kind, id);
  if (found === undefined) throw new AppError('signInFailed', 'The account was removed a moment ago.');
  return found;
}

/** What the code of one organization works with: its rows alone, and its own schemas. */
export async function depsOf(deps: AccountDeps, database: Database, organizationId: string): Promise<AccountDeps> {
  const own = scopeTo(database, organizationId);
  return { ...deps, database: own, schemas: await loadSchemas(own, organizationId) };
}

/** The column of sessions, links and passkeys that says whose they are. */
export function ownerColumn(kind: AccountKind): SubjectColumn {
  return kind === 'user' ? 'user_id' : 'administrator_id';
}

export function targetOfAccount(account: Account): EventTarget {
  return account.kind === 'user'
    ? { type: 'user', id: account.id, name: account.user.userName }
    : { type: 'admin', id: account.id, name: account.email };
}

/** Where a change comes from that somebody makes to their own account. */
export function ownOrigin(account: Account, request: RequestOrigin | undefined): Origin {
  const actor: Actor = {
    type: account.kind,
    id: account.id,
    name: account.kind === 'user' ? account.user.userName : account.email,
  };
  return { organizationId: account.organizationId, actor, integration: undefined, request };
}
