import { findAdministrators } from '#admins/administrator-store.ts';
import { recordEvent } from '#audit/event-store.ts';
import type { Origin } from '#audit/event-types.ts';
import { AppError, quote } from '#base/errors.ts';
import { inTransaction, type Database } from '#database/database.ts';
import { alternateEmailOf } from '#directory/addresses.ts';
import type { Caller, StoredUser } from '#directory/stored.ts';
import { isPasswordManaged } from '#directory/system-user.ts';
import { findIntegration } from '#integrations/integration-store.ts';
import type { Rules } from '#integrations/rules.ts';
import { countMailsSince } from '#mail/outbox-store.ts';
import { queueMail } from '#mail/outbox.ts';
import type { MailKind, Tokens } from '#mail/templates.ts';
import { findOrganization, findSettings } from '#organizations/organization-store.ts';
import { findAccount, lockAccount, targetOfAccount, type Account, type AccountDeps } from './account.ts';
import { issueLink, type LinkPurpose } from './account-links.ts';

/** Administrators who are told of one lockout. */
const ADMINISTRATORS_TOLD_MAX = 20;
/** Lockout notices of an organization in an hour, from which on only users get them: a client that locks many users must not fill mailboxes too. */
export const LOCKOUT_NOTICES_PER_HOUR_MAX = 100;
const HOUR_MS = 3_600_000;

/** The tokens that every mail to an account knows. */
async function tokensOf(database: Database, account: Account): Promise<Tokens> {
  const settings = await findSettings(database, account.organizationId);
  const organization = await findOrganization(database, account.organizationId);
  return {
    first_name: account.firstName,
    username: account.login,
    org_name: organization?.name ?? '',
    contact_name: settings.contactName,
    contact_email: settings.contactEmail,
    admin_email_link: settings.contactEmail === '' ? '' : `mailto:${settings.contactEmail}`,
  };
}

interface AccountMail {
  readonly kind: MailKind;
  readonly to?: string | undefined;
  readonly tokens?: Tokens;
  readonly link?: string | undefined;
  /** From when on the mail is of no use. */
  readonly expiresAt?: Date;
}

/** Queues a mail to the owner of an account, at the address of the account unless `to` is another. */
export async function writeTo(
  deps: AccountDeps,
  transaction: Database,
  account: Account,
  mail: AccountMail,
): Promise<void> {
  const recipient = mail.to ?? account.email;
  if (recipient === '') {
    throw new AppError('emailRequired', `${quote(account.login)} has no e-mail address to write to.`, {
      attribute: 'email',
    });
  }
  await queueMail(deps, transaction, {
    organizationId: account.organizationId,
    kind: mail.kind,
    recipient,
    targetId: account.id,
    tokens: { ...(await tokensOf(transaction, account)), ...mail.tokens },
    link: mail.link,
    expiresAt: mail.expiresAt,
  });
}

/** Sends a link that sets a password, once. */
export async function sendLink(
  deps: AccountDeps,
  transaction: Database,
  account: Account,
  mail: Omit<AccountMail, 'link' | 'expiresAt'> & { readonly purpose: LinkPurpose },
): Promise<void> {
  // Of two at a time, one voids the link of the other.
  await lockAccount(transaction, account);
  const { url, expiresAt } = await issueLink(deps, transaction, account, mail.purpose);
  const expires = `${expiresAt.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  await writeTo(deps, transaction, account, {
    kind: mail.kind,
    to: mail.to,
    link: url,
    expiresAt,
    tokens: { ...mail.tokens, expires },
  });
}

/** Throws stateTransition (400) and passwordManaged (403) for a user who could do nothing with a link. */
async function requireMailable(database: Database, user: StoredUser): Promise<void> {
  if (user.state !== 'ACTIVATED') {
    throw new AppError(
      'stateTransition',
      `${quote(user.username)} is ${user.state}: a link would open nothing. Activate the user first.`,
      { attribute: 'state', value: user.state },
    );
  }
  if (!isPasswordManaged(user, await findSettings(database, user.organizationId))) return;
  throw new AppError(
    'passwordManaged',
    `The password of ${quote(user.username)} is managed by its source: there is nothing to set here.`,
  );
}

/**
 * Writes to a new user. Without a password: a link that sets one, to the alternate address, else the primary one; with a
 * password: a welcome. Throws stateTransition (400), passwordManaged (403) and emailRequired (400).
 */
export async function sendActivation(
  deps: AccountDeps,
  transaction: Database,
  origin: Origin,
  user: StoredUser,
  to: string | undefined,
): Promise<void> {
  await requireMailable(transaction, user);
  const account = await requireAccount(transaction, user);
  if (user.passwordPending) {
    await sendLink(deps, transaction, account, {
      purpose: 'activation',
      kind: 'activate_user_custom',
      to: to ?? alternateEmailOf(user.properties),
    });
  } else {
    await writeTo(deps, transaction, account, { kind: 'welcome', to, link: `${deps.publicUrl()}/portal` });
  }
  await recordEvent(transaction, deps.clock, origin, {
    type: 'user_activation_email',
    target: targetOfAccount(account),
  });
}

/**
 * Writes to a new or an activated user, where the rule says so of the integration that the user comes from. Nobody is written
 * to who has no address, or a password that the source keeps.
 */
export async function welcomeByRule(
  deps: AccountDeps,
  transaction: Database,
  caller: Caller,
  user: StoredUser,
  reason: 'created' | 'activated',
): Promise<void> {
  if (user.integrationId === null || user.state !== 'ACTIVATED') return;
  const rules = await rulesOfSource(transaction, caller, user.organizationId, user.integrationId);
  if (rules === undefined || !isWelcome(rules.activationMail, reason)) return;
  if (isPasswordManaged(user, await findSettings(transaction, user.organizationId))) return;
  if (user.email === null && alternateEmailOf(user.properties) === undefined) return;
  await sendActivation(deps, transaction, caller.origin, user, undefined);
}

/** The rules of the integration that a user comes from; the caller has them already when it is that integration. */
async function rulesOfSource(
  transaction: Database,
  caller: Caller,
  organizationId: string,
  integrationId: string,
): Promise<Rules | undefined> {
  if (caller.origin.integration?.id === integrationId) return caller.rules;
  return (await findIntegration(transaction, organizationId, integrationId))?.rules;
}

/** Who is created active is activated by that. */
function isWelcome(rule: Rules['activationMail'], reason: 'created' | 'activated'): boolean {
  return reason === 'created' ? rule !== 'never' : rule === 'onActivate';
}

/** Sends a link for a new password to a user or an administrator. Throws what sendActivation throws. */
export async function sendReset(
  deps: AccountDeps,
  transaction: Database,
  origin: Origin,
  account: Account,
): Promise<void> {
  const isUser = account.kind === 'user';
  if (isUser) await requireMailable(transaction, account.user);
  await sendLink(deps, transaction, account, {
    purpose: 'reset',
    kind: isUser ? 'user_change_password' : 'admin_change_password',
  });
  await recordEvent(transaction, deps.clock, origin, {
    type: isUser ? 'user_password_reset_request' : 'admin_password_reset_request',
    target: targetOfAccount(account),
  });
}

/** Sends the link that lets a new administrator set a password. */
export async function sendInvitation(deps: AccountDeps, transaction: Database, account: Account): Promise<void> {
  const role = account.kind === 'administrator' ? account.role : '';
  await sendLink(deps, transaction, account, { purpose: 'activation', kind: 'admin_invitation', tokens: { role } });
}

/** Tells a user, and those who can unlock, that the user was locked. */
export async function sendLockoutNotice(deps: AccountDeps, transaction: Database, account: Account, source: string) {
  const mail = { kind: 'lockout_notice_user', tokens: { lockout_source: source } } as const;
  const { organizationId } = account;
  const since = new Date(deps.clock.now().getTime() - HOUR_MS);
  const notices = await countMailsSince(transaction, organizationId, mail.kind, since);
  if (account.email !== '') await writeTo(deps, transaction, account, mail);
  if (notices >= LOCKOUT_NOTICES_PER_HOUR_MAX) return;
  const administrators = await findAdministrators(transaction, organizationId);
  const able = administrators.filter(
    ({ permissions, email }) => permissions.has('users.help') && !email.endsWith('@localhost'),
  );
  for (const { email } of able.slice(0, ADMINISTRATORS_TOLD_MAX)) {
    if (email !== account.email) await writeTo(deps, transaction, account, { ...mail, to: email });
  }
}

/**
 * "Resend e-mail": who never set a password gets the activation mail, all others a link for a new one. Returns the refusal for a
 * user who could do nothing with it.
 */
export async function resendMail(deps: AccountDeps, origin: Origin, user: StoredUser): Promise<AppError | undefined> {
  try {
    await inTransaction(deps.database, async (transaction) => {
      if (user.passwordPending) await sendActivation(deps, transaction, origin, user, undefined);
      else await sendReset(deps, transaction, origin, await requireAccount(transaction, user));
    });
    return undefined;
  } catch (error) {
    if (error instanceof AppError && error.definition.status < 500) return error;
    throw error;
  }
}

/** The account of a user. Throws resourceNotFound (404). */
export async function requireAccount(database: Database, user: StoredUser): Promise<Account> {
  const account = await findAccount(database, user.organizationId, 'user', user.id);
  if (account === undefined) throw new AppError('resourceNotFound', `There is no user with the id ${quote(user.id)}.`);
  return account;
}
