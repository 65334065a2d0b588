import type { Kysely } from 'kysely';
import { engineOf } from '../engine.ts';

/** Adds the settings of organizations. A setting that is missing in the object has its default value. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('organizations')
    .addColumn('settings', engineOf(db).definition.text, (column) => column.notNull().defaultTo('{}'))
    .execute();
}
