import { z } from 'zod';
import { restoredNamesSchema } from '#directory/restored-names.ts';
import { showSystemUsers } from '#directory/system-users.ts';
import { listRestorableUsers, restoreUser, shownDeletedUser } from '#directory/trash.ts';
import { assert } from '#base/errors.ts';
import { identityOf, originOf } from '../context.ts';
import { listQuerySchema, pageOf } from '../list-query.ts';
import { idParams, route, type Route } from '../route.ts';
import { systemUserAnswer } from '../schemas.ts';

const tag = 'Users';
const base = '/api/systemusers';

const deletedUserAnswer = z
  .object({
    _id: z.string(),
    username: z.string(),
    email: z.string().nullable(),
    displayname: z.string().nullable(),
    integrationId: z.string().nullable(),
    deletedAt: z.string(),
    restorableUntil: z.string(),
  })
  .meta({ id: 'deletedsystemuser' });

/** Deleted users: listing those that can be restored, and restoring one. */
export const deletedUserRoutes: readonly Route[] = [
  route(
    {
      method: 'GET',
      path: `${base}/deleted`,
      tag,
      summary: 'List the deleted users that can be restored, the newest first',
      access: 'users.read',
      query: listQuerySchema,
      answer: z.array(deletedUserAnswer),
    },
    async (context, { query }) => {
      const { deps, organizationId } = identityOf(context);
      return (await listRestorableUsers(deps, organizationId, pageOf(query))).map(shownDeletedUser);
    },
  ),
  route(
    {
      method: 'POST',
      path: `${base}/:id/restore`,
      tag,
      summary: 'Restore a deleted user, with its groups; with other names where another user has them now',
      access: 'users.write',
      params: idParams,
      body: restoredNamesSchema,
      bodyOptional: true,
      answer: systemUserAnswer,
    },
    async (context, { params, body }) => {
      const { deps, organizationId } = identityOf(context);
      const user = await restoreUser(deps, originOf(context), params.id, body);
      const [shown] = await showSystemUsers(deps, organizationId, [user]);
      assert(shown, 'one user is shown');
      return shown;
    },
  ),
];
