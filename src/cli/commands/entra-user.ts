import { Command } from 'commander';
import { quote } from '#base/errors.ts';
import { findSourceGroups } from '#entra/source/source-group-store.ts';
import { groupNameOf } from '#entra/source/source-groups.ts';
import { groupIdsOf } from '#entra/source/source-member-store.ts';
import type { EntraTenant, SourceUser } from '#entra/source/source-object.ts';
import { findSourceUser, listSourceUsers } from '#entra/source/source-user-store.ts';
import {
  createSourceUser,
  deleteSourceUser,
  disableSourceUser,
  enableSourceUser,
  purgeSourceUser,
  restoreSourceUser,
  updateSourceUser,
  upnOf,
} from '#entra/source/source-users.ts';
import { isGuid } from '#entra/source/source-values.ts';
import { changesBetween, changesText } from '../changes-text.ts';
import { givenValues, namedSourceUser } from '../entra-named.ts';
import { namedTenant, tenantOption } from '../entra-session.ts';
import { limitOption } from '../limit-option.ts';
import { print, printRows, properties, type OutputOptions } from '../output.ts';
import { openSession, type Session } from '../session.ts';

interface Options extends OutputOptions {
  readonly tenant?: string;
}

interface ListOptions extends Options {
  readonly search?: string;
  readonly deleted?: true;
  readonly limit: number;
}

export function entraUserCommand(): Command {
  const command = new Command('user').description('Manage the users of a tenant.');
  command
    .command('list')
    .description('List users in the order of displayName.')
    .option('--search <text>', 'only users with a displayName or userPrincipalName that begins with this text')
    .option('--deleted', 'instead, list the deleted users that can be restored')
    .addOption(limitOption())
    .addOption(tenantOption())
    .option('--json', 'print JSON')
    .action(listCommand);
  command
    .command('show')
    .argument('<user>', 'the user, by userPrincipalName or objectId')
    .description('Show a user with all attributes and groups.')
    .addOption(tenantOption())
    .option('--json', 'print JSON')
    .action(showCommand);
  addChangeCommands(command);
  addOperation(command, 'enable', 'Allow a user to sign in: set accountEnabled to true.', enableSourceUser);
  addOperation(command, 'disable', 'Prevent a user from signing in: set accountEnabled to false.', disableSourceUser);
  addOperation(command, 'delete', 'Delete a user, who can be restored for 30 days.', deleteSourceUser);
  addOperation(command, 'restore', 'Restore a deleted user.', restoreSourceUser);
  addOperation(command, 'purge', 'Delete a user permanently.', purgeSourceUser);
  return command;
}

async function listCommand(options: ListOptions): Promise<void> {
  await using session = await openSession();
  const tenant = await namedTenant(session, options.tenant);
  const { total, objects: users } = await listSourceUsers(session.deps.database, tenant.id, {
    search: options.search,
    deleted: options.deleted === true ? 'deleted' : 'notDeleted',
    skip: 0,
    limit: options.limit,
  });
  const columns = ['userPrincipalName', 'displayName', 'jobTitle', 'department', 'accountEnabled', 'objectId'];
  printRows(options, users.map(shown), columns, 'There are no such users.');
  if (options.json !== true && users.length < total)
    console.log(`… ${users.length} of ${total} shown: see --limit and --search`);
}

async function showCommand(name: string, options: Options): Promise<void> {
  await using session = await openSession();
  const { database } = session.deps;
  const tenant = await namedTenant(session, options.tenant);
  const user = await namedSourceUser(session, tenant, name);
  const manager = user.managerId === null ? undefined : await findSourceUser(database, tenant.id, user.managerId);
  const groupIds = (await groupIdsOf(database, [user.id])).get(user.id) ?? [];
  const groups = (await findSourceGroups(database, tenant.id, groupIds)).map((group) => ({
    id: group.id,
    displayName: groupNameOf(group),
  }));
  const named = { ...shown(user), ...(manager !== undefined && { manager: `${upnOf(manager)} (${manager.id})` }) };
  const lines = groups.map(({ id, displayName }) => `${id}  ${displayName}`).join('\n');
  print(options, { ...shown(user), groups }, `${properties(named)}\n\n${lines || 'No groups.'}`);
}

/** Returns a user with the attribute names of Entra ID. */
function shown(user: SourceUser) {
  return {
    objectId: user.id,
    ...user.attributes,
    accountEnabled: user.accountEnabled,
    manager: user.managerId,
    created: user.createdAt,
    modified: user.modifiedAt,
    ...(user.deletedAt !== null && { deleted: user.deletedAt }),
  };
}

function addChangeCommands(command: Command): void {
  command
    .command('create')
    .argument('<attributes...>', 'ATTRIBUTE=VALUE; userPrincipalName and displayName are required')
    .description('Create a user.')
    .addOption(tenantOption())
    .option('--json', 'print JSON')
    .action(async (assignments: readonly string[], options: Options) => {
      await using session = await openSession();
      const tenant = await namedTenant(session, options.tenant);
      const values = await readValues(session, tenant, assignments);
      const user = await createSourceUser(session.deps, tenant, values);
      print(options, shown(user), `Created ${upnOf(user)} (${user.id}).`);
    });
  command
    .command('update')
    .argument('<user>', 'the user, by userPrincipalName or objectId')
    .argument('<attributes...>', 'ATTRIBUTE=VALUE; an empty value removes the attribute')
    .description(
      'Change attributes of a user. Give several values as JSON: otherMails=\'["a@x.example", "b@x.example"]\'',
    )
    .addOption(tenantOption())
    .option('--json', 'print JSON')
    .action(async (name: string, assignments: readonly string[], options: Options) => {
      await using session = await openSession();
      const tenant = await namedTenant(session, options.tenant);
      const before = await namedSourceUser(session, tenant, name);
      const values = await readValues(session, tenant, assignments);
      const user = await updateSourceUser(session.deps, tenant, before.id, values);
      const { modified: _, ...from } = shown(before);
      const { modified: __, ...to } = shown(user);
      const changes = changesBetween(from, to);
      print(options, { ...shown(user), changes }, `${changesText(changes)}\n\n${properties(shown(user))}`);
    });
}

/** Reads ATTRIBUTE=VALUE assignments. Replaces the userPrincipalName of a manager with the objectId. */
async function readValues(session: Session, tenant: EntraTenant, assignments: readonly string[]) {
  const values = givenValues(assignments);
  const { manager } = values;
  if (typeof manager !== 'string' || isGuid(manager)) return values;
  return { ...values, manager: (await namedSourceUser(session, tenant, manager)).id };
}

type Operation = (deps: Session['deps'], tenant: EntraTenant, id: string) => Promise<SourceUser | void>;

function addOperation(command: Command, name: string, description: string, operation: Operation): void {
  command
    .command(name)
    .argument('<user>', 'the user, by userPrincipalName or objectId')
    .description(description)
    .addOption(tenantOption())
    .option('--json', 'print JSON')
    .action(async (userName: string, options: Options) => {
      await using session = await openSession();
      const tenant = await namedTenant(session, options.tenant);
      const before = await namedSourceUser(session, tenant, userName);
      const after = (await operation(session.deps, tenant, before.id)) ?? before;
      print(options, shown(after), `${name}: ${quote(upnOf(after))} (${after.id})`);
    });
}
