import { createAdministrator, type AdministratorDraft } from '#admins/administrators.ts';
import type { Administrator } from '#admins/administrator-store.ts';
import type { Origin } from '#audit/event-types.ts';
import { assert } from '#base/errors.ts';
import { inTransaction } from '#database/database.ts';
import { findAccount, type AccountDeps } from './account.ts';
import { sendInvitation } from './account-mail.ts';

/** Makes an administrator, and sends the link that sets a password: both, or neither. */
export async function inviteAdministrator(
  deps: AccountDeps,
  origin: Origin,
  draft: AdministratorDraft,
): Promise<Administrator> {
  return await inTransaction(deps.database, async (transaction) => {
    const administrator = await createAdministrator({ ...deps, database: transaction }, origin, draft);
    const account = await findAccount(transaction, origin.organizationId, 'administrator', administrator.id);
    assert(account, 'what was written in this transaction is there');
    await sendInvitation(deps, transaction, account);
    return administrator;
  });
}
