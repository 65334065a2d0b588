import {
  findAdministratorById,
  findAdministratorsByEmail,
  lockAdministrator,
  updateAdministratorSecurity,
} from '#admins/administrator-store.ts';
import type { AdminDeps } from '#admins/administrators.ts';
import type { SubjectColumn } from '#admins/session-store.ts';
import type { Actor, EventTarget, Origin, RequestOrigin } from '#audit/event-types.ts';
import { isLoopbackHost } from '#base/network.ts';
import { TranslatedError } from '#base/translated-error.ts';
import { scopeTo, type Database } from '#database/database.ts';
import { readText } from '#directory/attribute-contract.ts';
import type { DirectoryDeps, StoredUser } from '#directory/stored.ts';
import { findPasswordHash, findUser, findUserToChange } from '#directory/user-store.ts';
import { findUsersByLogin } from '#directory/user-login-store.ts';
import { findUserSecurity, updateUserSecurity } from '#directory/user-security-store.ts';
import type { MailDeps } from '#mail/outbox.ts';
import { loadSchemas } from '#schemas/organization-schemas.ts';
import type { MinimumResponseTime } from './minimum-response-time.ts';

/** Dependencies of the account functions: the dependencies of the directory and of the outbox, and the base URL of links. */
export interface AccountDeps extends DirectoryDeps, MailDeps {
  readonly publicUrl: () => string;
  /** Minimum response time of requests whose response must not reveal whether an account exists. */
  readonly minimumResponseTime: MinimumResponseTime;
  /** True if TANHUA_PUBLIC_URL is set: then only pages of its origin may use a session cookie. */
  readonly isPublicUrlConfigured: boolean;
  /** Notifies the owner of a new key by email, in the transaction that creates the key. */
  readonly keyCreated?: AdminDeps['keyCreated'];
  /** The API key that the request uses. Links that the request creates for administrators stop working when this key does. */
  readonly requestKey?: { readonly id: string | null; readonly expiresAt: number | null } | undefined;
}

/** Returns the base URL of the server's pages, in the form that the check of a request's origin expects. */
export function pageUrlOf({
  publicUrl,
  isPublicUrlConfigured,
}: Pick<AccountDeps, 'publicUrl' | 'isPublicUrlConfigured'>) {
  return { url: publicUrl(), isConfigured: isPublicUrlConfigured };
}

/**
 * Returns the origin of the pages with a host name, `http://localhost:PORT`, if the server can only be reached from this machine and
 * TANHUA_PUBLIC_URL is not set; otherwise undefined. Browsers create passkeys for host names only, not for addresses.
 */
export function namedOrigin({
  publicUrl,
  isPublicUrlConfigured,
}: Pick<AccountDeps, 'publicUrl' | 'isPublicUrlConfigured'>): string | undefined {
  const { hostname, port } = new URL(publicUrl());
  return !isPublicUrlConfigured && isLoopbackHost(hostname) ? `http://localhost:${port}` : undefined;
}

/** Sign-in state of a user or an administrator. Times are in milliseconds since 1970. */
export interface AccountSecurity {
  readonly bad_login_attempts: number;
  readonly last_bad_login_at: number | null;
  readonly locked_at: number | null;
  /** The secret of the authenticator app, encrypted. */
  readonly totp_secret: string | null;
  readonly pending_totp_secret: string | null;
  readonly totp_enrolled_at: number | null;
  readonly totp_last_step: number | null;
}

interface AccountBase {
  readonly id: string;
  readonly organizationId: string;
  readonly email: string;
  /** The name in the greeting of emails; empty for an administrator without a name. */
  readonly firstName: string;
  /** The name of the account in emails: the username of a user, the email address of an administrator. */
  readonly login: string;
  /** PHC string; null until a password is set. */
  readonly passwordHash: string | null;
  readonly security: AccountSecurity;
}

/** A user or an administrator, with the data that sign-in, links and emails need. */
export type Account =
  | (AccountBase & {
      readonly kind: 'user';
      readonly user: StoredUser;
      /** In milliseconds since 1970; null until a password is set. */
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

/** Returns an account by its id; undefined if it does not exist. */
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

/** Returns the accounts that sign in with a name: users by email address or username, administrators by email address. */
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

/** Returns the account of a user, with its sign-in state. */
export async function userAccount(database: Database, user: StoredUser): Promise<Account> {
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

/** Updates the sign-in state of an account. */
export async function updateSecurity(
  database: Database,
  account: Account,
  change: Partial<AccountSecurity>,
): Promise<void> {
  if (account.kind === 'user') {
    await updateUserSecurity(database, { userId: account.id, organizationId: account.organizationId }, change);
  } else await updateAdministratorSecurity(database, account.id, change);
}

/**
 * Locks an account against changes by other transactions until this transaction ends, and returns its current state. Throws
 * `signInFailed` (401) if the account was removed.
 */
export async function lockAccount(transaction: Database, account: Account): Promise<Account> {
  const { organizationId, kind, id } = account;
  if (kind === 'user') await findUserToChange(transaction, organizationId, id);
  else await lockAdministrator(transaction, id);
  const found = await findAccount(transaction, organizationId, kind, id);
  if (found === undefined) throw new TranslatedError('signInFailed', ({ accountRemoved }) => accountRemoved);
  return found;
}

/** Narrows dependencies to one organization: `database` shows only its rows, and `schemas` are the schemas of the organization. */
export async function depsOf(deps: AccountDeps, database: Database, organizationId: string): Promise<AccountDeps> {
  const own = scopeTo(database, organizationId);
  return { ...deps, database: own, schemas: await loadSchemas(own, organizationId) };
}

/** Returns the column of sessions, links and passkeys that holds the id of their owner. */
export function ownerColumn(kind: AccountKind): SubjectColumn {
  return kind === 'user' ? 'user_id' : 'administrator_id';
}

export function targetOfAccount(account: Account): EventTarget {
  return account.kind === 'user'
    ? { type: 'user', id: account.id, name: account.user.userName }
    : { type: 'admin', id: account.id, name: account.email };
}

/** Returns the origin of a change that the owner of an account makes to it. */
export function ownOrigin(account: Account, request: RequestOrigin | undefined): Origin {
  const actor: Actor = {
    type: account.kind,
    id: account.id,
    name: account.kind === 'user' ? account.user.userName : account.email,
  };
  return { organizationId: account.organizationId, actor, integration: undefined, request };
}
