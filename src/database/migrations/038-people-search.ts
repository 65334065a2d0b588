import { sql, type Kysely } from 'kysely';
import type { DataDefinition } from '../data-definition.ts';
import { engineOf } from '../engine.ts';

type Schema = Kysely<unknown>;

/** The tables of this migration, each with the column that holds the id of the organization that owns a row. */
export const separatedSearchTables: Readonly<Record<string, string>> = {
  user_terms: 'organization_id',
  unindexed_people: 'organization_id',
  refused_people: 'organization_id',
};

/** Adds the index of the search of people, and the people whose creation was refused. */
export async function up(db: Schema): Promise<void> {
  const { definition } = engineOf(db);
  await addUserColumns(db, definition);
  await createTerms(db, definition);
  await createRefusedPeople(db, definition);
  for (const [table, column] of Object.entries(separatedSearchTables)) {
    await definition.separateOrganizations(db, table, column);
  }
}

async function addUserColumns(db: Schema, { text, integer, indexTail }: DataDefinition): Promise<void> {
  for (const column of ['terms', 'department_key', 'title_key']) {
    await db.schema.alterTable('users').addColumn(column, text).execute();
  }
  await db.schema
    .alterTable('users')
    .addColumn('password_pending', integer, (column) => column.notNull().defaultTo(1))
    .execute();
  await sql`update users set password_pending = 0 where password_hash is not null`.execute(db);
  const notDeleted = sql<boolean>`deleted_at is null`;
  for (const column of ['department_key', 'title_key']) {
    await db.schema
      .createIndex(`users_${column}`)
      .on('users')
      .columns(['organization_id', column, ...indexTail])
      .where(notDeleted)
      .execute();
  }
  const filtered = ['integration_id', 'password_pending', 'password_expired', 'account_locked', 'modified_at'];
  // A search with words of which each matches many people reads this index instead of the rows. SQLite's index has the terms, too.
  // PostgreSQL's indexes cannot hold long values.
  const ending = engineOf(db).name === 'postgres' ? indexTail : ['department_key', 'terms'];
  await db.schema
    .createIndex('users_people')
    .on('users')
    .columns(['organization_id', 'deleted_at', 'state', ...filtered, ...ending])
    .where(notDeleted)
    .execute();
}

/** Creates the table of terms, and marks the users that exist already as not indexed. A repeated task indexes them. */
async function createTerms(db: Schema, { text, integer, endOfTable }: DataDefinition): Promise<void> {
  await db.schema
    .createTable('user_terms')
    .addColumn('organization_id', text, (column) => column.notNull())
    .addColumn('bucket', integer, (column) => column.notNull())
    .addColumn('term', text, (column) => column.notNull())
    .addColumn('user_sequence', integer, (column) => column.notNull())
    .addColumn('shared', integer, (column) => column.notNull())
    .addPrimaryKeyConstraint('user_terms_key', ['organization_id', 'bucket', 'term', 'user_sequence', 'shared'])
    .modifyEnd(endOfTable('by key'))
    .execute();
  await db.schema
    .createTable('unindexed_people')
    .addColumn('organization_id', text, (column) =>
      column.primaryKey().references('organizations.id').onDelete('cascade'),
    )
    .addColumn('next_sequence', integer, (column) => column.notNull())
    .modifyEnd(endOfTable('by key'))
    .execute();
  await sql`insert into unindexed_people (organization_id, next_sequence) select id, 0 from organizations`.execute(db);
}

async function createRefusedPeople(db: Schema, { text, integer, endOfTable }: DataDefinition): Promise<void> {
  await db.schema
    .createTable('refused_people')
    .addColumn('id', text, (column) => column.primaryKey())
    .addColumn('organization_id', text, (column) => column.notNull().references('organizations.id').onDelete('cascade'))
    .addColumn('source_id', text, (column) => column.notNull())
    .addColumn('source_name', text)
    .addColumn('name', text)
    .addColumn('user_name', text)
    .addColumn('user_name_key', text)
    .addColumn('email', text)
    .addColumn('email_key', text)
    .addColumn('external_id', text)
    .addColumn('error_code', text, (column) => column.notNull())
    .addColumn('reason_code', text)
    .addColumn('message', text, (column) => column.notNull())
    .addColumn('event_id', text, (column) => column.notNull())
    .addColumn('refusals', integer, (column) => column.notNull())
    .addColumn('first_at', integer, (column) => column.notNull())
    .addColumn('last_at', integer, (column) => column.notNull())
    .addColumn('terms', text, (column) => column.notNull())
    .modifyEnd(endOfTable('by key'))
    .execute();
  for (const column of ['user_name_key', 'email_key', 'external_id', 'last_at']) {
    await db.schema
      .createIndex(`refused_people_${column}`)
      .on('refused_people')
      .columns(['organization_id', column, 'id'])
      .execute();
  }
}
