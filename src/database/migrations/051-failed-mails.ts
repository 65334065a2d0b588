import { sql, type Kysely } from 'kysely';

/** Counts the emails of all organizations that failed within a period without reading others. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createIndex('mails_failed_at')
    .on('mails')
    .column('failed_at')
    .where(sql<boolean>`failed_at is not null`)
    .execute();
}
