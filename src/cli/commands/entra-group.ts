import { Command } from 'commander';
import { quote } from '#base/errors.ts';
import { findSourceGroups, listSourceGroups } from '#entra/source/source-group-store.ts';
import {
  addMembers,
  createSourceGroup,
  deleteSourceGroup,
  groupNameOf,
  removeMembers,
  updateSourceGroup,
} from '#entra/source/source-groups.ts';
import { countMembers, memberIdsOf } from '#entra/source/source-member-store.ts';
import type { SourceGroup } from '#entra/source/source-object.ts';
import { findSourceUsers } from '#entra/source/source-user-store.ts';
import { upnOf } from '#entra/source/source-users.ts';
import { givenValues, namedSourceGroup, namedSourceObject } from '../entra-named.ts';
import { namedTenant, tenantOption } from '../entra-session.ts';
import { limitOption } from '../limit-option.ts';
import { print, printRows, properties, type OutputOptions } from '../output.ts';
import { openSession } from '../session.ts';

interface Options extends OutputOptions {
  readonly tenant?: string;
}

interface ListOptions extends Options {
  readonly search?: string;
  readonly limit: number;
}

export function entraGroupCommand(): Command {
  const command = new Command('group').description('Manage the groups of a tenant.');
  command
    .command('list')
    .description('List groups in the order of displayName, with the number of members.')
    .option('--search <text>', 'only groups with a displayName that begins with this text')
    .addOption(limitOption())
    .addOption(tenantOption())
    .option('--json', 'print JSON')
    .action(listCommand);
  command
    .command('show')
    .argument('<group>', 'the group, by displayName or objectId')
    .description('Show a group with its members.')
    .addOption(tenantOption())
    .option('--json', 'print JSON')
    .action(showCommand);
  addChangeCommands(command);
  addMemberCommand(command, 'add-member', 'Add users or groups to a group.', addMembers);
  addMemberCommand(command, 'remove-member', 'Remove users or groups from a group.', removeMembers);
  return command;
}

async function listCommand(options: ListOptions): Promise<void> {
  await using session = await openSession();
  const { database } = session.deps;
  const tenant = await namedTenant(session, options.tenant);
  const page = { search: options.search, skip: 0, limit: options.limit };
  const { total, objects: groups } = await listSourceGroups(database, tenant.id, page);
  const counts = await countMembers(
    database,
    groups.map(({ id }) => id),
  );
  const rows = groups.map((group) => ({ ...shown(group), members: counts.get(group.id) ?? 0 }));
  printRows(options, rows, ['displayName', 'members', 'membershipRule', 'objectId'], 'There are no such groups.');
  if (options.json !== true && groups.length < total) {
    console.log(`… ${groups.length} of ${total} shown: see --limit and --search`);
  }
}

async function showCommand(name: string, options: Options): Promise<void> {
  await using session = await openSession();
  const { database } = session.deps;
  const tenant = await namedTenant(session, options.tenant);
  const group = await namedSourceGroup(session, tenant, name);
  const members = await memberIdsOf(database, group.id);
  const ids = members.map(({ id }) => id);
  const names = new Map([
    ...(await findSourceUsers(database, tenant.id, ids)).map((user) => [user.id, upnOf(user)] as const),
    ...(await findSourceGroups(database, tenant.id, ids)).map((one) => [one.id, groupNameOf(one)] as const),
  ]);
  const named = members.map((member) => ({ ...member, name: names.get(member.id) ?? '' }));
  const lines = named.map((one) => `${one.id}  ${one.type.padEnd(5)}  ${one.name}${one.deleted ? '  (deleted)' : ''}`);
  const text = `${properties(shown(group))}\n\n${lines.join('\n') || 'The group has no members.'}`;
  print(options, { ...shown(group), members: named }, text);
}

/** Returns a group with the attribute names of Entra ID. */
function shown(group: SourceGroup) {
  return {
    objectId: group.id,
    ...group.attributes,
    membershipRule: group.membershipRule,
    created: group.createdAt,
    modified: group.modifiedAt,
  };
}

function addChangeCommands(command: Command): void {
  command
    .command('create')
    .argument('<name>', 'the displayName of the group')
    .argument('[attributes...]', 'further attributes: ATTRIBUTE=VALUE, such as "description=Sales team"')
    .option('--rule <rule>', 'create a dynamic group with this membership rule, such as: user.department -eq "Sales"')
    .description('Create a group.')
    .addOption(tenantOption())
    .option('--json', 'print JSON')
    .action(async (displayName: string, assignments: readonly string[], options: Options & { rule?: string }) => {
      await using session = await openSession();
      const tenant = await namedTenant(session, options.tenant);
      const membershipRule = options.rule ?? null;
      const values = { ...givenValues(assignments), displayName, membershipRule };
      const group = await createSourceGroup(session.deps, tenant, values);
      print(options, shown(group), `Created ${quote(groupNameOf(group))} (${group.id}).`);
    });
  command
    .command('rule')
    .argument('<group>', 'the group, by displayName or objectId')
    .argument('[rule]', 'the rule, such as: user.department -eq "Sales"; default: remove the rule and keep the members')
    .description('Set or remove the membership rule of a group. A rule makes the group dynamic.')
    .addOption(tenantOption())
    .option('--json', 'print JSON')
    .action(async (name: string, rule: string | undefined, options: Options) => {
      await using session = await openSession();
      const tenant = await namedTenant(session, options.tenant);
      const { id } = await namedSourceGroup(session, tenant, name);
      const group = await updateSourceGroup(session.deps, tenant, id, { membershipRule: rule ?? null });
      const count = (await countMembers(session.deps.database, [id])).get(id) ?? 0;
      print(options, { ...shown(group), members: count }, `${quote(groupNameOf(group))} has ${count} members.`);
    });
  command
    .command('delete')
    .argument('<group>', 'the group, by displayName or objectId')
    .description('Delete a group permanently.')
    .addOption(tenantOption())
    .option('--json', 'print JSON')
    .action(async (name: string, options: Options) => {
      await using session = await openSession();
      const tenant = await namedTenant(session, options.tenant);
      const group = await namedSourceGroup(session, tenant, name);
      await deleteSourceGroup(session.deps, tenant, group.id);
      print(options, shown(group), `Deleted ${quote(groupNameOf(group))} (${group.id}).`);
    });
}

type MemberOperation = typeof addMembers;

function addMemberCommand(command: Command, name: string, description: string, operation: MemberOperation): void {
  command
    .command(name)
    .argument('<group>', 'the group, by displayName or objectId')
    .argument('<members...>', 'the members: userPrincipalNames, displayNames of groups, or objectIds')
    .description(description)
    .addOption(tenantOption())
    .option('--json', 'print JSON')
    .action(async (groupName: string, names: readonly string[], options: Options) => {
      await using session = await openSession();
      const tenant = await namedTenant(session, options.tenant);
      const group = await namedSourceGroup(session, tenant, groupName);
      const ids = await Promise.all(names.map(async (one) => (await namedSourceObject(session, tenant, one)).id));
      const changed = await operation(session.deps, tenant, group.id, ids);
      const text = `${name}: ${changed.length} of ${ids.length} members changed in ${quote(groupNameOf(group))}.`;
      print(options, { objectId: group.id, changed }, text);
    });
}
