import {
  changeAdministrator,
  createAdministrator,
  changesEmail,
  requireAdministrator,
  requireWithinReach,
  type AdministratorDraft,
  type AdministratorUpdate,
  type ChangedAdministrator,
  type OwnAddressProof,
  type CallerPermissions,
} from '#admins/administrators.ts';
import type { Administrator } from '#admins/administrator-store.ts';
import type { Origin, RequestOrigin } from '#audit/event-types.ts';
import { assert, quote } from '#base/errors.ts';
import { TranslatedError } from '#base/translated-error.ts';
import { inTransaction, type Database } from '#database/database.ts';
import { findAccount, type Account, type AccountDeps } from './account.ts';
import { sendInvitation, sendReset } from './account-mail.ts';
import { notifyAddressChanged } from './account-notices.ts';
import { confirmPassword } from './sign-in.ts';
import { receivesMail } from './unreachable.ts';

/** Creates an administrator and sends the link that sets a password, in one transaction. */
export async function inviteAdministrator(
  deps: AccountDeps,
  origin: Origin,
  draft: AdministratorDraft,
  reach: CallerPermissions,
): Promise<Administrator> {
  return await inTransaction(deps.database, async (transaction) => {
    const administrator = await createAdministrator({ ...deps, database: transaction }, origin, draft, reach);
    await sendInvitation(deps, transaction, await accountOf(transaction, administrator));
    return administrator;
  });
}

/**
 * Changes an administrator. If the address changes, notifies the previous address. Throws the same errors as
 * `changeAdministrator`.
 */
export async function changeAdministratorAccount(
  deps: AccountDeps,
  origin: Origin,
  id: string,
  update: AdministratorUpdate,
  by: { readonly reach: CallerPermissions; readonly own?: OwnAddressProof | undefined },
): Promise<ChangedAdministrator> {
  return await inTransaction(deps.database, async (transaction) => {
    const before = await requireAdministrator(transaction, origin.organizationId, id);
    const account = await accountOf(transaction, before);
    const changed = await changeAdministrator({ ...deps, database: transaction }, origin, id, update, by);
    if (changesEmail(before, update)) await notifyAddressChanged(deps, transaction, origin, account);
    return changed;
  });
}

/** An administrator who calls the API, and the password that was sent with a change to the caller's own address. */
export interface SignedInCaller {
  readonly administratorId: string;
  /** Undefined if the caller uses a key. */
  readonly sessionId: string | undefined;
  readonly password: string | undefined;
  readonly request: RequestOrigin;
  /** Limits how many wrong passwords the session can try. */
  readonly guard: (attempt: () => Promise<void>) => Promise<void>;
}

/**
 * Returns the proof that callers need to change their own address: a session in which they sent their password. Returns undefined
 * for any other change, for another administrator, and for a caller that uses a key; `changeAdministrator` then refuses a change of
 * the caller's own address with `ownAccount` (403). Throws `invalidValue` (400) if no password was sent, and `signInFailed` (401) if
 * the password is wrong, which counts toward the lockout.
 */
export async function confirmOwnAddress(
  deps: AccountDeps,
  { organizationId }: Origin,
  { id, update }: { readonly id: string; readonly update: AdministratorUpdate },
  caller: SignedInCaller,
): Promise<OwnAddressProof | undefined> {
  if (id !== caller.administratorId) return undefined;
  const administrator = await requireAdministrator(deps.database, organizationId, id);
  const { sessionId, password, request, guard } = caller;
  // Without a session, changeAdministrator refuses the change.
  if (sessionId === undefined || !changesEmail(administrator, update)) return undefined;
  if (password === undefined) {
    throw new TranslatedError('invalidValue', ({ admin }) => admin.administrators.passwordNeeded, {
      attribute: 'password',
    });
  }
  const account = await accountOf(deps.database, administrator);
  await guard(() => confirmPassword(deps, account, request, { password, attribute: 'password' }));
  return { sessionId };
}

async function accountOf(database: Database, { organizationId, id }: Administrator): Promise<Account> {
  const account = await findAccount(database, organizationId, 'administrator', id);
  assert(account, 'the administrator was just read');
  return account;
}

/**
 * Sends an administrator a link that sets a password. An administrator who never set a password gets the invitation again. Throws
 * `roleForbidden` (403) for an administrator who has permissions that the caller does not have, `conflict` (409) for a suspended
 * administrator, and `emailRequired` (400) for an address that receives no email.
 */
export async function sendPasswordLink(
  deps: AccountDeps,
  origin: Origin,
  id: string,
  reach: CallerPermissions,
): Promise<void> {
  await inTransaction(deps.database, async (transaction) => {
    const administrator = await requireWithinReach(transaction, origin.organizationId, id, reach);
    if (administrator.suspended) {
      throw new TranslatedError('conflict', ({ admin }) => admin.administrators.suspended(quote(administrator.email)));
    }
    if (!receivesMail(administrator.email)) {
      throw new TranslatedError(
        'emailRequired',
        ({ admin }) => admin.administrators.noMail(quote(administrator.email)),
        { attribute: 'email', value: administrator.email },
      );
    }
    const account = await accountOf(transaction, administrator);
    if (account.passwordHash === null) await sendInvitation(deps, transaction, account);
    else await sendReset(deps, transaction, origin, account);
  });
}
