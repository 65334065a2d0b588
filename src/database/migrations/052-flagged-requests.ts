import { sql, type Kysely } from 'kysely';
import { engineOf } from '../engine.ts';

/** Remembers when a request had Entra ID's flag: requests of Provision on demand, which lack it, arrive between others. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { integer } = engineOf(db).definition;
  await db.schema.alterTable('integrations').addColumn('last_flagged_at', integer).execute();
  await sql`update integrations set last_flagged_at = last_request_at where last_request_flagged = 1`.execute(db);
}
