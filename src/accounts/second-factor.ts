import { Secret, TOTP } from 'otpauth';
import { recordEvent } from '#audit/event-store.ts';
import type { EventType, Origin } from '#audit/event-types.ts';
import type { AppError } from '#base/errors.ts';
import { TranslatedError } from '#base/translated-error.ts';
import { inTransaction, type Database } from '#database/database.ts';
import { lockAccount, targetOfAccount, updateSecurity, type Account, type AccountDeps } from './account.ts';
import { handleFactorChange, notifyRecoveryCodes } from './account-notices.ts';
import { issueRecoveryCodes, revokeRecoveryCodes, useRecoveryCode } from './recovery-codes.ts';

/** RFC 6238 with six digits, SHA-1 and 30 seconds, since all authenticator apps support these values. */
const PERIOD_SECONDS = 30;
const DIGITS = 6;
/** Since clocks differ, the codes of this number of time steps before and after the current time step are also accepted. */
const WINDOW = 1;
const SECRET_BYTES = 20;

export interface Enrollment {
  /** The secret in base32, for an app that cannot scan the QR code. */
  readonly secret: string;
  /** The content of the QR code: an otpauth: URI. */
  readonly uri: string;
}

const events = {
  user: {
    start: 'totp_start_enrollment',
    finish: 'totp_finish_enrollment',
    remove: 'totp_delete_enrollment',
    codes: 'user_recovery_codes_create',
  },
  administrator: {
    start: 'admin_totp_start_enrollment',
    finish: 'admin_totp_finish_enrollment',
    remove: 'admin_totp_disable',
    codes: 'admin_recovery_codes_create',
  },
} as const satisfies Record<Account['kind'], Record<'start' | 'finish' | 'remove' | 'codes', EventType>>;

/**
 * Starts the setup of an authenticator app. Only this function returns the secret. The app takes effect once `finishTotp` gets a code that
 * was generated with the secret. An account that already has an app must send a code of that app. Throws `secondFactor` (401) for a
 * missing or wrong code.
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
 * Finishes the setup that `startTotp` started, with a code of the new app. Returns the recovery codes, which cannot be read later.
 * Throws `secondFactor` (401) for a wrong code, and `conflict` (409) if no setup was started.
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
      throw new TranslatedError('conflict', ({ noSetup }) => noSetup);
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

/**
 * Removes the authenticator app of the caller's own account, given a code of the app. Throws `secondFactor` (401) for a wrong code,
 * and `notFound` (404) if there is no app.
 */
export async function removeOwnTotp(
  deps: AccountDeps,
  origin: Origin,
  account: Account,
  { code, keptSession }: { readonly code: string; readonly keptSession?: string | undefined },
): Promise<void> {
  await inTransaction(deps.database, async (transaction) => {
    const current = await lockAccount(transaction, account);
    if (!hasTotp(current)) throw new TranslatedError('notFound', ({ noAppToRemove }) => noAppToRemove);
    if (!(await useCode(deps, transaction, current, code))) throw wrongCode();
    await removeTotp(deps, transaction, origin, current);
    await handleFactorChange(deps, transaction, origin, current, { change: 'appRemoved', keptSession });
  });
}

/**
 * Replaces the recovery codes of the caller's own account, given a code of the app or an earlier recovery code. Returns the new codes, which
 * cannot be read later. Throws `secondFactor` (401) for a wrong code, and `notFound` (404) if there is no app.
 */
export async function renewRecoveryCodes(
  deps: AccountDeps,
  origin: Origin,
  account: Account,
  code: string,
): Promise<readonly string[]> {
  return await inTransaction(deps.database, async (transaction) => {
    const current = await lockAccount(transaction, account);
    if (!hasTotp(current)) throw new TranslatedError('notFound', ({ noAppForCodes }) => noAppForCodes);
    if (!(await useCode(deps, transaction, current, code))) throw wrongCode();
    await recordEvent(transaction, deps.clock, origin, {
      type: events[account.kind].codes,
      target: targetOfAccount(account),
    });
    await notifyRecoveryCodes(deps, transaction, origin, current, 'created');
    return await issueRecoveryCodes(deps, transaction, current);
  });
}

/**
 * Removes the authenticator app of another account, ends its sessions, notifies its owner, and returns true. Returns false, and changes and
 * records nothing, if the account has no app.
 */
export async function resetTotp(deps: AccountDeps, origin: Origin, account: Account): Promise<boolean> {
  return await inTransaction(deps.database, async (transaction) => {
    const before = await lockAccount(transaction, account);
    if (!hasTotp(before)) return false;
    await removeTotp(deps, transaction, origin, before);
    await handleFactorChange(deps, transaction, origin, before, { change: 'appRemoved' });
    return true;
  });
}

/** Removes the authenticator app and the recovery codes of an account. */
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
 * Uses up a code of the authenticator app, or a recovery code. No code is accepted twice (RFC 6238 §5.2). Returns false for a wrong
 * code. `account` is what `lockAccount` returned in the transaction.
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

/** Returns the time step that a code belongs to; undefined for a wrong code. */
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
  return new TranslatedError('secondFactor', ({ wrongCode: message }) => message, { attribute: 'totp' });
}
