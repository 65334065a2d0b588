import type { Database } from '#database/database.ts';

/** A password that has expired or expires soon. */
export interface AgedPassword {
  readonly userId: string;
  /** Unix time in milliseconds. */
  readonly changedAt: number;
}

/**
 * Finds passwords that have expired but are not marked as expired, and passwords that expire soon and for which no warning was sent,
 * oldest first. All times are Unix times in milliseconds.
 */
export async function findAgedPasswords(
  database: Database,
  organizationId: string,
  {
    expired,
    aging,
    after,
    limit,
  }: {
    /** Passwords that were set at this time or earlier have expired. */
    readonly expired: number;
    /** Passwords that were set at this time or earlier expire soon, and their users get a warning. */
    readonly aging: number;
    /** The last password of the previous page; undefined for the first page. */
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
