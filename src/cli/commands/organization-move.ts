import { Command } from 'commander';
import { recordEvent } from '#audit/event-store.ts';
import { quote } from '#base/errors.ts';
import { findPlacedOrganization, findShard } from '#organizations/placed-organizations.ts';
import { moveOrganization } from '#shards/move-organization.ts';
import { print, type OutputOptions } from '../output.ts';
import { rowProgress } from '../progress-bar.ts';
import { openExisting } from '../session.ts';

interface MoveOptions extends OutputOptions {
  readonly to: string;
}

export function organizationMoveCommand(): Command {
  return new Command('move')
    .argument('<organization>', 'the organization, by name or id')
    .requiredOption('--to <shard>', 'the database to move it to: a name in TANHUA_SHARD_URLS, or main')
    .description(
      'Move an organization to another database while the server is running. At the end, changes to the organization wait for a second or two. If a move was interrupted, run the command again: the move starts from the beginning.',
    )
    .option('--json', 'print JSON')
    .action(async (name: string, options: MoveOptions) => {
      await using deps = await openExisting();
      const { fleet, clock } = deps;
      const target = findShard(fleet, options.to);
      const organization = await findPlacedOrganization(fleet, name);
      const { id: organizationId } = organization;
      const onProgress = rowProgress();
      const moved = await moveOrganization({ fleet, clock, organizationId, onProgress }, target);
      if (moved.from === moved.to) {
        const text = `${quote(organization.name)} is already in ${moved.to}. Rows that an interrupted move left in another database were removed.`;
        print(options, { id: organizationId, ...moved }, text);
        return;
      }
      await recordEvent(
        target.database,
        clock,
        {
          organizationId,
          actor: { type: 'command_line', id: null, name: 'tanhua' },
          integration: undefined,
          request: undefined,
        },
        {
          type: 'organization_move',
          target: { type: 'organization', id: organizationId, name: organization.name },
          changes: [{ field: 'shard', from: moved.from, to: moved.to }],
        },
      );
      print(
        options,
        { id: organizationId, ...moved, verified: true },
        `Moved ${quote(organization.name)} from ${moved.from} to ${moved.to}, and compared every row. Changes waited for ${(moved.waitMs / 1000).toFixed(1)} s.`,
      );
    });
}
