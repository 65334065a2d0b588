import { sql, type CreateTableBuilder, type Kysely } from 'kysely';
import type { DataDefinition } from '../data-definition.ts';
import { engineOf } from '../engine.ts';

type Schema = Kysely<unknown>;
type Table = CreateTableBuilder<string, string>;

/** The tables of this migration, each with the column that holds the id of the organization that owns a row. */
export const separatedEntraTables: Readonly<Record<string, string>> = {
  entra_tenants: 'organization_id',
  entra_users: 'organization_id',
  entra_groups: 'organization_id',
  entra_group_members: 'organization_id',
  entra_changes: 'organization_id',
  entra_applications: 'organization_id',
  entra_assignments: 'organization_id',
  entra_jobs: 'organization_id',
  entra_links: 'organization_id',
  entra_linked_members: 'organization_id',
  entra_escrows: 'organization_id',
  entra_logs: 'organization_id',
};

/** Adds the stand-in for Entra ID: source directories, enterprise applications, the state of their jobs, and logs. */
export async function up(db: Schema): Promise<void> {
  const { definition } = engineOf(db);
  await createSource(db, definition);
  await createApplications(db, definition);
  await createJobState(db, definition);
  await createLogs(db, definition);
  for (const [table, column] of Object.entries(separatedEntraTables)) {
    await definition.separateOrganizations(db, table, column);
  }
}

/** Adds text or integer columns that always have a value. */
function add(type: 'text' | 'integer', names: readonly string[], definition: DataDefinition) {
  return (table: Table): Table =>
    names.reduce((all, name) => all.addColumn(name, definition[type], (column) => column.notNull()), table);
}

/** Adds text or integer columns that may be null. */
function addOptional(type: 'text' | 'integer', names: readonly string[], definition: DataDefinition) {
  return (table: Table): Table => names.reduce((all, name) => all.addColumn(name, definition[type]), table);
}

function startTable(db: Schema, name: string, definition: DataDefinition, id?: 'id'): Table {
  const table: Table = db.schema.createTable(name);
  const keyed = id === undefined ? table : table.addColumn('id', definition.text, (column) => column.primaryKey());
  return keyed.addColumn('organization_id', definition.text, (column) =>
    column.notNull().references('organizations.id').onDelete('cascade'),
  );
}

function reference(name: string, target: string, definition: DataDefinition) {
  return (table: Table): Table =>
    table.addColumn(name, definition.text, (column) => column.notNull().references(target).onDelete('cascade'));
}

async function createIndex(db: Schema, table: string, columns: readonly string[]): Promise<void> {
  await db.schema
    .createIndex(`${table}_${columns.join('_')}`)
    .on(table)
    .columns([...columns])
    .execute();
}

async function createSource(db: Schema, definition: DataDefinition): Promise<void> {
  const { endOfTable } = definition;
  await startTable(db, 'entra_tenants', definition, 'id')
    .$call(add('text', ['name', 'name_key', 'domain'], definition))
    .$call(add('integer', ['change_number', 'created_at'], definition))
    .addUniqueConstraint('entra_tenants_name', ['organization_id', 'name_key'])
    .modifyEnd(endOfTable())
    .execute();
  await startTable(db, 'entra_users', definition, 'id')
    .$call(reference('tenant_id', 'entra_tenants.id', definition))
    .$call(add('text', ['upn_key', 'display_name', 'name_key', 'attributes'], definition))
    .$call(add('integer', ['account_enabled', 'created_at', 'modified_at'], definition))
    .$call(addOptional('text', ['manager_id'], definition))
    .$call(addOptional('integer', ['deleted_at'], definition))
    .modifyEnd(endOfTable())
    .execute();
  await db.schema
    .createIndex('entra_users_upn')
    .unique()
    .on('entra_users')
    .columns(['tenant_id', 'upn_key'])
    .where(sql.ref('deleted_at'), 'is', null)
    .execute();
  await createIndex(db, 'entra_users', ['tenant_id', 'id']);
  await createIndex(db, 'entra_users', ['tenant_id', 'name_key']);
  await createIndex(db, 'entra_users', ['manager_id']);
  // The index contains only the deleted users, of whom there are few.
  await db.schema
    .createIndex('entra_users_deleted_at')
    .on('entra_users')
    .column('deleted_at')
    .where(sql.ref('deleted_at'), 'is not', null)
    .execute();
  await startTable(db, 'entra_groups', definition, 'id')
    .$call(reference('tenant_id', 'entra_tenants.id', definition))
    .$call(add('text', ['display_name', 'name_key', 'attributes'], definition))
    .$call(add('integer', ['created_at', 'modified_at'], definition))
    .$call(addOptional('text', ['membership_rule'], definition))
    .$call(addOptional('integer', ['deleted_at'], definition))
    .modifyEnd(endOfTable())
    .execute();
  await createIndex(db, 'entra_groups', ['tenant_id', 'id']);
  await createIndex(db, 'entra_groups', ['tenant_id', 'name_key']);
  await startTable(db, 'entra_group_members', definition)
    .$call(reference('tenant_id', 'entra_tenants.id', definition))
    .$call(reference('group_id', 'entra_groups.id', definition))
    .$call(add('text', ['member_id', 'member_type'], definition))
    .addPrimaryKeyConstraint('entra_group_members_key', ['group_id', 'member_id'])
    .modifyEnd(endOfTable('by key'))
    .execute();
  await createIndex(db, 'entra_group_members', ['member_id']);
  await startTable(db, 'entra_changes', definition)
    .$call(reference('tenant_id', 'entra_tenants.id', definition))
    .$call(add('integer', ['number', 'at'], definition))
    .$call(add('text', ['object_type', 'object_id', 'kind'], definition))
    .$call(addOptional('text', ['detail_id', 'fields'], definition))
    .addPrimaryKeyConstraint('entra_changes_key', ['tenant_id', 'number'])
    .modifyEnd(endOfTable('by key'))
    .execute();
}

async function createApplications(db: Schema, definition: DataDefinition): Promise<void> {
  const { endOfTable } = definition;
  await startTable(db, 'entra_applications', definition, 'id')
    .$call(reference('tenant_id', 'entra_tenants.id', definition))
    .$call(add('text', ['app_id', 'display_name', 'name_key', 'settings'], definition))
    .$call(addOptional('text', ['secrets'], definition))
    .$call(add('integer', ['created_at', 'modified_at'], definition))
    .addUniqueConstraint('entra_applications_name', ['tenant_id', 'name_key'])
    .modifyEnd(endOfTable())
    .execute();
  await startTable(db, 'entra_assignments', definition, 'id')
    .$call(reference('tenant_id', 'entra_tenants.id', definition))
    .$call(reference('application_id', 'entra_applications.id', definition))
    .$call(add('text', ['principal_id', 'principal_type', 'app_role_id', 'role_value'], definition))
    .$call(add('integer', ['created_at'], definition))
    .addUniqueConstraint('entra_assignments_principal', ['application_id', 'principal_id', 'app_role_id'])
    .modifyEnd(endOfTable())
    .execute();
  await createIndex(db, 'entra_assignments', ['principal_id']);
  await startTable(db, 'entra_jobs', definition, 'id')
    .$call(reference('tenant_id', 'entra_tenants.id', definition))
    .$call(reference('application_id', 'entra_applications.id', definition))
    .$call(add('text', ['template_id', 'schema', 'settings', 'schedule_state', 'status'], definition))
    .$call(add('integer', ['interval_ms', 'created_at'], definition))
    .$call(addOptional('integer', ['watermark', 'next_run_at'], definition))
    .$call(addOptional('text', ['cycle'], definition))
    .addUniqueConstraint('entra_jobs_application', ['application_id'])
    .modifyEnd(endOfTable())
    .execute();
}

async function createJobState(db: Schema, definition: DataDefinition): Promise<void> {
  const { endOfTable } = definition;
  await startTable(db, 'entra_links', definition)
    .$call(reference('job_id', 'entra_jobs.id', definition))
    .$call(add('text', ['source_id', 'object_type', 'target_id', 'display_name'], definition))
    .$call(add('integer', ['in_scope', 'created_at', 'modified_at'], definition))
    .$call(addOptional('text', ['manager_target_id'], definition))
    .addPrimaryKeyConstraint('entra_links_key', ['job_id', 'source_id'])
    .modifyEnd(endOfTable('by key'))
    .execute();
  await createIndex(db, 'entra_links', ['job_id', 'target_id']);
  await startTable(db, 'entra_linked_members', definition)
    .$call(reference('job_id', 'entra_jobs.id', definition))
    .$call(add('text', ['group_id', 'member_id', 'target_member_id'], definition))
    .addPrimaryKeyConstraint('entra_linked_members_key', ['job_id', 'group_id', 'member_id'])
    .modifyEnd(endOfTable('by key'))
    .execute();
  await createIndex(db, 'entra_linked_members', ['job_id', 'member_id']);
  await startTable(db, 'entra_escrows', definition)
    .$call(reference('job_id', 'entra_jobs.id', definition))
    .$call(add('text', ['source_id', 'stage', 'object_type', 'error_code', 'reason'], definition))
    .$call(add('integer', ['attempts', 'first_at', 'last_at', 'next_at'], definition))
    .addPrimaryKeyConstraint('entra_escrows_key', ['job_id', 'source_id', 'stage'])
    .modifyEnd(endOfTable('by key'))
    .execute();
  await createIndex(db, 'entra_escrows', ['job_id', 'next_at']);
}

async function createLogs(db: Schema, definition: DataDefinition): Promise<void> {
  const texts = ['cycle_id', 'change_id', 'action', 'status', 'object_type', 'source_id', 'source_name', 'target_id'];
  await startTable(db, 'entra_logs', definition, 'id')
    .$call(reference('tenant_id', 'entra_tenants.id', definition))
    .$call(reference('job_id', 'entra_jobs.id', definition))
    .$call(add('text', [...texts, 'entry', 'wire'], definition))
    .$call(add('integer', ['number', 'at', 'duration_ms'], definition))
    .$call(addOptional('text', ['error_code'], definition))
    .modifyEnd(definition.endOfTable())
    .execute();
  await createIndex(db, 'entra_logs', ['tenant_id', 'at', 'number']);
  await createIndex(db, 'entra_logs', ['job_id', 'number']);
  await createIndex(db, 'entra_logs', ['source_id']);
}
