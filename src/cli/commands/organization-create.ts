import { Command } from 'commander';
import { recordEvent } from '#audit/event-store.ts';
import type { Origin } from '#audit/event-types.ts';
import { AppError, quote } from '#base/errors.ts';
import { fold } from '#base/fold.ts';
import { newId } from '#base/ids.ts';
import { inTransaction } from '#database/database.ts';
import { insertIntegration } from '#integrations/integration-store.ts';
import { presetRules } from '#integrations/rules.ts';
import { insertOrganization } from '#organizations/organization-store.ts';
import { findShard, listPlacedOrganizations } from '#organizations/placed-organizations.ts';
import { MAIN_SHARD } from '#shards/fleet.ts';
import { writePlacement } from '#shards/placement-store.ts';
import { openExisting } from '../session.ts';
import { print, type OutputOptions } from '../output.ts';

interface CreateOptions extends OutputOptions {
  readonly shard: string;
  readonly rules: 'strict' | 'standard';
}

const INTEGRATION_NAME = 'Entra ID';

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
      const { fleet, clock } = deps;
      const shard = findShard(fleet, options.shard);
      if ((await listPlacedOrganizations(fleet)).some((one) => fold(one.name) === fold(name))) {
        throw new AppError('usage', `There is an organization ${quote(name)} already: a name belongs to one.`);
      }
      const id = newId(clock);
      // First: what is in the shard counts when the catalogue says so.
      if (shard !== fleet.main) {
        const placement = { shard: shard.name, state: 'served', token: null, expiresAt: null } as const;
        await writePlacement(fleet.main.database, id, placement);
      }
      await inTransaction(shard.database, async (transaction) => {
        await insertOrganization(transaction, clock, name, id);
        const integration = await insertIntegration(transaction, clock, {
          organizationId: id,
          name: INTEGRATION_NAME,
          rules: presetRules(options.rules),
        });
        const origin: Origin = {
          organizationId: id,
          actor: { type: 'command_line', id: null, name: 'tanhua' },
          integration: undefined,
          request: undefined,
        };
        for (const draft of [
          { type: 'organization_create', target: { type: 'organization', id, name } },
          { type: 'integration_create', target: { type: 'integration', id: integration.id, name: integration.name } },
        ] as const) {
          await recordEvent(transaction, clock, origin, draft);
        }
      });
      print(
        options,
        { id, name, shard: shard.name },
        `Made ${quote(name)} in ${shard.name}. Its first key: TANHUA_ORGANIZATION=${id} tanhua key create`,
      );
    });
}
