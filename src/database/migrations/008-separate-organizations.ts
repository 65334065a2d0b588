import type { Kysely } from 'kysely';
import { engineOf } from '../engine.ts';

/** The tables of earlier migrations, each with the column that holds the id of the organization that owns a row. */
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

/** Separates organizations by row-level security, in addition to the conditions in the statements, if the engine supports it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { separateOrganizations } = engineOf(db).definition;
  for (const [table, column] of Object.entries(separatedTables)) await separateOrganizations(db, table, column);
}
