import {
  changeAdministrator,
  createAdministrator,
  isMoved,
  requireAdministrator,
  requireWithinReach,
  type AdministratorDraft,
  type AdministratorUpdate,
  type ChangedAdministrator,
  type OwnAddressProof,
  type Reach,
} from '#admins/administrators.ts';
import type { Administrator } from '#admins/administrator-store.ts';
import type { Origin, RequestOrigin } from '#audit/event-types.ts';
import { AppError, assert, quote } from '#base/errors.ts';
import { inTransaction, type Database } from '#database/database.ts';
import { findAccount, type Account, type AccountDeps } from './account.ts';
import { sendInvitation, sendReset } from './account-mail.ts';
import { notifyAddressChanged } from './account-notices.ts';
import { confirmPassword } from './sign-in.ts';
import { receivesMail } from './unreachable.ts';

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

/**
 * Changes an administrator, and writes to the address from before if that is another one now. Throws what changeAdministrator
 * throws.
 */
export async function changeAdministratorAccount(
  deps: AccountDeps,
  origin: Origin,
  id: string,
  update: AdministratorUpdate,
  by: { readonly reach: Reach; readonly own?: OwnAddressProof | undefined },
): Promise<ChangedAdministrator> {
  return await inTransaction(deps.database, async (transaction) => {
    const before = await requireAdministrator(transaction, origin.organizationId, id);
    const account = await accountOf(transaction, before);
    const changed = await changeAdministrator({ ...deps, database: transaction }, origin, id, update, by);
    if (isMoved(before, update)) await notifyAddressChanged(deps, transaction, origin, account);
    return changed;
  });
}

/** The session of a caller, and the password that was sent with the change of the caller's own address. */
export interface SignedInCaller {
  readonly administratorId: string;
  /** undefined for a key. */
  readonly sessionId: string | undefined;
  readonly password: string | undefined;
  readonly request: RequestOrigin;
  /** Limits how often the session compares a wrong password. */
  readonly guard: (attempt: () => Promise<void>) => Promise<void>;
}

/**
 * The proof that callers give to change their own address: a session, and the password. undefined for a change of something
 * else or of another administrator. Throws ownAccount (403) for a key, invalidValue (400) without a password, and signInFailed
 * (401) for a wrong one, which the lockout counts.
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
  if (sessionId === undefined || !isMoved(administrator, update)) return undefined;
  if (password === undefined) {
    throw new AppError(
      'invalidValue',
      'To change your own address, send your password as the field password as well.',
      {
        attribute: 'password',
      },
    );
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
 * Sends an administrator a link that sets a password: the invitation again to one who never set one. Throws roleForbidden (403)
 * beyond the caller's reach, conflict (409) for one who is suspended, and emailRequired (400) for an address without mail.
 */
export async function sendPasswordLink(deps: AccountDeps, origin: Origin, id: string, reach: Reach): Promise<void> {
  await inTransaction(deps.database, async (transaction) => {
    const administrator = await requireWithinReach(transaction, origin.organizationId, id, reach);
    if (administrator.suspended) {
      throw new AppError('conflict', `${quote(administrator.email)} is suspended: PUT suspended false first.`);
    }
    if (!receivesMail(administrator.email)) {
      throw new AppError(
        'emailRequired',
        `${quote(administrator.email)} receives no mail: give the administrator an address first, with PUT email.`,
        { attribute: 'email', value: administrator.email },
      );
    }
    const account = await accountOf(transaction, administrator);
    if (account.passwordHash === null) await sendInvitation(deps, transaction, account);
    else await sendReset(deps, transaction, origin, account);
  });
}
