import { hash } from 'node:crypto';
import { isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import { ENTERPRISE_USER_SCHEMA } from '#scim/schema/enterprise-user.ts';
import type { ResourceSchema } from '#scim/schema/resource-schema.ts';
import { engineOf } from '#database/engine.ts';
import { project, wants, type Selection } from '#scim/resource/project.ts';
import { withUnqualified } from '#scim/resource/unqualified.ts';
import { schemasOf } from '#scim/resource/schemas-of.ts';
import { managerPath, readText } from './attribute-contract.ts';
import { compileElement } from './filter-sql.ts';
import { loadManagers } from './managers.ts';
import { memberColumn } from './member-sql.ts';
import { findGroupsOf, findMembers, type GroupOfUser, type Member } from './membership-store.ts';
import { displayNameOf, isActive, type DirectoryDeps, type StoredGroup, type StoredUser } from './stored.ts';

/** How an answer is to look. */
export interface View {
  /** Where the SCIM endpoints are, without a trailing slash. */
  readonly baseUrl: string;
  readonly selection: Selection;
  /** Members at most, where one group is asked for a page of them. */
  readonly elementsMax?: number | undefined;
}

/** A resource as it is answered, with the entity tag of just this representation. */
export interface Represented {
  readonly body: JsonObject;
  readonly tag: string;
}

/** Characters of a hash in an entity tag: enough to tell one state of what is computed from the next. */
const TAG_HASH_LENGTH = 8;

/**
 * RFC 7644 §3.14: a weak entity tag. It begins with the version, which is what If-Match is about. What the directory
 * computes into a resource can change without a new version, such as the name of a group; a hash of it follows, so that
 * nobody is told "not modified" then.
 */
export function entityTag(version: number, computed: readonly (JsonValue | undefined)[] = []): string {
  const present = computed.filter((part) => part !== undefined);
  if (present.length === 0) return `W/"${version}"`;
  return `W/"${version}.${hash('sha256', JSON.stringify(present), 'base64url').slice(0, TAG_HASH_LENGTH)}"`;
}

export function locationOf(baseUrl: string, schema: ResourceSchema, id: string): string {
  return `${baseUrl}${schema.endpoint}/${id}`;
}

/** Users as SCIM resources, projected. What the answer does not show is not loaded. */
export async function userResources(
  deps: DirectoryDeps,
  organizationId: string,
  users: readonly StoredUser[],
  view: View,
): Promise<readonly Represented[]> {
  if (users.length === 0) return [];
  const schema = deps.schemas.User;
  const managers = wants(view.selection, schema, `${ENTERPRISE_USER_SCHEMA}:manager`)
    ? await loadManagers(deps.database, organizationId, users)
    : new Map<string, StoredUser>();
  const members = wants(view.selection, schema, 'groups') ? users.filter(({ inGroups }) => inGroups !== false) : [];
  const groups = await findGroupsOf(
    deps.database,
    members.map(({ id }) => id),
  );
  const groupsByUser = Map.groupBy(groups, (group) => group.userId);
  return users.map((user) => {
    const document = withManagerReference(deps, view, user.document, managers);
    const groupsOfUser = groupsAttribute(deps, view, groupsByUser.get(user.id));
    const manager = managers.get(readText(user.document, managerPath) ?? '');
    const tag = entityTag(user.version, [groupsOfUser['groups'], manager && displayNameOf(manager)]);
    const resource = { ...frame(schema, view, user, tag), ...document, active: isActive(user), ...groupsOfUser };
    return { tag, body: withUnqualified(schema, project(schema, resource, view.selection), user.unqualified) };
  });
}

/** Groups as SCIM resources, projected; the members are loaded only where they are shown. */
export async function groupResources(
  deps: DirectoryDeps,
  groups: readonly StoredGroup[],
  view: View,
): Promise<readonly Represented[]> {
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
    return { tag, body: project(schema, resource, view.selection) };
  });
}

/** The database finds the members that are asked for: a page of them costs the page, and not the group. */
async function membersOf(deps: DirectoryDeps, groups: readonly StoredGroup[], view: View): Promise<readonly Member[]> {
  const filter = view.selection.elements.get('members');
  const { json } = engineOf(deps.database);
  return await findMembers(deps.database, {
    groupIds: groups.map(({ id }) => id),
    condition: filter && compileElement(json, filter, ({ name }) => memberColumn(json, name)),
    limit: view.elementsMax,
  });
}

function frame(schema: ResourceSchema, view: View, stored: StoredUser | StoredGroup, tag: string): JsonObject {
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

function withManagerReference(
  deps: DirectoryDeps,
  view: View,
  document: JsonObject,
  managers: ReadonlyMap<string, StoredUser>,
): JsonObject {
  const manager = managers.get(readText(document, managerPath) ?? '');
  const enterprise = document[ENTERPRISE_USER_SCHEMA];
  if (manager === undefined || !isObject(enterprise)) return document;
  return {
    ...document,
    [ENTERPRISE_USER_SCHEMA]: {
      ...enterprise,
      manager: {
        value: manager.id,
        $ref: locationOf(view.baseUrl, deps.schemas.User, manager.id),
        displayName: displayNameOf(manager),
      },
    },
  };
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
