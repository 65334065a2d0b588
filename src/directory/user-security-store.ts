import type { Selectable, Updateable } from 'kysely';
import type { Database } from '#database/database.ts';
import type { UserSecurityTable } from '#database/people-tables.ts';

/** Passwords that are remembered, whatever an organization asks for: it may ask for more later. */
export const PASSWORD_HISTORY_MAX = 24;

export type UserSecurity = Selectable<UserSecurityTable>;

/** Everything about how a user signs in; undefined for a user who never had a password or a second factor. */
export async function findUserSecurity(database: Database, userId: string): Promise<UserSecurity | undefined> {
  return await database.selectFrom('user_security').selectAll().where('user_id', '=', userId).executeTakeFirst();
}

/** The same of several users, by their ids. */
export async function findSecurityOf(
  database: Database,
  userIds: readonly string[],
): Promise<ReadonlyMap<string, UserSecurity>> {
  if (userIds.length === 0) return new Map();
  const rows = await database.selectFrom('user_security').selectAll().where('user_id', 'in', userIds).execute();
  return new Map(rows.map((row) => [row.user_id, row]));
}

/** Changes what is known about how a user signs in. */
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

/** A password that was set: it is remembered, and its age begins. Attempts with the one before do not count any more. */
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
