import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { JsonValue } from '#base/json.ts';
import { listResources, type Listed, type Listing, type ListRequest } from '#directory/listing.ts';
import { findSequence, type ListPosition } from '#directory/list-store.ts';
import type { Representation } from '#directory/representation.ts';
import { groupResources, userResources } from '#directory/resources.ts';
import type { View } from '#directory/view.ts';
import type { IgnoredAttribute } from '#scim/patch/operation.ts';
import { parseSelection } from '#scim/resource/project.ts';
import type { ResourceTypeName } from '#scim/schema/resource-schema.ts';
import { cursorScope, decodeCursor, encodeCursor, expiredCursor } from './cursor.ts';
import { reportIgnored } from './ignored-header.ts';
import { sendJson } from './json-body.ts';
import { readListQuery, readSearchRequest, type ListQuery } from './list-request.ts';
import { listText, type PagingFields } from './list-response.ts';
import type { Query } from './query.ts';
import { type Scope } from './resource-endpoint.ts';
import { endpointPaths } from './scim-path.ts';
import { shownIgnored } from './shown-ignored.ts';

/** Adds the routes for queries by GET (RFC 7644 §3.4.2) and by POST (§3.4.3), for each resource type and for all types together. */
export function listRoutes(app: FastifyInstance, scopeOf: (request: FastifyRequest) => Scope): void {
  const places: readonly (readonly [path: string, types: readonly ResourceTypeName[]])[] = [
    [endpointPaths.User, ['User']],
    [endpointPaths.Group, ['Group']],
    ['', ['User', 'Group']],
  ];
  for (const [path, types] of places) {
    const answer = async (request: FastifyRequest, reply: FastifyReply, query: ListQuery) => {
      const scope = scopeOf(request);
      const text = await answerQuery(scope, types, query);
      reportIgnored(reply, unselected(scope, types, query));
      return sendJson(reply, text);
    };
    app.get<{ Querystring: Query }>(path === '' ? '/' : path, async (request, reply) =>
      answer(request, reply, readListQuery(request.query)),
    );
    app.post(`${path}/.search`, async (request, reply) =>
      answer(request, reply, readSearchRequest(request.body as JsonValue | undefined)),
    );
  }
}

/** Returns the names in `attributes` or `excludedAttributes` that none of the resource types has. */
function unselected(
  scope: Scope,
  types: readonly ResourceTypeName[],
  { attributes, excludedAttributes }: ListQuery,
): readonly IgnoredAttribute[] {
  const [first = [], ...others] = types.map(
    (type) => parseSelection(scope.deps.schemas[type], attributes, excludedAttributes).unknown ?? [],
  );
  const unknown = first.filter((name) => others.every((names) => names.includes(name)));
  return shownIgnored(
    scope,
    unknown.map((path) => ({ path, reason: 'unknown' })),
  );
}

async function answerQuery(scope: Scope, requested: readonly ResourceTypeName[], query: ListQuery): Promise<string> {
  const { deps, caller } = scope;
  const { organizationId } = caller.origin;
  // If the rule "groups" is off, a request for a list of groups gets an empty list, not an error, so that Test Connection succeeds.
  const types = requested.filter((type) => type === 'User' || caller.rules.groups);
  if (types.length < requested.length) scope.observer.noteRule('groups');
  const cursors = cursorScope(organizationId, types, query);
  const { position, total, hasPrevious } = await positionOf(scope, query, cursors);
  const request = { types, filter: query.filter, sort: query.sort, count: query.paging.count, position };
  const listing = await listResources(deps, organizationId, { ...request, knownTotal: total } satisfies ListRequest);
  scope.observer.noteSearch(listing.total, query.filterText);
  const resources = await represent(scope, listing.resources, query);
  const pagingFields: PagingFields =
    query.paging.kind === 'index'
      ? { startIndex: query.paging.startIndex }
      : cursorsOf(scope, cursors, listing, { position, hasPrevious });
  return listText(resources, listing.total, pagingFields);
}

interface PageStart {
  readonly position: ListPosition;
  readonly total: number | undefined;
  /** True if there are pages before this page. */
  readonly hasPrevious: boolean;
}

async function positionOf({ deps, caller }: Scope, { paging }: ListQuery, scope: string): Promise<PageStart> {
  if (paging.kind === 'index') {
    return { position: { kind: 'offset', offset: paging.startIndex - 1 }, total: undefined, hasPrevious: false };
  }
  if (paging.cursor === '') return { position: { kind: 'offset', offset: 0 }, total: undefined, hasPrevious: false };
  const { direction, key, total } = decodeCursor(deps.clock, scope, paging.cursor);
  const sequence = await findSequence(deps.database, caller.origin.organizationId, key.type, key.id);
  if (sequence === undefined) throw expiredCursor();
  return { position: { kind: direction, key: { ...key, sequence } }, total, hasPrevious: true };
}

/** Returns nextCursor for every page except the last, and previousCursor for every page except the first (RFC 9865 §2). */
function cursorsOf(
  { deps }: Scope,
  scope: string,
  { resources, more, total }: Listing,
  { position, hasPrevious }: Pick<PageStart, 'position' | 'hasPrevious'>,
): PagingFields {
  const backwards = position.kind === 'before';
  const encode = (direction: 'after' | 'before', listed: Listed | undefined) =>
    listed && encodeCursor(deps.clock, scope, { direction, key: listed.key, total });
  return {
    previousCursor: (backwards ? more : hasPrevious) ? encode('before', resources[0]) : undefined,
    nextCursor: (backwards ? hasPrevious : more) ? encode('after', resources.at(-1)) : undefined,
  };
}

async function represent(
  { deps, caller, baseUrl }: Scope,
  listed: readonly Listed[],
  { attributes, excludedAttributes }: ListQuery,
): Promise<readonly Representation[]> {
  const view = (type: ResourceTypeName): View => ({
    baseUrl,
    selection: parseSelection(deps.schemas[type], attributes, excludedAttributes),
  });
  const users = listed.flatMap((one) => (one.type === 'User' ? [one.stored] : []));
  const groups = listed.flatMap((one) => (one.type === 'Group' ? [one.stored] : []));
  const bodies = {
    User: (await userResources(deps, caller.origin.organizationId, users, view('User'))).values(),
    Group: (await groupResources(deps, groups, view('Group'))).values(),
  };
  return listed.flatMap(({ type }) => {
    const next = bodies[type].next();
    return next.done === true ? [] : [next.value];
  });
}
