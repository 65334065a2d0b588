import { sql, type Kysely } from 'kysely';
import { engineOf } from '../engine.ts';
import { keptWithoutContent, refusedRequests, requestsWith } from '../request-conditions.ts';

/** The tables of this migration, each with the column that holds the id of the organization that owns a row. */
export const separatedRequestTables: Readonly<Record<string, string>> = { requests: 'organization_id' };

/** Adds the request log: SCIM requests with their answers, for as long as the settings of the organization say. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { definition } = engineOf(db);
  const { text, integer, indexTail } = definition;
  await db.schema
    .createTable('requests')
    .addColumn('sequence', definition.sequence, (column) => column.primaryKey())
    .addColumn('id', text, (column) => column.notNull().unique())
    .addColumn('organization_id', text, (column) => column.notNull().references('organizations.id').onDelete('cascade'))
    .addColumn('at', integer, (column) => column.notNull())
    .addColumn('integration_id', text)
    .addColumn('kind', text, (column) => column.notNull())
    .addColumn('method', text, (column) => column.notNull())
    .addColumn('resource_type', text)
    .addColumn('outcome', text, (column) => column.notNull())
    .addColumn('status', integer, (column) => column.notNull())
    .addColumn('reason', text)
    .addColumn('target_id', text)
    .addColumn('name', text)
    .addColumn('client', text)
    .addColumn('request_id', text, (column) => column.notNull())
    .addColumn('activity_id', text)
    .addColumn('client_request_id', text)
    .addColumn('x_request_id', text)
    .addColumn('event_id', text)
    .addColumn('count', integer, (column) => column.notNull())
    .addColumn('size', integer, (column) => column.notNull())
    .addColumn('detail', text)
    .addColumn('body', text)
    .addColumn('answer', text)
    .modifyEnd(definition.endOfTable())
    .execute();
  const tail = sql.join(
    indexTail.map((column) => sql`, ${sql.ref(column)}`),
    sql``,
  );
  // The columns after the sequence let the database add up counts and sizes without reading the rows.
  await sql`create index requests_at on requests (organization_id, at, sequence, outcome, count, size)`.execute(db);
  await sql`create index requests_refused on requests (organization_id, at${tail}) where ${refusedRequests}`.execute(
    db,
  );
  await sql`create index requests_without_content on requests (organization_id, at) where ${keptWithoutContent}`.execute(
    db,
  );
  for (const column of ['target_id', 'activity_id', 'client_request_id', 'x_request_id', 'event_id'] as const) {
    await sql`create index ${sql.raw(`requests_${column}`)} on requests (organization_id, ${sql.ref(column)}, at${tail})
      where ${requestsWith(column)}`.execute(db);
  }
  await definition.recordCommitOrder(db, 'requests');
  for (const [table, column] of Object.entries(separatedRequestTables)) {
    await definition.separateOrganizations(db, table, column);
  }
}
