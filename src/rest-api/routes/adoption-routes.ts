import { z } from 'zod';
import { adoptGroup, adoptUser, listAdoptions } from '#directory/adoptions.ts';
import { userGroup } from '#directory/user-groups.ts';
import { showSystemUsers } from '#directory/system-users.ts';
import { assert } from '#base/errors.ts';
import { identityOf, originOf } from '../context.ts';
import { describeFields } from '../describe-fields.ts';
import { nameSchema, route, type Route } from '../route.ts';
import { groupIdParams, systemUserAnswer, userGroupAnswer, userIdParams } from '../schemas.ts';

/** The maximum number of adoptions on one page. */
export const ADOPTIONS_MAX = 1_000;
const ADOPTIONS_DEFAULT = 100;

const integrationText = 'The name or the id of the integration: 1 to 200 characters.';

const adoption = describeFields(
  z.object({
    id: z.string(),
    userName: z.string(),
    username: z.string(),
    email: z.string().nullable(),
    integrationId: z.string(),
    integration: z.string(),
  }),
  {
    id: 'The id of the user: 24 hexadecimal digits.',
    userName: 'The userName of the user in SCIM.',
    username: 'The sign-in name of the user.',
    email: 'The primary email address of the user; null if there is none.',
    integrationId: 'The id of the integration that adopted the user: 24 hexadecimal digits.',
    integration: 'The name of the integration that adopted the user.',
  },
).meta({ id: 'adoption', description: 'A user that an integration adopted and no administrator has confirmed.' });

const pageQuery = describeFields(
  z.looseObject({
    integration: nameSchema.optional(),
    after: z.string().max(100).optional(),
    limit: z.coerce.number().int().min(1).max(ADOPTIONS_MAX).optional(),
  }),
  {
    integration: `${integrationText} Default: all integrations.`,
    after: 'The value of next in the response with the previous page.',
    limit: `The maximum number of results: 1 to ${ADOPTIONS_MAX}. Default: ${ADOPTIONS_DEFAULT}.`,
  },
);

/** The routes through which an administrator decides which integration owns a user or a group. */
export const adoptionRoutes: readonly Route[] = [
  route(
    {
      method: 'GET',
      path: '/api/adoptions',
      tag: 'Users',
      summary: 'List users that an integration adopted and no administrator has confirmed',
      access: 'users.read',
      query: pageQuery,
      answer: describeFields(z.object({ results: z.array(adoption), next: z.string().optional() }), {
        results: 'The adoptions of this page.',
        next: 'The value of after for the next page; missing on the last page.',
      }),
    },
    async (context, { query }) => {
      const { deps, organizationId } = identityOf(context);
      const { integration, after, limit = ADOPTIONS_DEFAULT } = query;
      const { users, next } = await listAdoptions(deps, organizationId, { integration, after, limit });
      return { results: users, ...(next !== undefined && { next }) };
    },
  ),
  route(
    {
      method: 'POST',
      path: '/api/systemusers/:id/adopt',
      tag: 'Users',
      summary: 'Confirm that an integration owns a user, or transfer the user to an integration',
      access: 'users.write',
      confirms: true,
      params: userIdParams,
      body: describeFields(z.looseObject({ integration: nameSchema.optional() }), {
        integration: `${integrationText} Default: the integration that adopted the user.`,
      }),
      bodyOptional: true,
      answer: systemUserAnswer,
    },
    async (context, { params, body }) => {
      const { deps, organizationId } = identityOf(context);
      const user = await adoptUser(deps, originOf(context), params.id, body.integration);
      const [shown] = await showSystemUsers(deps, organizationId, [user]);
      assert(shown, 'one user is shown');
      return shown;
    },
  ),
  route(
    {
      method: 'POST',
      path: '/api/v2/usergroups/:id/adopt',
      tag: 'Groups',
      summary: 'Transfer a group to an integration, which then owns its name and its members',
      access: 'groups.write',
      params: groupIdParams,
      body: describeFields(z.looseObject({ integration: nameSchema }), { integration: integrationText }),
      answer: userGroupAnswer,
    },
    async (context, { params, body }) => {
      return userGroup(await adoptGroup(identityOf(context).deps, originOf(context), params.id, body.integration));
    },
  ),
];
