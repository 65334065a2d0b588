import type { Database } from '#database/database.ts';
import type { StoredUser } from './stored.ts';
import { findUsers } from './user-store.ts';

/** Users whose password is older than `expired`, or than `ageing` and who were not told yet; times in milliseconds. */
export async function findExpiringPasswords(
  database: Database,
  organizationId: string,
  {
    expired,
    ageing,
    lifetimeMs,
    limit,
  }: { readonly expired: number; readonly ageing: number; readonly lifetimeMs: number; readonly limit: number },
): Promise<readonly { readonly user: StoredUser; readonly changedAt: number }[]> {
  const rows = await database
    .selectFrom('user_security as security')
    .innerJoin('users', 'users.id', 'security.user_id')
    .select(['users.id', 'security.password_changed_at'])
    .where('security.organization_id', '=', organizationId)
    .where('security.password_changed_at', '<=', ageing)
    .where('users.deleted_at', 'is', null)
    .where('users.password_expired', '=', 0)
    .where('users.password_hash', 'is not', null)
    // Who was told that it expires soon is due once more when it does: that is later than the age of `expired` then.
    .where((where) =>
      where.or([
        where('security.warned_at', 'is', null),
        where.and([
          where('security.password_changed_at', '<=', expired),
          where('security.warned_at', '<', where(where.ref('security.password_changed_at'), '+', lifetimeMs)),
        ]),
      ]),
    )
    .orderBy('security.password_changed_at')
    .limit(limit)
    .execute();
  const users = new Map(
    (
      await findUsers(
        database,
        organizationId,
        rows.map(({ id }) => id),
      )
    ).map((user) => [user.id, user]),
  );
  return rows.flatMap(({ id, password_changed_at: changedAt }) => {
    const user = users.get(id);
    return user === undefined || changedAt === null ? [] : [{ user, changedAt }];
  });
}
