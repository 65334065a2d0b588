import { DAY_MS } from '#base/clock.ts';
import { TranslatedError } from '#base/translated-error.ts';
import type { Database } from '#database/database.ts';
import { readTotals, type IntervalCount } from './total-store.ts';
import { MINUTE_MS, QUARTER_HOUR_MS, type TotalProperty, type TotalSubject } from './total-subject.ts';

/** The lengths of the intervals of a summary. */
export const bucketLengths = {
  minute: MINUTE_MS,
  'quarter-hour': QUARTER_HOUR_MS,
  hour: 4 * QUARTER_HOUR_MS,
  day: DAY_MS,
} as const;
export type Bucket = keyof typeof bucketLengths;
export const buckets = Object.keys(bucketLengths) as readonly Bucket[];

/** The maximum number of intervals of a summary: a day of minutes, or four years of days. */
export const SUMMARY_BUCKETS_MAX = 1_500;

/** What to count. */
export interface SummaryQuery {
  readonly organizationId: string;
  readonly from: Date;
  /** The end, exclusive. */
  readonly to: Date;
  readonly bucket: Bucket;
  readonly groupBy?: Exclude<TotalProperty, 'outcome'> | undefined;
}

/** Returns the period of a summary. It ends now, including the current millisecond, and begins 24 hours before its end by default. */
export function summaryPeriod(
  now: Date,
  from: Date | undefined,
  to: Date | undefined,
): Pick<SummaryQuery, 'from' | 'to'> {
  const end = to ?? new Date(now.getTime() + 1);
  return { from: from ?? new Date(end.getTime() - DAY_MS), to: end };
}

/** The number of rows by outcome. */
type Counts<Outcome extends string> = Readonly<Record<Outcome, number>>;

/** The counts of the rows with one value of the property `groupBy`; null for rows without a value. */
type Group<Outcome extends string> = Counts<Outcome> & { readonly value: string | null };

export interface Summary<Outcome extends string> {
  /** The period that was counted: that of the query, extended to whole intervals. */
  readonly from: string;
  readonly to: string;
  readonly bucket: Bucket;
  readonly totals: Counts<Outcome>;
  /** With `groupBy`: the counts of each value, the most frequent first. */
  readonly groups?: readonly Group<Outcome>[];
  /** All intervals, also those without rows. */
  readonly buckets: readonly (Counts<Outcome> & {
    readonly from: string;
    readonly to: string;
    readonly groups?: readonly Group<Outcome>[];
  })[];
  /** The number of rows that were counted one by one, because they are not in the totals yet. */
  readonly unfolded: number;
}

/**
 * Counts the rows of each interval of a period, by outcome. The first interval begins at `from`, rounded down to a full minute for minutes
 * and to a full quarter-hour for longer intervals, so that days begin at midnight of the time zone of `from`. The period ends with a whole
 * interval. Throws `invalidQuery` (400) for an empty period and for more than SUMMARY_BUCKETS_MAX intervals.
 *
 * @example
 * await summarize(database, eventTotals, eventOutcomes, { organizationId, from, to, bucket: 'hour' });
 * // { from: '2026-01-05T08:00:00.000Z', totals: { accepted: 120, refused: 3 }, buckets: [{ from: …, accepted: 5, refused: 0 }, …], … }
 */
export async function summarize<const Outcome extends string>(
  database: Database,
  subject: TotalSubject,
  outcomes: readonly Outcome[],
  query: SummaryQuery,
): Promise<Summary<Outcome>> {
  const { organizationId, bucket, groupBy } = query;
  const { from, count, intervalMs, stepMs } = intervalsOf(query);
  const to = from + count * intervalMs;
  const { counts, unfolded } = await readTotals(database, subject, {
    organizationId,
    from,
    to,
    stepMs,
    intervalMs,
    groupBy,
  });
  const byInterval = Map.groupBy(counts, ({ interval }) => interval);
  const grouped = (some: readonly IntervalCount[]) =>
    groupBy === undefined ? {} : { groups: groupsOf(outcomes, some) };
  const iso = (interval: number) => new Date(from + interval * intervalMs).toISOString();
  return {
    from: iso(0),
    to: iso(count),
    bucket,
    totals: sumOf(outcomes, counts),
    ...grouped(counts),
    buckets: Array.from({ length: count }, (_, interval) => {
      const own = byInterval.get(interval) ?? [];
      return { from: iso(interval), to: iso(interval + 1), ...sumOf(outcomes, own), ...grouped(own) };
    }),
    unfolded,
  };
}

function intervalsOf({ from, to, bucket }: SummaryQuery) {
  const intervalMs = bucketLengths[bucket];
  const stepMs = bucket === 'minute' ? MINUTE_MS : QUARTER_HOUR_MS;
  const start = Math.floor(from.getTime() / stepMs) * stepMs;
  const count = Math.ceil((to.getTime() - start) / intervalMs);
  if (to.getTime() <= from.getTime()) {
    throw new TranslatedError(
      'invalidQuery',
      ({ admin }) => admin.events.emptyPeriod(from.toISOString(), to.toISOString()),
      { attribute: 'to', value: to.toISOString() },
    );
  }
  if (count > SUMMARY_BUCKETS_MAX) {
    throw new TranslatedError(
      'invalidQuery',
      ({ admin }) => admin.events.tooManyBuckets(count, bucket, SUMMARY_BUCKETS_MAX),
      { attribute: 'bucket', value: bucket },
    );
  }
  return { from: start, count, intervalMs, stepMs } as const;
}

function sumOf<Outcome extends string>(
  outcomes: readonly Outcome[],
  counts: readonly IntervalCount[],
): Counts<Outcome> {
  const sum = (outcome: Outcome) => counts.reduce((total, one) => total + (one.outcome === outcome ? one.count : 0), 0);
  return Object.fromEntries(outcomes.map((outcome) => [outcome, sum(outcome)])) as Counts<Outcome>;
}

function groupsOf<Outcome extends string>(
  outcomes: readonly Outcome[],
  counts: readonly IntervalCount[],
): readonly Group<Outcome>[] {
  const size = (some: readonly IntervalCount[]) => some.reduce((total, { count }) => total + count, 0);
  return [...Map.groupBy(counts, ({ value }) => value)]
    .toSorted(([name, some], [other, more]) => size(more) - size(some) || (name < other ? -1 : 1))
    .map(([value, some]) => ({ value: value === '' ? null : value, ...sumOf(outcomes, some) }));
}
