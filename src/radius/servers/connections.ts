import type { Origin } from '#audit/event-types.ts';
import { recordEvent } from '#audit/event-store.ts';
import { contentTag } from '#base/entity-tag.ts';
import { quote } from '#base/errors.ts';
import { TranslatedError } from '#base/translated-error.ts';
import { inTransaction, type Database } from '#database/database.ts';
import { inResourceTransaction } from '#database/resource-transaction.ts';
import { lockNames } from '#database/locks.ts';
import { findGroupToChange } from '#directory/group-store.ts';
import { findGroupsOf, type GroupOfUser } from '#directory/membership-store.ts';
import type { StoredGroup } from '#directory/stored.ts';
import type { ReplyAttribute } from '../radius-types.ts';
import {
  deleteServerGroup,
  findGroupReplies,
  findServersOfGroups,
  insertServerGroup,
  listServerGroups,
  replaceReplies,
} from './group-store.ts';
import { checkReplies, isVlanReply, vlanReplies, type SentReply, type SentVlan } from './reply-attributes.ts';
import { decidedReplies, type DecidedReply } from './reply-conflicts.ts';
import type { RadiusServer } from './server-store.ts';
import { recordServerEvent, requireServer, requireVersion, type RadiusDeps } from './servers.ts';

/** The maximum number of groups that are connected to a server. */
export const SERVER_GROUPS_MAX = 200;

/** What identifies a server for a look-up. */
type ServerKey = Pick<RadiusServer, 'id' | 'organizationId'>;

/**
 * Lets the members of a group connect through a server, also those of its nested groups, and records an event. Connecting it again has no
 * effect. Throws `notFound` (404) for an unknown server or group, and `conflict` (409) if SERVER_GROUPS_MAX groups are connected.
 */
export async function allowGroup(deps: RadiusDeps, origin: Origin, serverId: string, groupId: string): Promise<void> {
  const { organizationId } = origin;
  await inTransaction(deps.database, async (transaction) => {
    await lockNames(transaction, organizationId, [`radius groups ${serverId}`]);
    const server = await requireServer(transaction, organizationId, serverId);
    const group = await requireGroup(transaction, organizationId, groupId);
    const connected = await listServerGroups(transaction, organizationId, serverId);
    if (connected.some(({ id }) => id === group.id)) return;
    if (connected.length >= SERVER_GROUPS_MAX) {
      throw new TranslatedError('conflict', ({ radiusServers }) => radiusServers.tooManyGroups(SERVER_GROUPS_MAX));
    }
    await insertServerGroup(transaction, { organizationId, serverId: server.id, groupId: group.id }, deps.clock.now());
    const changes = [{ field: 'groups', from: null, to: [group.displayName] }];
    await recordServerEvent(deps, transaction, origin, { type: 'radiusserver_update', server, changes });
  });
}

/** Removes the connection of a group to a server, and records an event. Throws `notFound` (404) if it is not connected. */
export async function denyGroup(deps: RadiusDeps, origin: Origin, serverId: string, groupId: string): Promise<void> {
  const { organizationId } = origin;
  await inTransaction(deps.database, async (transaction) => {
    await lockNames(transaction, organizationId, [`radius groups ${serverId}`]);
    const server = await requireServer(transaction, organizationId, serverId);
    const group = await requireGroup(transaction, organizationId, groupId);
    const key = { organizationId, serverId: server.id, groupId: group.id };
    if (!(await deleteServerGroup(transaction, key))) {
      throw new TranslatedError('notFound', ({ radiusServers }) =>
        radiusServers.notAssociated(quote(group.displayName), quote(server.name)),
      );
    }
    const changes = [{ field: 'groups', from: [group.displayName], to: null }];
    await recordServerEvent(deps, transaction, origin, { type: 'radiusserver_update', server, changes });
  });
}

/**
 * Returns the groups that let a user connect through a server: those that are connected to it and contain the user, directly or through
 * nested groups. Empty if the user may not connect.
 *
 * @example
 * (await connectableGroups(database, server, user.id)).length > 0; // true if the user is in a group of the server
 */
export async function connectableGroups(
  database: Database,
  server: ServerKey,
  userId: string,
): Promise<readonly GroupOfUser[]> {
  const groups = await findGroupsOf(database, [userId]);
  if (groups.length === 0) return [];
  const pairs = await findServersOfGroups(
    database,
    server.organizationId,
    groups.map(({ groupId }) => groupId),
  );
  const connected = new Set(pairs.filter(({ serverId }) => serverId === server.id).map(({ groupId }) => groupId));
  return groups.filter(({ groupId }) => connected.has(groupId));
}

/** A server through which a user may connect, and the groups that allow it. */
export interface ConnectableServer {
  readonly serverId: string;
  readonly groups: readonly GroupOfUser[];
}

/** Returns the servers through which a user may connect, by the id of the server. */
export async function serversOfUser(
  database: Database,
  organizationId: string,
  userId: string,
): Promise<readonly ConnectableServer[]> {
  const groups = await findGroupsOf(database, [userId]);
  const pairs = await findServersOfGroups(
    database,
    organizationId,
    groups.map(({ groupId }) => groupId),
  );
  return [...Map.groupBy(pairs, ({ serverId }) => serverId)]
    .map(([serverId, own]) => {
      const ids = new Set(own.map(({ groupId }) => groupId));
      return { serverId, groups: groups.filter(({ groupId }) => ids.has(groupId)) };
    })
    .toSorted((one, other) => (one.serverId < other.serverId ? -1 : 1));
}

/**
 * Returns the reply attributes that a user gets from a server: those of the groups that let the user connect. If several groups set an
 * attribute with the same tag to different values, the most recently created group wins.
 *
 * @example
 * await repliesFor(database, server, user.id); // [{ name: 'Tunnel-Type', tag: 0, value: 'VLAN' }, …]
 */
export async function repliesFor(
  database: Database,
  server: ServerKey,
  userId: string,
): Promise<readonly ReplyAttribute[]> {
  const { replies } = await explainReplies(database, server, userId);
  return replies.map(({ name, tag, value }) => ({ name, tag, value }));
}

/** The reply attributes that a user would get, with the group of each, and those that lost against another group. */
export interface ExplainedReplies {
  readonly groups: readonly GroupOfUser[];
  readonly replies: readonly DecidedReply[];
  readonly overridden: readonly (DecidedReply & { readonly by: { readonly id: string; readonly name: string } })[];
}

/** Like `repliesFor`, with the reasons. `groups` is empty if the user may not connect. */
export async function explainReplies(database: Database, server: ServerKey, userId: string): Promise<ExplainedReplies> {
  const groups = await connectableGroups(database, server, userId);
  const found = await findGroupReplies(
    database,
    server.organizationId,
    groups.map(({ groupId }) => groupId),
  );
  return { groups, ...decidedReplies(found) };
}

/** Reply attributes of a group, and the group. */
export interface RepliesOfGroup {
  readonly group: StoredGroup;
  readonly replies: readonly ReplyAttribute[];
}

/** Returns the reply attributes of a group. Throws `notFound` (404) for an unknown group. */
export async function showReplies(database: Database, group: StoredGroup): Promise<readonly ReplyAttribute[]> {
  return (await findGroupReplies(database, group.organizationId, [group.id]))[0]?.replies ?? [];
}

/**
 * Replaces the reply attributes of a group, and records an event. With `vlan`, it also replaces the attributes of a VLAN. Throws `notFound`
 * (404) for an unknown group, `versionMismatch` (412), and `invalidValue` (400) for an attribute that FreeRADIUS could not send.
 *
 * @param change Returns the new attributes from the stored ones.
 */
export async function saveReplies(
  deps: RadiusDeps,
  origin: Origin,
  groupId: string,
  change: (before: readonly ReplyAttribute[]) => {
    readonly replies: readonly SentReply[];
    readonly vlan?: SentVlan | null | undefined;
  },
  ifMatch?: string,
): Promise<RepliesOfGroup> {
  const { organizationId } = origin;
  return await inResourceTransaction(deps.database, groupId, async (transaction) => {
    const group = await requireGroup(transaction, organizationId, groupId);
    const before = await showReplies(transaction, group);
    requireVersion(
      ({ radiusServers }) => radiusServers.repliesOf(quote(group.displayName)),
      ifMatch,
      repliesTag(before),
    );
    const { replies: sent, vlan } = change(before);
    const others = vlan === undefined ? sent : sent.filter((reply) => !isVlanReply(reply) || !hasTag(reply, vlan));
    const replies = checkReplies([...(vlan === undefined || vlan === null ? [] : vlanReplies(vlan)), ...others]);
    if (JSON.stringify(replies) === JSON.stringify(before)) return { group, replies };
    await replaceReplies(transaction, { organizationId, groupId: group.id }, replies);
    await recordEvent(transaction, deps.clock, origin, {
      type: 'group_update',
      target: { type: 'group', id: group.id, name: group.displayName },
      changes: [{ field: 'radiusReplies', from: textsOf(before), to: textsOf(replies) }],
    });
    return { group, replies };
  });
}

/** True if a VLAN attribute has the tag of a new VLAN. `null` removes the VLANs of all tags. */
function hasTag({ tag }: SentReply, vlan: SentVlan | null): boolean {
  return vlan === null || (tag ?? 0) === (vlan.tag ?? 0);
}

/** Returns the entity tag of the reply attributes of a group. */
export function repliesTag(replies: readonly ReplyAttribute[]): string {
  return contentTag(replies);
}

/**
 * Returns reply attributes as FreeRADIUS prints them.
 *
 * @example
 * replyText({ name: 'Tunnel-Type', tag: 0, value: 'VLAN' }); // 'Tunnel-Type:0 = VLAN'
 */
export function replyText({ name, tag, value }: ReplyAttribute): string {
  return `${name}${tag === null ? '' : `:${tag}`} = ${value}`;
}

function textsOf(replies: readonly ReplyAttribute[]): readonly string[] | null {
  return replies.length === 0 ? null : replies.map(replyText);
}

async function requireGroup(database: Database, organizationId: string, id: string): Promise<StoredGroup> {
  const found = await findGroupToChange(database, organizationId, id);
  if (found !== undefined) return found;
  throw new TranslatedError('notFound', ({ radiusServers }) => radiusServers.unknownGroup(quote(id)), {
    attribute: 'id',
    value: id,
  });
}
