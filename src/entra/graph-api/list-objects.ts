import { z } from 'zod';
import { AppError } from '#base/errors.ts';
import { fold } from '#base/fold.ts';
import type { JsonObject } from '#base/json.ts';
import { encodeOpaque } from '#base/opaque-text.ts';
import type { Database } from '#database/database.ts';
import { findSourceGroups } from '../source/source-group-store.ts';
import type { SourceObject } from '../source/source-object.ts';
import { findSourceUsers } from '../source/source-user-store.ts';
import {
  countObjects,
  pageOfIds,
  type KeyBounds,
  type NamePosition,
  type ObjectListQuery,
} from './object-list-store.ts';
import { compileFilter, conjuncts, type Matches } from './odata/evaluate-filter.ts';
import type { Filter } from './odata/filter.ts';
import type { FilterableProperties } from './odata/filterable.ts';
import type { QueryOptions } from './odata/query-options.ts';
import { readToken } from './odata/skip-token.ts';
import { groupFilterable, groupResource } from './resources/group-resource.ts';
import { userFilterable, userResource } from './resources/user-resource.ts';

/** The number of objects that one database query reads while a filter is evaluated. */
const BATCH = 500;

export interface ListedObject {
  readonly object: SourceObject;
  readonly resource: JsonObject;
}

export interface ObjectPage {
  readonly objects: readonly ListedObject[];
  /** The token for the next page; undefined on the last page. */
  readonly skipToken: string | undefined;
  readonly count: number | undefined;
}

const position = z.strictObject({ name: z.string(), id: z.string() });

/**
 * Returns a page of users or groups, ordered by displayName. The database query applies the conditions that an index supports. The whole
 * filter is then evaluated on each object, so that texts are compared in the same way in all filters. Throws `invalidQuery`.
 */
export async function listObjects(
  database: Database,
  list: { readonly type: 'User' | 'Group'; readonly tenantId: string; readonly isDeleted?: boolean },
  options: Pick<QueryOptions, 'filter' | 'search' | 'top' | 'skipToken' | 'count' | 'orderBy'>,
): Promise<ObjectPage> {
  const compiled = compileList(list, options);
  const descending = readDescending(options.orderBy);
  let after = options.skipToken === undefined ? undefined : readToken('$skiptoken', options.skipToken, position);
  const found: { readonly at: NamePosition; readonly listed: ListedObject }[] = [];
  const limit = compiled.matches === undefined ? options.top + 1 : BATCH;
  while (found.length <= options.top) {
    const positions = await pageOfIds(database, compiled.query, { after, descending, limit });
    for (const [at, object] of await readObjects(database, compiled.query, positions)) {
      const listed = { object, resource: resourceOf(object) };
      if (compiled.matches?.(listed.resource) !== false) found.push({ at, listed });
    }
    after = positions.at(-1);
    if (positions.length < limit) break;
  }
  const page = found.slice(0, options.top);
  const last = page.at(-1);
  return {
    objects: page.map(({ listed }) => listed),
    skipToken: found.length > page.length && last !== undefined ? encodeOpaque(last.at) : undefined,
    count: options.count ? await countMatches(database, compiled) : undefined,
  };
}

interface CompiledList {
  readonly query: ObjectListQuery;
  /** undefined if the request has no filter and no search. */
  readonly matches: Matches | undefined;
}

function compileList(
  { type, tenantId, isDeleted = false }: Parameters<typeof listObjects>[1],
  { filter, search }: Pick<QueryOptions, 'filter' | 'search'>,
): CompiledList {
  const parts = [...conjuncts(filter), ...conjuncts(search)];
  const properties = type === 'User' ? userFilterable : groupFilterable;
  const bounds = Object.assign({}, ...parts.map((part) => boundsOf(part, type))) as KeyBounds;
  const table = type === 'User' ? 'entra_users' : 'entra_groups';
  return { query: { table, tenantId, isDeleted, bounds }, matches: matchesOf(parts, properties) };
}

function matchesOf(parts: readonly Filter[], properties: FilterableProperties): Matches | undefined {
  return parts.length === 0 ? undefined : compileFilter({ kind: 'and', parts }, properties);
}

/** Returns the part of a condition that an index supports. The whole condition is evaluated on each object afterward. */
function boundsOf(filter: Filter, type: 'User' | 'Group'): KeyBounds {
  if (filter.kind === 'comparison' && filter.operator === 'eq' && typeof filter.value === 'string') {
    const path = filter.path.toLowerCase();
    if (path === 'id') return { id: filter.value.toLowerCase() };
    if (path === 'displayname') return { nameIs: fold(filter.value) };
    if (path === 'userprincipalname' && type === 'User') return { upnIs: fold(filter.value) };
  }
  if (filter.kind === 'text' && filter.function === 'startswith' && filter.value !== '') {
    const path = filter.path.toLowerCase();
    if (path === 'displayname') return { nameBegins: fold(filter.value) };
    if (path === 'userprincipalname' && type === 'User') return { upnBegins: fold(filter.value) };
  }
  return {};
}

function readDescending(orderBy: QueryOptions['orderBy']): boolean {
  if (orderBy === undefined) return false;
  if (orderBy.path.toLowerCase() === 'displayname') return orderBy.descending;
  throw new AppError('invalidQuery', 'The list can be ordered by displayName only.', { attribute: '$orderby' });
}

async function readObjects(
  database: Database,
  { table, tenantId }: ObjectListQuery,
  positions: readonly NamePosition[],
): Promise<readonly (readonly [NamePosition, SourceObject])[]> {
  const ids = positions.map(({ id }) => id);
  const objects: readonly SourceObject[] =
    table === 'entra_users'
      ? await findSourceUsers(database, tenantId, ids)
      : await findSourceGroups(database, tenantId, ids);
  const byId = new Map(objects.map((object) => [object.id, object]));
  return positions.flatMap((at) => {
    const object = byId.get(at.id);
    return object === undefined ? [] : [[at, object] as const];
  });
}

function resourceOf(object: SourceObject): JsonObject {
  return object.type === 'User' ? userResource(object) : groupResource(object);
}

async function countMatches(database: Database, { query, matches }: CompiledList): Promise<number> {
  if (matches === undefined) return await countObjects(database, query);
  let count = 0;
  for (let after: NamePosition | undefined; ;) {
    const positions = await pageOfIds(database, query, { after, descending: false, limit: BATCH });
    for (const [, object] of await readObjects(database, query, positions)) {
      if (matches(resourceOf(object))) count += 1;
    }
    if (positions.length < BATCH) return count;
    after = positions.at(-1);
  }
}
