import type { Database } from '#database/database.ts';

/** A password that is old. */
export interface AgedPassword {
  readonly userId: string;
  /** In milliseconds. */
  readonly changedAt: number;
}

/** Passwords that are to expire, or of whose expiry nobody was told yet; the oldest first. Times are in milliseconds. */
export async function findAgedPasswords(
  database: Database,
  organizationId: string,
  {
    expired,
    aging,
    after,
    limit,
  }: {
    /** Passwords that were set then, or before, have expired. */
    readonly expired: number;
    /** Those that were set then, or before, are told of. */
    readonly aging: number;
    /** The last one that was read. */
    readonly after: AgedPassword | undefined;
    readonly limit: number;
  },
): Promise<readonly AgedPassword[]> {
  const rows = await database
    .selectFrom('user_security as security')
    .innerJoin('users', 'users.id', 'security.user_id')
    .select(['security.user_id', 'security.password_changed_at'])
    .where('security.organization_id', '=', organizationId)
    .where('security.password_changed_at', '<=', aging)
    .where('users.deleted_at', 'is', null)
    .where('users.password_expired', '=', 0)
    .where('users.password_hash', 'is not', null)
    .where((where) =>
      where.or([where('security.warned_at', 'is', null), where('security.password_changed_at', '<=', expired)]),
    )
    .$if(after !== undefined, (select) =>
      select.where((where) =>
        where.or([
          where('security.password_changed_at', '>', after?.changedAt ?? 0),
          where.and([
            where('security.password_changed_at', '=', after?.changedAt ?? 0),
            where('security.user_id', '>', after?.userId ?? ''),
          ]),
        ]),
      ),
    )
    .orderBy('security.password_changed_at')
    .orderBy('security.user_id')
    .limit(limit)
    .execute();
  return rows.flatMap(({ user_id: userId, password_changed_at: changedAt }) =>
    changedAt === null ? [] : [{ userId, changedAt }],
  );
}
