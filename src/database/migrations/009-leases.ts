import type { Kysely } from 'kysely';
import { engineOf } from '../engine.ts';

/** Adds leases. Several processes can share a database: a lease says which of them does a task, and until when. */
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
