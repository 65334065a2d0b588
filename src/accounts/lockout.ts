import { recordEvent } from '#audit/event-store.ts';
import type { Origin, RequestOrigin } from '#audit/event-types.ts';
import { inTransaction, type Database } from '#database/database.ts';
import { findOrganizationsWithLocks, findUsersLockedBefore } from '#directory/user-lock-store.ts';
import { updateUserSecurity } from '#directory/user-security-store.ts';
import { updateUserFlags } from '#directory/user-store.ts';
import { findSettings } from '#organizations/organization-store.ts';
import { LOCKOUT_SECONDS_MIN, type Settings } from '#organizations/settings.ts';
import {
  depsOf,
  findAccount,
  lockAccount,
  ownOrigin,
  targetOfAccount,
  updateSecurity,
  type Account,
  type AccountDeps,
} from './account.ts';
import { sendLockoutNotice } from './lockout-notices.ts';
import { lockoutSource } from './notice-phrases.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
/** The number of wrong attempts that lock an administrator, or an account with a second factor, if the setting maxLoginAttempts is 0. */
const GUARDED_ATTEMPTS_MAX = 10;
/** The maximum number of users that one run unlocks per organization. */
const BATCH_MAX = 100;

/** True if an account is locked and its lockout time has not passed. */
export function isLocked({ clock }: AccountDeps, account: Account, settings: Settings): boolean {
  const since = lockedSince(account);
  return since !== undefined && clock.now().getTime() - since < settings.lockoutTimeSeconds * SECOND_MS;
}

/** Returns when an account was locked; undefined if no lock is stored. A lock can have expired and still be stored. */
function lockedSince({ security, ...account }: Account): number | undefined {
  const isMarked = account.kind === 'user' ? account.user.accountLocked : security.locked_at !== null;
  return isMarked ? (security.locked_at ?? 0) : undefined;
}

/**
 * Counts a wrong password or code. Locks the account if the count reaches the limit and the setting accountLockout is on. Further
 * failures do not prolong a lock. `refusedUntil` is when the client may try again, if this failure makes it wait. `record` stores the
 * event of the failure; callers that record another event pass a function that does nothing.
 */
export async function countFailure(
  deps: AccountDeps,
  account: Account,
  request: RequestOrigin,
  refusedUntil?: Date,
  record: typeof recordAttempt = recordAttempt,
): Promise<void> {
  const settings = await findSettings(deps.database, account.organizationId);
  await inTransaction(deps.database, async (transaction) => {
    const current = await lockAccount(transaction, account);
    if (isLocked(deps, current, settings)) {
      await record(deps, transaction, current, request, 'the account is locked');
      return;
    }
    const now = deps.clock.now();
    const attempts = attemptsBefore(current, now, settings) + 1;
    await removeLock(deps, transaction, current, ownOrigin(current, request));
    const locks = attempts >= attemptsMax(current, settings) && current.passwordHash !== null;
    await updateSecurity(transaction, current, {
      bad_login_attempts: attempts,
      last_bad_login_at: now.getTime(),
      locked_at: locks ? now.getTime() : null,
    });
    await record(
      deps,
      transaction,
      current,
      request,
      `the password or the code is wrong${waitOf(request, refusedUntil)}`,
    );
    if (!locks) return;
    if (current.kind === 'user') await updateUserFlags(transaction, current.id, { account_locked: 1 }, now);
    await recordEvent(transaction, deps.clock, ownOrigin(current, request), {
      type: current.kind === 'user' ? 'user_lockout' : 'admin_lockout',
      target: targetOfAccount(current),
      changes: [{ field: 'account_locked', from: false, to: true }],
    });
    const until = new Date(now.getTime() + settings.lockoutTimeSeconds * SECOND_MS);
    await sendLockoutNotice(deps, transaction, current, { source: lockoutSource(request.clientIp), until });
  });
}

/**
 * Returns the text that adds the client's wait to the event of the failed attempt. Attempts during the wait are not recorded, since
 * each event would cost a write.
 */
function waitOf({ clientIp }: RequestOrigin, refusedUntil: Date | undefined): string {
  if (refusedUntil === undefined) return '';
  return `; further attempts for this name from ${clientIp} are refused until ${refusedUntil.toISOString()}`;
}

/** Returns how many wrong attempts in a row lock an account; Infinity if the account is never locked. */
function attemptsMax({ kind, security }: Account, { accountLockout, maxLoginAttempts }: Settings): number {
  // With a lockout, any client that knows a name could lock out its owner. By default, each client has to wait instead.
  if (!accountLockout) return Infinity;
  if (maxLoginAttempts > 0) return maxLoginAttempts;
  // Six-digit codes can be guessed, and administrators are worth the effort, so the attempts for both are always limited.
  return kind === 'administrator' || security.totp_secret !== null ? GUARDED_ATTEMPTS_MAX : Infinity;
}

/**
 * Returns the number of earlier wrong attempts. Counting restarts after a lock, and if the last wrong attempt is older than the
 * setting resetLockoutCounterMinutes.
 */
function attemptsBefore(account: Account, now: Date, settings: Settings): number {
  const { bad_login_attempts: attempts, last_bad_login_at: last } = account.security;
  if (lockedSince(account) !== undefined || last === null) return 0;
  return now.getTime() - last > settings.resetLockoutCounterMinutes * MINUTE_MS ? 0 : attempts;
}

/** Resets the failure count of an account and removes its lock: after a sign-in, or when the lock has expired. */
export async function resetFailures(
  deps: AccountDeps,
  transaction: Database,
  account: Account,
  origin: Origin,
): Promise<void> {
  const { bad_login_attempts: attempts, locked_at: lockedAt } = account.security;
  if (attempts === 0 && lockedAt === null && lockedSince(account) === undefined) return;
  await removeLock(deps, transaction, account, origin);
  await updateSecurity(transaction, account, { bad_login_attempts: 0, last_bad_login_at: null, locked_at: null });
}

/** Removes the stored lock of a user, and records an event. */
async function removeLock(deps: AccountDeps, transaction: Database, account: Account, origin: Origin): Promise<void> {
  if (account.kind !== 'user' || !account.user.accountLocked) return;
  await updateUserFlags(transaction, account.id, { account_locked: 0 }, deps.clock.now());
  await recordEvent(transaction, deps.clock, origin, {
    type: 'user_unlocked',
    target: targetOfAccount(account),
    changes: [{ field: 'account_locked', from: true, to: false }],
  });
}

/** Removes the lock of users whose lockout time has passed, so that lists and events show it. */
export async function unlockExpiredLocks(deps: AccountDeps): Promise<void> {
  const now = deps.clock.now().getTime();
  const before = (seconds: number) => new Date(now - seconds * SECOND_MS);
  for (const organizationId of await findOrganizationsWithLocks(deps.database, before(LOCKOUT_SECONDS_MIN))) {
    const own = await depsOf(deps, deps.database, organizationId);
    const { lockoutTimeSeconds } = await findSettings(own.database, organizationId);
    const origin: Origin = {
      organizationId,
      actor: { type: 'system', id: null, name: 'schedule' },
      integration: undefined,
      request: undefined,
    };
    for (const userId of await findUsersLockedBefore(
      own.database,
      organizationId,
      before(lockoutTimeSeconds),
      BATCH_MAX,
    )) {
      await inTransaction(own.database, async (transaction) => {
        const found = await findAccount(transaction, organizationId, 'user', userId);
        if (found === undefined) {
          await updateUserSecurity(transaction, { userId, organizationId }, { locked_at: null });
          return;
        }
        const settings = await findSettings(transaction, organizationId);
        const account = await lockAccount(transaction, found);
        if (!isLocked(own, account, settings)) await resetFailures(own, transaction, account, origin);
      });
    }
  }
}

/** Records a failed sign-in attempt, for the administrators of the organization. */
export async function recordAttempt(
  deps: AccountDeps,
  database: Database,
  account: Account,
  request: RequestOrigin,
  reason: string,
): Promise<void> {
  await recordEvent(database, deps.clock, ownOrigin(account, request), {
    type: account.kind === 'user' ? 'user_login_attempt' : 'admin_login_attempt',
    target: targetOfAccount(account),
    error: { code: 'signInFailed', status: 401, message: `Not signed in: ${reason}.` },
  });
}
