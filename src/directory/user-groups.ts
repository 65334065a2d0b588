import { recordEvent } from '#audit/event-store.ts';
import { quote } from '#base/errors.ts';
import { refusal } from '#base/reasons/refusal.ts';
import { isObject, type JsonObject } from '#base/json.ts';
import { TranslatedError } from '#base/translated-error.ts';
import { inTransaction, type Database } from '#database/database.ts';
import { inResourceTransaction } from '#database/resource-transaction.ts';
import { findIntegration } from '#integrations/integration-store.ts';
import { diffWithoutSecrets } from '#scim/resource/secret-values.ts';
import { validateResource } from '#scim/resource/validate.ts';
import { findGroup, findGroupToChange, touchGroup, updateGroup, updateGroupProperties } from './group-store.ts';
import { explainGroupConflict } from './conflicts.ts';
import { createGroup, deleteGroup } from './groups.ts';
import { addMembers, type MemberChange, type MemberScope } from './members.ts';
import { findMemberTypes } from './membership-store.ts';
import { deleteMembers, touchGroupsOf } from './membership-write-store.ts';
import { requireRequested } from './requested.ts';
import type { Caller, DirectoryDeps, StoredGroup } from './stored.ts';
import { RELEASED } from './system-user.ts';

/** The fields that an integration owns in its groups, until an administrator releases them. */
export const restrictableGroupFields = ['name', 'members'] as const;
type GroupField = (typeof restrictableGroupFields)[number];

/** Returns a group in the format of the legacy directory's V2 API, plus `restrictedFields`. */
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
    memberQuery: null,
    memberQueryExemptions: [],
    memberSuggestionsNotify: false,
    restrictedFields: ownedFields(group).map((field) => ({ field, id: group.integrationId ?? '', type: 'scim' })),
    organizationObjectId: group.organizationId,
    suggestionCounts: { add: 0, remove: 0, total: 0 },
    creationSource: group.creationSource,
    created: group.createdAt.toISOString(),
    lastModified: group.modifiedAt.toISOString(),
  };
}

function ownedFields({ integrationId, properties }: StoredGroup): readonly GroupField[] {
  if (integrationId === null) return [];
  const released = properties[RELEASED];
  return restrictableGroupFields.filter((field) => !(Array.isArray(released) && released.includes(field)));
}

export interface UserGroupBody {
  readonly name?: string | undefined;
  readonly description?: string | null | undefined;
  readonly email?: string | null | undefined;
  readonly attributes?: JsonObject | null | undefined;
  /** The fields that the integration owns after the change; all other fields are released. */
  readonly restrictedFields?: readonly { readonly field: GroupField }[] | null | undefined;
}

export async function requireUserGroup(deps: DirectoryDeps, organizationId: string, id: string): Promise<StoredGroup> {
  return requireRequested('group', id, await findGroup(deps.database, organizationId, id));
}

function propertiesOf(before: JsonObject, body: UserGroupBody): JsonObject {
  const after = { ...before };
  for (const name of ['description', 'email', 'attributes'] as const) {
    const value = body[name];
    if (value === undefined) continue;
    if (value === null || value === '' || (isObject(value) && Object.keys(value).length === 0)) delete after[name];
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

/**
 * Changes a group. Fields that are not in the body keep their values. Throws `fieldOwned` (403) if an integration owns the name and the
 * body changes it, and a ConflictError (409) if another group has the name.
 */
export async function changeUserGroup(
  deps: DirectoryDeps,
  caller: Caller,
  id: string,
  body: UserGroupBody,
): Promise<StoredGroup> {
  const { organizationId } = caller.origin;
  return await explainGroupConflict(
    deps,
    caller.origin,
    () => body.name,
    () =>
      inResourceTransaction(deps.database, id, async (transaction) => {
        const inside = { ...deps, database: transaction };
        const stored = requireRequested('group', id, await findGroupToChange(transaction, organizationId, id));
        const before = { ...stored, properties: propertiesOf(withReleased(stored, body), body) };
        const at = deps.clock.now();
        const { name = before.displayName } = body;
        const isRenamed = name !== before.displayName;
        if (isRenamed) await requireReleasedField(inside, before, 'name');
        const document = isRenamed ? { ...before.document, displayName: name } : before.document;
        const changes = diffWithoutSecrets(
          deps.schemas.Group,
          { ...stored.document, ...stored.properties },
          { ...document, ...before.properties },
        );
        if (changes.length === 0) return stored;
        if (isRenamed) {
          validateResource(deps.schemas.Group, document);
          await updateGroup(inside, transaction, stored, { document, at });
          // Groups that contain this group return its name, so their versions increase, too.
          await touchGroupsOf(transaction, id, at);
        }
        await updateGroupProperties(transaction, id, before.properties, at);
        await recordEvent(transaction, deps.clock, caller.origin, {
          type: 'group_update',
          target: { type: 'group', id, name: before.displayName },
          names: isRenamed ? [before.displayName] : [],
          changes,
        });
        return await requireUserGroup(inside, organizationId, id);
      }),
  );
}

/** Returns the properties of a group. Fields that are missing from the `restrictedFields` of a body are marked as released. */
function withReleased(group: StoredGroup, { restrictedFields }: UserGroupBody): JsonObject {
  if (group.integrationId === null || restrictedFields === undefined || restrictedFields === null) {
    return group.properties;
  }
  const { [RELEASED]: _, ...others } = group.properties;
  const released = restrictableGroupFields.filter((field) => !restrictedFields.some((kept) => kept.field === field));
  return released.length === 0 ? others : { ...others, [RELEASED]: released };
}

/** Deletes a group. Throws `fieldOwned` (403) if an integration owns its name or its members. */
export async function deleteUserGroup(deps: DirectoryDeps, caller: Caller, id: string): Promise<StoredGroup> {
  return await inResourceTransaction(deps.database, id, async (transaction) => {
    const inside = { ...deps, database: transaction };
    const { organizationId } = caller.origin;
    const group = requireRequested('group', id, await findGroupToChange(transaction, organizationId, id));
    for (const field of restrictableGroupFields) await requireReleasedField(inside, group, field);
    await deleteGroup(inside, caller, id, { expectedVersion: undefined });
    return group;
  });
}

/**
 * Adds a member to a group, or removes a member. Throws `fieldOwned` (403) if an integration owns the members, and `resourceNotFound`
 * (404) if the group or the member to add does not exist.
 */
export async function changeMembership(
  deps: DirectoryDeps,
  caller: Caller,
  id: string,
  change: {
    readonly op: 'add' | 'remove';
    readonly memberId: string;
    /** The required type of a member to add; either type by default. */
    readonly memberType?: 'User' | 'Group' | undefined;
  },
): Promise<void> {
  const { organizationId } = caller.origin;
  await changeMembers(deps, caller, id, async (scope) => {
    if (change.op === 'remove') return await removed(scope, [change.memberId]);
    await requireMember(scope.database, organizationId, change);
    return await addMembers(deps, scope, [change.memberId]);
  });
}

/**
 * Removes members from a group with one event, and returns the ids of those that were members. Throws `fieldOwned` (403) if an integration
 * owns the members, and `resourceNotFound` (404) if the group does not exist.
 */
export async function removeMembers(
  deps: DirectoryDeps,
  caller: Caller,
  id: string,
  memberIds: readonly string[],
): Promise<readonly string[]> {
  return (await changeMembers(deps, caller, id, (scope) => removed(scope, memberIds))).removed;
}

async function removed({ database, group }: MemberScope, memberIds: readonly string[]): Promise<MemberChange> {
  return { added: [], removed: await deleteMembers(database, group.id, memberIds) };
}

async function changeMembers(
  deps: DirectoryDeps,
  caller: Caller,
  id: string,
  apply: (scope: MemberScope) => Promise<MemberChange>,
): Promise<MemberChange> {
  const { organizationId } = caller.origin;
  return await inResourceTransaction(deps.database, id, async (transaction) => {
    const group = requireRequested('group', id, await findGroupToChange(transaction, organizationId, id));
    await requireReleasedField({ ...deps, database: transaction }, group, 'members');
    const change = await apply({ database: transaction, caller, group });
    if (change.added.length + change.removed.length === 0) return change;
    await touchGroup(transaction, id, deps.clock.now());
    await recordEvent(transaction, deps.clock, caller.origin, {
      type: 'group_update',
      target: { type: 'group', id, name: group.displayName },
      changes: [
        {
          field: 'members',
          from: change.removed.length === 0 ? null : change.removed,
          to: change.added.length === 0 ? null : change.added,
        },
      ],
    });
    return change;
  });
}

/** Throws `resourceNotFound` (404) if the member does not exist or has another type. */
async function requireMember(
  database: Database,
  organizationId: string,
  { memberId, memberType }: { readonly memberId: string; readonly memberType?: 'User' | 'Group' | undefined },
): Promise<void> {
  const type = (await findMemberTypes(database, organizationId, [memberId])).get(memberId);
  if (type !== undefined && (memberType === undefined || type === memberType)) return;
  const kind = memberType === 'Group' ? 'group' : 'user';
  throw new TranslatedError('resourceNotFound', ({ admin }) => admin.groups.unknownMember(kind, quote(memberId)), {
    attribute: 'id',
    value: memberId,
  });
}

async function requireReleasedField(deps: DirectoryDeps, group: StoredGroup, field: GroupField): Promise<void> {
  if (!ownedFields(group).includes(field)) return;
  const owner = await findIntegration(deps.database, group.organizationId, group.integrationId ?? '');
  throw refusal(
    'fieldOwned',
    { kind: 'group', field, name: group.displayName, owner: owner?.name ?? '' },
    { attribute: field },
  );
}
