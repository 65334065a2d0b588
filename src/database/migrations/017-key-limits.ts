import { sql, type Kysely } from 'kysely';
import { engineOf } from '../engine.ts';

/** The tables of this migration, each with the column that holds the id of the organization that owns a row. */
export const separatedKeyTables: Readonly<Record<string, string>> = { ended_keys: 'organization_id' };

/**
 * Adds three facts: which key created a key or a link, so that both end together; when a key was last used for SCIM; and which keys
 * ended because their owner was removed, so that the 401 response says why.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { text, integer, endOfTable, createTrigger, separateOrganizations } = engineOf(db).definition;
  // The column is not a foreign key, because a key whose parent was deleted is kept. Requests with it are refused for that reason.
  await db.schema.alterTable('api_keys').addColumn('parent_id', text).execute();
  await db.schema.alterTable('api_keys').addColumn('last_scim_at', integer).execute();
  await db.schema.alterTable('one_time_tokens').addColumn('key_id', text).execute();
  await createTrigger(db, {
    name: 'api_keys_configuration_changed_parent',
    table: 'api_keys',
    event: 'update of parent_id',
    statement: sql`update configuration_version set version = version + 1`,
  });
  await db.schema
    .createTable('ended_keys')
    .addColumn('id', text, (column) => column.primaryKey())
    .addColumn('organization_id', text, (column) => column.notNull().references('organizations.id').onDelete('cascade'))
    .addColumn('owner_id', text, (column) => column.notNull())
    .addColumn('owner', text, (column) => column.notNull())
    .addColumn('role', text)
    .addColumn('name', text, (column) => column.notNull())
    .addColumn('prefix', text, (column) => column.notNull())
    .addColumn('hash', text, (column) => column.notNull().unique())
    .addColumn('created_at', integer, (column) => column.notNull())
    .addColumn('expires_at', integer)
    .addColumn('last_used_at', integer)
    .addColumn('last_scim_at', integer)
    .addColumn('ended_at', integer, (column) => column.notNull())
    .modifyEnd(endOfTable())
    .execute();
  await db.schema
    .createIndex('ended_keys_organization')
    .on('ended_keys')
    .columns(['organization_id', 'ended_at'])
    .execute();
  await separateOrganizations(db, 'ended_keys', 'organization_id');
}
