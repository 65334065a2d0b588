import { findAdministrators } from '#admins/administrator-store.ts';
import { permissionsOf } from '#admins/roles.ts';
import { recordEvent } from '#audit/event-store.ts';
import type { Origin } from '#audit/event-types.ts';
import { AppError, quote } from '#base/errors.ts';
import { inTransaction, type Database } from '#database/database.ts';
import type { Caller, StoredUser } from '#directory/stored.ts';
import { isPasswordManaged } from '#directory/system-user.ts';
import { queueMail } from '#mail/outbox.ts';
import type { MailKind, Tokens } from '#mail/templates.ts';
import { findOrganization, findSettings } from '#organizations/organization-store.ts';
import { findAccount, targetOfAccount, type Account, type AccountDeps } from './account.ts';
import { issueLink } from './account-links.ts';

/** Administrators who are told of one lockout. */
const ADMINISTRATORS_TOLD_MAX = 20;

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
}

/** Writes to somebody; to the address of the account unless there is another. */
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
  });
}

/** Sends a link that sets a password, once. */
async function sendLink(
  deps: AccountDeps,
  transaction: Database,
  account: Account,
  mail: {
    readonly purpose: 'activation' | 'reset';
    readonly kind: MailKind;
    readonly to?: string | undefined;
    readonly tokens?: Tokens;
  },
): Promise<void> {
  const { url, expiresAt } = await issueLink(deps, transaction, account, mail.purpose);
  const expires = `${expiresAt.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  await writeTo(deps, transaction, account, {
    kind: mail.kind,
    to: mail.to,
    link: url,
    tokens: { ...mail.tokens, expires },
  });
}

/**
 * Writes to a new user. Without a password: a link that sets one, to the alternate address, else the primary one; with a
 * password: a welcome. Throws passwordManaged (403) where the source keeps the password.
 */
export async function sendActivation(
  deps: AccountDeps,
  transaction: Database,
  origin: Origin,
  user: StoredUser,
  to: string | undefined,
): Promise<void> {
  const settings = await findSettings(transaction, user.organizationId);
  if (isPasswordManaged(user, settings)) {
    throw new AppError(
      'passwordManaged',
      `The password of ${quote(user.username)} is managed by its source: there is nothing to activate.`,
    );
  }
  const account = await requireAccount(transaction, user);
  const alternate = user.properties['alternateEmail'];
  if (user.passwordPending) {
    const address = to ?? (typeof alternate === 'string' && alternate !== '' ? alternate : undefined);
    await sendLink(deps, transaction, account, { purpose: 'activation', kind: 'activate_user_custom', to: address });
  } else {
    await writeTo(deps, transaction, account, { kind: 'welcome', to, link: `${deps.publicUrl()}/portal` });
  }
  await recordEvent(transaction, deps.clock, origin, {
    type: 'user_activation_email',
    target: targetOfAccount(account),
  });
}

/** Writes to a new or an activated user, where the rule of the integration says so. */
export async function welcomeByRule(
  deps: AccountDeps,
  transaction: Database,
  caller: Caller,
  user: StoredUser,
  reason: 'created' | 'activated',
): Promise<void> {
  const { integration } = caller.origin;
  if (integration === undefined || user.state !== 'ACTIVATED') return;
  const { activationMail } = caller.rules;
  const wanted = reason === 'created' ? activationMail !== 'never' : activationMail === 'onActivate';
  if (!wanted) return;
  const settings = await findSettings(transaction, user.organizationId);
  if (isPasswordManaged(user, settings)) return;
  if (user.email === null && user.properties['alternateEmail'] === undefined) return;
  await sendActivation(deps, transaction, caller.origin, user, undefined);
}

/** Sends a link for a new password to a user or an administrator. */
export async function sendReset(
  deps: AccountDeps,
  transaction: Database,
  origin: Origin,
  account: Account,
): Promise<void> {
  const isUser = account.kind === 'user';
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
  if (account.email !== '') await writeTo(deps, transaction, account, mail);
  const administrators = await findAdministrators(transaction, account.organizationId);
  const able = administrators.filter(
    ({ role, email }) => permissionsOf(role).has('users.help') && !email.endsWith('@localhost'),
  );
  for (const { email } of able.slice(0, ADMINISTRATORS_TOLD_MAX)) {
    if (email !== account.email) await writeTo(deps, transaction, account, { ...mail, to: email });
  }
}

/** "Resend e-mail": who never set a password gets the activation mail, all others a link for a new one. */
export async function resendMail(deps: AccountDeps, origin: Origin, user: StoredUser): Promise<void> {
  await inTransaction(deps.database, async (transaction) => {
    if (user.passwordPending) {
      await sendActivation(deps, transaction, origin, user, undefined);
      return;
    }
    await sendReset(deps, transaction, origin, await requireAccount(transaction, user));
  });
}

async function requireAccount(database: Database, user: StoredUser): Promise<Account> {
  const account = await findAccount(database, user.organizationId, 'user', user.id);
  if (account === undefined) throw new AppError('resourceNotFound', `There is no user with the id ${quote(user.id)}.`);
  return account;
}
