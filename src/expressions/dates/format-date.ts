import { toCalendar, weekdayOf, type CalendarFields, type DateTime } from './date-time.ts';
import { parseDateFormat, type FormatPart } from './date-format.ts';
import { ABBREVIATION_LENGTH, dayNames, monthNames } from './invariant-culture.ts';

/** .NET's DateTimeKind of a date. The local time zone is UTC, as on Entra ID's servers. */
export type DateKind = 'utc' | 'local' | 'unspecified';

const invariantFormat = partsOf('M/d/yyyy h:mm:ss tt');

function partsOf(format: string): readonly FormatPart[] {
  const parts = parseDateFormat(format);
  return typeof parts === 'function' ? [] : parts;
}

/** Formats a date as Entra ID shows it: `3/16/2020 7:00:00 AM`. */
export function formatInvariant(date: DateTime): string {
  return formatDate(date, 'utc', invariantFormat);
}

/**
 * Formats a date with a .NET format in the invariant culture.
 *
 * @example
 * formatDate(date, 'utc', parseDateFormat('yyyy-MM-dd')); // '2020-03-16'
 */
export function formatDate(date: DateTime, kind: DateKind, parts: readonly FormatPart[]): string {
  const fields = toCalendar(date);
  const weekday = dayNames[weekdayOf(date)] ?? '';
  return parts
    .map((part, index) => {
      if (part.kind === 'literal') return isDroppedPoint(part, parts[index + 1], fields) ? '' : part.text;
      return formatPart(part.letter, part.count, { fields, weekday, kind });
    })
    .join('');
}

/** True for a decimal point before a fraction that the specifier F leaves out. .NET then leaves out the point as well. */
function isDroppedPoint(part: FormatPart & { kind: 'literal' }, next: FormatPart | undefined, fields: CalendarFields) {
  if (part.text !== '.' || next?.kind !== 'specifier' || next.letter !== 'F') return false;
  return fractionOf(fields, next.count, true) === '';
}

interface Subject {
  readonly fields: CalendarFields;
  readonly weekday: string;
  readonly kind: DateKind;
}

function formatPart(letter: string, count: number, { fields, weekday, kind }: Subject): string {
  switch (letter) {
    case 'd':
      return count <= 2 ? padded(fields.day, count) : nameOf(weekday, count);
    case 'M':
      return count <= 2 ? padded(fields.month, count) : nameOf(monthNames[fields.month - 1] ?? '', count);
    case 'y':
      return count <= 2 ? padded(fields.year % 100, count) : padded(fields.year, count);
    case 'f':
      return fractionOf(fields, count, false);
    case 'F':
      return fractionOf(fields, count, true);
    case 'g':
      return 'A.D.';
    case 'z':
      return ['+0', '+00', '+00:00'][Math.min(count, 3) - 1] ?? '';
    case 'K':
      return { utc: 'Z', local: '+00:00', unspecified: '' }[kind];
    default:
      // More than two letters have the same meaning as two.
      return formatTime(letter, Math.min(count, 2), fields);
  }
}

function nameOf(name: string, count: number): string {
  return count === 3 ? name.slice(0, ABBREVIATION_LENGTH) : name;
}

function formatTime(letter: string, count: number, { hour, minute, second }: CalendarFields): string {
  switch (letter) {
    case 'H':
      return padded(hour, count);
    case 'h':
      return padded(hour % 12 === 0 ? 12 : hour % 12, count);
    case 'm':
      return padded(minute, count);
    case 's':
      return padded(second, count);
    default:
      // The specifier t: one letter is A or P, two letters are AM or PM.
      return (hour < 12 ? 'AM' : 'PM').slice(0, count);
  }
}

function padded(value: number, digits: number): string {
  return String(value).padStart(digits, '0');
}

const FRACTION_DIGITS = 7;

function fractionOf({ fraction }: CalendarFields, digits: number, isShort: boolean): string {
  const text = padded(fraction, FRACTION_DIGITS).slice(0, digits);
  return isShort ? text.replace(/0+$/, '') : text;
}
