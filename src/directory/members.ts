import { AppError } from '#base/errors.ts';
import { refusal } from '#base/reasons/refusal.ts';
import { isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import type { Database } from '#database/database.ts';
import { isConcurrent } from '#database/engine.ts';
import { applyPatch } from '#scim/patch/apply-patch.ts';
import { noMatch } from '#scim/patch/no-match.ts';
import type { PatchOperation } from '#scim/patch/operation.ts';
import type { TypedElementFilter } from '#scim/filter/ast.ts';
import {
  findContainingGroups,
  findMemberIds,
  findMembers,
  findMemberTypes,
  type MemberType,
} from './membership-store.ts';
import { deleteAllMembers, deleteMembers, insertMembers } from './membership-write-store.ts';
import { lockNesting, lockReferences } from './references.ts';
import type { Caller, DirectoryDeps, StoredGroup } from './stored.ts';

/** The transaction, the caller whose rules apply, and the group whose members change. */
export interface MemberScope {
  readonly database: Database;
  readonly caller: Caller;
  readonly group: Pick<StoredGroup, 'id' | 'organizationId'>;
}

/** The ids of the members that a request added to a group and removed from it. */
export interface MemberChange {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** True if the rule `unknownMembers` let the request add awaited members. */
  readonly isDeferred?: boolean;
}

/** The maximum number of operations in one request that have to read all members, such as one on `members[type eq "User"]`. */
export const MEMBER_FILTERS_MAX = 10;

/** Splits a group's document into its members, which are stored as rows because a group can have many, and the rest. */
export function splitMembers(whole: JsonObject): { document: JsonObject; members: readonly string[] } {
  const { members, ...document } = whole;
  return { document, members: memberIds(members) };
}

export function memberIds(value: JsonValue | undefined): readonly string[] {
  const elements: readonly JsonValue[] = Array.isArray(value) ? value : [];
  return elements.flatMap((element) =>
    isObject(element) && typeof element['value'] === 'string' ? [element['value']] : [],
  );
}

/**
 * Adds members. The rule `unknownMembers` decides whether ids of unknown users and groups are rejected or stored as awaited
 * members. Throws `memberNotFound` (400) for rejected ids, and `memberCycle` (400) if a group would contain itself.
 */
export async function addMembers(
  deps: DirectoryDeps,
  { database, caller, group }: MemberScope,
  ids: readonly string[],
): Promise<MemberChange> {
  if (ids.length === 0) return { added: [], removed: [] };
  let types = await findMemberTypes(database, group.organizationId, ids);
  const isUnknown = (id: string) => !types.has(id);
  if (ids.some(isUnknown) && caller.rules.unknownMembers === 'refuse') {
    throw memberNotFound(caller, ids.filter(isUnknown));
  }
  if (ids.some(isUnknown) && isConcurrent(database)) {
    await lockReferences(database, group.organizationId, ids.filter(isUnknown));
    types = await findMemberTypes(database, group.organizationId, ids);
  }
  const unknown = ids.filter(isUnknown);
  await refuseCycle(database, group, types);
  const members = new Map<string, MemberType>([...types, ...unknown.map((id) => [id, 'Awaited'] as const)]);
  const added = await insertMembers(database, group, members, deps.clock.now());
  return { added, removed: [], isDeferred: unknown.length > 0 };
}

/** Replaces all members. Ids that are already members stay as they are. Throws the same errors as `addMembers`. */
export async function replaceMembers(
  deps: DirectoryDeps,
  scope: MemberScope,
  ids: readonly string[],
): Promise<MemberChange> {
  const { database, group } = scope;
  const wanted = new Set(ids);
  const present = await findMemberIds(database, group.id);
  const leaving = present.filter((id) => !wanted.has(id));
  const removed = await deleteMembers(database, group.id, leaving);
  const staying = new Set(present);
  const { added, isDeferred } = await addMembers(
    deps,
    scope,
    ids.filter((id) => !staying.has(id)),
  );
  return { added, removed, isDeferred: isDeferred === true };
}

/**
 * Applies the operations on `members` in order, and returns their combined change. The operations that clients usually send, which
 * add or remove members by value, cost the same in a group of any size; only other operations read all members.
 */
export async function patchMembers(
  deps: DirectoryDeps,
  scope: MemberScope,
  operations: readonly PatchOperation[],
): Promise<MemberChange> {
  const added = new Set<string>();
  const removed = new Set<string>();
  let isDeferred = false;
  requireFewFilters(operations);
  for (const operation of operations) {
    const change = await applyMemberOperation(deps, scope, operation);
    if (change.isDeferred === true) isDeferred = true;
    for (const id of change.added) if (!removed.delete(id)) added.add(id);
    for (const id of change.removed) if (!added.delete(id)) removed.add(id);
  }
  return { added: [...added], removed: [...removed], isDeferred };
}

function requireFewFilters(operations: readonly PatchOperation[]): void {
  const filters = operations.filter(({ op, target }) => {
    if (target.filter === undefined && target.sub === undefined) return false;
    return op !== 'remove' || target.sub !== undefined || namedMembers(undefined, target.filter) === undefined;
  });
  if (filters.length <= MEMBER_FILTERS_MAX) return;
  throw new AppError(
    'tooManyOperations',
    `The request has ${filters.length} operations that search all members; the limit is ${MEMBER_FILTERS_MAX}. Identify the members by value instead, as in members[value eq "…"].`,
    { attribute: 'members' },
  );
}

async function applyMemberOperation(
  deps: DirectoryDeps,
  scope: MemberScope,
  operation: PatchOperation,
): Promise<MemberChange> {
  const { database, group } = scope;
  const { filter, sub } = operation.target;
  if (sub === undefined && filter === undefined && operation.op === 'add') {
    return await addMembers(deps, scope, memberIds(operation.value));
  }
  if (sub === undefined && filter === undefined && operation.op === 'replace') {
    return await replaceMembers(deps, scope, memberIds(operation.value));
  }
  const named = operation.op === 'remove' && sub === undefined ? namedMembers(operation.values, filter) : undefined;
  if (named !== undefined) {
    const removed = await deleteMembers(database, group.id, named);
    if (operation.op === 'remove' && operation.mustMatch === true && removed.length === 0)
      throw noMatch('members', named);
    return { added: [], removed };
  }
  if (operation.op === 'remove' && sub === undefined && filter === undefined) {
    return { added: [], removed: await deleteAllMembers(database, group.id) };
  }
  return await patchLoadedMembers(deps, scope, operation);
}

/** Returns the ids that a removal lists explicitly; undefined if the removal selects members in any other way. */
function namedMembers(
  values: readonly string[] | undefined,
  filter: TypedElementFilter | undefined,
): readonly string[] | undefined {
  if (filter === undefined) return values;
  if (values !== undefined) return undefined;
  const terms = filter.kind === 'or' ? filter.operands : [filter];
  const ids = terms.flatMap((term) =>
    term.kind === 'comparison' &&
    term.operator === 'eq' &&
    term.target.name === 'value' &&
    typeof term.value === 'string'
      ? [term.value]
      : [],
  );
  return ids.length === terms.length ? ids : undefined;
}

/** Applies an operation that does not add or remove members by value, by loading all members as a document (RFC 7644 §3.5.2). */
async function patchLoadedMembers(
  deps: DirectoryDeps,
  scope: MemberScope,
  operation: PatchOperation,
): Promise<MemberChange> {
  const members = await findMembers(scope.database, { groupIds: [scope.group.id] });
  const before = members.map(({ id, type, display }): JsonObject =>
    type === 'Awaited' ? { value: id } : { value: id, type, display },
  );
  const after = applyPatch(deps.schemas.Group, before.length === 0 ? {} : { members: before }, [operation]);
  return await replaceMembers(deps, scope, memberIds(after['members']));
}

async function refuseCycle(
  database: Database,
  { id: groupId, organizationId }: MemberScope['group'],
  types: ReadonlyMap<string, string>,
): Promise<void> {
  const nested = [...types].flatMap(([id, type]) => (type === 'Group' ? [id] : []));
  if (nested.length === 0) return;
  await lockNesting(database, organizationId);
  const containing = await findContainingGroups(database, groupId);
  const closing = nested.find((id) => id === groupId || containing.has(id));
  if (closing === undefined) return;
  throw refusal(
    'memberCycle',
    { id: closing, isItself: closing === groupId },
    { attribute: 'members', value: closing },
  );
}

function memberNotFound({ origin }: Caller, ids: readonly string[]): AppError {
  return refusal(
    'memberUnknown',
    { ids, count: ids.length, integration: origin.integration?.name },
    { attribute: 'members', value: ids[0] },
  );
}
