import type { Database } from '#database/database.ts';
import type { SourceMember } from '../source/source-member-store.ts';

/** Members of a group in the order of their ids; who was deleted keeps the place, and is not among them. */
export async function pageOfMembers(
  database: Database,
  groupId: string,
  page: { readonly after: string; readonly limit: number },
): Promise<readonly SourceMember[]> {
  return await living(database, groupId)
    .select(['entra_group_members.member_id as id', 'entra_group_members.member_type as type'])
    .where('entra_group_members.member_id', '>', page.after)
    .orderBy('entra_group_members.member_id')
    .limit(page.limit)
    .execute();
}

export async function countActiveMembers(database: Database, groupId: string): Promise<number> {
  const row = await living(database, groupId)
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirst();
  return Number(row?.count ?? 0);
}

function living(database: Database, groupId: string) {
  return database
    .selectFrom('entra_group_members')
    .leftJoin('entra_users', 'entra_users.id', 'entra_group_members.member_id')
    .where('entra_group_members.group_id', '=', groupId)
    .where('entra_users.deleted_at', 'is', null);
}
