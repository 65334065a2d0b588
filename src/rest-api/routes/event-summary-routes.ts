import type { z } from 'zod';
import { eventOutcomes, eventTotals } from '#audit/event-total-store.ts';
import { summarize, summaryPeriod } from '#totals/summary.ts';
import { identityOf, type Context } from '../context.ts';
import { route, type Route } from '../route.ts';
import { dateOf, summaryAnswerOf, summaryQueryOf } from '../summary-schemas.ts';

/** The properties by which events are counted separately. */
export const summaryGroups = ['type', 'source', 'reason'] as const;

const summaryQuery = summaryQueryOf(
  summaryGroups,
  'Also counts the events of each type, each source (the id of the integration) or each reason (the code of the reason, such as emailMissing, or of the error without a reason). GET /api/requests/summary has the codes of errors, such as emailRequired.',
);

const summaryAnswer = summaryAnswerOf('events', {
  accepted: 'with success true: the length of the list GET /api/events with the same from and to, and outcome=accepted',
  refused:
    'with success false: the length of the list GET /api/events with the same from and to, and outcome=refused. An event that covers several requests (repeated) counts once',
});

export const eventSummaryRoutes: readonly Route[] = [
  route(
    {
      method: 'GET',
      path: '/api/events/summary',
      tag: 'Events',
      summary: 'Count events by outcome in each interval of a period, for charts',
      access: 'events.read',
      query: summaryQuery,
      answer: summaryAnswer,
    },
    async (context, { query }) => await summaryOf(context, query),
  ),
];

async function summaryOf(context: Context, { from, to, bucket, groupBy }: z.output<typeof summaryQuery>) {
  const { deps, organizationId } = identityOf(context);
  const now = deps.clock.now();
  const { unfolded, ...summary } = await summarize(deps.database, eventTotals, eventOutcomes, {
    organizationId,
    ...summaryPeriod(now, dateOf(from), dateOf(to)),
    bucket: bucket ?? 'quarter-hour',
    groupBy,
  });
  context.services.totals.request(deps.database, eventTotals, organizationId, unfolded);
  return { ...summary, countedAt: now.toISOString() };
}
