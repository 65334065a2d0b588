import { identityOf } from '#rest-api/context.ts';
import { route, type Route } from '#rest-api/route.ts';
import { purgeSourceUser, restoreSourceUser, upnOf } from '../../source/source-users.ts';
import { runChange, contextOf, tenantOf } from '../graph-context.ts';
import { requireDeletedUser } from '../find-objects.ts';
import { optionsQuery, readOptions } from '../odata/query-options.ts';
import { pick, selectOf } from '../resources/select.ts';
import { userProperties, userResource } from '../resources/user-resource.ts';
import { pathId, resourceAnswer } from './contracts.ts';
import { listRoute, type ObjectList } from './object-lists.ts';

const tag = 'Deleted users of the tenant';
/** The properties of a user. For deleted users, the default properties include the time of the deletion. */
const properties = { all: userProperties.all, defaults: [...userProperties.defaults, 'deletedDateTime'] };

const deletedUsers: Omit<ObjectList, 'path'> = {
  tag,
  noun: 'deleted users',
  type: 'User',
  isDeleted: true,
  fragment: 'users',
  show: (_, objects, { select }) => objects.map(({ resource }) => pick(resource, selectOf(select, properties))),
};

export const deletedItemRoutes: readonly Route[] = [
  // Entra ID does not keep deleted security groups, so all deleted items are users.
  listRoute({ ...deletedUsers, path: '/directory/deletedItems' }),
  listRoute({ ...deletedUsers, path: '/directory/deletedItems/microsoft.graph.user' }),
  route(
    {
      method: 'GET',
      path: '/directory/deletedItems/:id',
      tag,
      summary: 'Get a deleted user',
      access: 'entra.read',
      params: pathId,
      query: optionsQuery,
      answer: resourceAnswer,
    },
    async (context, { params, query }) => {
      const tenant = await tenantOf(context);
      const selected = selectOf(readOptions(query, ['$select']).select, properties);
      const user = await requireDeletedUser(identityOf(context).deps.database, tenant, params.id);
      return {
        ...contextOf(context, 'directoryObjects/$entity'),
        '@odata.type': '#microsoft.graph.user',
        ...pick(userResource(user), selected),
      };
    },
  ),
  route(
    {
      method: 'POST',
      path: '/directory/deletedItems/:id/restore',
      tag,
      summary: 'Restore a deleted user',
      access: 'entra.write',
      params: pathId,
      answer: resourceAnswer,
    },
    async (context, { params }) => {
      const tenant = await tenantOf(context);
      const user = await runChange(context, async (change) => {
        const { id } = await requireDeletedUser(change.database, tenant, params.id);
        const restored = await restoreSourceUser(change, tenant, id);
        const target = { type: 'entra_user', id, name: upnOf(restored) } as const;
        await change.record({ type: 'entra_user_restore', target });
        return restored;
      });
      return {
        ...contextOf(context, 'directoryObjects/$entity'),
        '@odata.type': '#microsoft.graph.user',
        ...userResource(user),
      };
    },
  ),
  route(
    {
      method: 'DELETE',
      path: '/directory/deletedItems/:id',
      tag,
      summary: 'Permanently remove a deleted user',
      access: 'entra.write',
      params: pathId,
    },
    async (context, { params }) => {
      const tenant = await tenantOf(context);
      await runChange(context, async (change) => {
        const user = await requireDeletedUser(change.database, tenant, params.id);
        await purgeSourceUser(change, tenant, user.id);
        const target = { type: 'entra_user', id: user.id, name: upnOf(user) } as const;
        await change.record({ type: 'entra_user_purge', target });
      });
    },
  ),
];
