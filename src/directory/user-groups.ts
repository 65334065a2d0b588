import { recordEvent } from '#audit/event-store.ts';
import { AppError, quote } from '#base/errors.ts';
import type { JsonObject } from '#base/json.ts';
import { inTransaction } from '#database/database.ts';
import { findIntegration } from '#integrations/integration-store.ts';
import { diff } from '#scim/resource/diff.ts';
import { findGroup, findGroupToChange, touchGroup, updateGroup, updateGroupProperties } from './group-store.ts';
import { explainGroupConflict } from './conflicts.ts';
import { createGroup, deleteGroup } from './groups.ts';
import { addMembers } from './members.ts';
import { deleteMembers } from './membership-write-store.ts';
import { requireRequested } from './requested.ts';
import type { Caller, DirectoryDeps, StoredGroup } from './stored.ts';

/** A group as the original directory's V2 API shows it. */
export function userGroup(group: StoredGroup): JsonObject {
  const { properties } = group;
  return {
    id: group.id,
    name: group.displayName,
    type: 'user_group',
    description: properties['description'] ?? '',
    email: properties['email'] ?? '',
    attributes: properties['attributes'] ?? {},
    membershipMethod: 'STATIC',
    organizationObjectId: group.organizationId,
    suggestionCounts: { add: 0, remove: 0, total: 0 },
    creationSource: group.creationSource,
    created: group.createdAt.toISOString(),
    lastModified: group.modifiedAt.toISOString(),
  };
}

export interface UserGroupBody {
  readonly name?: string | undefined;
  readonly description?: string | null | undefined;
  readonly email?: string | null | undefined;
  readonly attributes?: JsonObject | null | undefined;
}

export async function requireUserGroup(deps: DirectoryDeps, organizationId: string, id: string): Promise<StoredGroup> {
  return requireRequested('group', id, await findGroup(deps.database, organizationId, id));
}

function propertiesOf(before: JsonObject, body: UserGroupBody): JsonObject {
  const after = { ...before };
  for (const name of ['description', 'email', 'attributes'] as const) {
    const value = body[name];
    if (value === undefined) continue;
    if (value === null || value === '') delete after[name];
    else after[name] = value;
  }
  return after;
}

export async function createUserGroup(
  deps: DirectoryDeps,
  caller: Caller,
  body: UserGroupBody & { readonly name: string },
): Promise<StoredGroup> {
  return await inTransaction(deps.database, async (transaction) => {
    const inside = { ...deps, database: transaction };
    const group = await createGroup(inside, caller, {
      document: { displayName: body.name },
      ignored: [],
      creationSource: 'tanhua:api',
    });
    const properties = propertiesOf({}, body);
    if (Object.keys(properties).length === 0) return group;
    await updateGroupProperties(transaction, group.id, properties, group.createdAt);
    return await requireUserGroup(inside, group.organizationId, group.id);
  });
}

/** Changes a group. Throws fieldOwned (403) for the name of a group that an integration made. */
export async function changeUserGroup(
  deps: DirectoryDeps,
  caller: Caller,
  id: string,
  body: UserGroupBody,
): Promise<StoredGroup> {
  const { organizationId } = caller.origin;
  return await explainGroupConflict(
    deps,
    organizationId,
    () => body.name,
    () =>
      inTransaction(deps.database, async (transaction) => {
        const before = requireRequested('group', id, await findGroupToChange(transaction, organizationId, id));
        const at = deps.clock.now();
        const isRenamed = body.name !== undefined && body.name !== before.displayName;
        if (isRenamed) await requireOwn(deps, before, 'name');
        const properties = propertiesOf(before.properties, body);
        const document = isRenamed ? { ...before.document, displayName: body.name } : before.document;
        const changes = diff({ ...before.document, ...before.properties }, { ...document, ...properties });
        if (changes.length === 0) return before;
        if (isRenamed) await updateGroup(deps, transaction, before, { document, at });
        await updateGroupProperties(transaction, id, properties, at);
        await recordEvent(transaction, deps.clock, caller.origin, {
          type: 'group_update',
          target: { type: 'group', id, name: before.displayName },
          changes,
        });
        return await requireUserGroup({ ...deps, database: transaction }, organizationId, id);
      }),
  );
}

export async function deleteUserGroup(deps: DirectoryDeps, caller: Caller, id: string): Promise<StoredGroup> {
  const group = await requireUserGroup(deps, caller.origin.organizationId, id);
  await requireOwn(deps, group, 'the group itself');
  await deleteGroup(deps, caller, id, { expectedVersion: undefined });
  return group;
}

/** Adds a user to a group, or removes one. Throws fieldOwned (403) for the members of a group that an integration made. */
export async function changeMembership(
  deps: DirectoryDeps,
  caller: Caller,
  id: string,
  change: { readonly op: 'add' | 'remove'; readonly memberId: string },
): Promise<void> {
  const { organizationId } = caller.origin;
  await inTransaction(deps.database, async (transaction) => {
    const group = requireRequested('group', id, await findGroupToChange(transaction, organizationId, id));
    await requireOwn(deps, group, 'members');
    const scope = { database: transaction, caller, group };
    const { added, removed } =
      change.op === 'add'
        ? await addMembers(deps, scope, [change.memberId])
        : { added: [], removed: await deleteMembers(transaction, id, [change.memberId]) };
    if (added.length + removed.length === 0) return;
    await touchGroup(transaction, id, deps.clock.now());
    await recordEvent(transaction, deps.clock, caller.origin, {
      type: 'group_update',
      target: { type: 'group', id, name: group.displayName },
      changes: [
        {
          field: 'members',
          from: removed.length === 0 ? null : removed,
          to: added.length === 0 ? null : added,
        },
      ],
    });
  });
}

async function requireOwn(deps: DirectoryDeps, group: StoredGroup, what: string): Promise<void> {
  if (group.integrationId === null) return;
  const owner = await findIntegration(deps.database, group.organizationId, group.integrationId);
  throw new AppError(
    'fieldOwned',
    `${what} of ${quote(group.displayName)} belongs to the integration ${quote(owner?.name)}, and is changed there. Make a group of your own for what the source does not know.`,
    { attribute: what },
  );
}
