import type { Kysely } from 'kysely';
import { engineOf } from '../engine.ts';

/** Adds a table for SCIM requests whose key belongs to no organization, so that they are in no organization's event log. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { text, integer, endOfTable } = engineOf(db).definition;
  await db.schema
    .createTable('unidentified_requests')
    .addColumn('id', text, (column) => column.primaryKey())
    .addColumn('address', text, (column) => column.notNull())
    .addColumn('reason', text, (column) => column.notNull())
    .addColumn('prefix', text, (column) => column.notNull())
    .addColumn('requests', integer, (column) => column.notNull())
    .addColumn('first_seen_at', integer, (column) => column.notNull())
    .addColumn('last_seen_at', integer, (column) => column.notNull())
    .modifyEnd(endOfTable('by key'))
    .execute();
}
