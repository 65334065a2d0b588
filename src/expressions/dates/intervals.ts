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

/** The intervals that Entra ID documents for DateAdd and DateDiff; VB.NET has more. */
export const intervals = ['yyyy', 'm', 'd', 'ww', 'h', 'n', 's'] as const;
export type Interval = (typeof intervals)[number];

const lengths: Readonly<Record<Exclude<Interval, 'yyyy' | 'm'>, bigint>> = {
  ww: 7n * TICKS_PER_DAY,
  d: TICKS_PER_DAY,
  h: TICKS_PER_HOUR,
  n: TICKS_PER_MINUTE,
  s: TICKS_PER_SECOND,
};

/** VB.NET's DateAdd: months and years keep the day, or take the last of a shorter month. Undefined outside the calendar. */
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
 * VB.NET's DateDiff, from `first` to `second`: years and months count the turns of the calendar, weeks count Sundays, the
 * others count whole units toward zero.
 */
export function intervalsBetween(interval: Interval, first: DateTime, second: DateTime): bigint {
  const [from, to] = [toCalendar(first), toCalendar(second)];
  switch (interval) {
    case 'yyyy':
      return BigInt(to.year - from.year);
    case 'm':
      return BigInt((to.year - from.year) * 12 + to.month - from.month);
    case 'ww':
      return (weekBegin(second) - weekBegin(first)) / TICKS_PER_DAY / 7n;
    default:
      return (second.ticks - first.ticks) / lengths[interval];
  }
}

/** The same time of day on the Sunday of the week. */
function weekBegin(date: DateTime): bigint {
  return date.ticks - BigInt(weekdayOf(date)) * TICKS_PER_DAY;
}
