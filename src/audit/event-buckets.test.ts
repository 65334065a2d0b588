import { describe, expect, test } from 'vitest';
import { localIso, offsetOf, mergeIntervals } from './event-buckets.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const offset = (zone: string) => {
  const found = offsetOf(zone);
  if (found === undefined) throw new Error(`${zone} is not a time zone`);
  return found;
};
/** Returns counts of one event in each of a number of hours. */
const hourly = (from: string, hours: number) =>
  Array.from({ length: hours }, (_, index) => ({ at: Date.parse(from) + index * HOUR_MS, count: 1 }));
const shown = (from: string, hours: number, zone: string, intervalMs: number) =>
  mergeIntervals(hourly(from, hours), intervalMs, offset(zone)).map(({ at, count }) => [
    localIso(at, offset(zone)),
    count,
  ]);

test.for([
  ['Z', 0],
  ['+00:00', 0],
  ['-0500', -5],
  ['-05:00', -5],
  ['+05:45', 5.75],
  ['Europe/Paris', 1],
  ['America/New_York', -5],
  ['Asia/Kathmandu', 5.75],
  ['UTC', 0],
] as const)('the time zone %s is %d hours ahead of UTC in January', ([zone, hours]) => {
  expect(offset(zone)(Date.UTC(2026, 0, 5))).toBe(hours * HOUR_MS);
});

test.for(['', 'x', '5', '+5', '+25:00', '-05:60', 'Mars/Olympus', "'; drop"])('"%s" is not a time zone', (zone) => {
  expect(offsetOf(zone)).toBeUndefined();
});

describe('intervals of a day', () => {
  test('begin at midnight in the given time zone', () => {
    expect(shown('2026-01-05T00:00:00Z', 48, '-05:00', DAY_MS)).toEqual([
      ['2026-01-04T00:00:00.000-05:00', 5],
      ['2026-01-05T00:00:00.000-05:00', 24],
      ['2026-01-06T00:00:00.000-05:00', 19],
    ]);
  });

  test('have 23 or 25 hours when daylight saving time starts or ends', () => {
    expect(shown('2026-03-28T23:00:00Z', 47, 'Europe/Paris', DAY_MS)).toEqual([
      ['2026-03-29T00:00:00.000+01:00', 23],
      ['2026-03-30T00:00:00.000+02:00', 24],
    ]);
    expect(shown('2026-10-24T22:00:00Z', 49, 'Europe/Paris', DAY_MS)).toEqual([
      ['2026-10-25T00:00:00.000+02:00', 25],
      ['2026-10-26T00:00:00.000+01:00', 24],
    ]);
  });
});

test('intervals of a week begin on Monday', () => {
  expect(shown('2026-01-01T00:00:00Z', 8 * 24, 'Z', 7 * DAY_MS)).toEqual([
    ['2025-12-29T00:00:00.000Z', 96],
    ['2026-01-05T00:00:00.000Z', 96],
  ]);
});
