import { sql, type Kysely } from 'kysely';
import { engineOf } from '../engine.ts';

/** The number of rows that one count is spread over, on an engine that runs transactions concurrently. */
const SLOTS = 64;

/**
 * Adds the number of users and groups of each organization, because counting a million index entries costs more than reading a page
 * of users. Triggers maintain the count, so that no code that writes can forget it. On an engine that runs transactions concurrently,
 * a single row would make them wait for each other: there, the count is the sum of several rows, and each connection always uses
 * the same one.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { definition, isConcurrent } = engineOf(db);
  const { text, integer } = definition;
  const table = db.schema
    .createTable('resource_counts')
    .addColumn('organization_id', text, (column) => column.notNull().references('organizations.id').onDelete('cascade'))
    .addColumn('resource_type', text, (column) => column.notNull())
    .addColumn('living', integer, (column) => column.notNull())
    .modifyEnd(definition.endOfTable('by key'));
  await (
    isConcurrent
      ? table
          .addColumn('slot', integer, (column) => column.notNull())
          .addPrimaryKeyConstraint('resource_counts_key', ['organization_id', 'resource_type', 'slot'])
      : table.addPrimaryKeyConstraint('resource_counts_key', ['organization_id', 'resource_type'])
  ).execute();
  for (const [resources, type] of [
    ['users', 'User'],
    ['groups', 'Group'],
  ] as const) {
    // Counts the rows that were created before this migration. No older version supported an engine with concurrent transactions.
    if (!isConcurrent) await countExisting(db, resources, type);
    await createTriggers(db, resources, type);
  }
}

async function countExisting(db: Kysely<unknown>, table: string, type: string): Promise<void> {
  await sql`
    insert into resource_counts (organization_id, resource_type, living)
    select organization_id, ${sql.lit(type)}, count(*) from ${sql.table(table)}
    where deleted_at is null group by organization_id`.execute(db);
}

async function createTriggers(db: Kysely<unknown>, table: 'users' | 'groups', type: string): Promise<void> {
  const { definition, isConcurrent } = engineOf(db);
  const key = sql.raw(`organization_id, resource_type${isConcurrent ? ', slot' : ''}`);
  const slot = isConcurrent ? sql`, pg_backend_pid() % ${sql.lit(SLOTS)}` : sql``;
  const change = (row: 'new' | 'old', difference: 1 | -1) =>
    sql`insert into resource_counts (${key}, living)
      values (${sql.ref(`${row}.organization_id`)}, ${sql.lit(type)}${slot}, ${sql.lit(difference)})
      on conflict (${key}) do update set living = resource_counts.living + ${sql.lit(difference)}`;
  const triggers = [
    ['inserted', 'insert', sql<boolean>`new.deleted_at is null`, change('new', 1)],
    ['removed', 'delete', sql<boolean>`old.deleted_at is null`, change('old', -1)],
    [
      'deleted',
      'update of deleted_at',
      sql<boolean>`old.deleted_at is null and new.deleted_at is not null`,
      change('old', -1),
    ],
    [
      'restored',
      'update of deleted_at',
      sql<boolean>`old.deleted_at is not null and new.deleted_at is null`,
      change('new', 1),
    ],
  ] as const;
  for (const [name, event, when, statement] of triggers) {
    await definition.createTrigger(db, { name: `${table}_count_${name}`, table, event, when, statement });
  }
}
