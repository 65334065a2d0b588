import { Command } from 'commander';
import { createOrganization } from '#accounts/create-organization.ts';
import { AppError, quote } from '#base/errors.ts';
import { MAIN_SHARD } from '#shards/fleet.ts';
import { print, type OutputOptions } from '../output.ts';
import { openExisting } from '../session.ts';

interface CreateOptions extends OutputOptions {
  readonly shard: string;
  readonly rules: 'strict' | 'standard';
}

export function organizationCreateCommand(): Command {
  return new Command('create')
    .argument('<name>', 'the name of the organization')
    .option('--shard <name>', 'the database that it is to be in', MAIN_SHARD)
    .option('--rules <preset>', 'the rules of its integration: strict (the guide) or standard', 'strict')
    .description('Make another organization, with an integration. Make a key for it next.')
    .option('--json', 'print JSON')
    .action(async (name: string, options: CreateOptions) => {
      if (!['strict', 'standard'].includes(options.rules)) {
        throw new AppError('usage', `--rules is ${quote(options.rules)}: it must be strict or standard.`);
      }
      await using deps = await openExisting();
      const actor = { type: 'command_line', id: null, name: 'tanhua' } as const;
      const { id, shard } = await createOrganization(
        deps,
        { actor, request: undefined },
        { name, shard: options.shard, rules: options.rules },
      );
      print(
        options,
        { id, name, shard },
        `Made ${quote(name)} in ${shard}. Its first key: TANHUA_ORGANIZATION=${id} tanhua key create`,
      );
    });
}
