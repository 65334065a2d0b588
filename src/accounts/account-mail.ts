import { recordEvent } from '#audit/event-store.ts';
import type { Origin } from '#audit/event-types.ts';
import { AppError, quote } from '#base/errors.ts';
import { languageOfPerson, type Language } from '#base/words/language.ts';
import { TranslatedError } from '#base/translated-error.ts';
import { roleInChinese } from '#base/words/zh-role-names.ts';
import { inTransaction, type Database } from '#database/database.ts';
import { alternateEmailOf, hasMailAddress } from '#directory/addresses.ts';
import type { Caller, StoredUser } from '#directory/stored.ts';
import { isPasswordManaged } from '#directory/system-user.ts';
import { findIntegration } from '#integrations/integration-store.ts';
import type { Rules } from '#integrations/rules.ts';
import { queueMail } from '#mail/outbox.ts';
import type { MailKind, Tokens } from '#mail/templates.ts';
import { organizationLabel } from '#organizations/organization-name.ts';
import { findOrganization, findSettings } from '#organizations/organization-store.ts';
import type { Settings } from '#organizations/settings.ts';
import { findAccount, lockAccount, targetOfAccount, type Account, type AccountDeps } from './account.ts';
import { issueLink, type LinkPurpose } from './account-links.ts';
import { receivesMail, recordSkippedMail } from './unreachable.ts';

/** Returns the template tokens that every email about an account has. */
async function tokensOf(deps: AccountDeps, database: Database, account: Account, settings: Settings): Promise<Tokens> {
  return {
    ...(await organizationTokens(database, account.organizationId, settings, languageOf(account, settings))),
    first_name: account.firstName,
    username: account.login,
    forgot_url: forgotUrlOf(deps, account),
  };
}

/** Returns the template tokens about an organization, for an email in a language. */
export async function organizationTokens(
  database: Database,
  organizationId: string,
  settings: Settings,
  language: Language,
): Promise<Tokens> {
  const organization = await findOrganization(database, organizationId);
  return {
    org_name: organizationLabel(organization?.name, language),
    contact_name: settings.contactName,
    contact_email: settings.contactEmail,
    admin_email_link: settings.contactEmail === '' ? '' : `mailto:${settings.contactEmail}`,
  };
}

/** Returns the URL of the page where the owner of an account requests a link that sets a password. */
export function forgotUrlOf({ publicUrl }: Pick<AccountDeps, 'publicUrl'>, { kind }: Pick<Account, 'kind'>): string {
  return `${publicUrl()}/${kind === 'user' ? 'portal' : 'console'}/forgot`;
}

/** Returns the URL of the portal, where users sign in. */
function portalUrlOf({ publicUrl }: Pick<AccountDeps, 'publicUrl'>): string {
  return `${publicUrl()}/portal`;
}

interface AccountMail {
  readonly kind: MailKind;
  readonly to?: string | undefined;
  readonly tokens?: Tokens;
  readonly link?: string | undefined;
  /** The time after which the email is useless, since its link has expired. */
  readonly expiresAt?: Date;
}

/**
 * Queues an email to the owner of an account, at `to` if it is given, else at the account's address. For an administrator whose address
 * receives no email, records the event `mail_skipped` and returns false. Throws `emailRequired` (400) if there is no address.
 */
export async function sendAccountMail(
  deps: AccountDeps,
  transaction: Database,
  account: Account,
  mail: AccountMail,
): Promise<boolean> {
  const recipient = mail.to ?? account.email;
  if (await isSkipped(deps, transaction, account, mail)) return false;
  if (recipient === '') {
    throw new TranslatedError('emailRequired', ({ admin }) => admin.users.noAddress(quote(account.login)), {
      attribute: 'email',
    });
  }
  const settings = await findSettings(transaction, account.organizationId);
  const language = languageOf(account, settings);
  await queueMail(deps, transaction, {
    organizationId: account.organizationId,
    kind: mail.kind,
    language,
    recipient,
    targetId: account.id,
    targetType: account.kind === 'user' ? 'user' : 'admin',
    targetName: targetOfAccount(account).name ?? undefined,
    tokens: {
      ...(await tokensOf(deps, transaction, account, settings)),
      ...mail.tokens,
      ...roleToken(language, mail.tokens),
    },
    timeZone: settings.timeZone,
    link: mail.link,
    expiresAt: mail.expiresAt,
  });
  return true;
}

/** Returns the role that an email names, in the language of the email. */
export function roleToken(language: Language, tokens: Tokens | undefined): Tokens {
  const role = tokens?.['role'];
  return language === 'zh' && typeof role === 'string' ? { role: roleInChinese(role) } : {};
}

/** Returns the language in which the owner of an account reads emails. */
function languageOf(account: Account, { language }: Settings): Language {
  return account.kind === 'user' ? languageOfPerson(account.user.document['preferredLanguage'], language) : language;
}

/** For an administrator whose address receives no email, records the event `mail_skipped` and returns true. */
async function isSkipped(deps: AccountDeps, transaction: Database, account: Account, mail: AccountMail) {
  const recipient = mail.to ?? account.email;
  if (account.kind === 'user' || receivesMail(recipient)) return false;
  const skipped = { kind: mail.kind, recipient, target: targetOfAccount(account) };
  await recordSkippedMail(deps, transaction, account.organizationId, skipped);
  return true;
}

/** Sends a single-use link that sets a password. Returns what `sendAccountMail` returns. */
export async function sendLink(
  deps: AccountDeps,
  transaction: Database,
  account: Account,
  mail: Omit<AccountMail, 'link' | 'expiresAt'> & { readonly purpose: LinkPurpose },
): Promise<boolean> {
  if (await isSkipped(deps, transaction, account, mail)) return false;
  // Of two concurrent calls, the second waits here, and then revokes the link of the first.
  await lockAccount(transaction, account);
  const { url, expiresAt } = await issueLink(deps, transaction, account, mail.purpose);
  return await sendAccountMail(deps, transaction, account, {
    kind: mail.kind,
    to: mail.to,
    link: url,
    expiresAt,
    tokens: { ...mail.tokens, expires: expiresAt },
  });
}

/** Throws `stateTransition` (400) if the user is not activated, and `passwordManaged` (403) if the source manages the password. */
async function requireMailable(database: Database, user: StoredUser): Promise<void> {
  if (user.state !== 'ACTIVATED') {
    throw new TranslatedError(
      'stateTransition',
      ({ admin }) => admin.users.linkUseless(quote(user.username), user.state),
      { attribute: 'state', value: user.state },
    );
  }
  if (!isPasswordManaged(user, await findSettings(database, user.organizationId))) return;
  throw new TranslatedError('passwordManaged', ({ admin }) => admin.users.passwordNotHere(quote(user.username)));
}

/**
 * Sends an email to a new user. A user without a password gets a link that sets one, at `to`, else at the alternate address, else at
 * the primary address. A user with a password gets a welcome email, at `to` or else at the primary address. Throws `stateTransition` (400),
 * `passwordManaged` (403) and `emailRequired` (400).
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
    await sendAccountMail(deps, transaction, account, { kind: 'welcome', to, link: portalUrlOf(deps) });
  }
  await recordEvent(transaction, deps.clock, origin, {
    type: 'user_activation_email',
    target: targetOfAccount(account),
  });
}

/**
 * Sends an email to a new or an activated user if the rule activationMail of the user's integration requires it. A user without an
 * address, or with a password that the source manages, gets no email.
 */
export async function sendWelcomeByRule(
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
  if (!hasMailAddress(user)) return;
  await sendActivation(deps, transaction, caller.origin, user, undefined);
}

/** Returns the rules of the integration that a user comes from: from `caller` if the caller is that integration, else from the database. */
async function rulesOfSource(
  transaction: Database,
  caller: Caller,
  organizationId: string,
  integrationId: string,
): Promise<Rules | undefined> {
  if (caller.origin.integration?.id === integrationId) return caller.rules;
  return (await findIntegration(transaction, organizationId, integrationId))?.rules;
}

/** Creating an active user counts as activating the user. */
function isWelcome(rule: Rules['activationMail'], reason: 'created' | 'activated'): boolean {
  return reason === 'created' ? rule !== 'never' : rule === 'onActivate';
}

/** The kinds of email with a password reset link: a link that the owner of the account requested, or one that an administrator sent. */
const resetKinds = {
  user: { requested: 'user_change_password', sent: 'user_reset_password' },
  administrator: { requested: 'admin_change_password', sent: 'admin_reset_password' },
} as const satisfies Readonly<Record<Account['kind'], Readonly<Record<string, MailKind>>>>;

/**
 * Sends a password reset link to a user or an administrator. The email says whether its recipient or an administrator requested
 * the link. Throws the same errors as `sendActivation`.
 */
export async function sendReset(
  deps: AccountDeps,
  transaction: Database,
  origin: Origin,
  account: Account,
): Promise<void> {
  const isUser = account.kind === 'user';
  if (isUser) await requireMailable(transaction, account.user);
  const isQueued = await sendLink(deps, transaction, account, {
    purpose: 'reset',
    kind: resetKinds[account.kind][origin.actor.id === account.id ? 'requested' : 'sent'],
  });
  if (!isQueued) return;
  await recordEvent(transaction, deps.clock, origin, {
    type: isUser ? 'user_password_reset_request' : 'admin_password_reset_request',
    target: targetOfAccount(account),
  });
}

/** Sends a new administrator the link that sets a password. */
export async function sendInvitation(deps: AccountDeps, transaction: Database, account: Account): Promise<void> {
  const role = account.kind === 'administrator' ? account.role : '';
  await sendLink(deps, transaction, account, { purpose: 'activation', kind: 'admin_invitation', tokens: { role } });
}

/**
 * Implements "Resend email": a user without a password gets the activation email, any other user a password reset link. Returns
 * the error, instead of throwing it, for a user who could not use the email.
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

/** Returns the account of a user. Throws `resourceNotFound` (404). */
export async function requireAccount(database: Database, user: StoredUser): Promise<Account> {
  const account = await findAccount(database, user.organizationId, 'user', user.id);
  if (account === undefined)
    throw new TranslatedError('resourceNotFound', ({ admin }) => admin.users.unknown(quote(user.id)));
  return account;
}
