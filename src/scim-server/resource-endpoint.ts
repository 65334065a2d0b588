import type { Origin } from '#audit/event-types.ts';
import type { Database } from '#database/database.ts';
import type { Caller, DirectoryDeps, ShownUser, StoredGroup, Submitted, Written } from '#directory/stored.ts';
import { MANAGER_PATH } from '#directory/deciding-rules.ts';
import { createGroup, deleteGroup, patchGroup, replaceGroup } from '#directory/groups.ts';
import { findGroup } from '#directory/group-store.ts';
import { patchOwnUser, replaceOwnUser } from '#directory/own-user.ts';
import { requireRequested, type ExpectedVersion } from '#directory/requested.ts';
import type { Representation } from '#directory/representation.ts';
import { groupResources, userResources } from '#directory/resources.ts';
import { findShownUser } from '#directory/user-store.ts';
import type { View } from '#directory/view.ts';
import { deleteUser } from '#directory/delete-user.ts';
import { createUser, patchUser, replaceUser } from '#directory/users.ts';
import type { RuleName } from '#integrations/rules.ts';
import type { Operation, Outcome } from './operation.ts';
import type { IgnoredAttribute, PatchOperation } from '#scim/patch/operation.ts';
import type { ResourceSchema, ResourceTypeName } from '#scim/schema/resource-schema.ts';

type Patch = { readonly operations: readonly PatchOperation[]; readonly ignored: readonly IgnoredAttribute[] };

/** What every SCIM operation needs: the directory, the caller, and the base URL. */
export interface Scope {
  readonly deps: DirectoryDeps;
  readonly caller: Caller;
  /** The URL of the SCIM endpoints, without a trailing slash. */
  readonly baseUrl: string;
  /** Receives what the operations do, for the request log or for an evaluation. */
  readonly observer: WriteObserver;
  /** True if everything is rolled back in the end, because the operation is only evaluated. */
  readonly isEvaluation?: boolean;
}

/** Receives what the operations of a request do. */
export interface WriteObserver {
  /** Called at the end of the transaction of a write. */
  readonly noteWrite: (
    transaction: Database,
    origin: Origin,
    write: { readonly operation: Operation; readonly written: Written; readonly outcome: Outcome },
  ) => Promise<void>;
  /** Called with the number of resources that a search found. */
  readonly noteSearch: (found: number, filter: string) => void;
  /** Called with a rule that decided what a request that only reads was answered. */
  readonly noteRule: (rule: RuleName) => void;
}

/** What differs between users and groups, so that the same operations can serve both. */
export interface ResourceEndpoint<Resource> {
  readonly schema: ResourceSchema;
  /** True if PATCH returns the resource; otherwise it returns 204. A group may have many members, which Entra ID does not read. */
  readonly patchAnswersResource: boolean;
  /** The attributes that the caller's rules disable. */
  readonly unsupported: ReadonlySet<string>;
  /** Finds a resource. Throws `resourceNotFound` (404), and `versionMismatch` (412) if its version is not the expected one. */
  readonly find: (id: string, expected: ExpectedVersion) => Promise<Resource>;
  readonly create: (submitted: Submitted) => Promise<Resource>;
  readonly replace: (id: string, submitted: Submitted & ExpectedVersion) => Promise<Resource>;
  readonly patch: (id: string, patch: Patch & ExpectedVersion) => Promise<Resource>;
  readonly remove: (id: string, expected: ExpectedVersion) => Promise<void>;
  readonly represent: (resources: readonly Resource[], view: View) => Promise<readonly Representation[]>;
}

const noAttributes: ReadonlySet<string> = new Set();
const manager: ReadonlySet<string> = new Set([MANAGER_PATH]);

/** Runs `work` with the endpoint of a resource type. */
export function withEndpoint<Result>(
  scope: Scope,
  type: ResourceTypeName,
  work: <Resource extends ShownUser | StoredGroup>(endpoint: ResourceEndpoint<Resource>) => Promise<Result>,
): Promise<Result> {
  return type === 'User' ? work(userEndpoint(scope)) : work(groupEndpoint(scope));
}

export function userEndpoint({ deps, caller }: Scope): ResourceEndpoint<ShownUser> {
  const { organizationId, actor } = caller.origin;
  const own = actor.type === 'user';
  return {
    schema: deps.schemas.User,
    patchAnswersResource: true,
    unsupported: caller.rules.manager ? noAttributes : manager,
    find: async (id, expected) =>
      requireRequested('user', id, await findShownUser(deps.database, organizationId, id), expected),
    create: (submitted) => createUser(deps, caller, submitted),
    replace: (id, submitted) => (own ? replaceOwnUser : replaceUser)(deps, caller, id, submitted),
    patch: (id, patch) => (own ? patchOwnUser : patchUser)(deps, caller, id, patch),
    remove: (id, expected) => deleteUser(deps, caller, id, expected),
    represent: (users, view) => userResources(deps, organizationId, users, view),
  };
}

export function groupEndpoint({ deps, caller, observer }: Scope): ResourceEndpoint<StoredGroup> {
  const { organizationId } = caller.origin;
  return {
    schema: deps.schemas.Group,
    patchAnswersResource: false,
    unsupported: noAttributes,
    find: async (id, expected) => {
      if (!caller.rules.groups) observer.noteRule('groups');
      const group = caller.rules.groups ? await findGroup(deps.database, organizationId, id) : undefined;
      return requireRequested('group', id, group, expected);
    },
    create: (submitted) => createGroup(deps, caller, submitted),
    replace: (id, submitted) => replaceGroup(deps, caller, id, submitted),
    patch: (id, patch) => patchGroup(deps, caller, id, patch),
    remove: (id, expected) => deleteGroup(deps, caller, id, expected),
    represent: (groups, view) => groupResources(deps, groups, view),
  };
}
