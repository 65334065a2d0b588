import { hash } from 'node:crypto';
import { isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import { ENTERPRISE_USER_SCHEMA } from '#scim/schema/enterprise-user.ts';
import type { ResourceSchema } from '#scim/schema/resource-schema.ts';
import { engineOf } from '#database/engine.ts';
import { project, wants } from '#scim/resource/project.ts';
import { withUnqualified } from '#scim/resource/unqualified.ts';
import { schemasOf } from '#scim/resource/schemas-of.ts';
import { compileElement } from './filter-sql.ts';
import { loadManagers, managerOf } from './managers.ts';
import { memberColumn } from './member-sql.ts';
import { findGroupsOf, findMembers, type GroupOfUser, type Member } from './membership-store.ts';
import { Representation } from './representation.ts';
import {
  displayNameOf,
  isActive,
  type DirectoryDeps,
  type ShownUser,
  type StoredGroup,
  type StoredUser,
} from './stored.ts';
import { wholeUserText } from './user-text.ts';
import { locationOf, type View } from './view.ts';

/** The number of hash characters in an entity tag: enough to distinguish consecutive states of the computed attributes. */
const TAG_HASH_LENGTH = 8;

/**
 * Returns a weak entity tag (RFC 7644 §3.14). It starts with the version, which If-Match compares. Computed attributes, such as the
 * names of a user's groups, can change without a new version. A hash of these attributes follows, so that the server does not respond
 * with 304 (Not Modified) after such a change.
 *
 * @example
 * entityTag(3); // 'W/"3"'
 */
export function entityTag(version: number, computed: readonly (JsonValue | undefined)[] = []): string {
  const present = computed.filter((part) => part !== undefined);
  if (present.length === 0) return `W/"${version}"`;
  return `W/"${version}.${hash('sha256', JSON.stringify(present), 'base64url').slice(0, TAG_HASH_LENGTH)}"`;
}

const noManagers: ReadonlyMap<string, StoredUser> = new Map();

/** Returns users as SCIM resources with the attributes of `view`. Loads only what these attributes require. */
export async function userResources(
  deps: DirectoryDeps,
  organizationId: string,
  users: readonly ShownUser[],
  view: View,
): Promise<readonly Representation[]> {
  if (users.length === 0) return [];
  const schema = deps.schemas.User;
  const managers = wants(view.selection, schema, `${ENTERPRISE_USER_SCHEMA}:manager`)
    ? await loadManagers(deps.database, organizationId, users)
    : noManagers;
  const members = wants(view.selection, schema, 'groups') ? users.filter(({ inGroups }) => inGroups !== false) : [];
  const groups = await findGroupsOf(
    deps.database,
    members.map(({ id }) => id),
  );
  const groupsByUser = Map.groupBy(groups, (group) => group.userId);
  return users.map((user) => {
    const groupsOfUser = groupsAttribute(deps, view, groupsByUser.get(user.id));
    const manager = managers.get(managerOf(user) ?? '');
    const tag = entityTag(user.version, [groupsOfUser['groups'], manager && displayNameOf(manager)]);
    const reference = manager && managerReference(deps, view, manager);
    const text = wholeUserText(schema, view, user, { tag, groups: groupsOfUser['groups'], manager: reference });
    if (text !== undefined) return new Representation(tag, text);
    const stored: JsonObject = JSON.parse(user.documentText);
    const document = withManagerReference(stored, reference);
    const resource = {
      ...frame(schema, view, { ...user, document: stored }, tag),
      ...document,
      active: isActive(user),
      ...groupsOfUser,
    };
    const body = withUnqualified(schema, project(schema, resource, view.selection), user.unqualified);
    return new Representation(tag, body);
  });
}

/** Returns groups as SCIM resources with the attributes of `view`. Loads the members only if `view` includes them. */
export async function groupResources(
  deps: DirectoryDeps,
  groups: readonly StoredGroup[],
  view: View,
): Promise<readonly Representation[]> {
  if (groups.length === 0) return [];
  const schema = deps.schemas.Group;
  const members = wants(view.selection, schema, 'members') ? await membersOf(deps, groups, view) : [];
  const membersByGroup = Map.groupBy(members, ({ groupId }) => groupId);
  return groups.map((group) => {
    const elements = (membersByGroup.get(group.id) ?? []).map((member) => memberElement(deps, view, member));
    const tag = entityTag(group.version);
    const resource = {
      ...frame(schema, view, group, tag),
      ...group.document,
      ...(elements.length > 0 && { members: elements }),
    };
    return new Representation(tag, project(schema, resource, view.selection));
  });
}

/** Loads the requested members. The database applies the filter and the limit: the cost depends on the page size, not on the group size. */
async function membersOf(deps: DirectoryDeps, groups: readonly StoredGroup[], view: View): Promise<readonly Member[]> {
  const filter = view.selection.elements.get('members');
  const { json } = engineOf(deps.database);
  return await findMembers(deps.database, {
    groupIds: groups.map(({ id }) => id),
    condition: filter && compileElement(json, filter, ({ name }) => memberColumn(json, name)),
    limit: view.elementsMax,
  });
}

type Framed = Pick<StoredGroup, 'id' | 'document' | 'createdAt' | 'modifiedAt'>;

function frame(schema: ResourceSchema, view: View, stored: Framed, tag: string): JsonObject {
  return {
    schemas: schemasOf(schema, stored.document),
    id: stored.id,
    meta: {
      resourceType: schema.name,
      created: stored.createdAt.toISOString(),
      lastModified: stored.modifiedAt.toISOString(),
      location: locationOf(view.baseUrl, schema, stored.id),
      version: tag,
    },
  };
}

function managerReference(deps: DirectoryDeps, view: View, manager: StoredUser): JsonObject {
  return {
    value: manager.id,
    $ref: locationOf(view.baseUrl, deps.schemas.User, manager.id),
    displayName: displayNameOf(manager),
  };
}

function withManagerReference(document: JsonObject, manager: JsonObject | undefined): JsonObject {
  const enterprise = document[ENTERPRISE_USER_SCHEMA];
  if (manager === undefined || !isObject(enterprise)) return document;
  return { ...document, [ENTERPRISE_USER_SCHEMA]: { ...enterprise, manager } };
}

function groupsAttribute(deps: DirectoryDeps, view: View, groups: readonly GroupOfUser[] = []): JsonObject {
  if (groups.length === 0) return {};
  const elements: JsonValue = groups.map(({ groupId, display, direct }) => ({
    value: groupId,
    $ref: locationOf(view.baseUrl, deps.schemas.Group, groupId),
    display,
    type: direct ? 'direct' : 'indirect',
  }));
  return { groups: elements };
}

function memberElement(deps: DirectoryDeps, view: View, { id, type, display }: Member): JsonObject {
  if (type === 'Awaited') return { value: id };
  return { value: id, $ref: locationOf(view.baseUrl, deps.schemas[type], id), display, type };
}
