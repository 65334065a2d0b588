import type { JsonObject } from '#base/json.ts';
import { identityOf, type Context } from '#rest-api/context.ts';
import { route, RawAnswer, type Route } from '#rest-api/route.ts';
import { findSourceGroups } from '../../source/source-group-store.ts';
import { groupIdsOf } from '../../source/source-member-store.ts';
import type { EntraTenant, SourceObject } from '../../source/source-object.ts';
import { requireGroup, requireUser } from '../find-objects.ts';
import { contextOf, pageAnswer, tenantOf } from '../graph-context.ts';
import { listObjects, type ListedObject } from '../list-objects.ts';
import { optionsQuery, readOptions, type QueryOptions } from '../odata/query-options.ts';
import { groupProperties, groupResource } from '../resources/group-resource.ts';
import { pick, selectOf } from '../resources/select.ts';
import { listAnswer, pathId } from './contracts.ts';

const listOptions = ['$filter', '$search', '$select', '$top', '$skiptoken', '$count', '$orderby'] as const;

/** A list of the users or groups of a tenant. */
export interface ObjectList {
  /** The path below GRAPH_PREFIX, such as '/users'. */
  readonly path: string;
  readonly tag: string;
  /** The plural noun for the objects in the list, such as 'users'. Route summaries use it. */
  readonly noun: string;
  readonly type: SourceObject['type'];
  readonly isDeleted?: boolean;
  /** The fragment in the @odata.context of the response. */
  readonly fragment: string;
  /** Query options that this list supports in addition to `listOptions`. */
  readonly moreOptions?: readonly '$expand'[];
  readonly show: (
    context: Context,
    objects: readonly ListedObject[],
    options: QueryOptions,
  ) => readonly JsonObject[] | Promise<readonly JsonObject[]>;
}

/** Returns the route for a page of the list, such as `GET /users`. */
export function listRoute({ path, tag, noun, type, isDeleted, fragment, moreOptions = [], show }: ObjectList): Route {
  return route(
    {
      method: 'GET',
      path,
      tag,
      summary: `List ${noun}`,
      access: 'entra.read',
      query: optionsQuery,
      answer: listAnswer,
    },
    async (context, { query }) => {
      const tenant = await tenantOf(context);
      const options = readOptions(query, [...listOptions, ...moreOptions]);
      const list = { type, tenantId: tenant.id, ...(isDeleted !== undefined && { isDeleted }) };
      const { objects, count, skipToken } = await listObjects(identityOf(context).deps.database, list, options);
      return pageAnswer(context, fragment, { count, skipToken, value: await show(context, objects, options) });
    },
  );
}

/** Returns the route that responds with the number of objects in the list, as text. Example: `GET /users/$count`. */
export function countRoute({ path, tag, noun, type }: ObjectList): Route {
  return route(
    {
      method: 'GET',
      path: `${path}/$count`,
      tag,
      summary: `Count ${noun}`,
      access: 'entra.read',
      query: optionsQuery,
      mediaType: 'text/plain',
    },
    async (context, { query }) => {
      const tenant = await tenantOf(context);
      const options = { ...readOptions(query, ['$filter', '$search']), count: true, top: 1 };
      const { database } = identityOf(context).deps;
      const { count } = await listObjects(database, { type, tenantId: tenant.id }, options);
      return new RawAnswer(String(count), { 'content-type': 'text/plain; charset=utf-8' });
    },
  );
}

/** Returns the route that lists the groups that have an object as a direct member, such as `GET /users/:id/memberOf`. */
export function memberOfRoute({ path, tag, type }: Pick<ObjectList, 'path' | 'tag' | 'type'>): Route {
  const requireObject = type === 'User' ? requireUser : requireGroup;
  return route(
    {
      method: 'GET',
      path: `${path}/:id/memberOf`,
      tag,
      summary: `List the groups that a ${type.toLowerCase()} is a direct member of`,
      access: 'entra.read',
      params: pathId,
      query: optionsQuery,
      answer: listAnswer,
    },
    async (context, { params, query }) => {
      const tenant = await tenantOf(context);
      const selected = selectOf(readOptions(query, ['$select', '$top', '$count']).select, groupProperties);
      const { id } = await requireObject(identityOf(context).deps.database, tenant, params.id);
      return { ...contextOf(context, 'directoryObjects'), value: await groupsOf(context, tenant, id, selected) };
    },
  );
}

async function groupsOf(
  context: Context,
  tenant: EntraTenant,
  memberId: string,
  selected: ReadonlySet<string>,
): Promise<readonly JsonObject[]> {
  const { database } = identityOf(context).deps;
  const groupIds = (await groupIdsOf(database, [memberId])).get(memberId) ?? [];
  const groups = await findSourceGroups(database, tenant.id, groupIds);
  return groups.map((group) => ({ '@odata.type': '#microsoft.graph.group', ...pick(groupResource(group), selected) }));
}
