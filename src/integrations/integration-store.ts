import type { Selectable } from 'kysely';
import type { Clock } from '#base/clock.ts';
import { fold } from '#base/fold.ts';
import { newId } from '#base/ids.ts';
import type { Database } from '#database/database.ts';
import type { IntegrationTable } from '#database/tables.ts';
import { parseRules, type Rules } from './rules.ts';

/** An identity source that sends users and groups, with its rules and the time of its last request. */
export interface Integration {
  readonly id: string;
  readonly organizationId: string;
  readonly name: string;
  readonly rules: Rules;
  readonly createdAt: Date;
  readonly lastRequestAt: Date | null;
  /** True if the URL of a request within FLAG_KNOWN_MS before the last one, or of that one, had Entra ID's flag aadOptscim062020; null before the first request. */
  readonly lastRequestFlagged: boolean | null;
}

export async function insertIntegration(
  database: Database,
  clock: Clock,
  integration: Pick<Integration, 'organizationId' | 'name' | 'rules'>,
): Promise<Integration> {
  const id = newId(clock);
  const createdAt = clock.now();
  await database
    .insertInto('integrations')
    .values({
      id,
      organization_id: integration.organizationId,
      name: integration.name,
      name_key: fold(integration.name),
      rules: JSON.stringify(integration.rules),
      created_at: createdAt.getTime(),
    })
    .execute();
  return { ...integration, id, createdAt, lastRequestAt: null, lastRequestFlagged: null };
}

/** Lists the integrations of an organization, oldest first. */
export async function listIntegrations(database: Database, organizationId: string): Promise<readonly Integration[]> {
  const rows = await inOrder(database).where('organization_id', '=', organizationId).execute();
  return rows.map(toIntegration);
}

/** Finds an integration of an organization by id. If the id is null, finds the organization's oldest integration. */
export async function findIntegration(
  database: Database,
  organizationId: string,
  id: string | null,
): Promise<Integration | undefined> {
  const row = await inOrder(database)
    .where('organization_id', '=', organizationId)
    .$if(id !== null, (select) => select.where('id', '=', id ?? ''))
    .limit(1)
    .executeTakeFirst();
  return row && toIntegration(row);
}

/** Lists the integrations of all organizations. Only for maintenance, not for requests, which may read only their own organization. */
export async function listAllIntegrations(database: Database): Promise<readonly Integration[]> {
  const rows = await inOrder(database).execute();
  return rows.map(toIntegration);
}

function inOrder(database: Database) {
  return database.selectFrom('integrations').selectAll().orderBy('created_at').orderBy('id');
}

function toIntegration(row: Selectable<IntegrationTable>): Integration {
  return {
    id: row.id,
    organizationId: row.organization_id,
    name: row.name,
    rules: parseRules(row.rules),
    createdAt: new Date(row.created_at),
    lastRequestAt: row.last_request_at === null ? null : new Date(row.last_request_at),
    lastRequestFlagged: row.last_request_flagged === null ? null : isFlagged(row),
  };
}

/** The time that a request without the flag says nothing about the Tenant URL, because Provision on demand does not use the flag. */
export const FLAG_KNOWN_MS = 60 * 60 * 1000;

function isFlagged({ last_request_flagged: last, last_flagged_at: at, last_request_at: until }: FlagColumns): boolean {
  return last === 1 || (at !== null && (until ?? 0) - at <= FLAG_KNOWN_MS);
}

type FlagColumns = Pick<Selectable<IntegrationTable>, 'last_request_flagged' | 'last_flagged_at' | 'last_request_at'>;

export async function updateRules(database: Database, integrationId: string, rules: Rules): Promise<void> {
  await database
    .updateTable('integrations')
    .set({ rules: JSON.stringify(rules) })
    .where('id', '=', integrationId)
    .execute();
}

export async function updateLastRequest(
  database: Database,
  integrationId: string,
  at: Date,
  flagged: boolean,
): Promise<void> {
  await database
    .updateTable('integrations')
    .set({
      last_request_at: at.getTime(),
      last_request_flagged: flagged ? 1 : 0,
      ...(flagged && { last_flagged_at: at.getTime() }),
    })
    .where('id', '=', integrationId)
    .execute();
}

export async function updateIntegration(
  database: Database,
  integrationId: string,
  { name, rules }: Pick<Integration, 'name' | 'rules'>,
): Promise<void> {
  await database
    .updateTable('integrations')
    .set({ name, name_key: fold(name), rules: JSON.stringify(rules) })
    .where('id', '=', integrationId)
    .execute();
}

/** Finds the rules that a new integration of an organization has: the strict ones until the organization changes them. */
export async function findDefaultRules(
  database: Database,
  organizationId: string,
): Promise<{ readonly organizationName: string; readonly rules: Rules }> {
  const row = await database
    .selectFrom('organizations')
    .select(['name', 'default_rules'])
    .where('id', '=', organizationId)
    .executeTakeFirst();
  return { organizationName: row?.name ?? '', rules: parseRules(row?.default_rules ?? '{}') };
}

export async function updateDefaultRules(database: Database, organizationId: string, rules: Rules): Promise<void> {
  await database
    .updateTable('organizations')
    .set({ default_rules: JSON.stringify(rules) })
    .where('id', '=', organizationId)
    .execute();
}
