import { isServiceAccount } from '#admins/administrators.ts';
import type { ApiKey } from '#admins/key-record.ts';
import { deleteSessions } from '#admins/session-store.ts';
import type { Origin } from '#audit/event-types.ts';
import type { Database } from '#database/database.ts';
import { hasOtherAddresses, notificationAddresses } from '#directory/addresses.ts';
import { findProtection } from '#directory/ownership-store.ts';
import type { AccountChange, Caller, SshKeyChange, StoredUser } from '#directory/stored.ts';
import type { Tokens } from '#mail/templates.ts';
import { findSettings } from '#organizations/organization-store.ts';
import { findAccount, ownerColumn, type Account, type AccountDeps } from './account.ts';
import { writeTo } from './account-mail.ts';

/** What a mail says about a change of an account: when, and by whom in general words. */
function circumstances({ clock }: AccountDeps, origin: Origin, account: Pick<Account, 'id'>): Tokens {
  return { changed_at: clock.now(), changed_by: actorInWords(origin, account) };
}

function actorInWords({ integration, actor, request }: Origin, account: Pick<Account, 'id'>): string {
  if (integration !== undefined) return `the identity provider of your organization (${integration.name})`;
  const hasKey = request?.authMethod === 'bearer' || request?.authMethod === 'x-api-key';
  if (actor.id === account.id && hasKey) return 'someone who has one of your keys';
  if (actor.id === account.id) return 'someone who signed in as you or opened a link that was sent to you';
  if (actor.type === 'administrator' || actor.type === 'command_line') return 'an administrator of your organization';
  return 'the directory';
}

/**
 * Writes to a user about a new password or other addresses, at the addresses from before: only there does the owner of the
 * account read it if someone else made the change. The integration that owns the user may change addresses without a mail to
 * users who cannot sign in, and to all users where the setting addressChangeNotices is off.
 */
export async function notifyAccountChange(
  deps: AccountDeps,
  transaction: Database,
  { origin }: Caller,
  change: AccountChange & { readonly account: Account },
): Promise<void> {
  const { before, after, account, isNewPassword } = change;
  const isMoved = hasOtherAddresses(before, after);
  const bySource = origin.integration !== undefined;
  const canSignIn = (isNewPassword || bySource) && (await hasCredential(transaction, before));
  const tokens = circumstances(deps, origin, account);
  const isMoveTold = isMoved && (!bySource || (canSignIn && (await wantsNotice(transaction, after))));
  for (const to of notificationAddresses(before, after)) {
    if (isNewPassword && canSignIn) {
      await writeTo(deps, transaction, account, { kind: 'password_reset_confirmation', to, tokens });
    }
    if (isMoveTold) await writeTo(deps, transaction, account, { kind: 'address_change_notice', to, tokens });
  }
}

async function hasCredential(database: Database, user: StoredUser): Promise<boolean> {
  return !user.passwordPending || (await findProtection(database, user)).hasFactor;
}

async function wantsNotice(database: Database, { organizationId }: StoredUser): Promise<boolean> {
  return (await findSettings(database, organizationId)).addressChangeNotices;
}

/** Writes to an administrator who has another password. */
export async function notifyPasswordChanged(
  deps: AccountDeps,
  transaction: Database,
  origin: Origin,
  account: Account,
): Promise<void> {
  await tell(deps, transaction, origin, account, { kind: 'password_reset_confirmation' });
}

/** Writes to an administrator whose address is another one, at the address from before, which `account` still has. */
export async function notifyAddressChanged(
  deps: AccountDeps,
  transaction: Database,
  origin: Origin,
  account: Account,
): Promise<void> {
  await tell(deps, transaction, origin, account, { kind: 'address_change_notice' });
}

/** Writes to a user whose SSH key was added or removed; sessions go on, since no SSH key opens one. */
export async function notifySshKeyChanged(
  deps: AccountDeps,
  transaction: Database,
  origin: Origin,
  account: Account,
  { name, isAdded }: SshKeyChange,
): Promise<void> {
  const change = isAdded ? `The SSH key "${name}" was added` : `The SSH key "${name}" was removed`;
  await tell(deps, transaction, origin, account, { kind: 'security_notice', change });
}

/** Writes to the user or the administrator who has a new key: it is a way in. Integrations, and service accounts, have no mailbox. */
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
  const change =
    key.kind === 'user'
      ? `The token "${key.name}" was created, which reads your profile and changes your password`
      : `The API key "${key.name}" was created, which may do what you may`;
  await tell(deps, transaction, origin, account, { kind: 'security_notice', change });
}

/** Writes to the owner of an account that a recovery code was used: the caller that has the code has the password as well. */
export async function notifyRecoveryCodeUsed(
  deps: AccountDeps,
  transaction: Database,
  origin: Origin,
  account: Account,
): Promise<void> {
  const change = 'A recovery code was used instead of the authenticator app';
  await tell(deps, transaction, origin, account, { kind: 'security_notice', change });
}

interface Notice {
  readonly kind: 'password_reset_confirmation' | 'address_change_notice' | 'security_notice' | 'second_factor_notice';
  /** What changed, for the kinds whose text names it. */
  readonly change?: string;
}

/** Writes to the owner of an account, if there is an address. */
async function tell(
  deps: AccountDeps,
  transaction: Database,
  origin: Origin,
  account: Account,
  { kind, change }: Notice,
): Promise<void> {
  const to = noticeAddressOf(account);
  if (to === undefined) return;
  const tokens = { ...circumstances(deps, origin, account), ...(change !== undefined && { change }) };
  await writeTo(deps, transaction, account, { kind, to, tokens });
}

/** The address at which the owner of an account reads about a change that leaves the addresses as they are. */
function noticeAddressOf(account: Account): string | undefined {
  const [to] = account.kind === 'user' ? notificationAddresses(account.user, account.user) : [account.email];
  return to === '' ? undefined : to;
}

/** Changes of how an account is protected, as the mail about them says it. */
const factorChanges = {
  appAdded: 'An authenticator app was set up',
  appRemoved: 'The authenticator app was removed',
  passkeyAdded: 'A passkey was added',
  passkeyRemoved: 'A passkey was removed',
  factorsRemoved: 'All second factors and passkeys were removed',
} as const;

/** A change of a second factor or a passkey, and the session in which the owner of the account makes it. */
export interface FactorChange {
  readonly change: keyof typeof factorChanges;
  readonly keptSession?: string | undefined;
}

/** Ends the other sessions of an account whose second factor or passkey changed, and writes to its owner. */
export async function handleFactorChange(
  deps: AccountDeps,
  transaction: Database,
  origin: Origin,
  account: Account,
  { change, keptSession }: FactorChange,
): Promise<void> {
  await deleteSessions(transaction, ownerColumn(account.kind), account.id, { allBut: keptSession });
  await tell(deps, transaction, origin, account, { kind: 'second_factor_notice', change: factorChanges[change] });
}
