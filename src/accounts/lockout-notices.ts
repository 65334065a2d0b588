import { findAdministrators } from '#admins/administrator-store.ts';
import type { Database } from '#database/database.ts';
import { countMailsSince } from '#mail/outbox-store.ts';
import type { Phrase, Tokens } from '#mail/templates.ts';
import { findAccount, targetOfAccount, type Account, type AccountDeps } from './account.ts';
import { sendAccountMail } from './account-mail.ts';
import { receivesMail, recordSkippedMail } from './unreachable.ts';

/** The maximum number of administrators who get an email about one lockout. */
const ADMINISTRATORS_MAX = 20;
/**
 * The maximum number of emails about lockouts that the administrators of an organization get per hour, in total. Beyond it,
 * only the locked users get emails: a client that locks many users must not also flood the administrators' mailboxes.
 */
export const LOCKOUT_NOTICES_PER_HOUR_MAX = 100;
const HOUR_MS = 3_600_000;

/**
 * Notifies the owner of a locked account, and the administrators who can unlock it. An administrator who has not accepted the
 * invitation gets no email: the address has not been confirmed yet.
 */
export async function sendLockoutNotice(
  deps: AccountDeps,
  transaction: Database,
  account: Account,
  lock: { readonly source: Phrase; readonly until: Date },
): Promise<void> {
  const { organizationId } = account;
  const tokens: Tokens = { lockout_source: lock.source, unlocked_at: lock.until };
  if (account.email !== '') await sendAccountMail(deps, transaction, account, { kind: 'lockout_notice_user', tokens });
  const since = new Date(deps.clock.now().getTime() - HOUR_MS);
  const notices = await countMailsSince(transaction, organizationId, 'lockout_notice_admin', since);
  if (notices >= LOCKOUT_NOTICES_PER_HOUR_MAX) return;
  const administrators = await findAdministrators(transaction, organizationId);
  const authorized = administrators.filter(
    ({ id, email, permissions, passwordHash, suspended }) =>
      permissions.has('users.help') &&
      passwordHash !== null &&
      !suspended &&
      id !== account.id &&
      email !== account.email,
  );
  const reachable = authorized.filter(({ email }) => receivesMail(email));
  // One event is enough, and it is needed only if no administrator gets the email.
  if (reachable.length === 0 && authorized[0] !== undefined) {
    const skipped = {
      kind: 'lockout_notice_admin',
      recipient: authorized[0].email,
      target: targetOfAccount(account),
    } as const;
    await recordSkippedMail(deps, transaction, organizationId, skipped);
  }
  for (const { id } of reachable.slice(0, ADMINISTRATORS_MAX)) {
    const administrator = await findAccount(transaction, organizationId, 'administrator', id);
    if (administrator === undefined) continue;
    const named = { ...tokens, username: account.login };
    await sendAccountMail(deps, transaction, administrator, { kind: 'lockout_notice_admin', tokens: named });
  }
}
