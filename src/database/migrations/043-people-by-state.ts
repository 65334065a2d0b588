import { sql, type Kysely } from 'kysely';
import { engineOf } from '../engine.ts';

/** The columns that a search reads besides the state and the order. */
const searchedColumns = [
  'integration_id',
  'password_pending',
  'password_expired',
  'account_locked',
  'modified_at',
  'initials',
  'department_key',
  'terms',
];

/**
 * Puts the state at the start of PostgreSQL's index for the search of people, so that a search for suspended people reads only them.
 * SQLite reads its index three times as fast.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { definition, name } = engineOf(db);
  if (name !== 'postgres') return;
  await db.schema.dropIndex('users_people').execute();
  const keys = ['organization_id', 'state', ...definition.indexTail].map((key) => sql.ref(key));
  await sql`create index users_people on users (${sql.join(keys)}) ${definition.including(searchedColumns)}
    where deleted_at is null`.execute(db);
}
