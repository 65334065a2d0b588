import { sql } from 'kysely';
import type { Database } from '#database/database.ts';

export interface ListedMember {
  readonly id: string;
  readonly type: 'User' | 'Group';
  /** The groups that lead from the group to the member, the group itself first. */
  readonly through: readonly string[];
}

/** Levels of nesting that are followed. */
const DEPTH_MAX = 20;

interface MemberRow {
  readonly id: string;
  readonly type: 'User' | 'Group';
  readonly trail: string;
}

/** Members of a group that exist, by id: the direct ones, or all users, those of nested groups included. */
export async function listGroupMembers(
  database: Database,
  groupId: string,
  page: { readonly skip: number; readonly limit: number; readonly nested?: boolean },
): Promise<readonly ListedMember[]> {
  const living = sql`(exists (select 1 from users where users.id = memberships.member_id and users.deleted_at is null)
    or exists (select 1 from groups where groups.id = memberships.member_id and groups.deleted_at is null))`;
  const { rows } =
    page.nested === true
      ? await sql<MemberRow>`with recursive inside (group_id, depth, trail) as (
          select cast(${groupId} as text), 0, cast(${groupId} as text)
          union all
          select memberships.member_id, inside.depth + 1, inside.trail || ' ' || memberships.member_id
          from inside join memberships on memberships.group_id = inside.group_id
            join groups on groups.id = memberships.member_id and groups.deleted_at is null
          where inside.depth < ${DEPTH_MAX}
        )
        select memberships.member_id as id, 'User' as type, min(inside.trail) as trail
        from inside join memberships on memberships.group_id = inside.group_id
          join users on users.id = memberships.member_id and users.deleted_at is null
        group by memberships.member_id order by memberships.member_id limit ${page.limit} offset ${page.skip}`.execute(
          database,
        )
      : await sql<MemberRow>`select member_id as id, member_type as type, group_id as trail from memberships
        where group_id = ${groupId} and member_type <> 'Awaited' and ${living}
        order by member_id limit ${page.limit} offset ${page.skip}`.execute(database);
  return rows.map(({ id, type, trail }) => ({ id, type, through: trail.split(' ') }));
}
