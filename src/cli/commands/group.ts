import { Command } from 'commander';
import { AppError, quote } from '#base/errors.ts';
import { findGroup, findGroupByName } from '#directory/group-store.ts';
import { listResources } from '#directory/listing.ts';
import { findMembers } from '#directory/membership-store.ts';
import type { StoredGroup } from '#directory/stored.ts';
import { print, printRows, properties, type OutputOptions } from '../output.ts';
import { limitOption } from '../limit-option.ts';
import { openSession } from '../session.ts';

export function groupCommand(): Command {
  const command = new Command('group').description('The groups of the directory.');
  command
    .command('list')
    .description('List groups, the oldest first.')
    .addOption(limitOption())
    .option('--json', 'print JSON')
    .action(async (options: OutputOptions & { readonly limit: number }) => {
      await using session = await openSession();
      const { deps, organization } = session;
      const { total, resources } = await listResources(deps, organization.id, {
        types: ['Group'],
        position: { kind: 'offset', offset: 0 },
        count: options.limit,
      });
      const groups = resources.flatMap((one) => (one.type === 'Group' ? [one.stored] : []));
      const columns = ['id', 'displayName', 'externalId', 'creationSource', 'lastModified'];
      printRows(options, groups.map(shown), columns, 'There are no groups.');
      if (options.json !== true && groups.length < total) console.log(`… ${groups.length} of ${total}: see --limit`);
    });
  command
    .command('show')
    .argument('<group>', 'displayName or id')
    .description('Show a group with its members.')
    .option('--json', 'print JSON')
    .action(async (name: string, options: OutputOptions) => {
      await using session = await openSession();
      const { deps, organization } = session;
      const group =
        (await findGroup(deps.database, organization.id, name)) ??
        (await findGroupByName(deps.database, organization.id, name));
      if (group === undefined) throw new AppError('notFound', `There is no group ${quote(name)}.`);
      const members = await findMembers(deps.database, { groupIds: [group.id] });
      const lines = members.map((member) => `${member.id}  ${member.type.padEnd(7)}  ${member.display}`);
      print(
        options,
        { ...shown(group), members: members.map(({ id, type, display }) => ({ id, type, display })) },
        `${properties(shown(group))}\n\n${lines.join('\n') || 'The group has no members.'}`,
      );
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
