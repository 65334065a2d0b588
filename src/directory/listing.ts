import { AppError } from '#base/errors.ts';
import { engineOf } from '#database/engine.ts';
import type { Filter } from '#scim/filter/ast.ts';
import { typeFilter } from '#scim/filter/type-check.ts';
import { resolveSort } from '#scim/path/resolve-sort.ts';
import type { ResourceTypeName } from '#scim/schema/resource-schema.ts';
import { groupBinding } from './group-filter-sql.ts';
import { compileFilter, type FilterBinding } from './filter-sql.ts';
import { findGroups } from './group-store.ts';
import { countMatching, readKeys, type ListKey, type ListPosition, type ListSource } from './list-store.ts';
import { readPlainPage } from './plain-page-store.ts';
import { lookUpByIndex } from './lookup.ts';
import { sortSql, type SortValue } from './sort-sql.ts';
import type { DirectoryDeps, ShownUser, StoredGroup } from './stored.ts';
import { userBinding } from './user-filter-sql.ts';
import { findShownUsers } from './user-store.ts';

/** A request for a page of a list of one or more resource types (RFC 7644 §3.4.2). */
export interface ListRequest {
  /** The resource types to list, User before Group. */
  readonly types: readonly ResourceTypeName[];
  readonly filter?: Filter | undefined;
  readonly sort?: { readonly by: string; readonly descending: boolean } | undefined;
  readonly position: ListPosition;
  /** The maximum number of rows on the page; 0 returns only the total. */
  readonly count: number;
  /** The total from an earlier page, if the client sent it; otherwise the rows are counted. */
  readonly knownTotal?: number | undefined;
}

export type Listed = { readonly key: ListKey } & (
  | { readonly type: 'User'; readonly stored: ShownUser }
  | { readonly type: 'Group'; readonly stored: StoredGroup }
);

export interface Listing {
  readonly total: number;
  readonly resources: readonly Listed[];
  /** True if there are rows beyond the page: before it if the position is `before` a row, otherwise after it. */
  readonly more: boolean;
}

/**
 * Lists one page of users, groups, or both, with the total number of matches. Throws `filterUnknownAttribute`, `filterOperator`, or
 * `invalidSort` (400) before it reads any row.
 *
 * @example
 * const { total, resources } = await listResources(deps, organizationId, {
 *   types: ['User'],
 *   filter: parseFilter('title eq "Engineer"'),
 *   position: { kind: 'offset', offset: 0 },
 *   count: 100,
 * });
 */
export async function listResources(
  deps: DirectoryDeps,
  organizationId: string,
  request: ListRequest,
): Promise<Listing> {
  const { database } = deps;
  const found = await listByIndex(deps, organizationId, request);
  if (found !== undefined) return found;
  const sources = request.types.map((type) => sourceOf(deps, organizationId, type, request));
  const total = request.knownTotal ?? (await countMatching(database, organizationId, sources));
  if (request.count === 0 || isPastEnd(request.position, total)) return { total, resources: [], more: false };
  const keys = await pageOfKeys(deps, organizationId, request, { sources, total });
  const more = keys.length > request.count;
  const page = request.position.kind === 'before' ? keys.slice(-request.count) : keys.slice(0, request.count);
  return { total, resources: await load(deps, organizationId, page), more };
}

/** Reads the keys of the page and one more key, which shows whether there are more rows. */
async function pageOfKeys(
  { database }: DirectoryDeps,
  organizationId: string,
  { sort, position, count }: ListRequest,
  { sources, total }: { readonly sources: readonly ListSource[]; readonly total: number },
): Promise<readonly ListKey[]> {
  const [only, another] = sources;
  const isPlain = sort === undefined && another === undefined && only?.condition === undefined;
  if (isPlain && only !== undefined && position.kind === 'offset') {
    return await readPlainPage(database, organizationId, only.type, {
      offset: position.offset,
      limit: count + 1,
      total,
    });
  }
  const order = { sorted: sort !== undefined, descending: sort?.descending === true };
  return await readKeys(database, organizationId, { sources, order }, position, count + 1);
}

/** Returns a list that a single index look-up finds; undefined for any other request. */
async function listByIndex(
  deps: DirectoryDeps,
  organizationId: string,
  { types, filter, sort, position, count }: ListRequest,
): Promise<Listing | undefined> {
  if (filter === undefined || sort !== undefined || position.kind !== 'offset') return undefined;
  if (types.length !== 1 || types[0] !== 'User') return undefined;
  const all = await lookUpByIndex(deps, organizationId, typeFilter(deps.schemas.User, filter));
  if (all === undefined) return undefined;
  const { offset } = position;
  const resources = all.slice(offset, offset + count).map(({ sequence, user }): Listed => ({
    key: { type: 'User', sequence, id: user.id, value: null },
    type: 'User',
    stored: user,
  }));
  return { total: all.length, resources, more: all.length > offset + count };
}

function isPastEnd(position: ListPosition, total: number): boolean {
  return position.kind === 'offset' && position.offset >= total;
}

function sourceOf(
  deps: DirectoryDeps,
  organizationId: string,
  type: ResourceTypeName,
  { types, filter, sort, position }: ListRequest,
): ListSource {
  const schema = deps.schemas[type];
  const others = types.filter((other) => other !== type).map((other) => deps.schemas[other]);
  const binding = bindingOf(deps, organizationId, type);
  const target = sort && resolveSort(schema, sort.by, others);
  return {
    type,
    condition: filter && compileFilter(typeFilter(schema, filter, others), binding),
    sortValue: target && requireValueOfCursor(sortSql(target, binding), position),
  };
}

/** Returns the expression. Throws `invalidCursor` (400) if a client changed the value in its cursor to one of another type. */
function requireValueOfCursor(sorted: SortValue, position: ListPosition): SortValue {
  const value = position.kind === 'offset' ? null : position.key.value;
  const isOfType =
    sorted.type === 'text'
      ? typeof value === 'string'
      : typeof value === 'number' && (sorted.type === 'number' || Number.isSafeInteger(value));
  if (value === null || isOfType) return sorted;
  throw new AppError(
    'invalidCursor',
    'The cursor has a value of another type than the attribute that the list is sorted by, so this directory did not issue it. Begin again with an empty cursor.',
    { attribute: 'cursor' },
  );
}

function bindingOf(deps: DirectoryDeps, organizationId: string, type: ResourceTypeName): FilterBinding {
  const { json } = engineOf(deps.database);
  return type === 'User'
    ? userBinding(json, deps.schemas.User, organizationId)
    : groupBinding(json, deps.schemas.Group);
}

/** Loads the resources of the keys. Leaves out resources that were deleted since the keys were read. */
async function load(deps: DirectoryDeps, organizationId: string, keys: readonly ListKey[]): Promise<readonly Listed[]> {
  const idsOf = (type: ResourceTypeName) => keys.flatMap((key) => (key.type === type ? [key.id] : []));
  const users = await findShownUsers(deps.database, organizationId, idsOf('User'));
  const groups = await findGroups(deps.database, organizationId, idsOf('Group'));
  const userById = new Map(users.map((user) => [user.id, user]));
  const groupById = new Map(groups.map((group) => [group.id, group]));
  return keys.flatMap((key): readonly Listed[] => {
    if (key.type === 'User') {
      const stored = userById.get(key.id);
      return stored === undefined ? [] : [{ key, type: 'User', stored }];
    }
    const stored = groupById.get(key.id);
    return stored === undefined ? [] : [{ key, type: 'Group', stored }];
  });
}
