import { recordEvent } from '#audit/event-store.ts';
import { DAY_MS } from '#base/clock.ts';
import { AppError, quote } from '#base/errors.ts';
import type { Database } from '#database/database.ts';
import { inResourceTransaction } from '#database/resource-transaction.ts';
import { findSettings } from '#organizations/organization-store.ts';
import { requireRequested } from './requested.ts';
import { replaceSshKeys } from './ssh-keys.ts';
import { requirePublicKey } from './ssh-public-key.ts';
import type { Caller, DirectoryDeps, StoredUser } from './stored.ts';
import { isPasswordManaged } from './system-user.ts';
import type { MfaBody, SystemUserBody } from './system-user-fields.ts';
import { findUser, findUserToChange, updateUserFlags } from './user-store.ts';
import { findUserSecurity, updateUserSecurity } from './user-security-store.ts';
import { targetOf } from './users.ts';

/** What of a body says how the user signs in, and is not part of the document. The body has only what changes. */
export async function changeAccess(
  deps: DirectoryDeps,
  caller: Caller,
  user: StoredUser,
  body: SystemUserBody,
): Promise<StoredUser> {
  if (body.public_key !== undefined) await changePublicKey(deps, caller, user, body.public_key);
  if (body.ssh_keys !== undefined) await replaceSshKeys(deps, caller.origin, user, body.ssh_keys);
  if (body.mfa) await setMfaExclusion(deps, caller, user, body.mfa);
  if (body.account_locked === undefined || body.account_locked === user.accountLocked) return user;
  return await setLocked(deps, caller, user.id, body.account_locked);
}

/** The field `public_key`, which is a property of the user: here it is checked, and the user gets the mail about it. */
async function changePublicKey(deps: DirectoryDeps, { origin }: Caller, user: StoredUser, sent: string | null) {
  const publicKey = sent?.trim() ?? '';
  if (publicKey !== '') requirePublicKey(publicKey);
  await deps.sshKeyChanged?.(deps.database, origin, user, { name: 'public_key', isAdded: publicKey !== '' });
}

/** Until when a user need not have a second factor. Throws invalidValue (400). */
export async function setMfaExclusion(
  deps: DirectoryDeps,
  caller: Caller,
  user: StoredUser,
  mfa: MfaBody,
): Promise<void> {
  const now = deps.clock.now();
  const until = exclusionOf(mfa, now);
  if (until === undefined) return;
  const before = (await findUserSecurity(deps.database, user.id))?.mfa_exclusion_until ?? null;
  if (before === until) return;
  const key = { userId: user.id, organizationId: user.organizationId };
  await updateUserSecurity(deps.database, key, { mfa_exclusion_until: until });
  const isoOf = (time: number | null) => (time === null ? null : new Date(time).toISOString());
  await recordEvent(deps.database, deps.clock, caller.origin, {
    type: 'user_update',
    target: targetOf(user),
    changes: [{ field: 'mfa.exclusionUntil', from: isoOf(before), to: isoOf(until) }],
  });
}

/** In milliseconds; null for not at all, undefined where the body says nothing about it. */
function exclusionOf({ exclusion, exclusionDays, exclusionUntil }: MfaBody, now: Date): number | null | undefined {
  if (exclusion === false) return null;
  const until = exclusionUntil ? new Date(exclusionUntil).getTime() : undefined;
  if (until !== undefined && until <= now.getTime()) {
    throw new AppError('invalidValue', `mfa.exclusionUntil ${quote(exclusionUntil)} is over: name a time to come.`, {
      attribute: 'mfa.exclusionUntil',
    });
  }
  if (until !== undefined) return until;
  if (typeof exclusionDays === 'number') return now.getTime() + exclusionDays * DAY_MS;
  if (exclusion !== true) return undefined;
  throw new AppError('invalidValue', 'mfa.exclusion needs an end: send exclusionDays or exclusionUntil with it.', {
    attribute: 'mfa.exclusionUntil',
  });
}

/** Locks or unlocks a user. Unlocking clears no expiry. */
export async function setLocked(deps: DirectoryDeps, caller: Caller, id: string, locked: boolean): Promise<StoredUser> {
  const at = deps.clock.now();
  return await setFlags(deps, caller, id, {
    type: locked ? 'user_lockout' : 'user_unlocked',
    flags: { account_locked: locked ? 1 : 0 },
    field: 'account_locked',
    value: locked,
    isDone: (user) => user.accountLocked === locked,
    before: async (transaction, user) => {
      await updateUserSecurity(
        transaction,
        { userId: user.id, organizationId: user.organizationId },
        locked ? { locked_at: at.getTime() } : { locked_at: null, bad_login_attempts: 0, last_bad_login_at: null },
      );
    },
  });
}

/** Lets the password of a user expire at once: the user reads as not active until there is a new one. */
export async function expirePassword(deps: DirectoryDeps, caller: Caller, id: string): Promise<StoredUser> {
  const settings = await findSettings(deps.database, caller.origin.organizationId);
  return await setFlags(deps, caller, id, {
    type: 'user_password_expired',
    flags: { password_expired: 1 },
    field: 'password_expired',
    value: true,
    isDone: (user) => user.passwordExpired,
    before: async (_, user) => {
      if (user.passwordPending) {
        throw new AppError(
          'passwordPending',
          `The password of ${quote(user.username)} is pending: the user has not set one yet, as every user that an identity source created, so there is none to expire. To let the user set one, activate the user with a mail; to keep the user out, suspend the user.`,
          { attribute: 'passwordStatus' },
        );
      }
      if (isPasswordManaged(user, settings)) {
        throw new AppError('passwordManaged', `The password of ${quote(user.username)} is managed by its source.`);
      }
    },
  });
}

interface FlagChange {
  readonly type: 'user_lockout' | 'user_unlocked' | 'user_password_expired';
  readonly flags: { readonly account_locked?: 0 | 1; readonly password_expired?: 0 | 1 };
  readonly field: string;
  readonly value: boolean;
  /** Whether the user has the flag already: then there is nothing to tell. */
  readonly isDone: (user: StoredUser) => boolean;
  readonly before: (transaction: Database, user: StoredUser) => Promise<void>;
}

async function setFlags(deps: DirectoryDeps, caller: Caller, id: string, change: FlagChange): Promise<StoredUser> {
  const { organizationId } = caller.origin;
  return await inResourceTransaction(deps.database, id, async (transaction) => {
    const user = requireRequested('user', id, await findUserToChange(transaction, organizationId, id));
    await change.before(transaction, user);
    if (change.isDone(user)) return user;
    await updateUserFlags(transaction, id, change.flags, deps.clock.now());
    await recordEvent(transaction, deps.clock, caller.origin, {
      type: change.type,
      target: targetOf(user),
      changes: [{ field: change.field, from: !change.value, to: change.value }],
    });
    return requireRequested('user', id, await findUser(transaction, organizationId, id));
  });
}
