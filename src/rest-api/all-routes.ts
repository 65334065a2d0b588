import { z } from 'zod';
import { accountRoutes } from './account-routes.ts';
import { openApiDocument } from './openapi.ts';
import { docsPage, docsPolicy } from './docs-page.ts';
import { RawAnswer, route, type Route } from './route.ts';
import { adoptionRoutes } from './routes/adoption-routes.ts';
import { administratorRoutes } from './routes/administrator-routes.ts';
import { administratorSessionRoutes } from './routes/administrator-session-routes.ts';
import { csvRoutes } from './routes/csv-routes.ts';
import { deletedUserRoutes } from './routes/deleted-user-routes.ts';
import { eventExportRoutes } from './routes/event-export-routes.ts';
import { eventRoutes } from './routes/event-routes.ts';
import { jobRoutes } from './routes/job-routes.ts';
import { keyRoutes } from './routes/key-routes.ts';
import { mailRoutes } from './routes/mail-routes.ts';
import { oauthRoutes } from './routes/oauth-routes.ts';
import { organizationLinkRoutes } from './routes/organization-link-routes.ts';
import { organizationRoutes } from './routes/organization-routes.ts';
import { portalRoutes } from './routes/portal-routes.ts';
import { roleRoutes } from './routes/role-routes.ts';
import { systemUserRoutes } from './routes/system-user-routes.ts';
import { userDetailRoutes } from './routes/user-detail-routes.ts';
import { userGroupRoutes } from './routes/user-group-routes.ts';
import { userStateRoutes } from './routes/user-state-routes.ts';

/** Of the API, not of the program: it grows when a client has to know. */
export const API_VERSION = '1.0.0';

const described: readonly Route[] = [
  ...deletedUserRoutes,
  ...systemUserRoutes,
  ...userDetailRoutes,
  ...userGroupRoutes,
  ...adoptionRoutes,
  ...jobRoutes,
  ...userStateRoutes,
  ...csvRoutes,
  ...administratorRoutes,
  ...administratorSessionRoutes,
  ...roleRoutes,
  ...keyRoutes,
  ...oauthRoutes,
  ...organizationRoutes,
  ...organizationLinkRoutes,
  ...eventRoutes,
  ...eventExportRoutes,
  ...mailRoutes,
  ...accountRoutes('administrator'),
  ...accountRoutes('user'),
  ...portalRoutes,
];

const open = { tag: 'Description', access: 'anyone', takesOrganization: false } as const;

/** Every route of the REST API; the description of all of them among them. */
export const allRoutes: readonly Route[] = [
  ...described,
  route(
    {
      ...open,
      method: 'GET',
      path: '/api/openapi.json',
      summary: 'This description',
      answer: z.looseObject({ openapi: z.string() }),
    },
    async () => openApiDocument(allRoutes, API_VERSION),
  ),
  route(
    { ...open, method: 'GET', path: '/api/docs', summary: 'This description, to read', mediaType: 'text/html' },
    async () =>
      new RawAnswer(docsPage(openApiDocument(allRoutes, API_VERSION)), {
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': docsPolicy,
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
      }),
  ),
];
