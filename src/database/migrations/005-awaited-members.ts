import { sql, type Kysely } from 'kysely';
import { engineOf } from '../engine.ts';

const types = sql<boolean>`member_type in ('User', 'Group', 'Awaited')`;
const awaited = sql<boolean>`(awaited_key is null) = (member_type <> 'Awaited')`;

/** Adds awaited members: a group names them, but no such user or group exists yet. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await (engineOf(db).definition.altersConstraints ? alterTable(db) : recreateTable(db));
  await db.schema
    .createIndex('memberships_awaited')
    .on('memberships')
    .columns(['organization_id', 'awaited_key'])
    .where(sql.ref('awaited_key'), 'is not', null)
    .execute();
}

async function alterTable(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('memberships').addColumn('awaited_key', engineOf(db).definition.text).execute();
  await db.schema.alterTable('memberships').dropConstraint('memberships_member_type_check').execute();
  await db.schema.alterTable('memberships').addCheckConstraint('memberships_member_type', types).execute();
  await db.schema.alterTable('memberships').addCheckConstraint('memberships_awaited_key', awaited).execute();
}

/** Copies the rows into a new table, which replaces the old one. No other table refers to it. */
async function recreateTable(db: Kysely<unknown>): Promise<void> {
  const { text, integer, endOfTable } = engineOf(db).definition;
  await db.schema
    .createTable('memberships_with_awaited')
    .addColumn('organization_id', text, (column) => column.notNull().references('organizations.id').onDelete('cascade'))
    .addColumn('group_id', text, (column) => column.notNull().references('groups.id').onDelete('cascade'))
    .addColumn('member_id', text, (column) => column.notNull())
    .addColumn('member_type', text, (column) => column.notNull().check(types))
    .addColumn('awaited_key', text, (column) => column.check(awaited))
    .addColumn('created_at', integer, (column) => column.notNull())
    .addPrimaryKeyConstraint('memberships_key', ['group_id', 'member_id'])
    .modifyEnd(endOfTable('by key'))
    .execute();
  await sql`insert into memberships_with_awaited (organization_id, group_id, member_id, member_type, created_at)
    select organization_id, group_id, member_id, member_type, created_at from memberships`.execute(db);
  await db.schema.dropTable('memberships').execute();
  await db.schema.alterTable('memberships_with_awaited').renameTo('memberships').execute();
  await db.schema.createIndex('memberships_member').on('memberships').columns(['member_id', 'group_id']).execute();
}
