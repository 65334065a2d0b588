import { sql, type CreateTableBuilder, type Kysely } from 'kysely';

import { writePlannerStatistics } from '../planner-statistics.ts';

type Schema = Kysely<unknown>;

/** What a deleted resource leaves behind must not block its name: uniqueness holds among the living. */
const living = sql<boolean>`deleted_at is null`;

export async function up(db: Schema): Promise<void> {
  await createOrganizations(db);
  await createUsers(db);
  await createGroups(db);
  await createEvents(db);
  await writePlannerStatistics(db);
}

async function createOrganizations(db: Schema): Promise<void> {
  await db.schema
    .createTable('organizations')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('created_at', 'integer', (column) => column.notNull())
    .modifyEnd(sql`strict`)
    .execute();
  await db.schema
    .createTable('administrators')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .$call(addOrganization)
    .addColumn('email', 'text', (column) => column.notNull())
    .addColumn('email_key', 'text', (column) => column.notNull().unique())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('role', 'text', (column) => column.notNull())
    .addColumn('password_hash', 'text')
    .addColumn('suspended', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('created_at', 'integer', (column) => column.notNull())
    .modifyEnd(sql`strict`)
    .execute();
  await db.schema
    .createTable('integrations')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .$call(addOrganization)
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('name_key', 'text', (column) => column.notNull())
    .addColumn('rules', 'text', (column) => column.notNull())
    .addColumn('created_at', 'integer', (column) => column.notNull())
    .addColumn('last_request_at', 'integer')
    .addColumn('last_request_flagged', 'integer')
    .addUniqueConstraint('integrations_name', ['organization_id', 'name_key'])
    .modifyEnd(sql`strict`)
    .execute();
  await db.schema
    .createTable('api_keys')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .$call(addOrganization)
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('administrator_id', 'text', (column) => column.references('administrators.id').onDelete('cascade'))
    .addColumn('integration_id', 'text', (column) => column.references('integrations.id').onDelete('cascade'))
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('prefix', 'text', (column) => column.notNull())
    .addColumn('hash', 'text', (column) => column.notNull().unique())
    .addColumn('created_at', 'integer', (column) => column.notNull())
    .addColumn('expires_at', 'integer')
    .addColumn('revoked_at', 'integer')
    .addColumn('last_used_at', 'integer')
    // A key without an owner would belong to anybody: the database refuses it.
    .addCheckConstraint(
      'api_keys_owner',
      sql`(kind = 'administrator' and administrator_id is not null) or (kind = 'integration' and integration_id is not null)`,
    )
    .modifyEnd(sql`strict`)
    .execute();
}

async function createUsers(db: Schema): Promise<void> {
  await db.schema
    .createTable('users')
    .addColumn('sequence', 'integer', (column) => column.primaryKey())
    .$call(addResource)
    .addColumn('user_name', 'text', (column) => column.notNull())
    .addColumn('user_name_key', 'text', (column) => column.notNull())
    .addColumn('username', 'text', (column) => column.notNull())
    .addColumn('username_key', 'text', (column) => column.notNull())
    .addColumn('email', 'text')
    .addColumn('email_key', 'text')
    .addColumn('employee_number_key', 'text')
    .addColumn('manager_value', 'text')
    .addColumn('manager_key', 'text')
    .addColumn('state', 'text', (column) => column.notNull().check(sql`state in ('STAGED', 'ACTIVATED', 'SUSPENDED')`))
    .addColumn('password_hash', 'text')
    .addColumn('password_expired', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('account_locked', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('unqualified', 'text')
    .addColumn('active', 'integer', (column) =>
      column.generatedAlwaysAs(sql`state <> 'SUSPENDED' and password_expired = 0`).stored(),
    )
    .modifyEnd(sql`strict`)
    .execute();
  for (const column of ['user_name_key', 'username_key', 'email_key', 'employee_number_key']) {
    await indexOf(db, 'users', column).unique().execute();
  }
  for (const column of [
    'external_id',
    'display_name_key',
    'active',
    'modified_at',
    'created_at',
    'manager_value',
    'manager_key',
  ]) {
    await indexOf(db, 'users', column).execute();
  }
  await indexLivingAndDeleted(db, 'users');
  await db.schema
    .createTable('user_emails')
    .addColumn('organization_id', 'text', (column) => column.notNull())
    .addColumn('value_key', 'text', (column) => column.notNull())
    .addColumn('user_id', 'text', (column) => column.notNull().references('users.id').onDelete('cascade'))
    .addPrimaryKeyConstraint('user_emails_key', ['organization_id', 'value_key', 'user_id'])
    .modifyEnd(sql`strict, without rowid`)
    .execute();
  await db.schema.createIndex('user_emails_user').on('user_emails').column('user_id').execute();
}

async function createGroups(db: Schema): Promise<void> {
  await db.schema
    .createTable('groups')
    .addColumn('sequence', 'integer', (column) => column.primaryKey())
    .$call(addResource)
    .addColumn('display_name', 'text', (column) => column.notNull())
    .modifyEnd(sql`strict`)
    .execute();
  await indexOf(db, 'groups', 'display_name_key').unique().execute();
  for (const column of ['external_id', 'modified_at', 'created_at']) {
    await indexOf(db, 'groups', column).execute();
  }
  await indexLivingAndDeleted(db, 'groups');
  await db.schema
    .createTable('memberships')
    .$call(addOrganization)
    .addColumn('group_id', 'text', (column) => column.notNull().references('groups.id').onDelete('cascade'))
    .addColumn('member_id', 'text', (column) => column.notNull())
    .addColumn('member_type', 'text', (column) => column.notNull().check(sql`member_type in ('User', 'Group')`))
    .addColumn('created_at', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('memberships_key', ['group_id', 'member_id'])
    .modifyEnd(sql`strict, without rowid`)
    .execute();
  await db.schema.createIndex('memberships_member').on('memberships').columns(['member_id', 'group_id']).execute();
}

async function createEvents(db: Schema): Promise<void> {
  await db.schema
    .createTable('events')
    .addColumn('sequence', 'integer', (column) => column.primaryKey())
    .addColumn('id', 'text', (column) => column.notNull().unique())
    .$call(addOrganization)
    .addColumn('at', 'integer', (column) => column.notNull())
    .addColumn('type', 'text', (column) => column.notNull())
    .addColumn('success', 'integer', (column) => column.notNull())
    .addColumn('target_id', 'text')
    .addColumn('target_key', 'text')
    .addColumn('integration_id', 'text')
    .addColumn('request_id', 'text')
    .addColumn('body', 'text', (column) => column.notNull())
    .modifyEnd(sql`strict`)
    .execute();
  for (const column of ['at', 'target_id', 'target_key', 'request_id']) {
    await db.schema.createIndex(`events_${column}`).on('events').columns(['organization_id', column]).execute();
  }
}

function addOrganization<Table extends string, Columns extends string>(builder: CreateTableBuilder<Table, Columns>) {
  return builder.addColumn('organization_id', 'text', (column) =>
    column.notNull().references('organizations.id').onDelete('cascade'),
  );
}

function addResource<Table extends string, Columns extends string>(builder: CreateTableBuilder<Table, Columns>) {
  return addOrganization(builder.addColumn('id', 'text', (column) => column.notNull().unique()))
    .addColumn('integration_id', 'text', (column) => column.references('integrations.id').onDelete('set null'))
    .addColumn('creation_source', 'text', (column) => column.notNull())
    .addColumn('external_id', 'text')
    .addColumn('display_name_key', 'text')
    .addColumn('document', 'text', (column) => column.notNull())
    .addColumn('search', 'text', (column) => column.notNull())
    .addColumn('version', 'integer', (column) => column.notNull().defaultTo(1))
    .addColumn('created_at', 'integer', (column) => column.notNull())
    .addColumn('modified_at', 'integer', (column) => column.notNull())
    .addColumn('deleted_at', 'integer');
}

function indexOf(db: Schema, table: 'users' | 'groups', column: string) {
  return db.schema.createIndex(`${table}_${column}`).on(table).columns(['organization_id', column]).where(living);
}

/** The first serves lists in the order of creation, since an index ends in the row's sequence; the second the purge. */
async function indexLivingAndDeleted(db: Schema, table: 'users' | 'groups'): Promise<void> {
  await db.schema.createIndex(`${table}_living`).on(table).column('organization_id').where(living).execute();
  await db.schema
    .createIndex(`${table}_deleted_at`)
    .on(table)
    .column('deleted_at')
    .where(sql<boolean>`deleted_at is not null`)
    .execute();
}
