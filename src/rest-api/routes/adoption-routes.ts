import { z } from 'zod';
import { adoptGroup, adoptUser, listAdoptions } from '#directory/adoptions.ts';
import { userGroup } from '#directory/user-groups.ts';
import { showSystemUsers } from '#directory/system-users.ts';
import { assert } from '#base/errors.ts';
import { identityOf, originOf } from '../context.ts';
import { idParams, nameSchema, route, type Route } from '../route.ts';
import { systemUserAnswer, userGroupAnswer } from '../schemas.ts';

/** Adoptions of one page. */
export const ADOPTIONS_MAX = 1_000;
const ADOPTIONS_DEFAULT = 100;

const integrationField = nameSchema.meta({ description: 'The name or the id of the integration.' });

const adoption = z
  .object({
    id: z.string(),
    userName: z.string(),
    username: z.string(),
    email: z.string().nullable(),
    integrationId: z.string(),
    integration: z.string().meta({ description: 'The name of the integration that adopted the user.' }),
  })
  .meta({ id: 'adoption' });

/** Which integration owns a user or a group, where an administrator decides it. */
export const adoptionRoutes: readonly Route[] = [
  route(
    {
      method: 'GET',
      path: '/api/adoptions',
      tag: 'Users',
      summary: 'List users that an integration adopted and no administrator has confirmed',
      access: 'users.read',
      query: z.looseObject({
        integration: integrationField.optional(),
        after: z.string().max(100).optional().meta({ description: 'The value of next on the page before.' }),
        limit: z.coerce.number().int().min(1).max(ADOPTIONS_MAX).optional(),
      }),
      answer: z.object({ results: z.array(adoption), next: z.string().optional() }),
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
      summary: 'Confirm that an integration owns a user, or bring the user under it',
      access: 'users.write',
      confirms: true,
      params: idParams,
      body: z.looseObject({
        integration: integrationField
          .optional()
          .meta({ description: 'The name or the id of the integration; without it, the one that adopted the user.' }),
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
      summary: 'Bring a group under an integration, which owns its name and its members from then on',
      access: 'groups.write',
      params: idParams,
      body: z.looseObject({ integration: integrationField }),
      answer: userGroupAnswer,
    },
    async (context, { params, body }) => {
      return userGroup(await adoptGroup(identityOf(context).deps, originOf(context), params.id, body.integration));
    },
  ),
];
