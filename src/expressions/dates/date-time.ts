/**
 * An instant in UTC, as a number of .NET's ticks: units of 100 ns since January 1 of year 1. A FILETIME has the same unit, so
 * conversions are exact.
 */
export interface DateTime {
  readonly kind: 'dateTime';
  readonly ticks: bigint;
}

export const TICKS_PER_SECOND = 10_000_000n;
export const TICKS_PER_MINUTE = 60n * TICKS_PER_SECOND;
export const TICKS_PER_HOUR = 60n * TICKS_PER_MINUTE;
export const TICKS_PER_DAY = 24n * TICKS_PER_HOUR;
const TICKS_PER_MILLISECOND = 10_000n;
/** December 31, 9999, 23:59:59.9999999. */
const TICKS_MAX = 3_652_059n * TICKS_PER_DAY - 1n;
/** January 1, 1970. */
const UNIX_EPOCH_TICKS = 719_162n * TICKS_PER_DAY;
/** January 1, 1601, where FILETIMEs and Active Directory timestamps start. */
export const FILETIME_EPOCH_TICKS = 584_388n * TICKS_PER_DAY;

export const YEAR_MAX = 9999;

/** The fields of a date and a time of day. Months and days count from 1. */
export interface CalendarFields {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** The fraction of the second, in ticks. */
  readonly fraction: number;
}

/** Creates a DateTime from ticks. Undefined outside the years 1 to 9999. */
export function dateTime(ticks: bigint): DateTime | undefined {
  return ticks < 0n || ticks > TICKS_MAX ? undefined : { kind: 'dateTime', ticks };
}

export function fromDate(date: Date): DateTime {
  return { kind: 'dateTime', ticks: BigInt(date.getTime()) * TICKS_PER_MILLISECOND + UNIX_EPOCH_TICKS };
}

/**
 * Converts a date and time at an offset from UTC to an instant. Undefined if the fields are not a valid date and time, or if the
 * instant is outside the years 1 to 9999.
 *
 * @example
 * fromCalendar({ year: 2020, month: 3, day: 16, hour: 0, minute: 0, second: 0, fraction: 0 }, -420); // 7:00 in UTC
 */
export function fromCalendar(fields: CalendarFields, offsetMinutes = 0): DateTime | undefined {
  const { year, month, day, hour, minute, second, fraction } = fields;
  if (year < 1 || year > YEAR_MAX || month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) {
    return undefined;
  }
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const seconds = BigInt(hour * 3600 + minute * 60 + second - offsetMinutes * 60);
  return dateTime(BigInt(dayNumber(year, month, day)) * TICKS_PER_DAY + seconds * TICKS_PER_SECOND + BigInt(fraction));
}

export function toCalendar({ ticks }: DateTime): CalendarFields {
  const inDay = ticks % TICKS_PER_DAY;
  const seconds = Number(inDay / TICKS_PER_SECOND);
  return {
    ...dateOfDay(Number(ticks / TICKS_PER_DAY)),
    hour: Math.floor(seconds / 3600),
    minute: Math.floor(seconds / 60) % 60,
    second: seconds % 60,
    fraction: Number(inDay % TICKS_PER_SECOND),
  };
}

/** Returns the day of the week, where 0 is Sunday. January 1 of year 1 was a Monday. */
export function weekdayOf({ ticks }: DateTime): number {
  return (Number(ticks / TICKS_PER_DAY) + 1) % 7;
}

export function daysInMonth(year: number, month: number): number {
  if (month === 2) return isLeapYear(year) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

const DAYS_PER_ERA = 146_097;

/**
 * Returns the number of days since January 1 of year 1. The calculation uses years that begin in March, so that the leap day is
 * the last day of a year.
 */
function dayNumber(year: number, month: number, day: number): number {
  const shifted = month > 2 ? year : year - 1;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * DAYS_PER_ERA + dayOfEra - 306;
}

function dateOfDay(days: number): { year: number; month: number; day: number } {
  const shifted = days + 306;
  const era = Math.floor(shifted / DAYS_PER_ERA);
  const dayOfEra = shifted - era * DAYS_PER_ERA;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1,
  };
}
