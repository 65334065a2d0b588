import { sql, type Kysely } from 'kysely';
import { engineOf } from '../engine.ts';

/**
 * Adds an index that finds the events of one request without reading the organization's other events. A request id that a client sent is
 * stored in `event_names`, except for events that are older than this migration.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { definition } = engineOf(db);
  await db.schema
    .createIndex('events_request_id')
    .on('events')
    .columns(['organization_id', 'request_id', ...definition.indexTail])
    .where(sql<boolean>`request_id is not null`)
    .execute();
}
