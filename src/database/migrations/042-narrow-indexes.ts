import { sql, type Kysely } from 'kysely';
import { initialsOf } from '#base/search-terms.ts';
import type { DataDefinition } from '../data-definition.ts';
import { engineOf } from '../engine.ts';
import { requestsWith } from '../request-conditions.ts';

type Schema = Kysely<unknown>;

/** Rows whose initials one round of the migration computes. */
const BATCH = 1_000;

/**
 * Makes the search of people read narrow indexes, with the first characters of the terms as bits, and takes requests that their events find
 * out of the indexes of requests (decisions 041 and 043). All users are indexed again, because the limits of terms have changed.
 */
export async function up(db: Schema): Promise<void> {
  const { definition } = engineOf(db);
  await narrowUsers(db, definition);
  await narrowRefusedPeople(db, definition);
  await narrowRequests(db, definition);
}

/** The columns of the filters, and the terms. */
const searchedColumns = [
  'state',
  'integration_id',
  'password_pending',
  'password_expired',
  'account_locked',
  'modified_at',
  'initials',
  'department_key',
  'terms',
];

async function narrowUsers(db: Schema, { integer, indexTail, including }: DataDefinition): Promise<void> {
  await db.schema.alterTable('users').addColumn('initials', integer).execute();
  await db.schema.dropIndex('users_people').execute();
  await db.schema.dropIndex('users_department_key').execute();
  await sql`delete from user_terms`.execute(db);
  await sql`update users set terms = null where terms is not null`.execute(db);
  await sql`delete from unindexed_people`.execute(db);
  await sql`insert into unindexed_people (organization_id, next_sequence) select id, 0 from organizations`.execute(db);
  await db.schema
    .createIndex('users_without_terms')
    .on('users')
    // With only the organization, SQLite would not choose this index.
    .columns(['organization_id', 'terms'])
    .where(sql<boolean>`terms is null and deleted_at is null`)
    .execute();
  // With the initials, people of a department are counted without reading their rows.
  const initials = isPostgres(db) ? [] : ['deleted_at', 'initials'];
  await sql`create index users_department_key on users
    (${columns(['organization_id', 'department_key', 'sequence', ...initials])}) ${including(['initials'])}
    where deleted_at is null`.execute(db);
  // PostgreSQL keeps columns that are only read apart from the keys, which must be shorter. SQLite's indexes have only keys.
  const keys = isPostgres(db) ? indexTail : ['deleted_at', ...searchedColumns];
  await sql`create index users_people on users (${columns(['organization_id', ...keys])}) ${including(searchedColumns)}
    where deleted_at is null`.execute(db);
}

async function narrowRefusedPeople(db: Schema, { integer, including }: DataDefinition): Promise<void> {
  await db.schema
    .alterTable('refused_people')
    .addColumn('initials', integer, (column) => column.notNull().defaultTo(0))
    .execute();
  await computeInitials(db);
  await db.schema.dropIndex('refused_people_last_at').execute();
  const searched = ['source_id', 'initials', 'terms'];
  const keys = ['organization_id', 'last_at', 'id', ...(isPostgres(db) ? [] : searched)];
  await sql`create index refused_people_last_at on refused_people (${columns(keys)}) ${including(searched)}`.execute(
    db,
  );
}

async function computeInitials(db: Schema): Promise<void> {
  for (let after = ''; ;) {
    const { rows } = await sql<{ id: string; terms: string }>`select id, terms from refused_people
      where id > ${after} order by id limit ${BATCH}`.execute(db);
    for (const { id, terms } of rows) {
      const initials = initialsOf(terms.split('\n').filter((term) => term !== ''));
      await sql`update refused_people set initials = ${initials} where id = ${id}`.execute(db);
    }
    const last = rows.at(-1);
    if (last === undefined) return;
    after = last.id;
  }
}

async function narrowRequests(db: Schema, { indexTail }: DataDefinition): Promise<void> {
  // SQLite reads the requests of all organizations in the order of their sequence.
  if (!isPostgres(db)) await db.schema.dropIndex('requests_commit_order').execute();
  for (const column of ['target_id', 'activity_id', 'client_request_id', 'x_request_id'] as const) {
    await db.schema.dropIndex(`requests_${column}`).execute();
    await sql`create index ${sql.raw(`requests_${column}`)} on requests (${columns(['organization_id', column, 'at', ...indexTail])})
      where ${requestsWith(column)}`.execute(db);
  }
}

function isPostgres(db: Schema): boolean {
  return engineOf(db).name === 'postgres';
}

function columns(names: readonly string[]) {
  return sql.join(names.map((name) => sql.ref(name)));
}
