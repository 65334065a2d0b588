import { Secret } from 'otpauth';
import { hashApiKey } from '#admins/api-key.ts';
import {
  countTokens,
  deleteTokens,
  findOneTimeToken,
  insertOneTimeToken,
  useOneTimeToken,
} from '#admins/one-time-token-store.ts';
import { recordEvent } from '#audit/event-store.ts';
import { DAY_MS } from '#base/clock.ts';
import type { Database } from '#database/database.ts';
import { notifyRecoveryCodes } from './account-notices.ts';
import { ownerColumn, ownOrigin, targetOfAccount, type Account, type AccountDeps } from './account.ts';

/** Number of codes issued with an authenticator app. Each can be used once instead of a code of the app, if the phone is lost. */
export const RECOVERY_CODES = 8;
/** 80 random bits cannot be guessed, and their hashes need no salt. */
const CODE_BYTES = 10;
const LIFETIME_DAYS = 36_500;

/** Issues new codes and revokes the earlier ones. Codes cannot be read later, since only their hashes are stored. */
export async function issueRecoveryCodes(
  { clock }: AccountDeps,
  transaction: Database,
  account: Account,
): Promise<readonly string[]> {
  await revokeRecoveryCodes(transaction, account);
  const codes = Array.from({ length: RECOVERY_CODES }, () => new Secret({ size: CODE_BYTES }).base32);
  for (const code of codes) {
    await insertOneTimeToken(transaction, clock, {
      organizationId: account.organizationId,
      purpose: 'recovery_code',
      userId: account.kind === 'user' ? account.id : null,
      administratorId: account.kind === 'administrator' ? account.id : null,
      hash: hashApiKey(code),
      data: null,
      expiresAt: new Date(clock.now().getTime() + LIFETIME_DAYS * DAY_MS),
    });
  }
  return codes.map((code) => code.replaceAll(/(.{4})(?=.)/g, '$1-'));
}

/** Counts the codes of an account that were not used yet. */
export async function countRecoveryCodes(
  { clock }: Pick<AccountDeps, 'clock'>,
  database: Database,
  { kind, id }: Account,
): Promise<number> {
  return await countTokens(database, ownerColumn(kind), id, { purpose: 'recovery_code', now: clock.now() });
}

export async function revokeRecoveryCodes(transaction: Database, { kind, id }: Account): Promise<void> {
  await deleteTokens(transaction, ownerColumn(kind), id, 'recovery_code');
}

/** Uses up a code and notifies the owner of the account. Returns false for a text that is not an unused code of the account. */
export async function useRecoveryCode(
  deps: AccountDeps,
  transaction: Database,
  account: Account,
  sent: string,
): Promise<boolean> {
  const { clock } = deps;
  const code = sent.replaceAll(/[\s-]/g, '').toUpperCase();
  if (!/^[A-Z2-7]{16}$/.test(code)) return false;
  const token = await findOneTimeToken(transaction, hashApiKey(code), clock.now());
  const isOwn = token?.purpose === 'recovery_code' && (token.userId ?? token.administratorId) === account.id;
  if (!isOwn || !(await useOneTimeToken(transaction, token.id, clock.now()))) return false;
  const origin = ownOrigin(account, undefined);
  await recordEvent(transaction, clock, origin, {
    type: account.kind === 'user' ? 'user_recovery_code_used' : 'admin_recovery_code_used',
    target: targetOfAccount(account),
  });
  await notifyRecoveryCodes(deps, transaction, origin, account, 'used');
  return true;
}
