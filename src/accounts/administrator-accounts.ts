import {
  createAdministrator,
  requireWithinReach,
  type AdministratorDraft,
  type Reach,
} from '#admins/administrators.ts';
import type { Administrator } from '#admins/administrator-store.ts';
import type { Origin } from '#audit/event-types.ts';
import { AppError, assert, quote } from '#base/errors.ts';
import { inTransaction, type Database } from '#database/database.ts';
import { findAccount, type Account, type AccountDeps } from './account.ts';
import { sendInvitation, sendReset } from './account-mail.ts';

/** Makes an administrator, and sends the link that sets a password: both, or neither. */
export async function inviteAdministrator(
  deps: AccountDeps,
  origin: Origin,
  draft: AdministratorDraft,
  reach: Reach,
): Promise<Administrator> {
  return await inTransaction(deps.database, async (transaction) => {
    const administrator = await createAdministrator({ ...deps, database: transaction }, origin, draft, reach);
    await sendInvitation(deps, transaction, await accountOf(transaction, administrator));
    return administrator;
  });
}

async function accountOf(database: Database, { organizationId, id }: Administrator): Promise<Account> {
  const account = await findAccount(database, organizationId, 'administrator', id);
  assert(account, 'the administrator was just read');
  return account;
}

/**
 * Sends an administrator a link that sets a password: the invitation again to who never set one. Throws roleForbidden (403)
 * beyond the caller's reach, and conflict (409) for one who is suspended.
 */
export async function sendPasswordLink(deps: AccountDeps, origin: Origin, id: string, reach: Reach): Promise<void> {
  await inTransaction(deps.database, async (transaction) => {
    const administrator = await requireWithinReach(transaction, origin.organizationId, id, reach);
    if (administrator.suspended) {
      throw new AppError('conflict', `${quote(administrator.email)} is suspended: PUT suspended false first.`);
    }
    const account = await accountOf(transaction, administrator);
    if (account.passwordHash === null) await sendInvitation(deps, transaction, account);
    else await sendReset(deps, transaction, origin, account);
  });
}
