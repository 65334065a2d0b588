import { sql, type Kysely } from 'kysely';

/**
 * Members that are awaited: a group names them, and nobody here is them yet. SQLite cannot change the CHECK of a table:
 * it is made anew, its rows are copied, and it takes the old one's place. Nothing refers to it.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('memberships_with_awaited')
    .addColumn('organization_id', 'text', (column) =>
      column.notNull().references('organizations.id').onDelete('cascade'),
    )
    .addColumn('group_id', 'text', (column) => column.notNull().references('groups.id').onDelete('cascade'))
    .addColumn('member_id', 'text', (column) => column.notNull())
    .addColumn('member_type', 'text', (column) =>
      column.notNull().check(sql`member_type in ('User', 'Group', 'Awaited')`),
    )
    .addColumn('awaited_key', 'text', (column) => column.check(sql`(awaited_key is null) = (member_type <> 'Awaited')`))
    .addColumn('created_at', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('memberships_key', ['group_id', 'member_id'])
    .modifyEnd(sql`strict, without rowid`)
    .execute();
  await sql`insert into memberships_with_awaited (organization_id, group_id, member_id, member_type, created_at)
    select organization_id, group_id, member_id, member_type, created_at from memberships`.execute(db);
  await db.schema.dropTable('memberships').execute();
  await db.schema.alterTable('memberships_with_awaited').renameTo('memberships').execute();
  await db.schema.createIndex('memberships_member').on('memberships').columns(['member_id', 'group_id']).execute();
  await db.schema
    .createIndex('memberships_awaited')
    .on('memberships')
    .columns(['organization_id', 'awaited_key'])
    .where(sql.ref('awaited_key'), 'is not', null)
    .execute();
}
