import {
  changeAdministrator,
  createAdministrator,
  requireAdministrator,
  requireWithinReach,
  type AdminDeps,
  type AdministratorDraft,
  type AdministratorUpdate,
  type Reach,
} from '#admins/administrators.ts';
import type { Administrator } from '#admins/administrator-store.ts';
import { deleteAccessTokensOf, deleteSessions } from '#admins/session-store.ts';
import type { Origin } from '#audit/event-types.ts';
import { AppError, assert, quote } from '#base/errors.ts';
import { inTransaction, type Database } from '#database/database.ts';
import { findAccount, type Account, type AccountDeps } from './account.ts';
import { sendInvitation, sendReset } from './account-mail.ts';
import { revokeOneTimeTokens } from './one-time-token-store.ts';

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
 * Changes an administrator. Links that were sent before a new address are void; whoever is suspended is signed out, and
 * finds neither sessions nor access tokens again afterwards. Throws what changeAdministrator throws.
 */
export async function changeAdministratorAccount(
  deps: AdminDeps,
  origin: Origin,
  id: string,
  update: AdministratorUpdate,
  reach: Reach,
): Promise<Administrator> {
  return await inTransaction(deps.database, async (transaction) => {
    const before = await requireAdministrator(transaction, origin.organizationId, id);
    const after = await changeAdministrator({ ...deps, database: transaction }, origin, id, update, reach);
    if (after.suspended || after.email !== before.email) {
      await revokeOneTimeTokens(transaction, 'administrator_id', id, ['activation', 'reset', 'passkey_registration']);
    }
    if (after.suspended || !after.apiKeyAllowed) await deleteAccessTokensOf(transaction, id);
    if (after.suspended) await deleteSessions(transaction, 'administrator_id', id, { allBut: undefined });
    return after;
  });
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
