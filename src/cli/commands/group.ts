import { Command } from 'commander';
import { quote } from '#base/errors.ts';
import { adoptGroup } from '#directory/adoptions.ts';
import { findMembers } from '#directory/membership-store.ts';
import type { StoredGroup } from '#directory/stored.ts';
import { namedGroup } from '../named-group.ts';
import { readPages, withPages, type PageOptions } from '../list-pages.ts';
import { print, printRows, properties, type OutputOptions } from '../output.ts';
import { openSession } from '../session.ts';

export function groupCommand(): Command {
  const command = new Command('group').description(
    'Show the groups of the directory, and assign them to integrations.',
  );
  withPages(command.command('list'))
    .description('List groups, oldest first.')
    .action(async (options: PageOptions) => {
      await using session = await openSession();
      const { rows, more } = await readPages(session, 'Group', options);
      const groups = rows.flatMap((one) => (one.type === 'Group' ? [one.stored] : []));
      const columns = ['id', 'displayName', 'externalId', 'creationSource', 'lastModified'];
      printRows(options, groups.map(shown), columns, 'There are no groups.');
      if (options.json !== true && more !== undefined) console.log(more);
    });
  command
    .command('show')
    .argument('<group>', 'the group, by displayName or id')
    .description('Show a group with its members.')
    .option('--json', 'print JSON')
    .action(async (name: string, options: OutputOptions) => {
      await using session = await openSession();
      const { deps } = session;
      const group = await namedGroup(session, name);
      const members = await findMembers(deps.database, { groupIds: [group.id] });
      const lines = members.map((member) => `${member.id}  ${member.type.padEnd(7)}  ${member.display}`);
      print(
        options,
        { ...shown(group), members: members.map(({ id, type, display }) => ({ id, type, display })) },
        `${properties(shown(group))}\n\n${lines.join('\n') || 'The group has no members.'}`,
      );
    });
  command
    .command('adopt')
    .argument('<group>', 'the group, by displayName or id')
    .description(
      'Make an integration the owner of a group. From then on, it controls the name and the members of the group.',
    )
    .requiredOption('--integration <name>', 'the integration, by name or id')
    .option('--json', 'print JSON')
    .action(async (name: string, options: OutputOptions & { readonly integration: string }) => {
      await using session = await openSession();
      const { id } = await namedGroup(session, name);
      const group = await adoptGroup(session.deps, session.origin, id, options.integration);
      const text = `${quote(group.displayName)} (${id}) belongs to the integration ${quote(options.integration)}.`;
      print(options, { ...shown(group), integrationId: group.integrationId }, text);
    });
  return command;
}

function shown(group: StoredGroup) {
  return {
    id: group.id,
    displayName: group.displayName,
    externalId: group.document['externalId'] ?? null,
    creationSource: group.creationSource,
    created: group.createdAt,
    lastModified: group.modifiedAt,
  };
}
