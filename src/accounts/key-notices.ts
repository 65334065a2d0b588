import { findAdministrators } from '#admins/administrator-store.ts';
import { listApiKeys, lockApiKey, markWarned } from '#admins/api-key-store.ts';
import type { ApiKey } from '#admins/key-record.ts';
import { recordEvent } from '#audit/event-store.ts';
import type { EventTarget, Origin } from '#audit/event-types.ts';
import { DAY_MS } from '#base/clock.ts';
import { inTransaction, type Database } from '#database/database.ts';
import { findAccount, type Account, type AccountDeps } from './account.ts';
import { sendAccountMail } from './account-mail.ts';
import { expiryTokens } from './password-expiry.ts';
import { receivesMail, recordSkippedMail, wasSkippedSince } from './unreachable.ts';

/** Days before the expiry of a key at which an email about it is sent. */
export const KEY_NOTICE_DAYS: readonly number[] = [30, 7, 1];

/**
 * Sends emails about keys that expire in 30, 7 or 1 days. The recipient is the owner of the key, an administrator or a user; for the
 * token of an integration, the recipients are the administrators who can create a new token. While there is no recipient who can
 * receive email, the notice stays due, and one event records this.
 */
export async function sendKeyNotices(deps: AccountDeps, origin: Origin): Promise<void> {
  const { organizationId } = origin;
  const now = deps.clock.now();
  for (const key of await listApiKeys(deps.database, organizationId)) {
    const days = dueNotice(key, now);
    if (days === undefined) continue;
    const target: EventTarget = { type: 'api_key', id: key.id, name: key.name };
    await inTransaction(deps.database, async (transaction) => {
      // Since the list was read, the key may have been revoked, or another process may have sent the notice.
      const present = await lockApiKey(transaction, key.id);
      if (present === undefined || dueNotice({ ...key, ...present }, now) !== days) return;
      const recipients = await recipientsOf(transaction, organizationId, key);
      if (recipients.length === 0) {
        await recordNoRecipient(deps, transaction, origin, { key, days, target });
        return;
      }
      await markWarned(transaction, key.id, days);
      await recordEvent(transaction, deps.clock, origin, {
        type: 'api_key_expiry_notice',
        target,
        changes: [{ field: 'days', from: null, to: days }],
      });
      for (const account of recipients) {
        await sendAccountMail(deps, transaction, account, {
          kind: 'api_key_expiration',
          tokens: {
            key_name: key.name,
            key_prefix: key.prefix,
            ...expiryTokens(Math.max(1, Math.ceil(((key.expiresAt?.getTime() ?? 0) - now.getTime()) / DAY_MS))),
          },
        });
      }
    });
  }
}

/** Records, once per notice, that no administrator can receive the notice. */
async function recordNoRecipient(
  deps: AccountDeps,
  transaction: Database,
  { organizationId }: Origin,
  { key, days, target }: { readonly key: ApiKey; readonly days: number; readonly target: EventTarget },
): Promise<void> {
  const due = (key.expiresAt?.getTime() ?? 0) - days * DAY_MS;
  if (await wasSkippedSince(transaction, organizationId, key.id, due)) return;
  await recordSkippedMail(deps, transaction, organizationId, { kind: 'api_key_expiration', target });
}

/** Returns the notice that is due, in days before the expiry; undefined if none is due. */
function dueNotice({ expiresAt, revokedAt, warnedDays, createdAt }: ApiKey, now: Date): number | undefined {
  if (expiresAt === null || revokedAt !== null || expiresAt <= now) return undefined;
  const left = expiresAt.getTime() - now.getTime();
  const due = KEY_NOTICE_DAYS.filter((days) => left <= days * DAY_MS).at(-1);
  if (due === undefined || (warnedDays !== null && warnedDays <= due)) return undefined;
  // No notice is needed if the whole lifetime of the key is within the notice period: the owner already knows the expiry.
  return expiresAt.getTime() - createdAt.getTime() <= due * DAY_MS ? undefined : due;
}

/**
 * Returns the owner of a key if the owner can receive email. Otherwise, returns the administrators who can receive email and replace
 * the key, without those who have not accepted their invitation: their addresses are not confirmed yet.
 */
async function recipientsOf(database: Database, organizationId: string, key: ApiKey): Promise<readonly Account[]> {
  if (key.kind === 'user') {
    const user = await findAccount(database, organizationId, 'user', key.userId ?? '');
    if (user?.kind === 'user' && user.user.state === 'ACTIVATED' && user.email !== '') return [user];
  }
  const administrators = (await findAdministrators(database, organizationId)).filter(
    ({ email, suspended }) => receivesMail(email) && !suspended,
  );
  const owner = administrators.find(({ id }) => id === key.administratorId);
  const authorized = administrators.filter(
    ({ permissions, passwordHash }) => permissions.has('integrations.write') && passwordHash !== null,
  );
  const accounts: Account[] = [];
  for (const { id } of owner === undefined ? authorized : [owner]) {
    const account = await findAccount(database, organizationId, 'administrator', id);
    if (account !== undefined) accounts.push(account);
  }
  return accounts;
}
