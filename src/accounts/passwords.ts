import { updateAdministratorPassword } from '#admins/administrator-store.ts';
import { deleteSessions } from '#admins/session-store.ts';
import { recordEvent } from '#audit/event-store.ts';
import type { RequestOrigin } from '#audit/event-types.ts';
import { DAY_MS } from '#base/clock.ts';
import { AppError } from '#base/errors.ts';
import { inTransaction, type Database } from '#database/database.ts';
import { directoryCaller } from '#directory/directory-caller.ts';
import { hashPassword, verifyPassword } from '#directory/password-hash.ts';
import { isPasswordManaged } from '#directory/system-user.ts';
import { findUserSecurity } from '#directory/user-security-store.ts';
import { changeUser } from '#directory/users.ts';
import { findSettings } from '#organizations/organization-store.ts';
import { requirePassword } from '#organizations/password-policy.ts';
import type { Settings } from '#organizations/settings.ts';
import { findAccount, ownOrigin, targetOfAccount, type Account, type AccountDeps } from './account.ts';
import { consumeLink, readLink } from './account-links.ts';
import { writeTo } from './account-mail.ts';
import { hasTotp, useCode, wrongCode } from './second-factor.ts';

/** What a page shows to somebody who opened a link: whom it is for. Throws tokenUsed (400). */
export async function describeLink(deps: AccountDeps, token: string) {
  const { account, link } = await accountOfLink(deps, token);
  return {
    kind: account.kind,
    purpose: link.purpose,
    username: account.login,
    firstName: account.firstName,
    expiresAt: link.expiresAt,
  };
}

async function accountOfLink(deps: AccountDeps, token: string) {
  const link = await readLink(deps, deps.database, token);
  const kind = link.userId === null ? 'administrator' : 'user';
  const id = link.userId ?? link.administratorId ?? '';
  const account = await findAccount(deps.database, link.organizationId, kind, id);
  if (account === undefined) throw new AppError('tokenUsed', 'The account that the link belongs to is gone.');
  return { account, link };
}

/**
 * Sets a password by a link that was sent, once: whoever opens it a second time is told so. Throws tokenUsed (400),
 * passwordPolicy (400), passwordManaged (403), and signInFailed (401) for an account that may not be used.
 */
export async function setPasswordByLink(
  deps: AccountDeps,
  request: RequestOrigin,
  token: string,
  password: string,
): Promise<Account> {
  const { account, link } = await accountOfLink(deps, token);
  requireUsable(account);
  await requireAcceptable(deps, account, password);
  const passwordHash = await hashPassword(password);
  await inTransaction(deps.database, async (transaction) => {
    await consumeLink(deps, transaction, link);
    await storePassword(deps, transaction, account, { request, passwordHash, tell: link.purpose !== 'activation' });
  });
  return account;
}

/** Somebody who is signed in sets another password; all other sessions end. Throws signInFailed (401) and passwordPolicy (400). */
export async function changeOwnPassword(
  deps: AccountDeps,
  request: RequestOrigin,
  account: Account,
  change: {
    readonly current: string;
    readonly next: string;
    readonly totp?: string | undefined;
    readonly sessionId: string;
  },
): Promise<void> {
  const { passwordHash: before } = account;
  if (before === null || !(await verifyPassword(change.current, before))) {
    throw new AppError('signInFailed', 'The present password is wrong.', { attribute: 'currentPassword' });
  }
  const settings = await findSettings(deps.database, account.organizationId);
  await requireOldEnough(deps, account, settings);
  await requireAcceptable(deps, account, change.next);
  const passwordHash = await hashPassword(change.next);
  await inTransaction(deps.database, async (transaction) => {
    if (hasTotp(account) && !(await useCode(deps, transaction, account, change.totp ?? ''))) throw wrongCode();
    await storePassword(deps, transaction, account, { request, passwordHash, tell: true, kept: change.sessionId });
  });
}

async function storePassword(
  deps: AccountDeps,
  transaction: Database,
  account: Account,
  change: {
    readonly request: RequestOrigin;
    readonly passwordHash: string;
    /** Whether a mail says that the password was changed. */
    readonly tell: boolean;
    /** The session that goes on. */
    readonly kept?: string;
  },
): Promise<void> {
  const { request, passwordHash, tell, kept } = change;
  const origin = ownOrigin(account, request);
  const column = account.kind === 'user' ? 'user_id' : 'administrator_id';
  if (account.kind === 'user') {
    await changeUser({ ...deps, database: transaction }, directoryCaller(origin), account.id, {
      ignored: [],
      expectedVersion: undefined,
      password: undefined,
      passwordHash,
      transform: (document) => document,
      unqualified: (names) => names,
      eventType: account.passwordHash === null ? 'user_password_set' : 'user_password_change',
    });
  } else {
    await updateAdministratorPassword(transaction, account.id, passwordHash, deps.clock.now());
    await recordEvent(transaction, deps.clock, origin, {
      type: 'admin_password_change',
      target: targetOfAccount(account),
    });
  }
  await deleteSessions(transaction, column, account.id, { allBut: kept });
  if (tell && account.email !== '') await writeTo(deps, transaction, account, { kind: 'password_reset_confirmation' });
}

/** The policy of the organization, and the passwords that the account had. */
async function requireAcceptable(deps: AccountDeps, account: Account, password: string): Promise<void> {
  const settings = await findSettings(deps.database, account.organizationId);
  if (account.kind === 'user' && isPasswordManaged(account.user, settings)) {
    throw new AppError('passwordManaged', 'Your password is managed where your account comes from. Change it there.');
  }
  requirePassword(settings, password, [account.login, account.email]);
  if (account.kind !== 'user' || settings.passwordHistory === 0) return;
  const security = await findUserSecurity(deps.database, account.id);
  const history: readonly string[] = JSON.parse(security?.password_history ?? '[]');
  for (const earlier of history.slice(0, settings.passwordHistory)) {
    if (!(await verifyPassword(password, earlier))) continue;
    throw new AppError(
      'passwordPolicy',
      `The password must not be one of the last ${settings.passwordHistory} that you had.`,
      { attribute: 'password' },
    );
  }
}

async function requireOldEnough(deps: AccountDeps, account: Account, settings: Settings): Promise<void> {
  if (account.kind !== 'user' || settings.passwordMinAgeDays === 0 || account.user.passwordExpired) return;
  const security = await findUserSecurity(deps.database, account.id);
  const set = security?.password_changed_at ?? 0;
  const from = new Date(set + settings.passwordMinAgeDays * DAY_MS);
  if (from <= deps.clock.now()) return;
  throw new AppError('passwordPolicy', `The password can be changed again from ${from.toISOString()} on.`, {
    attribute: 'password',
  });
}

function requireUsable(account: Account): void {
  const suspended = account.kind === 'user' ? account.user.state === 'SUSPENDED' : account.suspended;
  if (!suspended) return;
  throw new AppError('signInFailed', 'The account is suspended. An administrator can activate it again.');
}
