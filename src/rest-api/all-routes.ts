import { z } from 'zod';
import type { JsonObject } from '#base/json.ts';
import { accountRoutes } from './account-routes.ts';
import { describeFields } from './describe-fields.ts';
import { RawAnswer, route, type Route } from './route.ts';
import { activityRoutes } from './routes/activity-routes.ts';
import { attentionRoutes } from './routes/attention-routes.ts';
import { adoptionRoutes } from './routes/adoption-routes.ts';
import { administratorRoutes } from './routes/administrator-routes.ts';
import { administratorSessionRoutes } from './routes/administrator-session-routes.ts';
import { csvRoutes } from './routes/csv-routes.ts';
import { defaultRuleRoutes } from './routes/default-rule-routes.ts';
import { deletedUserRoutes } from './routes/deleted-user-routes.ts';
import { eventExportRoutes } from './routes/event-export-routes.ts';
import { eventRoutes } from './routes/event-routes.ts';
import { integrationRoutes } from './routes/integration-routes.ts';
import { eventSummaryRoutes } from './routes/event-summary-routes.ts';
import { jobRoutes } from './routes/job-routes.ts';
import { keyRoutes } from './routes/key-routes.ts';
import { liveRoutes } from './routes/live-routes.ts';
import { mailRoutes } from './routes/mail-routes.ts';
import { mailTemplateRoutes } from './routes/mail-template-routes.ts';
import { oauthRoutes } from './routes/oauth-routes.ts';
import { organizationLinkRoutes } from './routes/organization-link-routes.ts';
import { organizationRoutes } from './routes/organization-routes.ts';
import { groupSearchRoutes } from './routes/group-search-routes.ts';
import { peopleActionRoutes } from './routes/people-action-routes.ts';
import { peopleRoutes } from './routes/people-routes.ts';
import { portalOrganizationRoutes } from './routes/portal-organization-routes.ts';
import { portalRoutes } from './routes/portal-routes.ts';
import { radiusClientRoutes } from './routes/radius-client-routes.ts';
import { radiusGroupRoutes } from './routes/radius-group-routes.ts';
import { radiusServerRoutes } from './routes/radius-server-routes.ts';
import { replayRoutes } from './routes/replay-routes.ts';
import { requestRoutes } from './routes/request-routes.ts';
import { requestSummaryRoutes } from './routes/request-summary-routes.ts';
import { roleRoutes } from './routes/role-routes.ts';
import { schemaRoutes } from './routes/schema-routes.ts';
import { serverRoutes } from './routes/server-routes.ts';
import { systemUserRoutes } from './routes/system-user-routes.ts';
import { testMailRoutes } from './routes/test-mail-routes.ts';
import { timelineRoutes } from './routes/timeline-routes.ts';
import { unidentifiedRoutes } from './routes/unidentified-routes.ts';
import { userDetailRoutes } from './routes/user-detail-routes.ts';
import { userGroupRoutes } from './routes/user-group-routes.ts';
import { userStateRoutes } from './routes/user-state-routes.ts';

const described: readonly Route[] = [
  ...deletedUserRoutes,
  ...peopleRoutes,
  ...peopleActionRoutes,
  ...groupSearchRoutes,
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
  ...serverRoutes,
  ...schemaRoutes,
  ...activityRoutes,
  ...attentionRoutes,
  ...integrationRoutes,
  ...defaultRuleRoutes,
  ...radiusServerRoutes,
  ...radiusClientRoutes,
  ...radiusGroupRoutes,
  ...organizationLinkRoutes,
  ...replayRoutes,
  ...eventRoutes,
  ...eventExportRoutes,
  ...requestRoutes,
  ...requestSummaryRoutes,
  ...unidentifiedRoutes,
  ...eventSummaryRoutes,
  ...liveRoutes,
  ...timelineRoutes,
  ...mailRoutes,
  ...testMailRoutes,
  ...mailTemplateRoutes,
  ...accountRoutes('administrator'),
  ...accountRoutes('user'),
  ...portalOrganizationRoutes,
  ...portalRoutes,
];

const open = { tag: 'Description', access: 'anyone', takesOrganization: false } as const;

let document: JsonObject | undefined;
let page: string | undefined;

/** Returns the OpenAPI document. The first request generates the document and loads the modules with the examples. */
async function openApi(): Promise<JsonObject> {
  const { openApiDocument } = await import('./openapi.ts');
  document ??= openApiDocument(allRoutes);
  return document;
}

/** Returns the page with the API reference. The first request renders the page. */
async function docs(): Promise<RawAnswer> {
  const { docsPage, docsPolicy } = await import('./docs-page.ts');
  page ??= docsPage(await openApi());
  return new RawAnswer(page, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': docsPolicy,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  });
}

/** All routes of the REST API, including the routes that serve the OpenAPI document and the API reference. */
export const allRoutes: readonly Route[] = [
  ...described,
  route(
    {
      ...open,
      method: 'GET',
      path: '/api/openapi.json',
      summary: 'Get the OpenAPI document of this API',
      answer: describeFields(z.looseObject({ openapi: z.string(), info: z.looseObject({ version: z.string() }) }), {
        openapi: 'The version of the OpenAPI specification that the document follows.',
        info: 'The title, the version and the license of the API.',
        'info.version': 'The version of the product.',
      }),
    },
    async () => await openApi(),
  ),
  route(
    { ...open, method: 'GET', path: '/api/docs', summary: 'Read the API reference as a page', mediaType: 'text/html' },
    async () => await docs(),
  ),
];
