import { z } from 'zod';
import { buckets, SUMMARY_BUCKETS_MAX } from '#totals/summary.ts';
import { describeFields } from './describe-fields.ts';
import { eventTime } from './event-search.ts';

/** Returns the query of a route that counts rows in the intervals of a period. `groupText` describes `groupBy`. */
export function summaryQueryOf<const Group extends string>(groups: readonly [Group, ...Group[]], groupText: string) {
  return describeFields(
    z.looseObject({
      from: eventTime.optional(),
      to: eventTime.optional(),
      bucket: z.enum(buckets).optional(),
      groupBy: z.enum(groups).optional(),
    }),
    {
      from: 'The beginning of the period: RFC 3339 with an offset. It is rounded down to a full minute with bucket=minute, otherwise to a full quarter-hour. Default: 24 hours before the end.',
      to: 'The end of the period, exclusive: RFC 3339 with an offset. The period is extended to whole intervals. Default: the time of the request.',
      bucket: `The length of an interval: minute, quarter-hour, hour or day. The period has at most ${SUMMARY_BUCKETS_MAX} intervals. Default: quarter-hour.`,
      groupBy: groupText,
    },
  );
}

/**
 * Returns the answer of a route that counts rows by outcome.
 *
 * @param rows What is counted, such as `events`.
 * @param outcomes For each outcome, which rows are counted: the end of the sentence "The number of events …".
 */
export function summaryAnswerOf<const Outcome extends string>(
  rows: string,
  outcomes: Readonly<Record<Outcome, string>>,
) {
  const names = Object.keys(outcomes) as Outcome[];
  const counts = Object.fromEntries(names.map((name) => [name, z.int()])) as Readonly<Record<Outcome, z.ZodInt>>;
  const textsAt = (place: string, text: (name: Outcome) => string) =>
    Object.fromEntries(names.map((name) => [`${place}.${name}`, text(name)]));
  const group = z.object({ value: z.string().nullable(), ...counts });
  const shown = `of ${rows} with the outcome`;
  return describeFields(
    z.object({
      from: z.iso.datetime(),
      to: z.iso.datetime(),
      bucket: z.enum(buckets),
      countedAt: z.iso.datetime(),
      totals: z.object(counts),
      groups: z.array(group).optional(),
      buckets: z.array(
        z.object({ from: z.iso.datetime(), to: z.iso.datetime(), ...counts, groups: z.array(group).optional() }),
      ),
    }),
    {
      from: 'The beginning of the period that was counted: RFC 3339, in UTC.',
      to: 'The end of the period that was counted, exclusive: RFC 3339, in UTC.',
      bucket: 'The length of an interval.',
      countedAt: `When the ${rows} were counted: RFC 3339, in UTC.`,
      totals: `The number of ${rows} of the whole period.`,
      ...textsAt('totals', (name) => `The number of ${rows} ${outcomes[name]}.`),
      groups: `The number of ${rows} with each value of groupBy, the most frequent first; missing without groupBy.`,
      'groups.value': `The value; null for ${rows} without one.`,
      ...textsAt('groups', (name) => `The number ${shown} ${name} and this value.`),
      buckets: `All intervals of the period in chronological order, also those without ${rows}.`,
      'buckets.from': 'The beginning of the interval: RFC 3339, in UTC.',
      'buckets.to': 'The end of the interval, exclusive: RFC 3339, in UTC.',
      ...textsAt('buckets', (name) => `The number ${shown} ${name} in the interval.`),
      'buckets.groups': `The number of ${rows} of the interval with each value of groupBy; missing without groupBy.`,
      'buckets.groups.value': `The value; null for ${rows} without one.`,
      ...textsAt('buckets.groups', (name) => `The number ${shown} ${name} and this value in the interval.`),
    },
  );
}

/** Returns the time of a query parameter that may be missing. */
export function dateOf(text: string | undefined): Date | undefined {
  return text === undefined ? undefined : new Date(text);
}
