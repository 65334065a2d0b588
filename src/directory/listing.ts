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
import { lookUp } from './lookup.ts';
import { sortSql } from './sort-sql.ts';
import type { DirectoryDeps, ShownUser, StoredGroup } from './stored.ts';
import { userBinding } from './user-filter-sql.ts';
import { findShownUsers } from './user-store.ts';

/** What is asked of a list (RFC 7644 §3.4.2), of one resource type or of several. */
export interface ListRequest {
  /** Users before groups. */
  readonly types: readonly ResourceTypeName[];
  readonly filter?: Filter | undefined;
  readonly sort?: { readonly by: string; readonly descending: boolean } | undefined;
  readonly position: ListPosition;
  /** Rows at most; none when it is 0. */
  readonly count: number;
  /** The total where the client has it from an earlier page; without it the rows are counted. */
  readonly knownTotal?: number | undefined;
}

export type Listed = { readonly key: ListKey } & (
  | { readonly type: 'User'; readonly stored: ShownUser }
  | { readonly type: 'Group'; readonly stored: StoredGroup }
);

export interface Listing {
  readonly total: number;
  readonly resources: readonly Listed[];
  /** Whether there are rows further on in the direction of the position. */
  readonly more: boolean;
}

/** Throws filterUnknownAttribute, filterOperator and invalidSort, before anything is read. */
export async function listResources(
  deps: DirectoryDeps,
  organizationId: string,
  request: ListRequest,
): Promise<Listing> {
  const { database } = deps;
  const found = await lookedUp(deps, organizationId, request);
  if (found !== undefined) return found;
  const sources = request.types.map((type) => sourceOf(deps, organizationId, type, request));
  const total = request.knownTotal ?? (await countMatching(database, organizationId, sources));
  if (request.count === 0 || isPastEnd(request.position, total)) return { total, resources: [], more: false };
  const keys = await pageOfKeys(deps, organizationId, request, { sources, total });
  const more = keys.length > request.count;
  const page = request.position.kind === 'before' ? keys.slice(-request.count) : keys.slice(0, request.count);
  return { total, resources: await load(deps, organizationId, page), more };
}

/** The keys of the page, and of the row behind it. */
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

/** A list that an index gives at once; undefined for any other. */
async function lookedUp(
  deps: DirectoryDeps,
  organizationId: string,
  { types, filter, sort, position, count }: ListRequest,
): Promise<Listing | undefined> {
  if (filter === undefined || sort !== undefined || position.kind !== 'offset') return undefined;
  if (types.length !== 1 || types[0] !== 'User') return undefined;
  const all = await lookUp(deps, organizationId, typeFilter(deps.schemas.User, filter));
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
  { types, filter, sort }: ListRequest,
): ListSource {
  const schema = deps.schemas[type];
  const others = types.filter((other) => other !== type).map((other) => deps.schemas[other]);
  const binding = bindingOf(deps, organizationId, type);
  const target = sort && resolveSort(schema, sort.by, others);
  return {
    type,
    condition: filter && compileFilter(typeFilter(schema, filter, others), binding),
    sortValue: target && sortSql(target, binding),
  };
}

function bindingOf(deps: DirectoryDeps, organizationId: string, type: ResourceTypeName): FilterBinding {
  const { json } = engineOf(deps.database);
  return type === 'User'
    ? userBinding(json, deps.schemas.User, organizationId)
    : groupBinding(json, deps.schemas.Group);
}

/** The rows behind the keys; one that was deleted in this moment is left out. */
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
