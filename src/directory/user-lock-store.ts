import type { Database } from '#database/database.ts';

/** Finds the ids of organizations with users who were locked at this time or earlier. */
export async function findOrganizationsWithLocks(database: Database, before: Date): Promise<readonly string[]> {
  const rows = await database
    .selectFrom('user_security')
    .select('organization_id')
    .distinct()
    .where('locked_at', '<=', before.getTime())
    // Skips organizations that are moving between shards: the shard that serves an organization unlocks its users.
    .where('organization_id', 'not in', (moves) => moves.selectFrom('moves').select('moves.organization_id'))
    .execute();
  return rows.map((row) => row.organization_id);
}

/** Finds the ids of users of an organization who were locked at this time or earlier, earliest lock first. */
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
