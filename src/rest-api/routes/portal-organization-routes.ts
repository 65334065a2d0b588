import { z } from 'zod';
import { findPortalOrganization } from '#accounts/portal-organization.ts';
import { languageOf } from '../context.ts';
import { describeFields } from '../describe-fields.ts';
import { route, type Route } from '../route.ts';

/** The route that says for which organization a page of the portal signs in. */
export const portalOrganizationRoutes: readonly Route[] = [
  route(
    {
      tag: 'User portal',
      access: 'anyone',
      takesOrganization: false,
      method: 'GET',
      path: '/api/portal/organization',
      summary: 'Show the organization that an address of the portal names',
      query: describeFields(z.object({ name: z.string().min(1).max(200).optional() }), {
        name: 'The name or the id of the organization: 1 to 200 characters. Without it, the only organization is returned.',
      }),
      answer: describeFields(z.object({ id: z.string().nullable(), name: z.string(), isOnly: z.boolean() }), {
        id: 'The id of the organization: 24 hexadecimal digits; null if the request names none and there are several.',
        name: 'The name of the organization, for people.',
        isOnly: 'True if this server has no other organization.',
      }),
    },
    async (context, { query }) => await findPortalOrganization(context.services.fleet, query.name, languageOf(context)),
  ),
];
