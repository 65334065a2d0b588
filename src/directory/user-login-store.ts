import { fold } from '#base/fold.ts';
import type { Database } from '#database/database.ts';
import type { StoredUser } from './stored.ts';
import { toStoredUser, userColumns } from './user-row-store.ts';

/** Users of one name, over all organizations, whose password a sign-in tries. */
const LOGIN_CANDIDATES_MAX = 5;

/**
 * Users of any organization that sign in with a name: the username, or an e-mail address that no other user of the organization
 * has. Those who share an address sign in with the username.
 */
export async function findUsersByLogin(database: Database, login: string): Promise<readonly StoredUser[]> {
  const key = fold(login);
  const found = new Map<string, StoredUser>();
  // Sequentially: an index serves each of them, and the two together none.
  for (const column of ['email_key', 'username_key'] as const) {
    const rows = await database
      .selectFrom('users')
      .select(userColumns)
      // The indexes begin with the organization.
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
