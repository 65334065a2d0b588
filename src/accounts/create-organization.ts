import { recordEvent } from '#audit/event-store.ts';
import type { Actor, EventDraft, Origin, RequestOrigin } from '#audit/event-types.ts';
import type { Clock } from '#base/clock.ts';
import { newId } from '#base/ids.ts';
import { inTransaction, type Database } from '#database/database.ts';
import { insertIntegration } from '#integrations/integration-store.ts';
import { presetRules, type RulePreset } from '#integrations/rules.ts';
import { requireNameForPortal } from '#organizations/organization-name.ts';
import { insertOrganization } from '#organizations/organization-store.ts';
import { findShard } from '#organizations/placed-organizations.ts';
import type { Fleet } from '#shards/fleet.ts';
import { writePlacement } from '#shards/placement-store.ts';

const INTEGRATION_NAME = 'Entra ID';

export interface OrganizationDraft {
  readonly name: string;
  /** The database in which the organization is created. */
  readonly shard: string;
  readonly rules: RulePreset;
}

/**
 * Creates an organization with an integration. `alsoCreate` runs in the same transaction. Several organizations may have the same
 * name: refusing a name would reveal the names of other organizations. Throws `notFound` (404) for a shard that does not exist,
 * and `invalidValue` (400) for the name of a page of the portal.
 */
export async function createOrganization(
  { fleet, clock }: { readonly fleet: Fleet; readonly clock: Clock },
  by: { readonly actor: Actor; readonly request: RequestOrigin | undefined },
  { name, shard: shardName, rules }: OrganizationDraft,
  alsoCreate: (transaction: Database, origin: Origin) => Promise<void> = async () => {},
): Promise<{ readonly id: string; readonly name: string; readonly shard: string }> {
  requireNameForPortal(name);
  const shard = findShard(fleet, shardName);
  const id = newId(clock);
  // The placement is written first: rows in a shard count only if the catalog places their organization there.
  if (shard !== fleet.main) {
    const placement = { shard: shard.name, state: 'served', token: null, expiresAt: null } as const;
    await writePlacement(fleet.main.database, id, placement);
  }
  const origin: Origin = { organizationId: id, actor: by.actor, integration: undefined, request: by.request };
  await inTransaction(shard.database, async (transaction) => {
    await insertOrganization(transaction, clock, name, id);
    const integration = await insertIntegration(transaction, clock, {
      organizationId: id,
      name: INTEGRATION_NAME,
      rules: presetRules(rules),
    });
    const drafts: readonly EventDraft[] = [
      { type: 'organization_create', target: { type: 'organization', id, name } },
      { type: 'integration_create', target: { type: 'integration', id: integration.id, name: integration.name } },
    ];
    for (const draft of drafts) await recordEvent(transaction, clock, origin, draft);
    await alsoCreate(transaction, origin);
  });
  return { id, name, shard: shard.name };
}
