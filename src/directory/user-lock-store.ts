import type { Database } from '#database/database.ts';

/** Organizations that have users who were locked before a moment. */
export async function findOrganizationsWithLocks(database: Database, before: Date): Promise<readonly string[]> {
  const rows = await database
    .selectFrom('user_security')
    .select('organization_id')
    .distinct()
    .where('locked_at', '<=', before.getTime())
    // An organization that moves is looked after where it is served.
    .where('organization_id', 'not in', (moves) => moves.selectFrom('moves').select('moves.organization_id'))
    .execute();
  return rows.map((row) => row.organization_id);
}

/** Users of an organization who were locked before a moment, the first ones first. */
export async function findUsersLockedBefore(
  database: Database,
  organizationId: string,
  before: Date,
  limit: number,
): Promise<readonly string[]> {
  const rows = await database
    .selectFrom('user_security')
    .select('user_id')
    .where('organization_id', '=', organizationId)
    .where('locked_at', '<=', before.getTime())
    .orderBy('locked_at')
    .limit(limit)
    .execute();
  return rows.map((row) => row.user_id);
}
