import { sql, type Kysely } from 'kysely';
import { engineOf } from '../engine.ts';

/** Adds an index with which the list of an organization's deleted users, newest first, reads no rows of other organizations. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createIndex('users_deleted')
    .on('users')
    .columns(['organization_id', 'deleted_at', 'id'])
    .where(sql<boolean>`deleted_at is not null`)
    .execute();
  await engineOf(db).definition.retunePlanner(db);
}
