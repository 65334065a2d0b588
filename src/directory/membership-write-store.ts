import { sql } from 'kysely';
import { fold } from '#base/fold.ts';
import type { Database } from '#database/database.ts';
import { prepared, preparedCommand } from '#database/prepared.ts';
import { engineOf } from '#database/engine.ts';
import { nextModificationOfRow } from './modification-store.ts';
import type { MemberType } from './membership-store.ts';

type GroupKey = { readonly id: string; readonly organizationId: string };

/**
 * Adds members and returns the ids of the new members, without the ids that were members before. Adds all users with one statement
 * and all groups with another. There are few awaited members; each is added with its own statement.
 */
export async function insertMembers(
  database: Database,
  group: GroupKey,
  members: ReadonlyMap<string, MemberType>,
  at: Date,
): Promise<readonly string[]> {
  const added: string[] = [];
  for (const type of ['User', 'Group'] as const) {
    const ids = [...members].flatMap(([id, kind]) => (kind === type ? [id] : []));
    if (ids.length === 0) continue;
    const rows = await insertMany(database, {
      groupId: group.id,
      organizationId: group.organizationId,
      ids: JSON.stringify(ids),
      type,
      at: at.getTime(),
    });
    for (const row of rows) added.push(row.member_id);
  }
  for (const [id, type] of members) {
    if (type !== 'Awaited') continue;
    const rows = await insertAwaited(database, {
      groupId: group.id,
      organizationId: group.organizationId,
      sent: id,
      key: fold(id),
      at: at.getTime(),
    });
    added.push(...rows.map((row) => row.member_id));
  }
  return added;
}

interface MemberValues {
  readonly groupId: string;
  readonly organizationId: string;
  readonly ids: string;
  readonly type: MemberType;
  readonly at: number;
}

const insertMany = prepared((database, { groupId, organizationId, ids, type, at }: MemberValues) => {
  const { json } = engineOf(database);
  const statement = sql<{ member_id: string }>`
    insert into memberships (organization_id, group_id, member_id, member_type, created_at)
    select ${organizationId}, ${groupId}, member.value, ${type}, ${at}
    from ${json.texts(ids)} as member where true
    on conflict do nothing returning member_id`;
  return { compile: () => statement.compile(database) };
});

interface AwaitedValues {
  readonly groupId: string;
  readonly organizationId: string;
  readonly sent: string;
  readonly key: string;
  readonly at: number;
}

const insertAwaited = prepared((database, values: AwaitedValues) =>
  database
    .insertInto('memberships')
    .values({
      organization_id: values.organizationId,
      group_id: values.groupId,
      member_id: values.sent,
      member_type: 'Awaited',
      awaited_key: values.key,
      created_at: values.at,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('member_id'),
);

const deleteNamed = prepared((database, values: { groupId: string; ids: string }) =>
  database
    .deleteFrom('memberships')
    .where('group_id', '=', values.groupId)
    .where(engineOf(database).json.among(sql.ref('member_id'), values.ids))
    .returning('member_id'),
);

/** Removes members and returns the removed ids, without the ids that were not members. */
export async function deleteMembers(
  database: Database,
  groupId: string,
  ids: readonly string[],
): Promise<readonly string[]> {
  const rows = await deleteNamed(database, { groupId, ids: JSON.stringify(ids) });
  return rows.map((row) => row.member_id);
}

/** Removes all members, including deleted members that can still be restored, and returns their ids. */
export async function deleteAllMembers(database: Database, groupId: string): Promise<readonly string[]> {
  const rows = await deleteAll(database, { groupId });
  return rows.map((row) => row.member_id);
}

const deleteAll = prepared((database, values: { groupId: string }) =>
  database.deleteFrom('memberships').where('group_id', '=', values.groupId).returning('member_id'),
);

/** Increases the version of every group that directly contains a user or group, because that member changed. */
export async function touchGroupsOf(database: Database, memberId: string, at: Date): Promise<void> {
  await touchContaining(database, { memberId, at: at.getTime() });
}

const touchContaining = preparedCommand((database, values: { memberId: string; at: number }) =>
  database
    .updateTable('groups')
    .set((expression) => ({ version: expression('version', '+', 1), modified_at: nextModificationOfRow(values.at) }))
    .where('deleted_at', 'is', null)
    .where('id', 'in', (select) =>
      select.selectFrom('memberships').select('group_id').where('member_id', '=', values.memberId),
    ),
);
