import type { Kysely } from 'kysely';

/** What is not in the object has its default. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('organizations')
    .addColumn('settings', 'text', (column) => column.notNull().defaultTo('{}'))
    .execute();
}
