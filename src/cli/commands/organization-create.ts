import { Command } from 'commander';
import { createAdministrator } from '#admins/administrators.ts';
import { everyPermission } from '#admins/roles.ts';
import { createOrganization } from '#accounts/create-organization.ts';
import { AppError, quote } from '#base/errors.ts';
import { requireFreeName } from '#organizations/placed-organizations.ts';
import { MAIN_SHARD } from '#shards/fleet.ts';
import { print, type OutputOptions } from '../output.ts';
import { openExisting } from '../session.ts';

interface CreateOptions extends OutputOptions {
  readonly shard: string;
  readonly rules: 'strict' | 'standard';
  readonly administrator?: string;
}

export function organizationCreateCommand(): Command {
  return new Command('create')
    .argument('<name>', 'the name of the organization; no other organization may have it')
    .option('--shard <name>', 'the database to create it in: a name in TANHUA_SHARD_URLS, or main', MAIN_SHARD)
    .option('--rules <preset>', 'the rules of its integration: strict (as in the guide) or standard', 'strict')
    .option('--administrator <email>', 'also create its first Administrator With Billing, with this email address')
    .description('Create another organization with an integration, and print the command that creates its first key.')
    .option('--json', 'print JSON')
    .action(async (name: string, options: CreateOptions) => {
      if (!['strict', 'standard'].includes(options.rules)) {
        throw new AppError('usage', `--rules is ${quote(options.rules)}: it must be "strict" or "standard".`);
      }
      await using deps = await openExisting();
      await requireFreeName(deps.fleet, name);
      const actor = { type: 'command_line', id: null, name: 'tanhua' } as const;
      const { id, shard } = await createOrganization(
        deps,
        { actor, request: undefined },
        { name, shard: options.shard, rules: options.rules },
        async (transaction, origin) => {
          const { administrator: email } = options;
          if (email === undefined) return;
          const draft = { email, role: 'Administrator With Billing' };
          await createAdministrator({ ...deps, database: transaction }, origin, draft, everyPermission);
        },
      );
      print(
        options,
        { id, name, shard },
        options.administrator === undefined
          ? `Created ${quote(name)} in ${shard}. To create its first key: TANHUA_ORGANIZATION=${id} tanhua key create`
          : `Created ${quote(name)} in ${shard}. To print a link with which its administrator can set a password: TANHUA_ORGANIZATION=${id} tanhua admin reset-password ${options.administrator}`,
      );
    });
}
