import {
  dateTime,
  daysInMonth,
  fromCalendar,
  TICKS_PER_DAY,
  TICKS_PER_HOUR,
  TICKS_PER_MINUTE,
  TICKS_PER_SECOND,
  toCalendar,
  weekdayOf,
  type DateTime,
} from './date-time.ts';

/** The intervals that Entra ID documents for DateAdd and DateDiff. VB.NET has more. */
export const intervals = ['yyyy', 'm', 'd', 'ww', 'h', 'n', 's'] as const;
export type Interval = (typeof intervals)[number];

const lengths: Readonly<Record<Exclude<Interval, 'yyyy' | 'm'>, bigint>> = {
  ww: 7n * TICKS_PER_DAY,
  d: TICKS_PER_DAY,
  h: TICKS_PER_HOUR,
  n: TICKS_PER_MINUTE,
  s: TICKS_PER_SECOND,
};

/**
 * Adds intervals to a date, like VB.NET's DateAdd. Months and years keep the day, or use the last day of a shorter month.
 * Undefined if the result is outside the years 1 to 9999.
 *
 * @example
 * addInterval('m', 1n, january31); // the last day of February
 */
export function addInterval(interval: Interval, count: bigint, date: DateTime): DateTime | undefined {
  switch (interval) {
    case 'yyyy':
      return addMonths(count * 12n, date);
    case 'm':
      return addMonths(count, date);
    default:
      return dateTime(date.ticks + count * lengths[interval]);
  }
}

function addMonths(count: bigint, date: DateTime): DateTime | undefined {
  const fields = toCalendar(date);
  const months = BigInt(fields.year * 12 + fields.month - 1) + count;
  const year = Number(months / 12n);
  const month = Number(months % 12n) + 1;
  return fromCalendar({ ...fields, year, month, day: Math.min(fields.day, daysInMonth(year, month)) });
}

/**
 * Counts the intervals from `first` to `second`, like VB.NET's DateDiff. Years and months count how often the calendar year or
 * month changes, weeks count Sundays, and the other intervals count whole units, rounded toward zero.
 *
 * @example
 * intervalsBetween('yyyy', december31, january1); // 1n, although a single day lies between them
 */
export function intervalsBetween(interval: Interval, first: DateTime, second: DateTime): bigint {
  const [from, to] = [toCalendar(first), toCalendar(second)];
  switch (interval) {
    case 'yyyy':
      return BigInt(to.year - from.year);
    case 'm':
      return BigInt((to.year - from.year) * 12 + to.month - from.month);
    case 'ww':
      return (weekStart(second) - weekStart(first)) / TICKS_PER_DAY / 7n;
    default:
      return (second.ticks - first.ticks) / lengths[interval];
  }
}

/** Returns the ticks of the same time of day on the Sunday of the week. */
function weekStart(date: DateTime): bigint {
  return date.ticks - BigInt(weekdayOf(date)) * TICKS_PER_DAY;
}
