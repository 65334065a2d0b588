import { recordEvent } from '#audit/event-store.ts';
import { DAY_MS } from '#base/clock.ts';
import { quote } from '#base/errors.ts';
import { TranslatedError } from '#base/translated-error.ts';
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

/**
 * Applies the sign-in fields of a body, which are not part of the SCIM document: the public key, the SSH keys, the exclusion from MFA, and
 * the lock. `body` contains only fields that change. Returns the changed user.
 */
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

/** Checks the field `public_key`, and notifies the user. The caller stores the field, which is a property of the user. */
async function changePublicKey(deps: DirectoryDeps, { origin }: Caller, user: StoredUser, sent: string | null) {
  const publicKey = sent?.trim() ?? '';
  if (publicKey !== '') requirePublicKey(publicKey);
  await deps.sshKeyChanged?.(deps.database, origin, user, { name: 'public_key', isAdded: publicKey !== '' });
}

/**
 * Sets or clears the time until which a user needs no second factor, and records an event. Throws `invalidValue` (400) for a time in
 * the past, and for an exclusion without an end.
 */
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

/** Returns the end of the exclusion as a Unix time in milliseconds; null for no exclusion, undefined if the body does not change it. */
function exclusionOf({ exclusion, exclusionDays, exclusionUntil }: MfaBody, now: Date): number | null | undefined {
  if (exclusion === false) return null;
  const until = exclusionUntil ? new Date(exclusionUntil).getTime() : undefined;
  if (until !== undefined && until <= now.getTime()) {
    throw new TranslatedError('invalidValue', ({ admin }) => admin.users.exclusionPast(quote(exclusionUntil)), {
      attribute: 'mfa.exclusionUntil',
    });
  }
  if (until !== undefined) return until;
  if (typeof exclusionDays === 'number') return now.getTime() + exclusionDays * DAY_MS;
  if (exclusion !== true) return undefined;
  throw new TranslatedError('invalidValue', ({ admin }) => admin.users.exclusionEnd, {
    attribute: 'mfa.exclusionUntil',
  });
}

/** Locks or unlocks a user, and records an event. Unlocking does not change an expired password. */
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

/**
 * Expires the password of a user immediately: `active` is false until a new password is set. Throws `passwordPending` if the user has
 * no password, and `passwordManaged` if the integration manages the password.
 */
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
        throw new TranslatedError('passwordPending', ({ admin }) => admin.users.passwordPending(quote(user.username)), {
          attribute: 'passwordStatus',
        });
      }
      if (isPasswordManaged(user, settings)) {
        throw new TranslatedError('passwordManaged', ({ admin }) => admin.users.passwordManaged(quote(user.username)));
      }
    },
  });
}

interface FlagChange {
  readonly type: 'user_lockout' | 'user_unlocked' | 'user_password_expired';
  readonly flags: { readonly account_locked?: 0 | 1; readonly password_expired?: 0 | 1 };
  readonly field: string;
  readonly value: boolean;
  /** True if the user already has this value: then nothing is written or recorded. */
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
