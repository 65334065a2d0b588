import { sql, type CreateTableBuilder, type Kysely } from 'kysely';
import type { DataDefinition } from '../data-definition.ts';
import { engineOf } from '../engine.ts';

type Schema = Kysely<unknown>;
type Table = CreateTableBuilder<string, string>;

/** The tables of this migration, each with the column that holds the id of the organization that owns a row. */
export const separatedRadiusTables: Readonly<Record<string, string>> = {
  radius_servers: 'organization_id',
  radius_clients: 'organization_id',
  radius_server_groups: 'organization_id',
  radius_replies: 'organization_id',
  radius_bindings: 'organization_id',
  radius_wifi_passwords: 'organization_id',
};

/**
 * Adds RADIUS servers (decision 052): their clients, the groups whose members may connect, the reply attributes of groups, and of users
 * the object ids in Entra ID and the Wi-Fi passwords. The rows of a user or a group disappear when it is purged.
 */
export async function up(db: Schema): Promise<void> {
  const { definition } = engineOf(db);
  await createServers(db, definition);
  await createGroupTables(db, definition);
  await createUserTables(db, definition);
  for (const [table, column] of Object.entries(separatedRadiusTables)) {
    await definition.separateOrganizations(db, table, column);
  }
}

function startTable(db: Schema, name: string, { text }: DataDefinition): Table {
  const table: Table = db.schema.createTable(name);
  return table.addColumn('organization_id', text, (column) =>
    column.notNull().references('organizations.id').onDelete('cascade'),
  );
}

function add(type: 'text' | 'integer', names: readonly string[], definition: DataDefinition) {
  return (table: Table): Table =>
    names.reduce((all, name) => all.addColumn(name, definition[type], (column) => column.notNull()), table);
}

function addOptional(type: 'text' | 'integer', names: readonly string[], definition: DataDefinition) {
  return (table: Table): Table => names.reduce((all, name) => all.addColumn(name, definition[type]), table);
}

function reference(name: string, target: string, definition: DataDefinition) {
  return (table: Table): Table =>
    table.addColumn(name, definition.text, (column) => column.notNull().references(target).onDelete('cascade'));
}

async function createServers(db: Schema, definition: DataDefinition): Promise<void> {
  const id = (table: Table): Table => table.addColumn('id', definition.text, (column) => column.primaryKey());
  await startTable(db, 'radius_servers', definition)
    .$call(id)
    .$call(add('text', ['name', 'name_key', 'identity_provider', 'methods'], definition))
    .$call(add('text', ['locked_accounts', 'expired_passwords', 'authority_url'], definition))
    .$call(addOptional('text', ['tenant', 'client_id', 'client_secret', 'object_id_attribute'], definition))
    .$call(add('integer', ['cache_seconds', 'created_at', 'modified_at'], definition))
    .addUniqueConstraint('radius_servers_name', ['organization_id', 'name_key'])
    .modifyEnd(definition.endOfTable())
    .execute();
  await startTable(db, 'radius_clients', definition)
    .$call(id)
    .$call(reference('server_id', 'radius_servers.id', definition))
    .$call(add('text', ['name', 'name_key', 'network', 'network_key', 'secret'], definition))
    .$call(addOptional('text', ['next_secret'], definition))
    .$call(addOptional('integer', ['next_secret_at'], definition))
    .$call(add('integer', ['insecure', 'created_at', 'modified_at'], definition))
    .addUniqueConstraint('radius_clients_name', ['server_id', 'name_key'])
    // In the whole database: the network of a packet says which organization it is for.
    .addUniqueConstraint('radius_clients_network', ['network_key'])
    .modifyEnd(definition.endOfTable())
    .execute();
}

async function createGroupTables(db: Schema, definition: DataDefinition): Promise<void> {
  await startTable(db, 'radius_server_groups', definition)
    .$call(reference('server_id', 'radius_servers.id', definition))
    .$call(reference('group_id', 'groups.id', definition))
    .$call(add('integer', ['created_at'], definition))
    .addPrimaryKeyConstraint('radius_server_groups_key', ['server_id', 'group_id'])
    .modifyEnd(definition.endOfTable('by key'))
    .execute();
  await sql`create index radius_server_groups_group_id on radius_server_groups (group_id)`.execute(db);
  await startTable(db, 'radius_replies', definition)
    .$call(reference('group_id', 'groups.id', definition))
    .$call(add('integer', ['position'], definition))
    .$call(add('text', ['name', 'value'], definition))
    .$call(addOptional('integer', ['tag'], definition))
    .addPrimaryKeyConstraint('radius_replies_key', ['group_id', 'position'])
    .modifyEnd(definition.endOfTable('by key'))
    .execute();
}

async function createUserTables(db: Schema, definition: DataDefinition): Promise<void> {
  await startTable(db, 'radius_bindings', definition)
    .$call(reference('user_id', 'users.id', definition))
    .$call(add('text', ['tenant_id', 'object_id'], definition))
    .$call(add('integer', ['created_at'], definition))
    .addPrimaryKeyConstraint('radius_bindings_key', ['user_id', 'tenant_id'])
    // An account of Entra ID belongs to one user of the organization.
    .addUniqueConstraint('radius_bindings_object', ['object_id', 'tenant_id', 'organization_id'])
    .modifyEnd(definition.endOfTable('by key'))
    .execute();
  await startTable(db, 'radius_wifi_passwords', definition)
    .$call(reference('user_id', 'users.id', definition))
    .$call(add('text', ['hash'], definition))
    .$call(add('integer', ['created_at'], definition))
    .addPrimaryKeyConstraint('radius_wifi_passwords_key', ['user_id'])
    .modifyEnd(definition.endOfTable('by key'))
    .execute();
}
