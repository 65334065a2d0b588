import { Command } from 'commander';
import { everyPermission } from '#admins/roles.ts';
import { attentionItems } from '#attention/attention.ts';
import { print, type OutputOptions } from '../output.ts';
import { openSession } from '../session.ts';

export function attentionCommand(): Command {
  return new Command('attention')
    .description(
      'Show what needs attention: people refused for the same reason, silent sources, keys that expire, failed emails, groups that wait for members.',
    )
    .option('--json', 'print JSON')
    .action(async (options: OutputOptions) => {
      await using session = await openSession();
      const { deps, organization } = session;
      const items = await attentionItems(deps, organization.id, everyPermission);
      const text = items.map(({ sentence, advice }) => `${sentence}\n  ${advice}`).join('\n\n');
      print(options, items, items.length === 0 ? 'Nothing needs attention.' : text);
    });
}
