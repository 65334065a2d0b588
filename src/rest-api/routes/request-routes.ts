import { z } from 'zod';
import { requireRefusalCode } from '#base/reasons/refusal-codes.ts';
import { ruleFinder } from '#integrations/deciding-rule.ts';
import { requireIntegrationNamed } from '#integrations/integrations.ts';
import { listRequests, showRequest } from '#request-log/exchange.ts';
import { requestMethods, requestOutcomes, type RequestOutcome } from '#request-log/logged-request.ts';
import { decodeCursor, encodeCursor } from '#request-log/request-cursor.ts';
import { REQUESTS_MAX } from '#request-log/request-query-store.ts';
import { SENT_ID_LENGTH_MAX } from '#access/sent-ids.ts';
import { identityOf, languageOf, type Context } from '../context.ts';
import { describeFields } from '../describe-fields.ts';
import { eventTime } from '../event-search.ts';
import { kindSchema, kindText, loggedRequest, outcomeText, requestExchange } from '../request-schemas.ts';
import { nameSchema, pathIds, route, type Route } from '../route.ts';

const REQUESTS_DEFAULT = 100;
const tag = 'Requests';
const outcomeNames = Object.keys(requestOutcomes) as readonly RequestOutcome[];
const OUTCOMES = new RegExp(`^(?:${outcomeNames.join('|')})(?:,(?:${outcomeNames.join('|')}))*$`);

const requestQuery = describeFields(
  z.looseObject({
    person: z.string().min(1).max(1_024).optional(),
    outcome: z
      .string()
      .regex(OUTCOMES, `must be one of ${outcomeNames.join(', ')}, or several of them with commas between them`)
      .optional(),
    reason: z.string().min(1).max(100).optional(),
    client: z.string().min(1).max(200).optional(),
    kind: kindSchema.optional(),
    method: z.enum(requestMethods).optional(),
    source: nameSchema.optional(),
    id: z.string().min(1).max(SENT_ID_LENGTH_MAX).optional(),
    from: eventTime.optional(),
    to: eventTime.optional(),
    content: z.enum(['true', 'false']).optional(),
    limit: z.coerce.number().int().min(1).max(REQUESTS_MAX).optional(),
    cursor: z.string().max(200).optional(),
  }),
  {
    person:
      'Only requests about this user or group, given by its id, userName, username, email, displayName or externalId: 1 to 1,024 characters. Former names, and names in refused requests, are found too.',
    outcome: `Only requests with this outcome, or with one of several: names with commas between them. ${outcomeText}`,
    reason:
      'Only requests that were refused with this code: of the error, such as emailRequired, or of the reason, such as emailMissing, which is finer. A code that no refusal can have is refused. 1 to 100 characters.',
    client: 'Only requests of this product, such as Microsoft Entra ID, in any letter case: 1 to 200 characters.',
    kind: `Only requests of this kind. ${kindText}`,
    method: 'Only requests with this HTTP method.',
    source: 'Only requests of this integration: its name or its id.',
    id: `Only the request with this id: the x-request-id of the response, the ActivityId of Entra ID, or the client-request-id or x-request-id that the client sent. 1 to ${SENT_ID_LENGTH_MAX} characters.`,
    from: 'Only requests that arrived at or after this time: RFC 3339.',
    to: 'Only requests that arrived before this time: RFC 3339.',
    content: 'true lists only requests whose content is kept. Default: false.',
    limit: `The maximum number of requests: 1 to ${REQUESTS_MAX}. Default: ${REQUESTS_DEFAULT}.`,
    cursor: 'The value of next in the response with the previous page.',
  },
);

/** The routes that read the SCIM requests of the organization. */
export const requestRoutes: readonly Route[] = [
  route(
    {
      method: 'GET',
      path: '/api/requests',
      tag,
      summary: 'List SCIM requests, newest first',
      access: 'requests.read',
      query: requestQuery,
      answer: describeFields(z.object({ results: z.array(loggedRequest), next: z.string().optional() }), {
        results: 'The requests of this page.',
        next: 'The value of cursor for the next page; missing on the last page.',
      }),
    },
    async (context, { query }) => await pageOf(context, query),
  ),
  route(
    {
      method: 'GET',
      path: '/api/requests/:id',
      tag,
      summary: 'Show a SCIM request with its body, its response, the checks of its credential, and its events',
      access: 'requests.read',
      params: pathIds({ id: 'The id of the entry in the list of requests.' }),
      answer: requestExchange,
    },
    async (context, { params }) => {
      const { deps, organizationId } = identityOf(context);
      const { database, schemas } = deps;
      const ruleNow = ruleFinder(database, organizationId);
      const publicUrl = context.services.accounts.publicUrl();
      const language = languageOf(context);
      return await showRequest({ database, schemas, ruleNow, publicUrl, language }, organizationId, params.id);
    },
  ),
];

async function pageOf(context: Context, query: z.output<typeof requestQuery>) {
  const { deps, organizationId } = identityOf(context);
  const { person, outcome, reason, client, kind, method, source, id, from, to, content, limit, cursor } = query;
  if (reason !== undefined) requireRefusalCode(reason);
  const integration =
    source === undefined ? undefined : await requireIntegrationNamed(deps.database, organizationId, source);
  const found = {
    organizationId,
    person,
    reason,
    client,
    kind,
    method,
    id,
    outcomes: outcome?.split(',') as readonly RequestOutcome[] | undefined,
    integrationId: integration?.id,
    from: from === undefined ? undefined : new Date(from),
    to: to === undefined ? undefined : new Date(to),
    withContent: content === 'true',
    after: cursor === undefined ? undefined : decodeCursor(cursor),
    limit: limit ?? REQUESTS_DEFAULT,
  };
  const { results, next } = await listRequests(deps.database, found, languageOf(context));
  return { results, ...(next !== undefined && { next: encodeCursor(next) }) };
}
