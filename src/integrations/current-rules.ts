import type { Database } from '#database/database.ts';
import { listIntegrations } from './integration-store.ts';
import type { Rules } from './rules.ts';

/** Returns the current rules of the integrations of an organization, by id. */
export async function currentRules(database: Database, organizationId: string): Promise<ReadonlyMap<string, Rules>> {
  const integrations = await listIntegrations(database, organizationId);
  return new Map(integrations.map(({ id, rules }) => [id, rules]));
}
