import { fold } from '#base/fold.ts';
import type { Database } from '#database/database.ts';
import { prepared } from '#database/prepared.ts';
import type { StoredUser } from './stored.ts';
import { toStoredUser, userColumns } from './user-row-store.ts';

/**
 * A sign-in checks the passwords of at most this many users with the email address, and of as many with the username. The limit is for all
 * organizations together.
 */
const LOGIN_CANDIDATES_MAX = 5;

/**
 * Finds the users of all organizations who can sign in with a name. The name is their username, or their email address if no other
 * user of their organization has it. Users who share an email address sign in with the username.
 */
export async function findUsersByLogin(database: Database, login: string): Promise<readonly StoredUser[]> {
  const key = fold(login);
  const found = new Map<string, StoredUser>();
  // Two queries, because each can use an index. No index serves both conditions in one query.
  for (const column of ['email_key', 'username_key'] as const) {
    const rows = await database
      .selectFrom('users')
      .select(userColumns)
      // Names all organizations, because the organization is the first column of the indexes.
      .where('users.organization_id', 'in', (organizations) =>
        organizations.selectFrom('organizations').select('organizations.id'),
      )
      .where(`users.${column}`, '=', key)
      .where('users.deleted_at', 'is', null)
      .$if(column === 'email_key', (select) =>
        select.where((build) =>
          build.not(
            build.exists(
              build
                .selectFrom('users as other')
                .select('other.id')
                .whereRef('other.organization_id', '=', 'users.organization_id')
                .where('other.email_key', '=', key)
                .whereRef('other.id', '<>', 'users.id')
                .where('other.deleted_at', 'is', null),
            ),
          ),
        ),
      )
      .limit(LOGIN_CANDIDATES_MAX)
      .execute();
    for (const row of rows) found.set(row.id, toStoredUser(row));
  }
  return [...found.values()];
}

/** At most this many users with a name are returned: two are enough to know that the name is not unique. */
const NAMED_MAX = 2;

/**
 * Finds the users of one organization who have a username or an email address, ignoring case. A username belongs to one user; users can share
 * an email address.
 */
export async function findUsersNamed(
  database: Database,
  organizationId: string,
  name: string,
): Promise<readonly StoredUser[]> {
  const values = { organizationId, key: fold(name) };
  const found = new Map<string, StoredUser>();
  for (const find of [findByUsername, findByEmail]) {
    for (const row of await find(database, values)) found.set(row.id, toStoredUser(row));
  }
  return [...found.values()];
}

function findBy(column: 'username_key' | 'email_key') {
  return prepared((database, { organizationId, key }: { organizationId: string; key: string }) =>
    database
      .selectFrom('users')
      .select(userColumns)
      .where('users.organization_id', '=', organizationId)
      .where(`users.${column}`, '=', key)
      .where('users.deleted_at', 'is', null)
      .limit(NAMED_MAX),
  );
}

const findByUsername = findBy('username_key');
const findByEmail = findBy('email_key');
