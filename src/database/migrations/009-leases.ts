import type { Kysely } from 'kysely';
import { engineOf } from '../engine.ts';

/** Who does a work that is to be done once, and until when: several processes share one database. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { text, integer, endOfTable } = engineOf(db).definition;
  await db.schema
    .createTable('leases')
    .addColumn('name', text, (column) => column.primaryKey())
    .addColumn('holder', text, (column) => column.notNull())
    .addColumn('expires_at', integer, (column) => column.notNull())
    .modifyEnd(endOfTable('by key'))
    .execute();
}
