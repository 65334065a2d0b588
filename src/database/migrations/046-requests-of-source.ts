import { sql, type Kysely } from 'kysely';

/**
 * Adds the integration to the index of requests on the time, so that the newest writes of one integration are found without reading the rows
 * of others (decision 044). A separate index would cost every POST another page.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`drop index requests_at`.execute(db);
  await sql`create index requests_at on requests
    (organization_id, at, sequence, outcome, count, size, integration_id)`.execute(db);
}
