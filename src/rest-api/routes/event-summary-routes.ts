import { z } from 'zod';
import { eventOutcomes, eventTotals } from '#audit/event-total-store.ts';
import { DAY_MS } from '#base/clock.ts';
import { buckets, summarize, SUMMARY_BUCKETS_MAX } from '#totals/summary.ts';
import { identityOf, type Context } from '../context.ts';
import { describeFields } from '../describe-fields.ts';
import { eventTime } from '../event-search.ts';
import { route, type Route } from '../route.ts';

/** The properties by which events are counted separately. */
export const summaryGroups = ['type', 'source', 'reason'] as const;

const summaryQuery = describeFields(
  z.looseObject({
    from: eventTime.optional(),
    to: eventTime.optional(),
    bucket: z.enum(buckets).optional(),
    groupBy: z.enum(summaryGroups).optional(),
  }),
  {
    from: 'The beginning of the period: RFC 3339 with an offset. It is rounded down to a full minute with bucket=minute, otherwise to a full quarter-hour. Default: 24 hours before the end.',
    to: 'The end of the period, exclusive: RFC 3339 with an offset. The period is extended to whole intervals. Default: the time of the request.',
    bucket: `The length of an interval: minute, quarter-hour, hour or day. The period has at most ${SUMMARY_BUCKETS_MAX} intervals. Default: quarter-hour.`,
    groupBy:
      'Also counts the events of each type, each source (the id of the integration) or each reason (the code of the reason, or of the error without a reason).',
  },
);

const group = z.object({ value: z.string().nullable(), accepted: z.int(), refused: z.int() });
const summaryAnswer = describeFields(
  z.object({
    from: z.iso.datetime(),
    to: z.iso.datetime(),
    bucket: z.enum(buckets),
    countedAt: z.iso.datetime(),
    totals: z.object({ accepted: z.int(), refused: z.int() }),
    groups: z.array(group).optional(),
    buckets: z.array(
      z.object({
        from: z.iso.datetime(),
        to: z.iso.datetime(),
        accepted: z.int(),
        refused: z.int(),
        groups: z.array(group).optional(),
      }),
    ),
  }),
  {
    from: 'The beginning of the period that was counted: RFC 3339, in UTC.',
    to: 'The end of the period that was counted, exclusive: RFC 3339, in UTC.',
    bucket: 'The length of an interval.',
    countedAt: 'When the events were counted: RFC 3339, in UTC.',
    totals: 'The number of events of the whole period.',
    'totals.accepted':
      'The number of events with success true: the length of the list GET /api/events with the same from and to, and outcome=accepted.',
    'totals.refused':
      'The number of events with success false: the length of the list GET /api/events with the same from and to, and outcome=refused. An event that covers several requests (repeated) counts once.',
    groups: 'The number of events with each value of groupBy, the most frequent first; missing without groupBy.',
    'groups.value': 'The value; null for events without one.',
    'groups.accepted': 'The number of these events with success true.',
    'groups.refused': 'The number of these events with success false.',
    buckets: 'All intervals of the period in chronological order, also those without events.',
    'buckets.from': 'The beginning of the interval: RFC 3339, in UTC.',
    'buckets.to': 'The end of the interval, exclusive: RFC 3339, in UTC.',
    'buckets.accepted': 'The number of events of the interval with success true.',
    'buckets.refused': 'The number of events of the interval with success false.',
    'buckets.groups': 'The number of events of the interval with each value of groupBy; missing without groupBy.',
    'buckets.groups.value': 'The value; null for events without one.',
    'buckets.groups.accepted': 'The number of these events with success true.',
    'buckets.groups.refused': 'The number of these events with success false.',
  },
);

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
  // Also counts the events of the current millisecond.
  const end = to === undefined ? new Date(now.getTime() + 1) : new Date(to);
  const { unfolded, ...summary } = await summarize(deps.database, eventTotals, eventOutcomes, {
    organizationId,
    from: from === undefined ? new Date(end.getTime() - DAY_MS) : new Date(from),
    to: end,
    bucket: bucket ?? 'quarter-hour',
    groupBy,
  });
  context.services.totals.request(deps.database, eventTotals, organizationId, unfolded);
  return { ...summary, countedAt: now.toISOString() };
}
