import type { Selectable, Updateable } from 'kysely';
import type { Database } from '#database/database.ts';
import type { UserSecurityTable } from '#database/people-tables.ts';

/**
 * The number of earlier passwords that are stored for each user. It does not depend on the setting passwordHistory, which may be
 * increased later.
 */
export const PASSWORD_HISTORY_MAX = 24;

export type UserSecurity = Selectable<UserSecurityTable>;

/** Finds the sign-in data of a user; undefined if the user never had a password or a second factor. */
export async function findUserSecurity(database: Database, userId: string): Promise<UserSecurity | undefined> {
  return await database.selectFrom('user_security').selectAll().where('user_id', '=', userId).executeTakeFirst();
}

/** Like `findUserSecurity`, but for several users. Returns a map by user id. */
export async function findSecurityOf(
  database: Database,
  userIds: readonly string[],
): Promise<ReadonlyMap<string, UserSecurity>> {
  if (userIds.length === 0) return new Map();
  const rows = await database.selectFrom('user_security').selectAll().where('user_id', 'in', userIds).execute();
  return new Map(rows.map((row) => [row.user_id, row]));
}

/** Changes the sign-in data of a user. Adds the row if the user has no sign-in data yet. */
export async function updateUserSecurity(
  database: Database,
  user: { readonly userId: string; readonly organizationId: string },
  change: Omit<Updateable<UserSecurityTable>, 'user_id' | 'organization_id'>,
): Promise<void> {
  await database
    .insertInto('user_security')
    .values({ ...change, user_id: user.userId, organization_id: user.organizationId })
    .onConflict((conflict) => conflict.column('user_id').doUpdateSet(change))
    .execute();
}

/** Records that a password was set: stores the time, adds the hash to the history, and resets failed attempts and the lock. */
export async function recordPassword(
  database: Database,
  set: { readonly userId: string; readonly organizationId: string; readonly passwordHash: string; readonly at: Date },
): Promise<void> {
  const before = await findUserSecurity(database, set.userId);
  const history: readonly string[] = JSON.parse(before?.password_history ?? '[]');
  await updateUserSecurity(database, set, {
    password_changed_at: set.at.getTime(),
    password_history: JSON.stringify([set.passwordHash, ...history].slice(0, PASSWORD_HISTORY_MAX)),
    bad_login_attempts: 0,
    last_bad_login_at: null,
    locked_at: null,
    warned_at: null,
  });
}
