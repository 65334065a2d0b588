import { updateAdministratorSecurity } from '#admins/administrator-store.ts';
import { newToken } from '#admins/api-key.ts';
import { insertSession } from '#admins/session-store.ts';
import { recordEvent } from '#audit/event-store.ts';
import type { RequestOrigin } from '#audit/event-types.ts';
import { AppError } from '#base/errors.ts';
import { inTransaction, scopeTo, type Database } from '#database/database.ts';
import { hashPassword, verifyPassword } from '#directory/password-hash.ts';
import { updateUserFlags } from '#directory/user-store.ts';
import { findSettings } from '#organizations/organization-store.ts';
import type { Settings } from '#organizations/settings.ts';
import {
  findAccountsByLogin,
  ownOrigin,
  reread,
  targetOfAccount,
  updateSecurity,
  type Account,
  type AccountDeps,
  type AccountKind,
} from './account.ts';
import { sendLockoutNotice } from './account-mail.ts';
import { hasTotp, useCode, wrongCode } from './second-factor.ts';

/** The longest that anybody stays signed in, however busy. */
const SESSION_HOURS_MAX = 24 * 7;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

export interface SignInRequest {
  readonly kind: AccountKind;
  readonly login: string;
  readonly password: string;
  readonly totp?: string | undefined;
  /** Where one address has accounts in several. */
  readonly organizationId?: string | undefined;
  readonly request: RequestOrigin;
}

export interface SignedIn {
  readonly account: Account;
  readonly token: string;
  readonly expiresAt: Date;
  readonly sessionId: string;
  /** Whether a second factor has to be set up before anything else. */
  readonly mustEnroll: boolean;
}

/**
 * Signs somebody in by password, and by a code of the authenticator app where there is one. `databases` are all that accounts
 * are in. Throws signInFailed (401) with the same words and after the same work whether the account exists or not, and
 * secondFactor (401).
 */
export async function signIn(
  deps: AccountDeps,
  databases: readonly Database[],
  attempt: SignInRequest,
): Promise<SignedIn> {
  const candidates: { readonly account: Account; readonly database: Database }[] = [];
  for (const database of databases) {
    for (const account of await findAccountsByLogin(database, attempt.kind, attempt.login)) {
      if (attempt.organizationId === undefined || account.organizationId === attempt.organizationId) {
        candidates.push({ account, database: scopeTo(database, account.organizationId) });
      }
    }
  }
  if (candidates.length === 0) {
    await verifyPassword(attempt.password, await nobodysHash());
    throw failed();
  }
  for (const { account, database } of candidates) {
    const right = await verifyPassword(attempt.password, account.passwordHash ?? (await nobodysHash()));
    const inside = { ...deps, database };
    if (right && account.passwordHash !== null) return await admit(inside, account, attempt);
    await countFailure(inside, account, attempt);
  }
  throw failed();
}

/** What the password of nobody is compared with, so that it takes as long. */
let nobody: Promise<string> | undefined;
function nobodysHash(): Promise<string> {
  nobody ??= hashPassword('nobody has this password');
  return nobody;
}

function failed(): AppError {
  return new AppError(
    'signInFailed',
    'The name and the password do not belong together, or the account cannot be used now. After too many attempts it is locked for a while.',
  );
}

/** The password was right: what else speaks for or against the account. */
async function admit(deps: AccountDeps, account: Account, attempt: SignInRequest): Promise<SignedIn> {
  const settings = await findSettings(deps.database, account.organizationId);
  const reason = whyNot(deps, account, settings);
  if (reason !== undefined) {
    await recordAttempt(deps, deps.database, account, attempt, reason);
    throw failed();
  }
  if (hasTotp(account) && (attempt.totp ?? '') === '') {
    throw new AppError('secondFactor', 'Send the code of the authenticator app as totp.', { attribute: 'totp' });
  }
  const signedIn = await inTransaction(deps.database, async (transaction) => {
    if (hasTotp(account) && !(await useCode(deps, transaction, account, attempt.totp ?? ''))) return undefined;
    const methods = hasTotp(account) ? ['pwd', 'otp', 'mfa'] : ['pwd'];
    return await openSession(deps, transaction, account, { settings, request: attempt.request, methods });
  });
  if (signedIn !== undefined) return signedIn;
  await countFailure(deps, account, attempt);
  throw wrongCode();
}

/** Opens a session for somebody who proved who they are. */
export async function openSession(
  deps: AccountDeps,
  transaction: Database,
  account: Account,
  how: { readonly settings: Settings; readonly request: RequestOrigin; readonly methods: readonly string[] },
): Promise<SignedIn> {
  const { settings, request, methods } = how;
  const now = deps.clock.now();
  const expiresAt = new Date(now.getTime() + SESSION_HOURS_MAX * HOUR_MS);
  const token = newToken('session');
  const sessionId = await insertSession(transaction, deps.clock, {
    organizationId: account.organizationId,
    owner:
      account.kind === 'user'
        ? { kind: 'user', userId: account.id }
        : { kind: 'administrator', administratorId: account.id },
    token,
    expiresAt,
    clientIp: request.clientIp,
    userAgent: request.userAgent,
    authMethods: methods,
  });
  if (account.security.bad_login_attempts > 0 || account.security.locked_at !== null) {
    await unlock(deps, transaction, account);
  }
  if (account.kind === 'administrator') {
    await updateAdministratorSecurity(transaction, account.id, { last_login_at: now.getTime() });
  }
  await recordEvent(transaction, deps.clock, ownOrigin(account, request), {
    type: account.kind === 'user' ? 'user_login_attempt' : 'admin_login_attempt',
    target: targetOfAccount(account),
    changes: [{ field: 'auth_methods', from: null, to: methods }],
  });
  return {
    account,
    token,
    expiresAt,
    sessionId,
    mustEnroll: needsFactor(account, settings) && !methods.includes('mfa'),
  };
}

function needsFactor(account: Account, settings: Settings): boolean {
  return account.kind === 'user'
    ? account.user.properties['enable_user_portal_multifactor'] === true
    : account.mfaRequired || settings.requireAdministratorMfa;
}

/** Why somebody with the right password may not come in; undefined when nothing is against it. */
export function whyNot(deps: AccountDeps, account: Account, settings: Settings): string | undefined {
  if (isLocked(deps, account, settings)) return 'the account is locked';
  if (account.kind === 'administrator') return account.suspended ? 'the administrator is suspended' : undefined;
  const { user } = account;
  if (user.state !== 'ACTIVATED') return `the user is ${user.state}`;
  return user.passwordExpired ? 'the password has expired' : undefined;
}

/** Locked, and not for so long that it opens again by itself. An administrator's own lock has no end but a new password. */
function isLocked(deps: AccountDeps, { security, ...account }: Account, settings: Settings): boolean {
  const locked = account.kind === 'user' ? account.user.accountLocked : security.locked_at !== null;
  if (!locked) return false;
  const since = security.locked_at ?? 0;
  return deps.clock.now().getTime() - since < settings.lockoutTimeSeconds * 1_000;
}

async function unlock(deps: AccountDeps, transaction: Database, account: Account): Promise<void> {
  await updateSecurity(transaction, account, { bad_login_attempts: 0, last_bad_login_at: null, locked_at: null });
  if (account.kind === 'user' && account.user.accountLocked) {
    await updateUserFlags(transaction, account.id, { account_locked: 0 }, deps.clock.now());
  }
}

async function countFailure(deps: AccountDeps, account: Account, attempt: SignInRequest): Promise<void> {
  const settings = await findSettings(deps.database, account.organizationId);
  await inTransaction(deps.database, async (transaction) => {
    const current = await reread(transaction, account);
    const now = deps.clock.now();
    const { bad_login_attempts: before, last_bad_login_at: last } = current.security;
    const isStale = last !== null && now.getTime() - last > settings.resetLockoutCounterMinutes * MINUTE_MS;
    const attempts = (isStale ? 0 : before) + 1;
    const locks =
      settings.maxLoginAttempts > 0 &&
      attempts >= settings.maxLoginAttempts &&
      current.passwordHash !== null &&
      !isLocked(deps, current, settings);
    await updateSecurity(transaction, current, {
      bad_login_attempts: attempts,
      last_bad_login_at: now.getTime(),
      ...(locks && { locked_at: now.getTime() }),
    });
    await recordAttempt(deps, transaction, current, attempt, 'the password or the code is wrong');
    if (!locks) return;
    if (current.kind === 'user') await updateUserFlags(transaction, current.id, { account_locked: 1 }, now);
    await recordEvent(transaction, deps.clock, ownOrigin(current, attempt.request), {
      type: current.kind === 'user' ? 'user_lockout' : 'admin_lockout',
      target: targetOfAccount(current),
      changes: [{ field: 'account_locked', from: false, to: true }],
    });
    await sendLockoutNotice(deps, transaction, current, `from ${attempt.request.clientIp}`);
  });
}

async function recordAttempt(
  deps: AccountDeps,
  database: Database,
  account: Account,
  attempt: SignInRequest,
  reason: string,
): Promise<void> {
  await recordEvent(database, deps.clock, ownOrigin(account, attempt.request), {
    type: account.kind === 'user' ? 'user_login_attempt' : 'admin_login_attempt',
    target: targetOfAccount(account),
    error: { code: 'signInFailed', status: 401, message: `Not signed in: ${reason}.` },
  });
}
