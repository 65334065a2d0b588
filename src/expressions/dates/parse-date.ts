import { DATE_LENGTH_MAX } from '../limits.ts';
import { dateTime, fromCalendar, type DateTime } from './date-time.ts';
import { fullYear, monthOf } from './invariant-culture.ts';

const time = String.raw`(?<hour>\d{1,2})(?::(?<minute>\d{1,2})(?::(?<second>\d{1,2})(?:[.,](?<fraction>\d+))?)?)?(?:\s*(?<half>AM|PM|A|P))?`;
const zone = String.raw`(?:\s*(?<zone>Z|GMT|UTC|[+-]\d{1,2}(?::?\d{2})?))?`;
const rest = String.raw`(?:(?:\s+|\s*T\s*|\s*,\s*)${time})?${zone}`;
const weekday = String.raw`(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,?\s+)?`;

/** The forms of a date that .NET's DateTime.Parse accepts in the invariant culture, in which the month precedes the day. */
const forms: readonly RegExp[] = [
  String.raw`(?<year>\d{4})[-/.](?<month>\d{1,2})(?:[-/.](?<day>\d{1,2}))?`,
  String.raw`(?<month>\d{1,2})[-/.](?<day>\d{1,2})[-/.](?<year>\d{4}|\d{2})`,
  String.raw`${weekday}(?<day>\d{1,2})[\s-]+(?<name>[a-z]{3,9})[\s,-]+(?<year>\d{4}|\d{2})`,
  String.raw`${weekday}(?<name>[a-z]{3,9})\s+(?<day>\d{1,2})(?:\s*,\s*|\s+)(?<year>\d{4})`,
].map((date) => new RegExp(`^${date}${rest}$`, 'i'));

/**
 * Parses a date in any common format, like .NET's DateTime.Parse. A date without a time zone is in UTC, the time zone of Entra
 * ID's servers. Undefined if the text is not a date, or is longer than DATE_LENGTH_MAX.
 *
 * @example
 * parseDate('2020-03-16-07:00'); // March 16, 2020, 7:00 in UTC
 */
export function parseDate(text: string): DateTime | undefined {
  const subject = text.trim();
  if (subject.length > DATE_LENGTH_MAX) return undefined;
  for (const form of forms) {
    const groups = form.exec(subject)?.groups;
    if (groups !== undefined) return fromGroups(groups);
  }
  return undefined;
}

type Groups = Readonly<Record<string, string | undefined>>;

function fromGroups(groups: Groups): DateTime | undefined {
  const { year = '', name, day = '1', minute, second, fraction } = groups;
  const month = name === undefined ? Number(groups['month']) : monthOf(name);
  const hour = hourOf(groups);
  if (month === undefined || hour === undefined) return undefined;
  const fields = {
    year: year.length === 2 ? fullYear(Number(year)) : Number(year),
    month,
    day: Number(day),
    hour,
    minute: Number(minute ?? 0),
    second: Number(second ?? 0),
    fraction: 0,
  };
  const offset = offsetOf(groups['zone']);
  const date = offset === undefined ? undefined : fromCalendar(fields, offset);
  return date && dateTime(date.ticks + ticksOf(fraction));
}

/**
 * Returns the hour from 0 to 23. Undefined if it is invalid, or if it has neither minutes nor AM/PM, because a number such as 3 alone
 * is ambiguous.
 */
function hourOf({ hour, minute, half }: Groups): number | undefined {
  if (hour === undefined) return 0;
  if (minute === undefined && half === undefined) return undefined;
  const value = Number(hour);
  if (half === undefined) return value;
  if (value > 12) return undefined;
  return (value % 12) + (half.toUpperCase().startsWith('P') ? 12 : 0);
}

const TICKS_PER_SECOND_DIGITS = 7;

/** Converts the fraction of a second to ticks. .NET rounds to the nearest tick. */
function ticksOf(fraction = ''): bigint {
  return BigInt(Math.round(Number(`0.${fraction}0`) * 10 ** TICKS_PER_SECOND_DIGITS));
}

const OFFSET_HOURS_MAX = 14;

/** Returns the offset from UTC in minutes. Undefined if the time zone does not exist. */
function offsetOf(zone: string | undefined): number | undefined {
  const found = /^(?<sign>[+-])(?<hours>\d{1,2}):?(?<minutes>\d{2})?$/.exec(zone ?? '')?.groups;
  if (found === undefined) return 0;
  const [hours, minutes] = [Number(found['hours']), Number(found['minutes'] ?? 0)];
  if (hours > OFFSET_HOURS_MAX || minutes > 59) return undefined;
  return (hours * 60 + minutes) * (found['sign'] === '-' ? -1 : 1);
}
