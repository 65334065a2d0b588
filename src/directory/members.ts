import { AppError, quote } from '#base/errors.ts';
import { isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import type { Database } from '#database/database.ts';
import { applyPatch } from '#scim/patch/apply-patch.ts';
import type { PatchOperation } from '#scim/patch/operation.ts';
import type { TypedElementFilter } from '#scim/filter/ast.ts';
import {
  deleteAllMembers,
  deleteMembers,
  findContainingGroups,
  findMemberIds,
  findMembers,
  findMemberTypes,
  insertMembers,
} from './membership-store.ts';
import type { DirectoryDeps, StoredGroup } from './stored.ts';

/** What a request changed about the members of a group. */
export interface MemberChange {
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/** Operations of one request whose filter needs all members to be read: `members[type eq "User"]` and the like. */
export const MEMBER_FILTERS_MAX = 10;

/** Ids that one message names; more are counted. */
const IDS_SHOWN_MAX = 5;

/** Separates the members from a group's document: they are kept as rows, since a group may have many. */
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

/** Adds members. Throws memberNotFound and memberCycle (400). */
export async function addMembers(
  deps: DirectoryDeps,
  database: Database,
  group: Pick<StoredGroup, 'id' | 'organizationId'>,
  ids: readonly string[],
): Promise<MemberChange> {
  if (ids.length === 0) return { added: [], removed: [] };
  const types = await findMemberTypes(database, group.organizationId, ids);
  const unknown = ids.filter((id) => !types.has(id));
  if (unknown.length > 0) throw memberNotFound(unknown);
  await refuseCycle(database, group.id, types);
  return { added: await insertMembers(database, group, types, deps.clock.now()), removed: [] };
}

/** Makes these the only members. */
export async function replaceMembers(
  deps: DirectoryDeps,
  database: Database,
  group: Pick<StoredGroup, 'id' | 'organizationId'>,
  ids: readonly string[],
): Promise<MemberChange> {
  const wanted = new Set(ids);
  const present = await findMemberIds(database, group.id);
  const leaving = present.filter((id) => !wanted.has(id));
  const removed = await deleteMembers(database, group.id, leaving);
  const staying = new Set(present);
  const { added } = await addMembers(
    deps,
    database,
    group,
    ids.filter((id) => !staying.has(id)),
  );
  return { added, removed };
}

/**
 * Applies the operations on `members`, in order. The shapes that clients send, one or some members added or removed,
 * cost no more in a group of many: only the rest reads all members.
 */
export async function patchMembers(
  deps: DirectoryDeps,
  database: Database,
  group: Pick<StoredGroup, 'id' | 'organizationId'>,
  operations: readonly PatchOperation[],
): Promise<MemberChange> {
  const added = new Set<string>();
  const removed = new Set<string>();
  requireFewFilters(operations);
  for (const operation of operations) {
    const change = await patchMembersOnce(deps, database, group, operation);
    for (const id of change.added) if (!removed.delete(id)) added.add(id);
    for (const id of change.removed) if (!added.delete(id)) removed.add(id);
  }
  return { added: [...added], removed: [...removed] };
}

function requireFewFilters(operations: readonly PatchOperation[]): void {
  const filters = operations.filter(({ op, target }) => {
    if (target.filter === undefined && target.sub === undefined) return false;
    return op !== 'remove' || target.sub !== undefined || namedMembers(undefined, target.filter) === undefined;
  });
  if (filters.length <= MEMBER_FILTERS_MAX) return;
  throw new AppError(
    'tooManyOperations',
    `The request has ${filters.length} operations that look through all members; ${MEMBER_FILTERS_MAX} is the limit. Name the members by their value.`,
    { attribute: 'members' },
  );
}

async function patchMembersOnce(
  deps: DirectoryDeps,
  database: Database,
  group: Pick<StoredGroup, 'id' | 'organizationId'>,
  operation: PatchOperation,
): Promise<MemberChange> {
  const { filter, sub } = operation.target;
  if (sub === undefined && filter === undefined && operation.op === 'add') {
    return await addMembers(deps, database, group, memberIds(operation.value));
  }
  if (sub === undefined && filter === undefined && operation.op === 'replace') {
    return await replaceMembers(deps, database, group, memberIds(operation.value));
  }
  const named = operation.op === 'remove' && sub === undefined ? namedMembers(operation.values, filter) : undefined;
  if (named !== undefined) return { added: [], removed: await deleteMembers(database, group.id, named) };
  if (operation.op === 'remove' && sub === undefined && filter === undefined) {
    return { added: [], removed: await deleteAllMembers(database, group.id) };
  }
  return await patchLoadedMembers(deps, database, group, operation);
}

/** The ids that a removal names one by one; undefined when its filter says something else. */
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

/** Anything else that RFC 7644 §3.5.2 allows: on the members as a document. */
async function patchLoadedMembers(
  deps: DirectoryDeps,
  database: Database,
  group: Pick<StoredGroup, 'id' | 'organizationId'>,
  operation: PatchOperation,
): Promise<MemberChange> {
  const members = await findMembers(database, group.id);
  const before = members.map(({ id, type, display }) => ({ value: id, type, display }));
  const after = applyPatch(deps.schemas.Group, before.length === 0 ? {} : { members: before }, [operation]);
  return await replaceMembers(deps, database, group, memberIds(after['members']));
}

async function refuseCycle(database: Database, groupId: string, types: ReadonlyMap<string, string>): Promise<void> {
  const nested = [...types].flatMap(([id, type]) => (type === 'Group' ? [id] : []));
  if (nested.length === 0) return;
  const containing = await findContainingGroups(database, groupId);
  const closing = nested.find((id) => id === groupId || containing.has(id));
  if (closing === undefined) return;
  throw new AppError(
    'memberCycle',
    closing === groupId
      ? `A group cannot be its own member: remove ${quote(closing)} from members.`
      : `The group ${quote(closing)} contains this group already, directly or by others: as a member it would close a circle.`,
    { attribute: 'members', value: closing },
  );
}

function memberNotFound(ids: readonly string[]): AppError {
  const shown = ids.slice(0, IDS_SHOWN_MAX).map(quote).join(', ');
  const more = ids.length > IDS_SHOWN_MAX ? ` and ${ids.length - IDS_SHOWN_MAX} more` : '';
  return new AppError(
    'memberNotFound',
    `members names ${shown}${more}, which is neither a user nor a group here. Provision the member first; Entra ID adds members by the id that this directory answered when it made them.`,
    { attribute: 'members', value: ids[0] },
  );
}
