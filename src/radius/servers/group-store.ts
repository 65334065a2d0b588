import { sql } from 'kysely';
import type { Database } from '#database/database.ts';
import { engineOf } from '#database/engine.ts';
import { prepared } from '#database/prepared.ts';
import type { ReplyAttribute } from '../radius-types.ts';

/** A group whose members may connect through a server. */
export interface ConnectedGroup {
  readonly id: string;
  readonly name: string;
}

/** Connects a group to a server. Returns false if it was connected already. */
export async function insertServerGroup(
  database: Database,
  row: { readonly organizationId: string; readonly serverId: string; readonly groupId: string },
  at: Date,
): Promise<boolean> {
  const { numInsertedOrUpdatedRows = 0n } = await database
    .insertInto('radius_server_groups')
    .values({
      organization_id: row.organizationId,
      server_id: row.serverId,
      group_id: row.groupId,
      created_at: at.getTime(),
    })
    .onConflict((conflict) => conflict.columns(['server_id', 'group_id']).doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows > 0n;
}

/** Disconnects a group from a server. Returns false if it was not connected. */
export async function deleteServerGroup(
  database: Database,
  row: { readonly organizationId: string; readonly serverId: string; readonly groupId: string },
): Promise<boolean> {
  const { numDeletedRows } = await database
    .deleteFrom('radius_server_groups')
    .where('organization_id', '=', row.organizationId)
    .where('server_id', '=', row.serverId)
    .where('group_id', '=', row.groupId)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

const selectServerGroups = prepared((database, values: { organizationId: string; serverId: string }) =>
  database
    .selectFrom('radius_server_groups')
    .innerJoin('groups', 'groups.id', 'radius_server_groups.group_id')
    .select(['groups.id', 'groups.display_name as name'])
    .where('radius_server_groups.organization_id', '=', values.organizationId)
    .where('radius_server_groups.server_id', '=', values.serverId)
    .where('groups.deleted_at', 'is', null)
    .orderBy('radius_server_groups.group_id'),
);

/** Lists the groups whose members may connect through a server, by id, without deleted groups. There are at most SERVER_GROUPS_MAX. */
export async function listServerGroups(
  database: Database,
  organizationId: string,
  serverId: string,
): Promise<readonly ConnectedGroup[]> {
  return await selectServerGroups(database, { organizationId, serverId });
}

const selectServersOfGroups = prepared((database, values: { organizationId: string; groupIds: string }) =>
  database
    .selectFrom('radius_server_groups')
    .select(['server_id as serverId', 'group_id as groupId'])
    .where('organization_id', '=', values.organizationId)
    .where(engineOf(database).json.among(sql.ref('group_id'), values.groupIds)),
);

/** Finds the servers that groups are connected to, as pairs of ids. */
export async function findServersOfGroups(
  database: Database,
  organizationId: string,
  groupIds: readonly string[],
): Promise<readonly { readonly serverId: string; readonly groupId: string }[]> {
  if (groupIds.length === 0) return [];
  return await selectServersOfGroups(database, { organizationId, groupIds: JSON.stringify(groupIds) });
}

/** Replaces the reply attributes of a group. */
export async function replaceReplies(
  database: Database,
  { organizationId, groupId }: { readonly organizationId: string; readonly groupId: string },
  replies: readonly ReplyAttribute[],
): Promise<void> {
  await database
    .deleteFrom('radius_replies')
    .where('organization_id', '=', organizationId)
    .where('group_id', '=', groupId)
    .execute();
  if (replies.length === 0) return;
  await database
    .insertInto('radius_replies')
    .values(
      replies.map(({ name, tag, value }, position) => ({
        organization_id: organizationId,
        group_id: groupId,
        position,
        name,
        tag,
        value,
      })),
    )
    .execute();
}

/** The reply attributes of a group, and the time of its creation, which decides conflicts. */
export interface GroupReplies extends ConnectedGroup {
  readonly createdAt: Date;
  /** The number of the group in order of creation: groups of the same millisecond have different ones. */
  readonly sequence: number;
  readonly replies: readonly ReplyAttribute[];
}

const selectReplies = prepared((database, values: { organizationId: string; groupIds: string }) =>
  database
    .selectFrom('radius_replies')
    .select(['group_id as groupId', 'name', 'tag', 'value'])
    .where('organization_id', '=', values.organizationId)
    .where(engineOf(database).json.among(sql.ref('group_id'), values.groupIds))
    .orderBy('group_id')
    .orderBy('position'),
);

const selectGroups = prepared((database, values: { organizationId: string; groupIds: string }) =>
  database
    .selectFrom('groups')
    .select(['id', 'display_name as name', 'created_at as createdAt', 'sequence'])
    .where('organization_id', '=', values.organizationId)
    .where(engineOf(database).json.among(sql.ref('id'), values.groupIds))
    .where('deleted_at', 'is', null),
);

/** Finds groups with their reply attributes in order, the most recently created group first. Deleted groups are left out. */
export async function findGroupReplies(
  database: Database,
  organizationId: string,
  groupIds: readonly string[],
): Promise<readonly GroupReplies[]> {
  if (groupIds.length === 0) return [];
  const values = { organizationId, groupIds: JSON.stringify(groupIds) };
  const groups = await selectGroups(database, values);
  const replies = Map.groupBy(await selectReplies(database, values), ({ groupId }) => groupId);
  return groups
    .map((group) => ({
      id: group.id,
      name: group.name,
      createdAt: new Date(group.createdAt),
      sequence: Number(group.sequence),
      replies: (replies.get(group.id) ?? []).map(({ name, tag, value }) => ({ name, tag, value })),
    }))
    .toSorted((one, other) => other.createdAt.getTime() - one.createdAt.getTime() || other.sequence - one.sequence);
}
