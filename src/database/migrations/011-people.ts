import { sql, type CreateTableBuilder, type Kysely } from 'kysely';
import type { DataDefinition } from '../data-definition.ts';
import { engineOf } from '../engine.ts';
import { bumpConfigurationVersion } from './006-configuration-version.ts';

type Schema = Kysely<unknown>;

/** The tables of this migration, each with the column that holds the id of the organization that owns a row. */
export const separatedPeopleTables: Readonly<Record<string, string>> = {
  roles: 'organization_id',
  administrator_links: 'organization_id',
  user_security: 'organization_id',
  ssh_keys: 'organization_id',
  passkeys: 'organization_id',
  sessions: 'organization_id',
  one_time_tokens: 'organization_id',
  state_changes: 'organization_id',
  mails: 'organization_id',
  mail_templates: 'organization_id',
  jobs: 'organization_id',
  job_results: 'organization_id',
};

/** Adds administrators who sign in, users with a password and a portal, emails, and jobs. */
export async function up(db: Schema): Promise<void> {
  const { definition } = engineOf(db);
  await extendTables(db, definition);
  await createAdministration(db, definition);
  await createUserTables(db, definition);
  await createCredentials(db, definition);
  await createMail(db, definition);
  await createJobs(db, definition);
  await bumpConfigurationVersion(db, 'roles', ['name', 'scopes']);
  await bumpConfigurationVersion(db, 'administrator_links', ['role']);
  await watchColumns(db, definition, 'api_keys', ['allowed_ips']);
  await watchColumns(db, definition, 'administrators', ['custom_role_id', 'api_key_allowed']);
  for (const [table, column] of Object.entries(separatedPeopleTables)) {
    await definition.separateOrganizations(db, table, column);
  }
}

async function extendTables(db: Schema, { text, integer }: DataDefinition): Promise<void> {
  const flag = (table: string, name: string, initial: 0 | 1) =>
    db.schema
      .alterTable(table)
      .addColumn(name, integer, (column) => column.notNull().defaultTo(initial))
      .execute();
  const optional = (table: string, name: string, type: typeof text | typeof integer) =>
    db.schema.alterTable(table).addColumn(name, type).execute();
  for (const name of ['first_name', 'last_name', 'custom_role_id', 'totp_secret', 'pending_totp_secret']) {
    await optional('administrators', name, text);
  }
  for (const name of [
    'totp_enrolled_at',
    'totp_last_step',
    'password_changed_at',
    'locked_at',
    'last_login_at',
    'last_bad_login_at',
  ]) {
    await optional('administrators', name, integer);
  }
  await flag('administrators', 'api_key_allowed', 1);
  await flag('administrators', 'mfa_required', 0);
  await flag('administrators', 'bad_login_attempts', 0);
  for (const name of ['allowed_ips', 'last_used_ip', 'last_used_client']) await optional('api_keys', name, text);
  await optional('api_keys', 'warned_days', integer);
  // Properties for which SCIM has no attribute.
  await optional('users', 'properties', text);
  await optional('groups', 'properties', text);
}

/** Creates a trigger that increases the configuration version when one of these additional columns changes. */
async function watchColumns(db: Schema, { createTrigger }: DataDefinition, table: string, columns: readonly string[]) {
  await createTrigger(db, {
    name: `${table}_configuration_changed_more`,
    table,
    event: `update of ${columns.join(', ')}`,
    statement: sql`update configuration_version set version = version + 1`,
  });
}

async function createAdministration(db: Schema, definition: DataDefinition): Promise<void> {
  const { text, integer, endOfTable } = definition;
  await db.schema
    .createTable('roles')
    .addColumn('id', text, (column) => column.primaryKey())
    .$call((table) => addOrganization(table, definition))
    .addColumn('name', text, (column) => column.notNull())
    .addColumn('name_key', text, (column) => column.notNull())
    .addColumn('description', text, (column) => column.notNull())
    .addColumn('scopes', text, (column) => column.notNull())
    .addColumn('created_at', integer, (column) => column.notNull())
    .addUniqueConstraint('roles_name', ['organization_id', 'name_key'])
    .modifyEnd(endOfTable())
    .execute();
  // This column does not reference the other organization, which may be in another database.
  await db.schema
    .createTable('administrator_links')
    .$call((table) => addOrganization(table, definition))
    .addColumn('administrator_id', text, (column) =>
      column.notNull().references('administrators.id').onDelete('cascade'),
    )
    .addColumn('linked_organization_id', text, (column) => column.notNull())
    .addColumn('role', text, (column) => column.notNull())
    .addPrimaryKeyConstraint('administrator_links_key', ['administrator_id', 'linked_organization_id'])
    .modifyEnd(endOfTable('by key'))
    .execute();
}

async function createUserTables(db: Schema, definition: DataDefinition): Promise<void> {
  const { text, integer, endOfTable } = definition;
  await db.schema
    .createTable('user_security')
    .addColumn('user_id', text, (column) => column.primaryKey().references('users.id').onDelete('cascade'))
    .$call((table) => addOrganization(table, definition))
    .addColumn('password_changed_at', integer)
    .addColumn('password_history', text)
    .addColumn('bad_login_attempts', integer, (column) => column.notNull().defaultTo(0))
    .addColumn('last_bad_login_at', integer)
    .addColumn('locked_at', integer)
    .addColumn('totp_secret', text)
    .addColumn('pending_totp_secret', text)
    .addColumn('totp_enrolled_at', integer)
    .addColumn('totp_last_step', integer)
    .addColumn('mfa_exclusion_until', integer)
    .addColumn('warned_at', integer)
    .modifyEnd(endOfTable('by key'))
    .execute();
  await db.schema
    .createIndex('user_security_password_changed_at')
    .on('user_security')
    .columns(['organization_id', 'password_changed_at'])
    .execute();
  // The index contains only the locked users, of whom there are few.
  await db.schema
    .createIndex('user_security_locked_at')
    .on('user_security')
    .columns(['organization_id', 'locked_at'])
    .where('locked_at', 'is not', null)
    .execute();
  await db.schema
    .createTable('ssh_keys')
    .addColumn('id', text, (column) => column.primaryKey())
    .$call((table) => addOrganization(table, definition))
    .addColumn('user_id', text, (column) => column.notNull().references('users.id').onDelete('cascade'))
    .addColumn('name', text, (column) => column.notNull())
    .addColumn('public_key', text, (column) => column.notNull())
    .addColumn('created_at', integer, (column) => column.notNull())
    .addUniqueConstraint('ssh_keys_name', ['user_id', 'name'])
    .modifyEnd(endOfTable())
    .execute();
  await db.schema
    .createTable('state_changes')
    .addColumn('id', text, (column) => column.primaryKey())
    .$call((table) => addOrganization(table, definition))
    .addColumn('user_id', text, (column) => column.notNull().references('users.id').onDelete('cascade'))
    .addColumn('job_id', text, (column) => column.notNull())
    .addColumn('state', text, (column) => column.notNull().check(sql`state in ('ACTIVATED', 'SUSPENDED')`))
    .addColumn('at', integer, (column) => column.notNull())
    .addColumn('send_mail', integer, (column) => column.notNull())
    .addColumn('mail_to', text)
    .modifyEnd(endOfTable())
    .execute();
  await db.schema.createIndex('state_changes_at').on('state_changes').column('at').execute();
  await db.schema.createIndex('state_changes_user').on('state_changes').column('user_id').execute();
}

async function createCredentials(db: Schema, definition: DataDefinition): Promise<void> {
  const { text, integer, endOfTable } = definition;
  const administrator = 'administrators.id';
  await db.schema
    .createTable('passkeys')
    .addColumn('id', text, (column) => column.primaryKey())
    .$call((table) => addOrganization(table, definition))
    .addColumn('user_id', text, (column) => column.references('users.id').onDelete('cascade'))
    .addColumn('administrator_id', text, (column) => column.references(administrator).onDelete('cascade'))
    .addColumn('name', text, (column) => column.notNull())
    .addColumn('credential_id', text, (column) => column.notNull().unique())
    .addColumn('public_key', text, (column) => column.notNull())
    .addColumn('counter', integer, (column) => column.notNull())
    .addColumn('transports', text, (column) => column.notNull())
    .addColumn('created_at', integer, (column) => column.notNull())
    .addColumn('last_used_at', integer)
    .modifyEnd(endOfTable())
    .execute();
  await db.schema
    .createTable('sessions')
    .addColumn('id', text, (column) => column.primaryKey())
    .$call((table) => addOrganization(table, definition))
    .addColumn('kind', text, (column) => column.notNull().check(sql`kind in ('administrator', 'user', 'access')`))
    .addColumn('administrator_id', text, (column) => column.references(administrator).onDelete('cascade'))
    .addColumn('user_id', text, (column) => column.references('users.id').onDelete('cascade'))
    .addColumn('key_id', text, (column) => column.references('api_keys.id').onDelete('cascade'))
    .addColumn('hash', text, (column) => column.notNull().unique())
    .addColumn('created_at', integer, (column) => column.notNull())
    .addColumn('last_used_at', integer, (column) => column.notNull())
    .addColumn('expires_at', integer, (column) => column.notNull())
    .addColumn('client_ip', text)
    .addColumn('user_agent', text)
    .addColumn('auth_methods', text, (column) => column.notNull())
    .addColumn('scopes', text)
    .modifyEnd(endOfTable())
    .execute();
  await db.schema
    .createTable('one_time_tokens')
    .addColumn('id', text, (column) => column.primaryKey())
    .$call((table) => addOrganization(table, definition))
    .addColumn('purpose', text, (column) => column.notNull())
    .addColumn('user_id', text, (column) => column.references('users.id').onDelete('cascade'))
    .addColumn('administrator_id', text, (column) => column.references(administrator).onDelete('cascade'))
    .addColumn('hash', text, (column) => column.notNull().unique())
    .addColumn('data', text)
    .addColumn('created_at', integer, (column) => column.notNull())
    .addColumn('expires_at', integer, (column) => column.notNull())
    .addColumn('used_at', integer)
    .modifyEnd(endOfTable())
    .execute();
  for (const table of ['passkeys', 'sessions', 'one_time_tokens']) {
    await db.schema.createIndex(`${table}_user`).on(table).column('user_id').execute();
    await db.schema.createIndex(`${table}_administrator`).on(table).column('administrator_id').execute();
  }
  for (const table of ['sessions', 'one_time_tokens']) {
    await db.schema.createIndex(`${table}_expires_at`).on(table).column('expires_at').execute();
  }
}

async function createMail(db: Schema, definition: DataDefinition): Promise<void> {
  const { text, integer, endOfTable } = definition;
  await db.schema
    .createTable('mails')
    .addColumn('id', text, (column) => column.primaryKey())
    .$call((table) => addOrganization(table, definition))
    .addColumn('kind', text, (column) => column.notNull())
    .addColumn('recipient', text, (column) => column.notNull())
    .addColumn('target_id', text)
    .addColumn('subject', text, (column) => column.notNull())
    // Encrypted: it may hold a link that opens an account.
    .addColumn('body', text, (column) => column.notNull())
    .addColumn('state', text, (column) =>
      column.notNull().check(sql`state in ('waiting', 'sent', 'failed', 'cancelled')`),
    )
    .addColumn('attempts', integer, (column) => column.notNull())
    .addColumn('sendings', integer, (column) => column.notNull().defaultTo(1))
    .addColumn('next_attempt_at', integer, (column) => column.notNull())
    .addColumn('claimed_until', integer)
    .addColumn('handed_over_at', integer)
    .addColumn('created_at', integer, (column) => column.notNull())
    .addColumn('expires_at', integer, (column) => column.notNull())
    .addColumn('sent_at', integer)
    .addColumn('error', text)
    .modifyEnd(endOfTable())
    .execute();
  await db.schema.createIndex('mails_created_at').on('mails').columns(['organization_id', 'created_at']).execute();
  await db.schema
    .createIndex('mails_waiting')
    .on('mails')
    .column('next_attempt_at')
    .where(sql<boolean>`state = 'waiting'`)
    .execute();
  await db.schema
    .createIndex('mails_waiting_target')
    .on('mails')
    .column('target_id')
    .where(sql<boolean>`state = 'waiting'`)
    .execute();
  await db.schema
    .createTable('mail_templates')
    .$call((table) => addOrganization(table, definition))
    .addColumn('kind', text, (column) => column.notNull())
    .addColumn('template', text, (column) => column.notNull())
    .addPrimaryKeyConstraint('mail_templates_key', ['organization_id', 'kind'])
    .modifyEnd(endOfTable('by key'))
    .execute();
}

async function createJobs(db: Schema, definition: DataDefinition): Promise<void> {
  const { text, integer, endOfTable } = definition;
  await db.schema
    .createTable('jobs')
    .addColumn('id', text, (column) => column.primaryKey())
    .$call((table) => addOrganization(table, definition))
    .addColumn('kind', text, (column) => column.notNull())
    .addColumn('state', text, (column) => column.notNull())
    .addColumn('total', integer, (column) => column.notNull())
    .addColumn('done', integer, (column) => column.notNull())
    .addColumn('input', text, (column) => column.notNull())
    .addColumn('actor', text, (column) => column.notNull())
    .addColumn('created_at', integer, (column) => column.notNull())
    .addColumn('finished_at', integer)
    .modifyEnd(endOfTable())
    .execute();
  await db.schema
    .createTable('job_results')
    .addColumn('id', text, (column) => column.primaryKey())
    .$call((table) => addOrganization(table, definition))
    .addColumn('job_id', text, (column) => column.notNull().references('jobs.id').onDelete('cascade'))
    .addColumn('row_number', integer, (column) => column.notNull())
    .addColumn('status', text, (column) => column.notNull())
    .addColumn('message', text)
    .addColumn('user_id', text)
    .addColumn('body', text)
    .addColumn('created_at', integer, (column) => column.notNull())
    .addColumn('updated_at', integer, (column) => column.notNull())
    .addUniqueConstraint('job_results_row', ['job_id', 'row_number'])
    .modifyEnd(endOfTable())
    .execute();
}

function addOrganization<Table extends string, Columns extends string>(
  builder: CreateTableBuilder<Table, Columns>,
  { text }: DataDefinition,
) {
  return builder.addColumn('organization_id', text, (column) =>
    column.notNull().references('organizations.id').onDelete('cascade'),
  );
}
