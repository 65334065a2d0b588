import { useQuery } from '@tanstack/react-query';
import { api, read } from '../../data/client.ts';
import { isPeriod, periods } from '../../data/period.ts';
import type { ChartOutcome, Interval } from '../../parts/chart/outcome-chart.tsx';
import { queryOf, termsOf, useEventsView, type View } from './event-filter.ts';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const lengths = {
  minute: MINUTE_MS,
  'quarter-hour': 15 * MINUTE_MS,
  hour: HOUR_MS,
  day: 24 * HOUR_MS,
} as const;
type Bucket = keyof typeof lengths;
/** The same intervals in the units of the route that counts the events of any filter. */
const units = {
  minute: { interval_unit: 'm', interval_value: 1 },
  'quarter-hour': { interval_unit: 'm', interval_value: 15 },
  hour: { interval_unit: 'h', interval_value: 1 },
  day: { interval_unit: 'd', interval_value: 1 },
} as const;
const outcomes = ['accepted', 'refused'] as const;

export interface EventSummary {
  readonly intervals: readonly Interval[];
  readonly totals: Readonly<Partial<Record<ChartOutcome, number>>>;
}

interface Period {
  readonly start: Date;
  readonly end: Date;
  readonly bucket: Bucket;
}

/** Returns the length of the intervals, so that a chart has about a hundred of them. */
function bucketOf(lengthMs: number): Bucket {
  if (lengthMs <= 2 * HOUR_MS) return 'minute';
  if (lengthMs <= 30 * HOUR_MS) return 'quarter-hour';
  return lengthMs <= 8 * 24 * HOUR_MS ? 'hour' : 'day';
}

/** The period of a view; the last 30 days if it has none. */
function periodOf({ period, from, to }: View): Period {
  const end = isPeriod(period) || to === '' ? new Date() : new Date(to);
  const length = isPeriod(period) ? periods[period] : periods.month;
  const start = isPeriod(period) || from === '' ? new Date(end.getTime() - length) : new Date(from);
  const bucket = bucketOf(end.getTime() - start.getTime());
  // Hours and days begin as on the clock of the reader.
  if (bucket === 'hour') start.setMinutes(0, 0, 0);
  if (bucket === 'day') start.setHours(0, 0, 0, 0);
  return { start, end, bucket };
}

/** The number of events of the filter over time, by outcome. The server keeps totals by type and by source; other filters are counted. */
export function useSummary() {
  const [view] = useEventsView();
  const { event: _, outcome: _outcome, ...counted } = view;
  const { target, actor, request, reason, type, source } = view;
  const isNarrow = [target, actor, request, reason].some((text) => text !== '') || (type !== '' && source !== '');
  return useQuery({
    queryKey: ['event-summary', counted],
    queryFn: ({ signal }) => (isNarrow ? countEvents(view, signal) : readTotals(view, signal)),
    // Its numbers agree with the list, which is read at the same time.
    staleTime: 0,
    refetchOnWindowFocus: false,
    placeholderData: (previous) => previous,
  });
}

async function readTotals(view: View, signal: AbortSignal): Promise<EventSummary> {
  const { start, end, bucket } = periodOf(view);
  const { type, source } = view;
  const value = type === '' ? source : type;
  const groupBy: 'source' | 'type' = type === '' ? 'source' : 'type';
  const period = { from: start.toISOString(), to: end.toISOString(), bucket };
  const query = { ...period, ...(value !== '' && { groupBy }) };
  const { buckets, groups, totals } = await read(api.GET('/api/events/summary', { params: { query }, signal }));
  const own = (all: typeof groups) => all?.find((group) => group.value === value) ?? {};
  return {
    intervals: buckets.map(({ from, to, groups: ofInterval, ...counts }) => ({
      from,
      to,
      counts: value === '' ? counts : own(ofInterval),
    })),
    totals: value === '' ? totals : own(groups),
  };
}

async function countEvents(view: View, signal: AbortSignal): Promise<EventSummary> {
  const { start, end, bucket } = periodOf(view);
  const length = lengths[bucket];
  const first = Math.floor(start.getTime() / MINUTE_MS) * MINUTE_MS;
  const { target } = queryOf(view, end);
  const counts = await Promise.all(
    outcomes.map(async (outcome) => {
      const and = termsOf({ ...queryOf(view, end), outcome });
      const body = {
        service: 'all',
        start_time: new Date(first).toISOString(),
        end_time: end.toISOString(),
        search_term: { and },
        ...units[bucket],
        timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
        ...(target !== undefined && { target }),
      };
      const answer = await read(api.POST('/insights/directory/v1/events/interval', { body, signal }));
      return new Map(answer.buckets.map(({ key, doc_count: count }) => [Math.floor((key - first) / length), count]));
    }),
  );
  const number = Math.max(Math.ceil((end.getTime() - first) / length), 1);
  const [accepted, refused] = counts;
  const iso = (index: number) => new Date(first + index * length).toISOString();
  return {
    intervals: Array.from({ length: number }, (_, index) => ({
      from: iso(index),
      to: iso(index + 1),
      counts: { accepted: accepted?.get(index) ?? 0, refused: refused?.get(index) ?? 0 },
    })),
    totals: { accepted: sum(accepted), refused: sum(refused) },
  };
}

function sum(counts: ReadonlyMap<number, number> | undefined): number {
  return [...(counts?.values() ?? [])].reduce((total, count) => total + count, 0);
}
