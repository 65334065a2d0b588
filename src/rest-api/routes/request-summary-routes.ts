import { requestOutcomes, type RequestOutcome } from '#request-log/logged-request.ts';
import { requestTotals } from '#request-log/request-total-store.ts';
import { summarize, summaryPeriod } from '#totals/summary.ts';
import { identityOf } from '../context.ts';
import { route, type Route } from '../route.ts';
import { dateOf, summaryAnswerOf, summaryQueryOf } from '../summary-schemas.ts';

const outcomeNames = Object.keys(requestOutcomes) as readonly RequestOutcome[];

/** The properties by which requests are counted separately, and the properties of the totals that contain them. */
const groups = { kind: 'type', source: 'source', reason: 'reason' } as const;

const summaryQuery = summaryQueryOf(
  ['kind', 'source', 'reason'],
  'Also counts the requests of each kind, each source (the id of the integration) or each reason (the code of the error, such as emailRequired). GET /api/events/summary has finer codes, such as emailMissing.',
);

const listed = (outcome: RequestOutcome) =>
  `with the outcome ${outcome}: the sum of count in the list GET /api/requests with the same from and to, and outcome=${outcome}`;

/** The route that counts requests for charts. */
export const requestSummaryRoutes: readonly Route[] = [
  route(
    {
      method: 'GET',
      path: '/api/requests/summary',
      tag: 'Requests',
      summary:
        'Count SCIM requests, and each operation of a bulk request as one, by outcome in each interval, for charts',
      access: 'events.read',
      query: summaryQuery,
      answer: summaryAnswerOf('requests', {
        accepted: listed('accepted'),
        unchanged: listed('unchanged'),
        refused: listed('refused'),
        failed: listed('failed'),
      }),
    },
    async (context, { query }) => {
      const { deps, organizationId } = identityOf(context);
      const { from, to, bucket = 'quarter-hour', groupBy } = query;
      const now = deps.clock.now();
      const { unfolded: _, ...summary } = await summarize(deps.database, requestTotals, outcomeNames, {
        organizationId,
        ...summaryPeriod(now, dateOf(from), dateOf(to)),
        bucket,
        groupBy: groupBy && groups[groupBy],
      });
      return { ...summary, countedAt: now.toISOString() };
    },
  ),
];
