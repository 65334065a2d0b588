import { sql, type Kysely } from 'kysely';
import { engineOf } from '../engine.ts';

/** The columns that the old and the new table have in common. Rows are copied unchanged. */
const commonColumns = sql.raw(
  'id, organization_id, kind, administrator_id, integration_id, name, prefix, hash, created_at, expires_at, revoked_at, last_used_at',
);

/**
 * Refuses a key without an owner, which would not be limited to any caller, and a key with two owners, which could have too much
 * access.
 */
const owner = sql<boolean>`case kind
  when 'administrator' then administrator_id is not null and user_id is null
  when 'integration' then integration_id is not null and user_id is null
  when 'user' then user_id is not null and administrator_id is null and integration_id is null
  else false
end`;

/** Adds keys that belong to users. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await (engineOf(db).definition.altersConstraints ? alterTable(db) : recreateTable(db));
  // Purging a user deletes its keys: without an index, each purge would read all keys.
  await db.schema.createIndex('api_keys_user').on('api_keys').column('user_id').execute();
}

async function alterTable(db: Kysely<unknown>): Promise<void> {
  const { text } = engineOf(db).definition;
  await db.schema
    .alterTable('api_keys')
    .addColumn('user_id', text, (column) => column.references('users.id').onDelete('cascade'))
    .execute();
  await db.schema.alterTable('api_keys').dropConstraint('api_keys_owner').execute();
  await db.schema.alterTable('api_keys').addCheckConstraint('api_keys_owner', owner).execute();
}

/** Copies the rows into a new table, which replaces the old one. No table refers to it, so dropping the old one deletes no other rows. */
async function recreateTable(db: Kysely<unknown>): Promise<void> {
  const { text, integer, endOfTable } = engineOf(db).definition;
  await db.schema
    .createTable('api_keys_with_users')
    .addColumn('id', text, (column) => column.primaryKey())
    .addColumn('organization_id', text, (column) => column.notNull().references('organizations.id').onDelete('cascade'))
    .addColumn('kind', text, (column) => column.notNull())
    .addColumn('administrator_id', text, (column) => column.references('administrators.id').onDelete('cascade'))
    .addColumn('integration_id', text, (column) => column.references('integrations.id').onDelete('cascade'))
    .addColumn('user_id', text, (column) => column.references('users.id').onDelete('cascade'))
    .addColumn('name', text, (column) => column.notNull())
    .addColumn('prefix', text, (column) => column.notNull())
    .addColumn('hash', text, (column) => column.notNull().unique())
    .addColumn('created_at', integer, (column) => column.notNull())
    .addColumn('expires_at', integer)
    .addColumn('revoked_at', integer)
    .addColumn('last_used_at', integer)
    .addCheckConstraint('api_keys_owner', owner)
    .modifyEnd(endOfTable())
    .execute();
  await sql`insert into api_keys_with_users (${commonColumns}) select ${commonColumns} from api_keys`.execute(db);
  await db.schema.dropTable('api_keys').execute();
  await db.schema.alterTable('api_keys_with_users').renameTo('api_keys').execute();
}
