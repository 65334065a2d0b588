import { isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import { ENTERPRISE_USER_SCHEMA } from '#scim/schema/enterprise-user.ts';
import type { ResourceSchema } from '#scim/schema/resource-schema.ts';
import { project, wants, type Selection } from '#scim/resource/project.ts';
import { withUnqualified } from '#scim/resource/unqualified.ts';
import { schemasOf } from '#scim/resource/schemas-of.ts';
import { managerPath, readText } from './attribute-contract.ts';
import { loadManagers } from './managers.ts';
import { findGroupsOf, findMembers, type GroupOfUser, type Member } from './membership-store.ts';
import { isActive, type DirectoryDeps, type StoredGroup, type StoredUser } from './stored.ts';

/** How an answer is to look. */
export interface View {
  /** Where the SCIM endpoints are, without a trailing slash. */
  readonly baseUrl: string;
  readonly selection: Selection;
}

/** RFC 7644 §3.14: a weak entity tag. */
export function entityTag(version: number): string {
  return `W/"${version}"`;
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
): Promise<readonly JsonObject[]> {
  const schema = deps.schemas.User;
  const managers = wants(view.selection, schema, `${ENTERPRISE_USER_SCHEMA}:manager`)
    ? await loadManagers(deps.database, organizationId, users)
    : new Map<string, StoredUser>();
  const groups = wants(view.selection, schema, 'groups')
    ? await findGroupsOf(
        deps.database,
        users.map((user) => user.id),
      )
    : [];
  const groupsByUser = Map.groupBy(groups, (group) => group.userId);
  return users.map((user) => {
    const document = withManagerReference(deps, view, user.document, managers);
    const resource = {
      ...frame(schema, view, user),
      ...document,
      active: isActive(user),
      ...groupsAttribute(deps, view, groupsByUser.get(user.id)),
    };
    return withUnqualified(schema, project(schema, resource, view.selection), user.unqualified);
  });
}

/** Groups as SCIM resources, projected; the members are loaded only where they are shown. */
export async function groupResources(
  deps: DirectoryDeps,
  groups: readonly StoredGroup[],
  view: View,
): Promise<readonly JsonObject[]> {
  const schema = deps.schemas.Group;
  const withMembers = wants(view.selection, schema, 'members');
  const resources: JsonObject[] = [];
  for (const group of groups) {
    const members = withMembers ? await findMembers(deps.database, group.id) : [];
    const resource = {
      ...frame(schema, view, group),
      ...group.document,
      ...(members.length > 0 && { members: members.map((member) => memberElement(deps, view, member)) }),
    };
    resources.push(project(schema, resource, view.selection));
  }
  return resources;
}

function frame(schema: ResourceSchema, view: View, stored: StoredUser | StoredGroup): JsonObject {
  return {
    schemas: schemasOf(schema, stored.document),
    id: stored.id,
    meta: {
      resourceType: schema.name,
      created: stored.createdAt.toISOString(),
      lastModified: stored.modifiedAt.toISOString(),
      location: locationOf(view.baseUrl, schema, stored.id),
      version: entityTag(stored.version),
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
  return { value: id, $ref: locationOf(view.baseUrl, deps.schemas[type], id), display, type };
}

function displayNameOf(user: StoredUser): string {
  return readText(user.document, ['displayName']) ?? user.userName;
}
