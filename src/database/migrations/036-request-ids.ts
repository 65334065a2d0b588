import { sql, type Kysely } from 'kysely';
import { engineOf } from '../engine.ts';

/**
 * What one request did is found without the other events of its organization. Ids that a client sent are rows of `event_names`;
 * those in events from before this migration are not.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { definition } = engineOf(db);
  await db.schema
    .createIndex('events_request_id')
    .on('events')
    .columns(['organization_id', 'request_id', ...definition.indexTail])
    .where(sql<boolean>`request_id is not null`)
    .execute();
  await definition.retunePlanner(db);
}
