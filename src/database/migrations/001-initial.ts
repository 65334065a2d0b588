import { sql, type CreateTableBuilder, type Kysely } from 'kysely';
import type { DataDefinition } from '../data-definition.ts';
import { engineOf } from '../engine.ts';

type Schema = Kysely<unknown>;

/** The name of a deleted resource can be used again, so only rows that are not deleted have to be unique. */
const notDeleted = sql<boolean>`deleted_at is null`;

export async function up(db: Schema): Promise<void> {
  const { definition } = engineOf(db);
  await createOrganizations(db, definition);
  await createUsers(db, definition);
  await createGroups(db, definition);
  await createEvents(db, definition);
}

async function createOrganizations(db: Schema, definition: DataDefinition): Promise<void> {
  await db.schema
    .createTable('organizations')
    .addColumn('id', definition.text, (column) => column.primaryKey())
    .addColumn('name', definition.text, (column) => column.notNull())
    .addColumn('created_at', definition.integer, (column) => column.notNull())
    .modifyEnd(definition.endOfTable())
    .execute();
  await db.schema
    .createTable('administrators')
    .addColumn('id', definition.text, (column) => column.primaryKey())
    .$call((table) => addOrganization(table, definition))
    .addColumn('email', definition.text, (column) => column.notNull())
    .addColumn('email_key', definition.text, (column) => column.notNull().unique())
    .addColumn('name', definition.text, (column) => column.notNull())
    .addColumn('role', definition.text, (column) => column.notNull())
    .addColumn('password_hash', definition.text)
    .addColumn('suspended', definition.integer, (column) => column.notNull().defaultTo(0))
    .addColumn('created_at', definition.integer, (column) => column.notNull())
    .modifyEnd(definition.endOfTable())
    .execute();
  await db.schema
    .createTable('integrations')
    .addColumn('id', definition.text, (column) => column.primaryKey())
    .$call((table) => addOrganization(table, definition))
    .addColumn('name', definition.text, (column) => column.notNull())
    .addColumn('name_key', definition.text, (column) => column.notNull())
    .addColumn('rules', definition.text, (column) => column.notNull())
    .addColumn('created_at', definition.integer, (column) => column.notNull())
    .addColumn('last_request_at', definition.integer)
    .addColumn('last_request_flagged', definition.integer)
    .addUniqueConstraint('integrations_name', ['organization_id', 'name_key'])
    .modifyEnd(definition.endOfTable())
    .execute();
  await db.schema
    .createTable('api_keys')
    .addColumn('id', definition.text, (column) => column.primaryKey())
    .$call((table) => addOrganization(table, definition))
    .addColumn('kind', definition.text, (column) => column.notNull())
    .addColumn('administrator_id', definition.text, (column) =>
      column.references('administrators.id').onDelete('cascade'),
    )
    .addColumn('integration_id', definition.text, (column) => column.references('integrations.id').onDelete('cascade'))
    .addColumn('name', definition.text, (column) => column.notNull())
    .addColumn('prefix', definition.text, (column) => column.notNull())
    .addColumn('hash', definition.text, (column) => column.notNull().unique())
    .addColumn('created_at', definition.integer, (column) => column.notNull())
    .addColumn('expires_at', definition.integer)
    .addColumn('revoked_at', definition.integer)
    .addColumn('last_used_at', definition.integer)
    // The database refuses a key without an owner, because such a key would not be limited to any caller.
    .addCheckConstraint(
      'api_keys_owner',
      sql`(kind = 'administrator' and administrator_id is not null) or (kind = 'integration' and integration_id is not null)`,
    )
    .modifyEnd(definition.endOfTable())
    .execute();
}

async function createUsers(db: Schema, definition: DataDefinition): Promise<void> {
  await db.schema
    .createTable('users')
    .addColumn('sequence', definition.sequence, (column) => column.primaryKey())
    .$call((table) => addResource(table, definition))
    .addColumn('user_name', definition.text, (column) => column.notNull())
    .addColumn('user_name_key', definition.text, (column) => column.notNull())
    .addColumn('username', definition.text, (column) => column.notNull())
    .addColumn('username_key', definition.text, (column) => column.notNull())
    .addColumn('email', definition.text)
    .addColumn('email_key', definition.text)
    .addColumn('employee_number_key', definition.text)
    .addColumn('manager_value', definition.text)
    .addColumn('manager_key', definition.text)
    .addColumn('state', definition.text, (column) =>
      column.notNull().check(sql`state in ('STAGED', 'ACTIVATED', 'SUSPENDED')`),
    )
    .addColumn('password_hash', definition.text)
    .addColumn('password_expired', definition.integer, (column) => column.notNull().defaultTo(0))
    .addColumn('account_locked', definition.integer, (column) => column.notNull().defaultTo(0))
    .addColumn('unqualified', definition.text)
    .addColumn('active', definition.integer, (column) =>
      column.generatedAlwaysAs(sql`case when state <> 'SUSPENDED' and password_expired = 0 then 1 else 0 end`).stored(),
    )
    .modifyEnd(definition.endOfTable())
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
    await indexOf(db, 'users', column, definition.indexTail).execute();
  }
  await createDeletionIndexes(db, 'users', definition);
  await db.schema
    .createTable('user_emails')
    .addColumn('organization_id', definition.text, (column) => column.notNull())
    .addColumn('value_key', definition.text, (column) => column.notNull())
    .addColumn('user_id', definition.text, (column) => column.notNull().references('users.id').onDelete('cascade'))
    .addPrimaryKeyConstraint('user_emails_key', ['organization_id', 'value_key', 'user_id'])
    .modifyEnd(definition.endOfTable('by key'))
    .execute();
  await db.schema.createIndex('user_emails_user').on('user_emails').column('user_id').execute();
}

async function createGroups(db: Schema, definition: DataDefinition): Promise<void> {
  await db.schema
    .createTable('groups')
    .addColumn('sequence', definition.sequence, (column) => column.primaryKey())
    .$call((table) => addResource(table, definition))
    .addColumn('display_name', definition.text, (column) => column.notNull())
    .modifyEnd(definition.endOfTable())
    .execute();
  await indexOf(db, 'groups', 'display_name_key').unique().execute();
  for (const column of ['external_id', 'modified_at', 'created_at']) {
    await indexOf(db, 'groups', column, definition.indexTail).execute();
  }
  await createDeletionIndexes(db, 'groups', definition);
  await db.schema
    .createTable('memberships')
    .$call((table) => addOrganization(table, definition))
    .addColumn('group_id', definition.text, (column) => column.notNull().references('groups.id').onDelete('cascade'))
    .addColumn('member_id', definition.text, (column) => column.notNull())
    .addColumn('member_type', definition.text, (column) =>
      column.notNull().check(sql`member_type in ('User', 'Group')`),
    )
    .addColumn('created_at', definition.integer, (column) => column.notNull())
    .addPrimaryKeyConstraint('memberships_key', ['group_id', 'member_id'])
    .modifyEnd(definition.endOfTable('by key'))
    .execute();
  await db.schema.createIndex('memberships_member').on('memberships').columns(['member_id', 'group_id']).execute();
}

async function createEvents(db: Schema, definition: DataDefinition): Promise<void> {
  await db.schema
    .createTable('events')
    .addColumn('sequence', definition.sequence, (column) => column.primaryKey())
    .addColumn('id', definition.text, (column) => column.notNull().unique())
    .$call((table) => addOrganization(table, definition))
    .addColumn('at', definition.integer, (column) => column.notNull())
    .addColumn('type', definition.text, (column) => column.notNull())
    .addColumn('success', definition.integer, (column) => column.notNull())
    .addColumn('target_id', definition.text)
    .addColumn('target_key', definition.text)
    .addColumn('integration_id', definition.text)
    .addColumn('request_id', definition.text)
    .addColumn('body', definition.text, (column) => column.notNull())
    .modifyEnd(definition.endOfTable())
    .execute();
  for (const column of ['at', 'target_id', 'target_key', 'request_id']) {
    await db.schema.createIndex(`events_${column}`).on('events').columns(['organization_id', column]).execute();
  }
}

function addOrganization<Table extends string, Columns extends string>(
  builder: CreateTableBuilder<Table, Columns>,
  definition: DataDefinition,
) {
  return builder.addColumn('organization_id', definition.text, (column) =>
    column.notNull().references('organizations.id').onDelete('cascade'),
  );
}

function addResource<Table extends string, Columns extends string>(
  builder: CreateTableBuilder<Table, Columns>,
  definition: DataDefinition,
) {
  return addOrganization(
    builder.addColumn('id', definition.text, (column) => column.notNull().unique()),
    definition,
  )
    .addColumn('integration_id', definition.text, (column) => column.references('integrations.id').onDelete('set null'))
    .addColumn('creation_source', definition.text, (column) => column.notNull())
    .addColumn('external_id', definition.text)
    .addColumn('display_name_key', definition.text)
    .addColumn('document', definition.text, (column) => column.notNull())
    .addColumn('search', definition.json, (column) => column.notNull())
    .addColumn('version', definition.integer, (column) => column.notNull().defaultTo(1))
    .addColumn('created_at', definition.integer, (column) => column.notNull())
    .addColumn('modified_at', definition.integer, (column) => column.notNull())
    .addColumn('deleted_at', definition.integer);
}

function indexOf(db: Schema, table: 'users' | 'groups', column: string, tail: readonly string[] = []) {
  return db.schema
    .createIndex(`${table}_${column}`)
    .on(table)
    .columns(['organization_id', column, ...tail])
    .where(notDeleted);
}

/** The first index serves lists in order of creation, because an index ends in the row's sequence. The second serves the purge. */
async function createDeletionIndexes(
  db: Schema,
  table: 'users' | 'groups',
  { indexTail }: DataDefinition,
): Promise<void> {
  await db.schema
    .createIndex(`${table}_living`)
    .on(table)
    .columns(['organization_id', ...indexTail])
    .where(notDeleted)
    .execute();
  await db.schema
    .createIndex(`${table}_deleted_at`)
    .on(table)
    .column('deleted_at')
    .where(sql<boolean>`deleted_at is not null`)
    .execute();
}
