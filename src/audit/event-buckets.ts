import type { EventCount } from './event-query-store.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** 1970 began on a Thursday, and weeks begin on Monday. */
const MONDAY_MS = 3 * DAY_MS;

/** What offsets from UTC are multiples of, all over the world and for fifty years. */
export const OFFSET_STEP_MS = 15 * MINUTE_MS;

/** How far local time is ahead of UTC, at a moment; in milliseconds. */
export type Offset = (at: number) => number;

/** The offsets of a time zone: `Z`, `-05:00`, `-0500`, or a name such as `Europe/Paris`. undefined for what is none. */
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

/** Adds counts of short intervals up to longer ones, which begin when they do where the offset holds. */
export function mergeIntervals(
  counts: readonly EventCount[],
  intervalMs: number,
  offset: Offset,
): readonly EventCount[] {
  const sums = new Map<number, number>();
  for (const { at, count } of counts) {
    const begin = beginningOf(at, intervalMs, offset);
    sums.set(begin, (sums.get(begin) ?? 0) + count);
  }
  return [...sums].map(([at, count]) => ({ at, count }));
}

function beginningOf(at: number, intervalMs: number, offset: Offset): number {
  const shift = intervalMs % (7 * DAY_MS) === 0 ? MONDAY_MS : 0;
  const local = at + offset(at) + shift;
  const begin = local - (local % intervalMs) - shift;
  // Where clocks were changed since, the interval began by the other offset.
  return begin - offset(begin - offset(at));
}

/** A moment as people there write it: 2026-01-05T00:00:00.000-05:00. */
export function localIso(at: number, offset: Offset): string {
  const ahead = offset(at);
  if (ahead === 0) return new Date(at).toISOString();
  const minutes = Math.abs(ahead) / MINUTE_MS;
  const two = (value: number) => String(value).padStart(2, '0');
  const zone = `${ahead < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
  return new Date(at + ahead).toISOString().replace('Z', zone);
}
