import { updateAdministratorPassword } from '#admins/administrator-store.ts';
import type { OneTimeToken } from '#admins/one-time-token-store.ts';
import { revokeLinks } from '#admins/one-time-token-store.ts';
import { deleteSessions } from '#admins/session-store.ts';
import { recordEvent } from '#audit/event-store.ts';
import type { RequestOrigin } from '#audit/event-types.ts';
import type { AppError } from '#base/errors.ts';
import { TranslatedError } from '#base/translated-error.ts';
import type { Language } from '#base/words/language.ts';
import { inTransaction, type Database } from '#database/database.ts';
import { directoryCaller } from '#directory/directory-caller.ts';
import { hashPassword, verifyPassword } from '#directory/password-hash.ts';
import { requireOldEnough, requireUnmanaged, requireUnused } from '#directory/user-password.ts';
import { changeUser } from '#directory/users.ts';
import { organizationLabel } from '#organizations/organization-name.ts';
import { findOrganization, findSettings } from '#organizations/organization-store.ts';
import {
  brokenPasswordRules,
  passwordRulesOf,
  requireChosenPassword,
  type PasswordRule,
  type ShownPasswordRule,
} from '#organizations/password-policy.ts';
import { passwordStrength, type PasswordStrength } from '#organizations/password-strength.ts';
import type { Settings } from '#organizations/settings.ts';
import { findAccount, lockAccount, ownOrigin, targetOfAccount, type Account, type AccountDeps } from './account.ts';
import { consumeLink, findLink, findLinkEnding, linkEnded, type LinkPurpose } from './account-links.ts';
import { notifyPasswordChanged } from './account-notices.ts';
import { findInServingDatabase, type AnonymousDeps } from './account-places.ts';
import { confirmPassword } from './sign-in.ts';
import { hasTotp, useCode, wrongCode } from './second-factor.ts';

/** What a page shows to the person who opens a link. */
export interface LinkDescription {
  readonly kind: Account['kind'];
  readonly purpose: LinkPurpose;
  readonly username: string;
  readonly firstName: string;
  readonly organization: string;
  readonly expiresAt: Date;
  /** The rules that the password must satisfy. */
  readonly passwordRules: readonly ShownPasswordRule[];
}

/**
 * Describes a link and its recipient, without using up the link. Throws `tokenUsed` (400), `passwordManaged` (403), and
 * `signInFailed` (401) for an account that is suspended or not activated.
 */
export async function describeLink(
  deps: AnonymousDeps,
  token: string,
  language: Language = 'en',
): Promise<LinkDescription> {
  const { account, link, deps: own } = await accountOfLink(deps, token);
  const { organizationId } = account;
  const settings = await findSettings(own.database, organizationId);
  requireUsable(account, settings);
  return {
    kind: account.kind,
    purpose: link.purpose === 'activation' ? 'activation' : 'reset',
    username: account.login,
    firstName: account.firstName,
    organization: organizationLabel((await findOrganization(own.database, organizationId))?.name, language),
    expiresAt: link.expiresAt,
    passwordRules: shownRules(settings, account, language),
  };
}

/** Feedback on a password that the user is typing. */
export interface PasswordCheck {
  /** The rules that the password breaks, found by the same check as when the form is sent. */
  readonly broken: readonly PasswordRule[];
  /** Rules that are checked only when the form is sent, because a comparison with earlier passwords takes a long time. */
  readonly unchecked: readonly ShownPasswordRule['rule'][];
  /** How hard the password is to guess, as a hint. */
  readonly strength: PasswordStrength;
}

/** Checks a password for the account of a link, without using the link up. Throws the same errors as `describeLink`. */
export async function checkPasswordByLink(
  deps: AnonymousDeps,
  token: string,
  password: string,
): Promise<PasswordCheck> {
  const { account, deps: own } = await accountOfLink(deps, token);
  const settings = await findSettings(own.database, account.organizationId);
  requireUsable(account, settings);
  return checked(settings, account, password);
}

/** Checks a password that the signed-in owner of an account is typing. */
export async function checkOwnPassword(deps: AccountDeps, account: Account, password: string): Promise<PasswordCheck> {
  return checked(await findSettings(deps.database, account.organizationId), account, password);
}

/** Returns the rules that a new password of a signed-in account has to satisfy. */
export async function ownPasswordRules(
  deps: AccountDeps,
  account: Account,
  language: Language = 'en',
): Promise<readonly ShownPasswordRule[]> {
  return shownRules(await findSettings(deps.database, account.organizationId), account, language);
}

function checked(settings: Settings, account: Account, password: string): PasswordCheck {
  const unchecked = shownRules(settings, account, 'en').filter(({ rule }) => rule === 'history');
  const names = namesOf(account);
  return {
    broken: brokenPasswordRules(settings, password, names),
    unchecked: unchecked.map(({ rule }) => rule),
    strength: passwordStrength(password, names),
  };
}

function shownRules(settings: Settings, account: Account, language: Language): readonly ShownPasswordRule[] {
  if (account.passwordHash === null) return passwordRulesOf(settings, 'none', language);
  // For an administrator, only the current password is stored.
  return passwordRulesOf(settings, account.kind === 'user' ? 'history' : 'current', language);
}

/** Names that the password may not contain. */
function namesOf({ login, email }: Account): readonly string[] {
  return [login, email];
}

async function accountOfLink(deps: AnonymousDeps, token: string) {
  const place = await findInServingDatabase(deps, (database) => findLink(deps, database, token));
  if (place === undefined) {
    const databases = deps.fleet.shards.map(({ database }) => database);
    throw linkEnded(await findLinkEnding(deps, databases, token));
  }
  const { found: link, deps: own } = place;
  const account = await findAccount(
    own.database,
    link.organizationId,
    link.userId === null ? 'administrator' : 'user',
    link.userId ?? link.administratorId ?? '',
  );
  if (account === undefined) throw new TranslatedError('tokenUsed', ({ accountOfLinkRemoved }) => accountOfLinkRemoved);
  return { account, link, deps: own };
}

/**
 * Sets a password with a link, and uses up the link: a second use is refused with the reason. Throws `tokenUsed` (400),
 * `passwordPolicy` (400), `passwordManaged` (403), and `signInFailed` (401) for an account that is suspended or not activated.
 */
export async function setPasswordByLink(
  deps: AnonymousDeps,
  request: RequestOrigin,
  token: string,
  password: string,
): Promise<Account> {
  const { account, link, deps: own } = await accountOfLink(deps, token);
  const settings = await findSettings(own.database, account.organizationId);
  requireUsable(account, settings);
  await requireAcceptable(own, account, settings, password);
  const passwordHash = await hashPassword(password, own.passwordCost);
  await inTransaction(own.database, (transaction) =>
    setOnce(own, transaction, { account, link, request, passwordHash }),
  );
  return account;
}

async function setOnce(
  deps: AccountDeps,
  transaction: Database,
  set: {
    readonly account: Account;
    readonly link: OneTimeToken;
    readonly request: RequestOrigin;
    readonly passwordHash: string;
  },
): Promise<void> {
  const { link, request, passwordHash } = set;
  // The account is locked first, as in all transactions: a concurrent change of the account waits, or has already revoked the link.
  const account = await lockAccount(transaction, set.account);
  await consumeLink(deps, transaction, link);
  requireUsable(account, await findSettings(transaction, account.organizationId));
  await storePassword(deps, transaction, account, { request, passwordHash });
}

/**
 * Changes the password of a signed-in account, and ends its other sessions. Throws `signInFailed` (401), `secondFactor` (401),
 * `passwordPolicy` (400) and `passwordManaged` (403).
 */
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
  const settings = await findSettings(deps.database, account.organizationId);
  if (account.kind === 'user') requireUnmanaged(account.user, settings);
  await confirmPassword(deps, account, request, { password: change.current, attribute: 'currentPassword' });
  if (account.kind === 'user') await requireOldEnough(deps, account.user, settings);
  await requireAcceptable(deps, account, settings, change.next);
  const passwordHash = await hashPassword(change.next, deps.passwordCost);
  await inTransaction(deps.database, async (transaction) => {
    const current = await lockAccount(transaction, account);
    if (hasTotp(current) && !(await useCode(deps, transaction, current, change.totp ?? ''))) throw wrongCode();
    await storePassword(deps, transaction, current, { request, passwordHash, kept: change.sessionId });
  });
}

async function storePassword(
  deps: AccountDeps,
  transaction: Database,
  account: Account,
  change: {
    readonly request: RequestOrigin;
    readonly passwordHash: string;
    /** The session that stays open. */
    readonly kept?: string;
  },
): Promise<void> {
  const { request, passwordHash, kept } = change;
  const origin = ownOrigin(account, request);
  const isFirst = account.passwordHash === null;
  if (account.kind === 'user') {
    // `changeUser` also ends sessions and links, and notifies the user.
    await changeUser({ ...deps, database: transaction }, directoryCaller(origin), account.id, {
      ignored: [],
      expectedVersion: undefined,
      password: undefined,
      passwordHash,
      keptSession: kept,
      transform: (document) => document,
      unqualified: (names) => names,
      eventType: isFirst ? 'user_password_set' : 'user_password_change',
    });
    return;
  }
  await updateAdministratorPassword(transaction, account.id, passwordHash, deps.clock.now());
  await recordEvent(transaction, deps.clock, origin, {
    type: 'admin_password_change',
    target: targetOfAccount(account),
  });
  await revokeLinks(transaction, 'administrator_id', account.id);
  await deleteSessions(transaction, 'administrator_id', account.id, { allBut: kept });
  if (!isFirst) await notifyPasswordChanged(deps, transaction, origin, account);
}

/** Throws `passwordPolicy` (400) for a password that the policy of the organization forbids, or that was used before. */
async function requireAcceptable(
  deps: AccountDeps,
  account: Account,
  settings: Settings,
  password: string,
): Promise<void> {
  requireChosenPassword(settings, password, namesOf(account));
  if (account.kind === 'user') await requireUnused(deps, account.user, settings, password);
  else if (
    account.passwordHash !== null &&
    settings.passwordHistory > 0 &&
    (await verifyPassword(password, account.passwordHash))
  ) {
    throw new TranslatedError('passwordPolicy', ({ password: { must, musts } }) => must([musts.history(1)], ''), {
      attribute: 'password',
    });
  }
}

/** Throws `signInFailed` (401) or `passwordManaged` (403) if no password may be set for the account. */
function requireUsable(account: Account, settings: Settings): void {
  if (account.kind === 'administrator') {
    if (account.suspended) throw notUsable('suspended');
    return;
  }
  requireUnmanaged(account.user, settings);
  const { state } = account.user;
  if (state !== 'ACTIVATED') throw notUsable(state === 'STAGED' ? 'staged' : 'suspended');
}

function notUsable(state: 'staged' | 'suspended'): AppError {
  return new TranslatedError('signInFailed', ({ accountStates }) => accountStates[state]);
}
