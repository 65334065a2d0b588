import { sql, type Kysely } from 'kysely';
import { engineOf } from '../engine.ts';

/** Columns that both tables have: the rows carry over as they are. */
const kept = sql.raw(
  'id, organization_id, kind, administrator_id, integration_id, name, prefix, hash, created_at, expires_at, revoked_at, last_used_at',
);

/** A key without an owner would belong to anybody, and one of two owners to the mightier: the database refuses both. */
const owner = sql<boolean>`case kind
  when 'administrator' then administrator_id is not null and user_id is null
  when 'integration' then integration_id is not null and user_id is null
  when 'user' then user_id is not null and administrator_id is null and integration_id is null
  else false
end`;

/** Keys of users. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await (engineOf(db).definition.altersConstraints ? alterTable(db) : makeTableAnew(db));
  // The purge of a user takes its keys along: without an index each would read all keys.
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

/** Its rows are copied, and it takes the old one's place. Nothing refers to it: dropping the old one takes nothing along. */
async function makeTableAnew(db: Kysely<unknown>): Promise<void> {
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
  await sql`insert into api_keys_with_users (${kept}) select ${kept} from api_keys`.execute(db);
  await db.schema.dropTable('api_keys').execute();
  await db.schema.alterTable('api_keys_with_users').renameTo('api_keys').execute();
}
