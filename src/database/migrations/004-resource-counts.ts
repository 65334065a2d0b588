import { sql, type Kysely } from 'kysely';

/**
 * How many users and groups each organization has. Counting a million index entries costs more than reading a page of
 * users; triggers keep the figure, so that no way to write can forget it.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('resource_counts')
    .addColumn('organization_id', 'text', (column) =>
      column.notNull().references('organizations.id').onDelete('cascade'),
    )
    .addColumn('resource_type', 'text', (column) => column.notNull())
    .addColumn('living', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('resource_counts_key', ['organization_id', 'resource_type'])
    .modifyEnd(sql`strict, without rowid`)
    .execute();
  for (const [table, type] of [
    ['users', 'User'],
    ['groups', 'Group'],
  ] as const) {
    await sql`
      insert into resource_counts (organization_id, resource_type, living)
      select organization_id, ${sql.lit(type)}, count(*) from ${sql.table(table)}
      where deleted_at is null group by organization_id`.execute(db);
    await createTriggers(db, table, type);
  }
}

async function createTriggers(db: Kysely<unknown>, table: 'users' | 'groups', type: string): Promise<void> {
  const resourceType = sql.lit(type);
  const add = sql`insert into resource_counts (organization_id, resource_type, living)
    values (new.organization_id, ${resourceType}, 1)
    on conflict (organization_id, resource_type) do update set living = living + 1`;
  const subtract = sql`update resource_counts set living = living - 1
    where organization_id = old.organization_id and resource_type = ${resourceType}`;
  const trigger = (name: string) => sql.table(`${table}_count_${name}`);
  await sql`create trigger ${trigger('inserted')} after insert on ${sql.table(table)}
    when new.deleted_at is null begin ${add}; end`.execute(db);
  await sql`create trigger ${trigger('removed')} after delete on ${sql.table(table)}
    when old.deleted_at is null begin ${subtract}; end`.execute(db);
  await sql`create trigger ${trigger('deleted')} after update of deleted_at on ${sql.table(table)}
    when old.deleted_at is null and new.deleted_at is not null begin ${subtract}; end`.execute(db);
  await sql`create trigger ${trigger('restored')} after update of deleted_at on ${sql.table(table)}
    when old.deleted_at is not null and new.deleted_at is null begin ${add}; end`.execute(db);
}
