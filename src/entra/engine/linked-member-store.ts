import { chunks, type Database } from '#database/database.ts';

/** Returns the exported members of a group, as a map from source ids to target ids. */
export async function findLinkedMembers(
  database: Database,
  jobId: string,
  groupId: string,
): Promise<ReadonlyMap<string, string>> {
  const rows = await database
    .selectFrom('entra_linked_members')
    .select(['member_id', 'target_member_id'])
    .where('job_id', '=', jobId)
    .where('group_id', '=', groupId)
    .execute();
  return new Map(rows.map((row) => [row.member_id, row.target_member_id]));
}

export interface LinkedMember {
  readonly memberId: string;
  readonly targetMemberId: string;
}

export async function insertLinkedMembers(
  database: Database,
  group: { readonly jobId: string; readonly organizationId: string; readonly groupId: string },
  members: readonly LinkedMember[],
): Promise<void> {
  for (const part of chunks(members, 100)) {
    await database
      .insertInto('entra_linked_members')
      .values(
        part.map(({ memberId, targetMemberId }) => ({
          job_id: group.jobId,
          organization_id: group.organizationId,
          group_id: group.groupId,
          member_id: memberId,
          target_member_id: targetMemberId,
        })),
      )
      .onConflict((conflict) =>
        conflict
          .columns(['job_id', 'group_id', 'member_id'])
          .doUpdateSet((where) => ({ target_member_id: where.ref('excluded.target_member_id') })),
      )
      .execute();
  }
}

/** Deletes the given exported members of a group, or all of them if `memberIds` is absent. Does not change the target. */
export async function deleteLinkedMembers(
  database: Database,
  group: { readonly jobId: string; readonly groupId: string },
  memberIds?: readonly string[],
): Promise<void> {
  const all = database
    .deleteFrom('entra_linked_members')
    .where('job_id', '=', group.jobId)
    .where('group_id', '=', group.groupId);
  if (memberIds === undefined) {
    await all.execute();
    return;
  }
  for (const ids of chunks(memberIds)) await all.where('member_id', 'in', ids).execute();
}

/** Returns the ids of the groups that any of the given objects were exported to as members. */
export async function groupsLinkedWith(
  database: Database,
  jobId: string,
  memberIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const groups = new Set<string>();
  for (const ids of chunks(memberIds)) {
    const rows = await database
      .selectFrom('entra_linked_members')
      .select('group_id')
      .distinct()
      .where('job_id', '=', jobId)
      .where('member_id', 'in', ids)
      .execute();
    for (const row of rows) groups.add(row.group_id);
  }
  return groups;
}
