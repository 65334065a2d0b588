import { recordEvent } from '#audit/event-store.ts';
import type { Origin } from '#audit/event-types.ts';
import { fold } from '#base/fold.ts';
import type { Database } from '#database/database.ts';
import { readText } from './attribute-contract.ts';
import { findGroup, touchGroup } from './group-store.ts';
import { findAwaited, findContainingGroups, type MemberType } from './membership-store.ts';
import { deleteMembers, insertMembers } from './membership-write-store.ts';
import { lockNesting, lockReferences } from './references.ts';
import type { DirectoryDeps, StoredGroup, StoredUser } from './stored.ts';

/** Makes a user a member of the groups that wait for it, by its id, its externalId or its userName. */
export async function addUserToAwaitingGroups(
  deps: DirectoryDeps,
  database: Database,
  origin: Origin,
  user: StoredUser,
) {
  const externalId = readText(user.document, ['externalId']);
  await settle(deps, database, origin, {
    ...user,
    type: 'User',
    names: [user.id, user.userName, ...(externalId === undefined ? [] : [externalId])],
    isMeant: (sent) => sent === user.id || sent === externalId || fold(sent) === fold(user.userName),
  });
}

/** Makes a group a member of the groups that wait for it, by its id or its externalId. */
export async function addGroupToAwaitingGroups(
  deps: DirectoryDeps,
  database: Database,
  origin: Origin,
  group: StoredGroup,
) {
  const externalId = readText(group.document, ['externalId']);
  const names = [group.id, ...(externalId === undefined ? [] : [externalId])];
  await lockReferences(database, group.organizationId, names);
  await settle(deps, database, origin, {
    ...group,
    type: 'Group',
    names,
    isMeant: (sent) => sent === group.id || sent === externalId,
  });
}

interface Arrival {
  readonly id: string;
  readonly integrationId: string | null;
  readonly organizationId: string;
  readonly type: MemberType;
  readonly names: readonly string[];
  /** Whether a client meant this one; names are compared as their attributes are. */
  readonly isMeant: (sent: string) => boolean;
}

/** A group that would close a circle goes on waiting: what arrives must not be refused for it. */
async function settle(deps: DirectoryDeps, database: Database, origin: Origin, arrival: Arrival): Promise<void> {
  const { id, organizationId, type } = arrival;
  const awaited = await findAwaited(database, organizationId, [...new Set(arrival.names.map(fold))]);
  if (type === 'Group' && awaited.length > 0) await lockNesting(database, organizationId);
  const at = deps.clock.now();
  for (const { groupId, sent } of awaited) {
    if (!arrival.isMeant(sent)) continue;
    const group = await findGroup(database, organizationId, groupId);
    if (!mayFill(group, arrival)) continue;
    if (type === 'Group' && (await closesCircle(database, groupId, id))) continue;
    await deleteMembers(database, groupId, [sent]);
    await insertMembers(database, { id: groupId, organizationId }, new Map([[id, type]]), at);
    await touchGroup(database, groupId, at);
    await recordEvent(database, deps.clock, origin, {
      type: 'group_update',
      target: { type: 'group', id: groupId, name: group?.displayName ?? null },
      changes: [{ field: 'members', from: [sent], to: [id] }],
    });
  }
}

/**
 * A name is not an identity: an integration could create a user with the name that another one's group waits for. Such a
 * member keeps waiting until the owner of the group sends the id of the user.
 */
function mayFill(group: StoredGroup | undefined, { integrationId }: Arrival): boolean {
  const owner = group?.integrationId ?? null;
  return owner === null || integrationId === null || owner === integrationId;
}

async function closesCircle(database: Database, groupId: string, memberId: string): Promise<boolean> {
  return groupId === memberId || (await findContainingGroups(database, groupId)).has(memberId);
}
