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

/** Adds a user to the groups that await the user: a client sent the id, externalId, or userName as a member before the user existed. */
export async function addUserToAwaitingGroups(
  deps: DirectoryDeps,
  database: Database,
  origin: Origin,
  user: StoredUser,
) {
  const externalId = readText(user.document, ['externalId']);
  await resolveAwaitedMembers(deps, database, origin, {
    ...user,
    type: 'User',
    names: [user.id, user.userName, ...(externalId === undefined ? [] : [externalId])],
    isReferencedBy: (sent) => sent === user.id || sent === externalId || fold(sent) === fold(user.userName),
  });
}

/** Adds a group to the groups that await the group: a client sent its id or externalId as a member before the group existed. */
export async function addGroupToAwaitingGroups(
  deps: DirectoryDeps,
  database: Database,
  origin: Origin,
  group: StoredGroup,
) {
  const externalId = readText(group.document, ['externalId']);
  const names = [group.id, ...(externalId === undefined ? [] : [externalId])];
  await lockReferences(database, group.organizationId, names);
  await resolveAwaitedMembers(deps, database, origin, {
    ...group,
    type: 'Group',
    names,
    isReferencedBy: (sent) => sent === group.id || sent === externalId,
  });
}

interface AwaitedResource {
  readonly id: string;
  readonly integrationId: string | null;
  readonly organizationId: string;
  readonly type: MemberType;
  readonly names: readonly string[];
  /** True if the value that a client sent refers to this resource. Compares letter case as the matching attribute does. */
  readonly isReferencedBy: (sent: string) => boolean;
}

/**
 * Replaces awaited members with the resource that they refer to. An awaited member that would close a cycle of groups stays
 * awaited, so that the write of the resource does not fail because of it.
 */
async function resolveAwaitedMembers(
  deps: DirectoryDeps,
  database: Database,
  origin: Origin,
  resource: AwaitedResource,
): Promise<void> {
  const { id, organizationId, type } = resource;
  const awaited = await findAwaited(database, organizationId, [...new Set(resource.names.map(fold))]);
  if (type === 'Group' && awaited.length > 0) await lockNesting(database, organizationId);
  const at = deps.clock.now();
  for (const { groupId, sent } of awaited) {
    if (!resource.isReferencedBy(sent)) continue;
    const group = await findGroup(database, organizationId, groupId);
    if (!mayResolve(group, resource)) continue;
    if (type === 'Group' && (await closesCycle(database, groupId, id))) continue;
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
 * True unless two different integrations own the group and the resource. A name does not prove identity: an integration could
 * create a user with a name that another integration's group awaits. Such a member stays awaited until the owner of the group
 * sends the user's id.
 */
function mayResolve(group: StoredGroup | undefined, { integrationId }: AwaitedResource): boolean {
  const owner = group?.integrationId ?? null;
  return owner === null || integrationId === null || owner === integrationId;
}

async function closesCycle(database: Database, groupId: string, memberId: string): Promise<boolean> {
  return groupId === memberId || (await findContainingGroups(database, groupId)).has(memberId);
}
