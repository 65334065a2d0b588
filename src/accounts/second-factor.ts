import { Secret, TOTP } from 'otpauth';
import { recordEvent } from '#audit/event-store.ts';
import type { EventType, Origin } from '#audit/event-types.ts';
import { AppError } from '#base/errors.ts';
import { inTransaction, type Database } from '#database/database.ts';
import { lockAccount, targetOfAccount, updateSecurity, type Account, type AccountDeps } from './account.ts';
import { handleFactorChange } from './account-notices.ts';
import { issueRecoveryCodes, revokeRecoveryCodes, useRecoveryCode } from './recovery-codes.ts';

/** RFC 6238: six digits of SHA-1 every 30 seconds, since that is what all authenticator apps know. */
const PERIOD_SECONDS = 30;
const DIGITS = 6;
/** Steps before and after the present one whose code is taken as well: clocks differ. */
const WINDOW = 1;
const SECRET_BYTES = 20;

export interface Enrollment {
  /** Base32, for typing. */
  readonly secret: string;
  /** For a QR code. */
  readonly uri: string;
}

const events = {
  user: { start: 'totp_start_enrollment', finish: 'totp_finish_enrollment', remove: 'totp_delete_enrollment' },
  administrator: {
    start: 'admin_totp_start_enrollment',
    finish: 'admin_totp_finish_enrollment',
    remove: 'admin_totp_disable',
  },
} as const satisfies Record<Account['kind'], Record<'start' | 'finish' | 'remove', EventType>>;

/**
 * Begins to set up an authenticator app: the secret is shown this once, and counts when a code of it was sent. Who has an app
 * already proves that with a code of it. Throws secondFactor (401).
 */
export async function startTotp(
  deps: AccountDeps,
  origin: Origin,
  account: Account,
  { issuer, code }: { readonly issuer: string; readonly code: string | undefined },
): Promise<Enrollment> {
  const secret = new Secret({ size: SECRET_BYTES });
  await inTransaction(deps.database, async (transaction) => {
    const current = await lockAccount(transaction, account);
    if (hasTotp(current) && !(await useCode(deps, transaction, current, code ?? ''))) throw wrongCode();
    await updateSecurity(transaction, account, { pending_totp_secret: deps.secrets.seal(secret.base32) });
    await recordEvent(transaction, deps.clock, origin, {
      type: events[account.kind].start,
      target: targetOfAccount(account),
    });
  });
  const uri = totpOf(secret.base32, issuer, account.email === '' ? account.login : account.email).toString();
  return { secret: secret.base32, uri };
}

/**
 * Sets up the app whose secret was shown, by a code of it. Returns the recovery codes, which are shown this once. Throws
 * secondFactor (401) and conflict (409).
 */
export async function finishTotp(
  deps: AccountDeps,
  origin: Origin,
  account: Account,
  { code, keptSession }: { readonly code: string; readonly keptSession?: string | undefined },
): Promise<readonly string[]> {
  return await inTransaction(deps.database, async (transaction) => {
    const { security } = await lockAccount(transaction, account);
    if (security.pending_totp_secret === null) {
      throw new AppError('conflict', 'No authenticator app is being set up: begin anew.');
    }
    const step = checkCode(deps, security.pending_totp_secret, code);
    if (step === undefined) throw wrongCode();
    await updateSecurity(transaction, account, {
      totp_secret: security.pending_totp_secret,
      pending_totp_secret: null,
      totp_enrolled_at: deps.clock.now().getTime(),
      totp_last_step: step,
    });
    await recordEvent(transaction, deps.clock, origin, {
      type: events[account.kind].finish,
      target: targetOfAccount(account),
    });
    await handleFactorChange(deps, transaction, origin, account, { change: 'appAdded', keptSession });
    return await issueRecoveryCodes(deps, transaction, account);
  });
}

/** Removes one's own app, by a code of it. Throws secondFactor (401) and notFound (404). */
export async function removeOwnTotp(
  deps: AccountDeps,
  origin: Origin,
  account: Account,
  { code, keptSession }: { readonly code: string; readonly keptSession?: string | undefined },
): Promise<void> {
  await inTransaction(deps.database, async (transaction) => {
    const current = await lockAccount(transaction, account);
    if (!hasTotp(current)) throw new AppError('notFound', 'There is no authenticator app to remove.');
    if (!(await useCode(deps, transaction, current, code))) throw wrongCode();
    await removeTotp(deps, transaction, origin, current);
    await handleFactorChange(deps, transaction, origin, current, { change: 'appRemoved', keptSession });
  });
}

/** Removes the authenticator app of another account; if there was one, ends its sessions and writes to its owner. */
export async function resetTotp(deps: AccountDeps, origin: Origin, account: Account): Promise<void> {
  await inTransaction(deps.database, async (transaction) => {
    const before = await lockAccount(transaction, account);
    await removeTotp(deps, transaction, origin, before);
    if (!hasTotp(before)) return;
    await handleFactorChange(deps, transaction, origin, before, { change: 'appRemoved' });
  });
}

/** Removes the authenticator app of an account, and the recovery codes with it. */
export async function removeTotp(
  { clock }: Pick<AccountDeps, 'clock'>,
  transaction: Database,
  origin: Origin,
  account: Account,
): Promise<void> {
  await updateSecurity(transaction, account, {
    totp_secret: null,
    pending_totp_secret: null,
    totp_enrolled_at: null,
    totp_last_step: null,
  });
  await revokeRecoveryCodes(transaction, account);
  await recordEvent(transaction, clock, origin, {
    type: events[account.kind].remove,
    target: targetOfAccount(account),
  });
}

export function hasTotp({ security }: Account): boolean {
  return security.totp_enrolled_at !== null && security.totp_secret !== null;
}

/**
 * Uses up a code of the authenticator app, or a recovery code: none is taken twice (RFC 6238 §5.2). False for a wrong one. `account` is as
 * lockAccount found it in the transaction.
 */
export async function useCode(
  deps: AccountDeps,
  transaction: Database,
  account: Account,
  code: string,
): Promise<boolean> {
  const { security } = account;
  if (security.totp_secret === null) return false;
  if (await useRecoveryCode(deps, transaction, account, code)) return true;
  const step = checkCode(deps, security.totp_secret, code);
  if (step === undefined || step <= (security.totp_last_step ?? 0)) return false;
  await updateSecurity(transaction, account, { totp_last_step: step });
  return true;
}

/** The time step that a code belongs to; undefined for a wrong one. */
function checkCode(deps: AccountDeps, sealed: string, code: string): number | undefined {
  const timestamp = deps.clock.now().getTime();
  const totp = totpOf(deps.secrets.open(sealed), '', '');
  const delta = totp.validate({ token: code.replaceAll(/\s/g, ''), timestamp, window: WINDOW });
  return delta === null ? undefined : Math.floor(timestamp / 1000 / PERIOD_SECONDS) + delta;
}

function totpOf(secret: string, issuer: string, label: string): TOTP {
  return new TOTP({
    issuer,
    label,
    algorithm: 'SHA1',
    digits: DIGITS,
    period: PERIOD_SECONDS,
    secret: Secret.fromBase32(secret),
  });
}

export function wrongCode(): AppError {
  return new AppError(
    'secondFactor',
    'The code is wrong, or was used already. Wait for the next one; the clock of the phone must be right.',
    { attribute: 'totp' },
  );
}
