import type { Kysely } from 'kysely';

/** Adds the names of an application's secrets that were deleted when their destination changed and have to be entered again. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('entra_applications')
    .addColumn('secrets_needed', 'text', (column) => column.notNull().defaultTo('[]'))
    .execute();
}
