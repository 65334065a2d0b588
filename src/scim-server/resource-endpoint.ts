import type { JsonObject } from '#base/json.ts';
import type { Caller, DirectoryDeps, Page, Submitted } from '#directory/stored.ts';
import { createGroup, deleteGroup, patchGroup, replaceGroup } from '#directory/groups.ts';
import { groupFilterSql } from '#directory/group-filter-sql.ts';
import { findGroup, listGroups } from '#directory/group-store.ts';
import { requireRequested, type ExpectedVersion } from '#directory/requested.ts';
import { groupResources, userResources, type View } from '#directory/resources.ts';
import { userFilterSql } from '#directory/user-filter-sql.ts';
import { findUser, listUsers } from '#directory/user-store.ts';
import { createUser, deleteUser, patchUser, replaceUser } from '#directory/users.ts';
import type { TypedFilter } from '#scim/filter/ast.ts';
import type { IgnoredAttribute, PatchOperation } from '#scim/patch/operation.ts';
import type { ResourceSchema } from '#scim/schema/resource-schema.ts';
import { ENTERPRISE_USER_SCHEMA } from '#scim/schema/enterprise-user.ts';

type Patch = { readonly operations: readonly PatchOperation[]; readonly ignored: readonly IgnoredAttribute[] };

/** A stored resource, as far as the protocol needs to know it. */
export interface Stored {
  readonly id: string;
  readonly version: number;
}

/** What the routes need to serve one resource type: they are the same for users and groups. */
export interface ResourceEndpoint<Resource extends Stored> {
  readonly schema: ResourceSchema;
  /** What PATCH answers: the resource, or 204. A group may have many members, which Entra ID does not want to read. */
  readonly patchAnswersResource: boolean;
  /** Attributes that the caller's rules switch off. */
  readonly unsupported: (caller: Caller) => ReadonlySet<string>;
  /** Whether the caller's integration has this resource type at all: without it lists are empty. */
  readonly isOn: (caller: Caller) => boolean;
  /** Throws resourceNotFound. */
  readonly find: (caller: Caller, id: string) => Promise<Resource>;
  readonly list: (
    caller: Caller,
    filter: TypedFilter | undefined,
    page: Page,
  ) => Promise<{ readonly total: number; readonly resources: readonly Resource[] }>;
  readonly create: (caller: Caller, submitted: Submitted) => Promise<Resource>;
  readonly replace: (caller: Caller, id: string, submitted: Submitted & ExpectedVersion) => Promise<Resource>;
  readonly patch: (caller: Caller, id: string, patch: Patch & ExpectedVersion) => Promise<Resource>;
  readonly remove: (caller: Caller, id: string, expected: ExpectedVersion) => Promise<void>;
  readonly represent: (caller: Caller, resources: readonly Resource[], view: View) => Promise<readonly JsonObject[]>;
}

const nothing: ReadonlySet<string> = new Set();
const manager: ReadonlySet<string> = new Set([`${ENTERPRISE_USER_SCHEMA}:manager`]);

export function userEndpoint(deps: DirectoryDeps) {
  const schema = deps.schemas.User;
  return {
    schema,
    patchAnswersResource: true,
    unsupported: (caller) => (caller.rules.manager ? nothing : manager),
    isOn: () => true,
    find: async (caller, id) =>
      requireRequested('user', id, await findUser(deps.database, caller.origin.organizationId, id)),
    list: async (caller, filter, page) => {
      const { organizationId } = caller.origin;
      const condition = filter && userFilterSql(schema, organizationId, filter);
      const { total, users } = await listUsers(deps.database, organizationId, condition, page);
      return { total, resources: users };
    },
    create: (caller, submitted) => createUser(deps, caller, submitted),
    replace: (caller, id, submitted) => replaceUser(deps, caller, id, submitted),
    patch: (caller, id, patch) => patchUser(deps, caller, id, patch),
    remove: (caller, id, expected) => deleteUser(deps, caller, id, expected),
    represent: (caller, users, view) => userResources(deps, caller.origin.organizationId, users, view),
  } satisfies ResourceEndpoint<Awaited<ReturnType<typeof createUser>>>;
}

export function groupEndpoint(deps: DirectoryDeps) {
  const schema = deps.schemas.Group;
  return {
    schema,
    patchAnswersResource: false,
    unsupported: () => nothing,
    isOn: (caller) => caller.rules.groups,
    find: async (caller, id) => {
      const group = caller.rules.groups ? await findGroup(deps.database, caller.origin.organizationId, id) : undefined;
      return requireRequested('group', id, group);
    },
    list: async (caller, filter, page) => {
      const condition = filter && groupFilterSql(schema, filter);
      const { total, groups } = await listGroups(deps.database, caller.origin.organizationId, condition, page);
      return { total, resources: groups };
    },
    create: (caller, submitted) => createGroup(deps, caller, submitted),
    replace: (caller, id, submitted) => replaceGroup(deps, caller, id, submitted),
    patch: (caller, id, patch) => patchGroup(deps, caller, id, patch),
    remove: (caller, id, expected) => deleteGroup(deps, caller, id, expected),
    represent: (_caller, groups, view) => groupResources(deps, groups, view),
  } satisfies ResourceEndpoint<Awaited<ReturnType<typeof createGroup>>>;
}
