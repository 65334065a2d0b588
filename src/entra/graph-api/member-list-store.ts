import type { Database } from '#database/database.ts';
import type { SourceMember } from '../source/source-member-store.ts';

/** Returns a page of a group's members, ordered by id. Deleted users are left out, although their memberships are kept. */
export async function pageOfMembers(
  database: Database,
  groupId: string,
  page: { readonly after: string; readonly limit: number },
): Promise<readonly SourceMember[]> {
  return await activeMembers(database, groupId)
    .select(['entra_group_members.member_id as id', 'entra_group_members.member_type as type'])
    .where('entra_group_members.member_id', '>', page.after)
    .orderBy('entra_group_members.member_id')
    .limit(page.limit)
    .execute();
}

export async function countActiveMembers(database: Database, groupId: string): Promise<number> {
  const row = await activeMembers(database, groupId)
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirst();
  return Number(row?.count ?? 0);
}

function activeMembers(database: Database, groupId: string) {
  return database
    .selectFrom('entra_group_members')
    .leftJoin('entra_users', 'entra_users.id', 'entra_group_members.member_id')
    .where('entra_group_members.group_id', '=', groupId)
    .where('entra_users.deleted_at', 'is', null);
}
