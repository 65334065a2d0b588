import { identityOf, type Context } from '#rest-api/context.ts';
import { route, type Route } from '#rest-api/route.ts';
import { setManager, upnOf } from '../../source/source-users.ts';
import { StandInError } from '../../texts/refusals/stand-in-error.ts';
import { runChange, contextOf, tenantOf } from '../graph-context.ts';
import { requireUser } from '../find-objects.ts';
import { optionsQuery, readOptions } from '../odata/query-options.ts';
import { idOfReference, referenceBody } from '../resources/reference.ts';
import { pick, selectOf } from '../resources/select.ts';
import { userProperties, userResource } from '../resources/user-resource.ts';
import { pathId, resourceAnswer } from './contracts.ts';
import { memberOfRoute } from './object-lists.ts';
import { userChanges } from './user-routes.ts';

const tag = 'Users of the tenant';

async function changeManager(context: Context, id: string, managerId: string | null): Promise<void> {
  const tenant = await tenantOf(context);
  await runChange(context, async (change) => {
    const before = await requireUser(change.database, tenant, id);
    const after = await setManager(change, tenant, before.id, managerId);
    const changes = userChanges(before, after);
    const target = { type: 'entra_user', id: after.id, name: upnOf(after) } as const;
    if (changes.length > 0) await change.record({ type: 'entra_user_update', target, changes });
  });
}

export const userReferenceRoutes: readonly Route[] = [
  route(
    {
      method: 'GET',
      path: '/users/:id/manager',
      tag,
      summary: 'Get the manager of a user',
      access: 'entra.read',
      params: pathId,
      query: optionsQuery,
      answer: resourceAnswer,
    },
    async (context, { params, query }) => {
      const tenant = await tenantOf(context);
      const { database } = identityOf(context).deps;
      const selected = selectOf(readOptions(query, ['$select']).select, userProperties);
      const { managerId } = await requireUser(database, tenant, params.id);
      if (managerId === null) {
        throw new StandInError('notFound', ({ users }) => users.noManager, {
          attribute: 'manager',
        });
      }
      const manager = userResource(await requireUser(database, tenant, managerId));
      return {
        ...contextOf(context, 'directoryObjects/$entity'),
        '@odata.type': '#microsoft.graph.user',
        ...pick(manager, selected),
      };
    },
  ),
  route(
    {
      method: 'PUT',
      path: '/users/:id/manager/$ref',
      tag,
      summary: 'Set the manager of a user',
      access: 'entra.write',
      params: pathId,
      body: referenceBody,
    },
    async (context, { params, body }) => {
      await changeManager(context, params.id, idOfReference(body['@odata.id'], '@odata.id'));
    },
  ),
  route(
    {
      method: 'DELETE',
      path: '/users/:id/manager/$ref',
      tag,
      summary: 'Remove the manager of a user',
      access: 'entra.write',
      params: pathId,
    },
    async (context, { params }) => {
      await changeManager(context, params.id, null);
    },
  ),
  memberOfRoute({ path: '/users', tag, type: 'User' }),
];
