import type { Kysely } from 'kysely';
import { engineOf } from '../engine.ts';

/** The tables of this migration, each with the column that holds the id of the organization that owns a row. */
export const separatedTotalTables: Readonly<Record<string, string>> = {
  totals: 'organization_id',
  total_positions: 'organization_id',
};

/**
 * Makes events readable in the order in which they were committed, for live updates. Adds totals of events: for each organization, the
 * number of events of each minute and of each quarter-hour up to a position in that order (decision 042).
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { definition } = engineOf(db);
  const { text, integer, endOfTable, separateOrganizations, recordCommitOrder } = definition;
  await recordCommitOrder(db, 'events');
  await db.schema
    .createTable('totals')
    .addColumn('organization_id', text, (column) => column.notNull().references('organizations.id').onDelete('cascade'))
    .addColumn('subject', text, (column) => column.notNull())
    .addColumn('span_ms', integer, (column) => column.notNull())
    .addColumn('starts_at', integer, (column) => column.notNull())
    .addColumn('outcome', text, (column) => column.notNull())
    .addColumn('type', text, (column) => column.notNull())
    .addColumn('source', text, (column) => column.notNull())
    .addColumn('reason', text, (column) => column.notNull())
    .addColumn('count', integer, (column) => column.notNull())
    .addPrimaryKeyConstraint('totals_key', [
      'organization_id',
      'subject',
      'span_ms',
      'starts_at',
      'outcome',
      'type',
      'source',
      'reason',
    ])
    .modifyEnd(endOfTable('by key'))
    .execute();
  await db.schema
    .createTable('total_positions')
    .addColumn('organization_id', text, (column) => column.notNull().references('organizations.id').onDelete('cascade'))
    .addColumn('subject', text, (column) => column.notNull())
    .addColumn('position', text, (column) => column.notNull())
    .addPrimaryKeyConstraint('total_positions_key', ['organization_id', 'subject'])
    .modifyEnd(endOfTable('by key'))
    .execute();
  for (const [table, column] of Object.entries(separatedTotalTables)) await separateOrganizations(db, table, column);
}
