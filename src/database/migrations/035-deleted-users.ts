import { sql, type Kysely } from 'kysely';

/** Adds an index with which the list of an organization's deleted users, newest first, reads no rows of other organizations. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createIndex('users_deleted')
    .on('users')
    .columns(['organization_id', 'deleted_at', 'id'])
    .where(sql<boolean>`deleted_at is not null`)
    .execute();
}
