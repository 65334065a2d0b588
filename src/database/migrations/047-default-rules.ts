import type { Kysely } from 'kysely';
import { engineOf } from '../engine.ts';

/** Adds the rules that a new source of an organization has. A rule that is missing in the object has its strict value. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('organizations')
    .addColumn('default_rules', engineOf(db).definition.text, (column) => column.notNull().defaultTo('{}'))
    .execute();
}
