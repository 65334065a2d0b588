import { Command, Option } from 'commander';
import { z } from 'zod';
import { issueLink } from '#accounts/account-links.ts';
import { findAccount, targetOfAccount } from '#accounts/account.ts';
import { changeAdministratorAccount } from '#accounts/administrator-accounts.ts';
import { resetTotp } from '#accounts/second-factor.ts';
import { listAdministrators, type Administrator } from '#admins/administrator-store.ts';
import {
  createAdministrator,
  removeAdministrator,
  type AdministratorUpdate,
  type ChangedAdministrator,
} from '#admins/administrators.ts';
import { listApiKeys } from '#admins/api-key-store.ts';
import { keysOfAdministrator } from '#admins/key-status.ts';
import { listRoles } from '#admins/role-store.ts';
import { everyPermission, roleNames } from '#admins/roles.ts';
import { deleteSessions } from '#admins/session-store.ts';
import { recordEvent } from '#audit/event-store.ts';
import { AppError, assert, quote } from '#base/errors.ts';
import { fold } from '#base/fold.ts';
import { inTransaction } from '#database/database.ts';
import { accountDepsOf } from '../account-deps.ts';
import { confirmStop, YES_OPTION } from '../confirm-stop.ts';
import { namedAdministrator } from '../named-administrator.ts';
import { changesBetween, changesText } from '../changes-text.ts';
import { print, printRows, type OutputOptions } from '../output.ts';
import { openSession, publicUrlOf, type Session } from '../session.ts';
import { adminLinkCommand, adminUnlinkCommand } from './admin-link.ts';

interface CreateOptions extends OutputOptions {
  readonly role: string;
  readonly name?: string;
}

interface SetOptions extends OutputOptions {
  readonly email?: string;
  readonly role?: string;
  readonly suspended?: 'on' | 'off';
  readonly apiKeys?: 'on' | 'off';
  readonly mfa?: 'on' | 'off';
  readonly createOrganizations?: 'on' | 'off';
  readonly yes?: boolean;
}

interface RemoveOptions extends OutputOptions {
  readonly yes?: boolean;
}

const onOff = (flags: string, description: string) => new Option(flags, description).choices(['on', 'off']);

export function adminCommand(): Command {
  const command = new Command('admin').description('Manage administrators, their roles, passwords and sessions.');
  command
    .command('create')
    .argument('<email>', 'the email address; no other administrator may have it')
    .description(
      'Create an administrator. To create an API key for the administrator: tanhua key create --administrator EMAIL',
    )
    .requiredOption('--role <role>', `one of ${roleNames.join(', ')}, or a custom role of the organization`)
    .option('--name <name>', 'the display name; default: the email address')
    .option('--json', 'print JSON')
    .action(createOne);
  command
    .command('list')
    .description('List administrators.')
    .option('--json', 'print JSON')
    .action(async (options: OutputOptions) => {
      await using session = await openSession();
      const rows = (await listAdministrators(session.deps.database, session.organization.id)).map(shown);
      printRows(options, rows, ['id', 'email', 'name', 'role', 'status', 'lastLogin'], 'There are no administrators.');
    });
  command
    .command('set')
    .argument('<administrator>', 'the administrator, by email address or id')
    .description('Change an administrator. Give at least one option.')
    .option('--email <address>', 'the new email address, for sign-in and mails')
    .option('--role <role>', 'the new role, by name')
    .addOption(onOff('--suspended <on|off>', 'on: block sign-in and stop all keys; off: allow both again'))
    .addOption(onOff('--api-keys <on|off>', 'on: allow API keys; off: forbid API keys and stop existing ones'))
    .addOption(onOff('--mfa <on|off>', 'on: require a second factor at sign-in'))
    .addOption(
      onOff('--create-organizations <on|off>', 'on: allow an Administrator With Billing to create organizations'),
    )
    .option(...YES_OPTION)
    .option('--json', 'print JSON')
    .action(setOne);
  command
    .command('remove')
    .argument('<administrator>', 'the administrator, by email address or id')
    .description(
      'Remove an administrator with all keys and sessions. Lists the keys that stop working, and asks for confirmation first.',
    )
    .option(...YES_OPTION)
    .option('--json', 'print JSON')
    .action(removeOne);
  command
    .command('reset-password')
    .argument('<administrator>', 'the administrator, by email address or id')
    .description('Print a link with which an administrator who receives no email can set a password once.')
    .option('--json', 'print JSON')
    .action(resetPassword);
  command
    .command('reset-totp')
    .argument('<administrator>', 'the administrator, by email address or id')
    .description('Remove the authenticator app of an administrator who has lost it.')
    .option('--json', 'print JSON')
    .action(removeApp);
  command
    .command('sign-out')
    .argument('<administrator>', 'the administrator, by email address or id')
    .description('End all sessions of an administrator.')
    .option('--json', 'print JSON')
    .action(signOut);
  return command.addCommand(adminLinkCommand()).addCommand(adminUnlinkCommand());
}

function shown(administrator: Administrator) {
  const { id, email, name, roleName: role, apiKeyAllowed, enableMultiFactor, createsOrganizations } = administrator;
  const status = administrator.suspended ? 'suspended' : 'active';
  const lastLogin = administrator.lastLoginAt;
  return { id, email, name, role, status, apiKeyAllowed, enableMultiFactor, createsOrganizations, lastLogin };
}

async function removeApp(name: string, options: OutputOptions): Promise<void> {
  await using session = await openSession();
  const account = await accountOf(session, name);
  const removed = await resetTotp(accountDepsOf(session), session.origin, account);
  const { id, email } = account;
  const text = removed ? `Removed the authenticator app of ${email}.` : `${email} has no authenticator app.`;
  print(options, { id, email, removed }, text);
}

async function createOne(email: string, options: CreateOptions): Promise<void> {
  await using session = await openSession();
  const draft = { email, name: options.name ?? email, role: await roleOf(session, options.role) };
  const created = await createAdministrator(session.deps, session.origin, draft, everyPermission);
  print(
    options,
    shown(created),
    `Created the ${created.roleName} ${created.email} (${created.id}). To print a link for setting a password: tanhua admin reset-password ${created.email}`,
  );
}

async function removeOne(name: string, options: RemoveOptions): Promise<void> {
  await using session = await openSession();
  const { id, email } = await namedAdministrator(session, name);
  await confirmStop(await keysThatStop(session, id), `Removing ${email}`, options.yes);
  const removed = await removeAdministrator(session.deps, session.origin, id, everyPermission);
  print(options, shownChange(removed), `Removed ${removed.email}.`);
}

async function keysThatStop({ deps, organization }: Session, id: string) {
  return keysOfAdministrator(await listApiKeys(deps.database, organization.id), id, deps.clock.now());
}

function shownChange(administrator: ChangedAdministrator) {
  const stoppedKeys = administrator.stoppedKeys.map(({ id, name, prefix, kind, owner }) => {
    return { id, name, prefix, kind, owner };
  });
  return { ...shown(administrator), stoppedKeys };
}

async function setOne(name: string, options: SetOptions): Promise<void> {
  await using session = await openSession();
  const before = await namedAdministrator(session, name);
  const { id, email } = before;
  const update: AdministratorUpdate = {
    email: options.email === undefined ? undefined : requireEmail(options.email),
    role: options.role === undefined ? undefined : await roleOf(session, options.role),
    suspended: flag(options.suspended),
    apiKeyAllowed: flag(options.apiKeys),
    enableMultiFactor: flag(options.mfa),
    createsOrganizations: flag(options.createOrganizations),
  };
  if (Object.values(update).every((value) => value === undefined)) {
    throw new AppError(
      'usage',
      'Give at least one of --email, --role, --suspended, --api-keys, --mfa and --create-organizations.',
    );
  }
  if (update.suspended === true || update.apiKeyAllowed === false) {
    const what = update.suspended === true ? `Suspending ${email}` : `Forbidding API keys for ${email}`;
    await confirmStop(await keysThatStop(session, id), what, options.yes);
  }
  const by = { reach: everyPermission };
  const changed = await changeAdministratorAccount(accountDepsOf(session), session.origin, id, update, by);
  const changes = changesBetween(shown(before), shown(changed));
  print(options, { ...shownChange(changed), changes }, `${changed.email}:\n${changesText(changes)}`);
}

/** Returns the text if it is an email address. Throws `usage`. */
function requireEmail(text: string): string {
  if (z.email().safeParse(text).success) return text;
  throw new AppError('usage', `${quote(text)} is not an email address: write one such as ann@example.com.`);
}

/** Returns the name of a built-in or custom role, ignoring letter case. Throws `usage`. */
async function roleOf({ deps, organization }: Session, name: string): Promise<string> {
  const names = [...roleNames, ...(await listRoles(deps.database, organization.id)).map((role) => role.name)];
  const found = names.find((one) => fold(one) === fold(name));
  if (found !== undefined) return found;
  throw new AppError('usage', `There is no role ${quote(name)}. The roles are ${names.join(', ')}.`);
}

function flag(value: 'on' | 'off' | undefined): boolean | undefined {
  return value === undefined ? undefined : value === 'on';
}

async function accountOf(session: Session, name: string) {
  const { id } = await namedAdministrator(session, name);
  const account = await findAccount(session.deps.database, session.organization.id, 'administrator', id);
  assert(account, 'the administrator was just read');
  return account;
}

async function resetPassword(name: string, options: OutputOptions): Promise<void> {
  await using session = await openSession();
  const { deps, origin } = session;
  const account = await accountOf(session, name);
  const { url, expiresAt } = await inTransaction(deps.database, async (transaction) => {
    const link = await issueLink({ ...deps, publicUrl: publicUrlOf }, transaction, account, 'reset');
    await recordEvent(transaction, deps.clock, origin, {
      type: 'admin_password_reset_request',
      target: targetOfAccount(account),
    });
    return link;
  });
  const { email } = account;
  print(
    options,
    { email, url, expiresAt },
    `${url}\n\nThis link sets the password of ${email}. It works once, until ${expiresAt.toISOString()}.`,
  );
}

async function signOut(name: string, options: OutputOptions): Promise<void> {
  await using session = await openSession();
  const { deps, origin } = session;
  const { id, email } = await namedAdministrator(session, name);
  const ended = await inTransaction(deps.database, async (transaction) => {
    const count = await deleteSessions(transaction, 'administrator_id', id, { allBut: undefined });
    await recordEvent(transaction, deps.clock, origin, {
      type: 'session_revoke',
      target: { type: 'admin', id, name: email },
      changes: [{ field: 'sessions', from: count, to: null }],
    });
    return count;
  });
  print(options, { email, ended }, `Ended the sessions of ${email}: ${ended}.`);
}
