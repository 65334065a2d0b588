import type { Kysely } from 'kysely';
import { engineOf } from '../engine.ts';

/** The tables of this migration, each with the column that holds the id of the organization that owns a row. */
export const separatedEventNameTables: Readonly<Record<string, string>> = { event_names: 'organization_id' };

/**
 * Adds further names by which an event is found, in addition to the name of its target: names that a refused request sent, and former
 * names of a user or a group. A row is deleted with its event.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { definition } = engineOf(db);
  const { text, integer } = definition;
  await db.schema
    .createTable('event_names')
    .addColumn('event_id', text, (column) => column.notNull().references('events.id').onDelete('cascade'))
    .addColumn('name_key', text, (column) => column.notNull())
    .addColumn('organization_id', text, (column) => column.notNull())
    .addColumn('at', integer, (column) => column.notNull())
    .addPrimaryKeyConstraint('event_names_key', ['event_id', 'name_key'])
    .modifyEnd(definition.endOfTable('by key'))
    .execute();
  await db.schema
    .createIndex('event_names_name')
    .on('event_names')
    .columns(['organization_id', 'name_key', 'at', 'event_id'])
    .execute();
  for (const [table, column] of Object.entries(separatedEventNameTables)) {
    await definition.separateOrganizations(db, table, column);
  }
}
