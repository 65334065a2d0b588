import type { Kysely } from 'kysely';
import { engineOf } from '../engine.ts';

/** What is not in the object has its default. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('organizations')
    .addColumn('settings', engineOf(db).definition.text, (column) => column.notNull().defaultTo('{}'))
    .execute();
}
