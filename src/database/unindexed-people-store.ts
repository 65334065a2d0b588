import { sql } from 'kysely';
import type { Database } from './database.ts';

/**
 * Marks the users of an organization, or of all organizations, as not in the index of the search of people. Call it after users were
 * copied to this database: the index refers to the order of the rows, which may differ from that of the other database.
 */
export async function markUnindexed(database: Database, organizationId?: string): Promise<void> {
  const copied = organizationId === undefined ? sql`true` : sql`id = ${organizationId}`;
  await sql`insert into unindexed_people (organization_id, next_sequence) select id, 0 from organizations where ${copied}
    on conflict (organization_id) do update set next_sequence = 0`.execute(database);
}
