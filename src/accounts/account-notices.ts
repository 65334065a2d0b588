import { isServiceAccount } from '#admins/administrators.ts';
import type { ApiKey } from '#admins/key-record.ts';
import { deleteSessions } from '#admins/session-store.ts';
import type { Origin } from '#audit/event-types.ts';
import type { Database } from '#database/database.ts';
import { hasChangedAddresses, notificationAddresses } from '#directory/addresses.ts';
import { findProtection } from '#directory/ownership-store.ts';
import type { AccountChange, Caller, SshKeyChange, StoredUser } from '#directory/stored.ts';
import type { Phrase, Tokens } from '#mail/templates.ts';
import { findSettings } from '#organizations/organization-store.ts';
import { findAccount, ownerColumn, type Account, type AccountDeps } from './account.ts';
import { sendAccountMail } from './account-mail.ts';
import { actorPhrases, factorChanges, newKeys, recoveryCodeChanges, sshKeyChanges } from './notice-phrases.ts';

/** Returns the template tokens for the time of a change and for a general description of who changed the account. */
function circumstances({ clock }: AccountDeps, origin: Origin, account: Pick<Account, 'id'>): Tokens {
  return { changed_at: clock.now(), changed_by: actorPhrase(origin, account) };
}

function actorPhrase({ integration, actor, request }: Origin, account: Pick<Account, 'id'>): Phrase {
  if (integration !== undefined) return actorPhrases.source(integration.name);
  const hasKey = request?.authMethod === 'bearer' || request?.authMethod === 'x-api-key';
  if (actor.id === account.id) return hasKey ? actorPhrases.key : actorPhrases.owner;
  const isAdministrator = actor.type === 'administrator' || actor.type === 'command_line';
  return isAdministrator ? actorPhrases.administrator : actorPhrases.directory;
}

/**
 * Notifies a user of a new password or of changed addresses, at the previous addresses: if another person changed the account, its
 * owner can read email only there. No notice is sent about an address change by an integration if the user cannot sign in, or if
 * the setting addressChangeNotices is off.
 */
export async function notifyAccountChange(
  deps: AccountDeps,
  transaction: Database,
  { origin }: Caller,
  change: AccountChange & { readonly account: Account },
): Promise<void> {
  const { before, after, account, isNewPassword } = change;
  const isAddressChanged = hasChangedAddresses(before, after);
  const bySource = origin.integration !== undefined;
  const canSignIn = (isNewPassword || bySource) && (await hasCredential(transaction, before));
  const tokens = circumstances(deps, origin, account);
  const sendsAddressNotice = isAddressChanged && (!bySource || (canSignIn && (await wantsNotice(transaction, after))));
  for (const to of notificationAddresses(before, after)) {
    if (isNewPassword && canSignIn) {
      await sendAccountMail(deps, transaction, account, { kind: 'password_reset_confirmation', to, tokens });
    }
    if (sendsAddressNotice)
      await sendAccountMail(deps, transaction, account, { kind: 'address_change_notice', to, tokens });
  }
}

async function hasCredential(database: Database, user: StoredUser): Promise<boolean> {
  return !user.passwordPending || (await findProtection(database, user)).hasFactor;
}

async function wantsNotice(database: Database, { organizationId }: StoredUser): Promise<boolean> {
  return (await findSettings(database, organizationId)).addressChangeNotices;
}

/** Notifies an administrator of a changed password. */
export async function notifyPasswordChanged(
  deps: AccountDeps,
  transaction: Database,
  origin: Origin,
  account: Account,
): Promise<void> {
  await sendNotice(deps, transaction, origin, account, { kind: 'password_reset_confirmation' });
}

/** Notifies an administrator of a changed address, at the previous address, which `account` still has. */
export async function notifyAddressChanged(
  deps: AccountDeps,
  transaction: Database,
  origin: Origin,
  account: Account,
): Promise<void> {
  await sendNotice(deps, transaction, origin, account, { kind: 'address_change_notice' });
}

/** Notifies a user that an SSH key was added or removed. Sessions stay open, since an SSH key cannot open one. */
export async function notifySshKeyChanged(
  deps: AccountDeps,
  transaction: Database,
  origin: Origin,
  account: Account,
  { name, isAdded }: SshKeyChange,
): Promise<void> {
  const change = isAdded ? sshKeyChanges.added(name) : sshKeyChanges.removed(name);
  await sendNotice(deps, transaction, origin, account, { kind: 'security_notice', change });
}

/**
 * Notifies the user or the administrator who owns a new key, since a key gives access to the account. Integrations and service
 * accounts have no mailbox.
 */
export async function notifyKeyCreated(
  deps: AccountDeps,
  transaction: Database,
  origin: Origin,
  key: ApiKey,
): Promise<void> {
  if (key.kind === 'integration') return;
  const id = (key.kind === 'user' ? key.userId : key.administratorId) ?? '';
  const account = await findAccount(transaction, key.organizationId, key.kind, id);
  if (account === undefined || (key.kind === 'administrator' && isServiceAccount(account))) return;
  const change = key.kind === 'user' ? newKeys.user(key.name) : newKeys.administrator(key.name);
  await sendNotice(deps, transaction, origin, account, { kind: 'security_notice', change });
}

/** Notifies the owner of an account that a recovery code was used, or that new codes replaced the earlier ones. */
export async function notifyRecoveryCodes(
  deps: AccountDeps,
  transaction: Database,
  origin: Origin,
  account: Account,
  change: keyof typeof recoveryCodeChanges,
): Promise<void> {
  const notice = { kind: 'security_notice', change: recoveryCodeChanges[change] } as const;
  await sendNotice(deps, transaction, origin, account, notice);
}

interface Notice {
  readonly kind: 'password_reset_confirmation' | 'address_change_notice' | 'security_notice' | 'second_factor_notice';
  /** What changed; only for the kinds of email whose text includes it. */
  readonly change?: Phrase;
}

/** Sends a notice to the owner of an account, if the account has an address. */
async function sendNotice(
  deps: AccountDeps,
  transaction: Database,
  origin: Origin,
  account: Account,
  { kind, change }: Notice,
): Promise<void> {
  const to = noticeAddressOf(account);
  if (to === undefined) return;
  const tokens = { ...circumstances(deps, origin, account), ...(change !== undefined && { change }) };
  await sendAccountMail(deps, transaction, account, { kind, to, tokens });
}

/** Returns the address for a notice about a change that does not affect the addresses; undefined if there is none. */
function noticeAddressOf(account: Account): string | undefined {
  const [to] = account.kind === 'user' ? notificationAddresses(account.user, account.user) : [account.email];
  return to === '' ? undefined : to;
}

/** A change to a second factor or a passkey. `keptSession` is the session in which the owner makes the change: it stays open. */
export interface FactorChange {
  readonly change: keyof typeof factorChanges;
  readonly keptSession?: string | undefined;
}

/** Ends the other sessions of an account whose second factor or passkey changed, and notifies its owner. */
export async function handleFactorChange(
  deps: AccountDeps,
  transaction: Database,
  origin: Origin,
  account: Account,
  { change, keptSession }: FactorChange,
): Promise<void> {
  await deleteSessions(transaction, ownerColumn(account.kind), account.id, { allBut: keptSession });
  await sendNotice(deps, transaction, origin, account, { kind: 'second_factor_notice', change: factorChanges[change] });
}
