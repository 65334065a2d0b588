import { recordEvent } from '#audit/event-store.ts';
import type { Origin } from '#audit/event-types.ts';
import { DAY_MS } from '#base/clock.ts';
import { inTransaction, type Database } from '#database/database.ts';
import { findAgedPasswords, type AgedPassword } from '#directory/password-age-store.ts';
import { isPasswordManaged } from '#directory/system-user.ts';
import { updateUserSecurity } from '#directory/user-security-store.ts';
import { updateUserFlags } from '#directory/user-store.ts';
import type { Settings } from '#organizations/settings.ts';
import { findAccount, lockAccount, targetOfAccount, type Account, type AccountDeps } from './account.ts';
import { forgotUrlOf, sendLink, sendAccountMail } from './account-mail.ts';

/** Users read per batch. */
const BATCH_MAX = 100;

/**
 * Marks passwords that are too old as expired, and warns users whose password expires soon. Returns early once `isStopping` returns
 * true.
 */
export async function expirePasswords(
  deps: AccountDeps,
  origin: Origin,
  settings: Settings,
  isStopping = () => false,
): Promise<void> {
  const { passwordExpirationDays, passwordWarningDays } = settings;
  if (passwordExpirationDays === 0) return;
  const expired = deps.clock.now().getTime() - passwordExpirationDays * DAY_MS;
  // Users are not warned on the day on which they set the password.
  const warningDays = Math.min(passwordWarningDays, passwordExpirationDays - 1);
  const aging = expired + warningDays * DAY_MS;
  let after: AgedPassword | undefined;
  do {
    const batch = await findAgedPasswords(deps.database, origin.organizationId, {
      expired,
      aging,
      after,
      limit: BATCH_MAX,
    });
    for (const aged of batch) {
      if (isStopping()) return;
      await inTransaction(deps.database, async (transaction) => {
        const account = await lockAgingAccount(transaction, origin.organizationId, aged, settings);
        if (account === undefined) return;
        if (aged.changedAt <= expired) await expire(deps, transaction, account, origin);
        else await warn(deps, transaction, account, { origin, leftMs: aged.changedAt - expired });
      });
    }
    after = batch.at(-1);
  } while (after !== undefined);
}

/** Locks and returns the account; undefined if its password never expires, was changed meanwhile, or is marked as expired. */
async function lockAgingAccount(
  transaction: Database,
  organizationId: string,
  { userId, changedAt }: AgedPassword,
  settings: Settings,
): Promise<Account | undefined> {
  const found = await findAccount(transaction, organizationId, 'user', userId);
  const account = found && (await lockAccount(transaction, found));
  if (account?.kind !== 'user' || account.passwordChangedAt !== changedAt || account.user.passwordExpired)
    return undefined;
  const neverExpires =
    account.user.properties['password_never_expires'] === true || isPasswordManaged(account.user, settings);
  return neverExpires ? undefined : account;
}

async function expire(deps: AccountDeps, transaction: Database, account: Account, origin: Origin): Promise<void> {
  await updateUserFlags(transaction, account.id, { password_expired: 1 }, deps.clock.now());
  await recordEvent(transaction, deps.clock, origin, {
    type: 'user_password_expired',
    target: targetOfAccount(account),
    changes: [{ field: 'password_expired', from: false, to: true }],
  });
  // A user who is not allowed to sign in gets no link.
  if (account.email === '' || account.kind !== 'user' || account.user.state !== 'ACTIVATED') return;
  await sendLink(deps, transaction, account, { purpose: 'reset', kind: 'password_expiration' });
}

async function warn(
  deps: AccountDeps,
  transaction: Database,
  account: Account,
  { origin, leftMs }: { readonly origin: Origin; readonly leftMs: number },
): Promise<void> {
  const { id: userId, organizationId } = account;
  await updateUserSecurity(transaction, { userId, organizationId }, { warned_at: deps.clock.now().getTime() });
  if (account.email === '' || account.kind !== 'user' || account.user.state !== 'ACTIVATED') return;
  const days = Math.max(1, Math.ceil(leftMs / DAY_MS));
  await recordEvent(transaction, deps.clock, origin, {
    type: 'user_password_warning_email',
    target: targetOfAccount(account),
  });
  await sendAccountMail(deps, transaction, account, {
    kind: 'password_expiration_warning',
    tokens: expiryTokens(days),
    link: forgotUrlOf(deps, account),
  });
}

/**
 * Returns the template tokens for an expiry: `expiration_day` is only the number, as in templates of the directory that this API is
 * compatible with; `expiration_in` is rendered with its unit.
 */
export function expiryTokens(days: number) {
  return { expiration_day: String(days), expiration_in: { days } };
}
