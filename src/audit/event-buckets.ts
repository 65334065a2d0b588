import type { EventCount } from './event-query-store.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** The shift from the beginning of a week, Monday, to the beginning of 1970, a Thursday. */
const MONDAY_MS = 3 * DAY_MS;

/** The offsets from UTC of all time zones in the last fifty years are multiples of this. */
export const OFFSET_STEP_MS = 15 * MINUTE_MS;

/** Returns the offset of local time from UTC at the time `at`, positive if local time is ahead. Both are in milliseconds. */
export type Offset = (at: number) => number;

/**
 * Returns the offsets of a time zone; undefined if there is no such time zone.
 *
 * @param timeZone `Z`, `-05:00`, `-0500`, or a name such as `Europe/Paris`.
 */
export function offsetOf(timeZone: string): Offset | undefined {
  if (timeZone === 'Z') return () => 0;
  const fixed = parseOffset(timeZone);
  if (fixed !== undefined) return () => fixed;
  try {
    const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
    return (at) => {
      const name = format.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? '';
      return parseOffset(name.replace('GMT', '')) ?? 0;
    };
  } catch {
    return undefined;
  }
}

function parseOffset(text: string): number | undefined {
  const { sign, hours, minutes } = /^(?<sign>[+-])(?<hours>[01]\d):?(?<minutes>[0-5]\d)$/.exec(text)?.groups ?? {};
  if (sign === undefined) return undefined;
  return (sign === '-' ? -1 : 1) * (Number(hours) * HOUR_MS + Number(minutes) * MINUTE_MS);
}

/**
 * Adds up the counts of short intervals to longer intervals, which begin in local time: a day at midnight, a week on Monday.
 *
 * @example
 * const offset = offsetOf('-05:00');
 * // With one event in each hour from 2026-01-05T00:00:00Z on:
 * if (offset !== undefined) mergeIntervals(hourlyCounts, DAY_MS, offset);
 * // [{ at: Date.parse('2026-01-04T00:00:00-05:00'), count: 5 }, …]
 */
export function mergeIntervals(
  counts: readonly EventCount[],
  intervalMs: number,
  offset: Offset,
): readonly EventCount[] {
  const sums = new Map<number, number>();
  for (const { at, count } of counts) {
    const begin = intervalStart(at, intervalMs, offset);
    sums.set(begin, (sums.get(begin) ?? 0) + count);
  }
  return [...sums].map(([at, count]) => ({ at, count }));
}

function intervalStart(at: number, intervalMs: number, offset: Offset): number {
  const shift = intervalMs % (7 * DAY_MS) === 0 ? MONDAY_MS : 0;
  const local = at + offset(at) + shift;
  const begin = local - (local % intervalMs) - shift;
  // If the offset changed during the interval, the interval began with the earlier offset.
  return begin - offset(begin - offset(at));
}

/** Formats a time as local time with its offset: 2026-01-05T00:00:00.000-05:00. */
export function localIso(at: number, offset: Offset): string {
  const ahead = offset(at);
  if (ahead === 0) return new Date(at).toISOString();
  const minutes = Math.abs(ahead) / MINUTE_MS;
  const two = (value: number) => String(value).padStart(2, '0');
  const zone = `${ahead < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
  return new Date(at + ahead).toISOString().replace('Z', zone);
}
