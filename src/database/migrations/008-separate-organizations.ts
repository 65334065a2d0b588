import type { Kysely } from 'kysely';
import { engineOf } from '../engine.ts';

/** Tables, and the column that says whose a row is. */
export const separatedTables: Readonly<Record<string, string>> = {
  organizations: 'id',
  administrators: 'organization_id',
  integrations: 'organization_id',
  api_keys: 'organization_id',
  users: 'organization_id',
  user_emails: 'organization_id',
  groups: 'organization_id',
  memberships: 'organization_id',
  resource_counts: 'organization_id',
  schemas: 'organization_id',
  events: 'organization_id',
};

/** A second wall between organizations, where the engine can build it: row-level security. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { separateOrganizations } = engineOf(db).definition;
  for (const [table, column] of Object.entries(separatedTables)) await separateOrganizations(db, table, column);
}
