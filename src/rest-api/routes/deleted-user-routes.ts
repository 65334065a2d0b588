import { z } from 'zod';
import { restoredNamesSchema } from '#directory/restored-names.ts';
import { showSystemUsers } from '#directory/system-users.ts';
import { listRestorableUsers, restoreUser, shownDeletedUser } from '#directory/trash.ts';
import { assert } from '#base/errors.ts';
import { identityOf, originOf } from '../context.ts';
import { describeFields } from '../describe-fields.ts';
import { pageOf } from '../list-query.ts';
import { route, type Route } from '../route.ts';
import { pageQuery, systemUserAnswer, userIdParams } from '../schemas.ts';

const tag = 'Users';
const base = '/api/systemusers';

const deletedUserAnswer = describeFields(
  z.object({
    _id: z.string(),
    username: z.string(),
    email: z.string().nullable(),
    displayname: z.string().nullable(),
    integrationId: z.string().nullable(),
    deletedAt: z.iso.datetime(),
    restorableUntil: z.iso.datetime(),
  }),
  {
    _id: 'The id of the user: 24 hexadecimal digits.',
    username: 'The sign-in name that the user had.',
    email: 'The primary email address that the user had; null if there was none.',
    displayname: 'The full name that the user had; null if there was none.',
    integrationId: 'The id of the integration that owned the user; null if there was none.',
    deletedAt: 'When the user was deleted: RFC 3339, in UTC.',
    restorableUntil: 'The time until which the user can be restored: RFC 3339, in UTC.',
  },
).meta({ id: 'deletedsystemuser', description: 'A deleted user that can be restored.' });

const restoreBody = describeFields(restoredNamesSchema, {
  username: 'A new sign-in name, if another user has the old one now: 1 to 1,024 characters. Default: the old one.',
  email:
    'A new primary email address, if another user has the old one now: 1 to 1,024 characters. Default: the old one.',
  employeeIdentifier:
    'A new employee number, if another user has the old one now: at most 256 characters; null removes it. Default: the old one.',
});

/** The routes that list the deleted users who can be restored, and that restore a user. */
export const deletedUserRoutes: readonly Route[] = [
  route(
    {
      method: 'GET',
      path: `${base}/deleted`,
      tag,
      summary: 'List the deleted users who can be restored, most recently deleted first',
      access: 'users.read',
      query: pageQuery,
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
      summary:
        'Restore a deleted user and the group memberships of the user, with new names if other users have the old ones now',
      access: 'users.write',
      params: userIdParams,
      body: restoreBody,
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
