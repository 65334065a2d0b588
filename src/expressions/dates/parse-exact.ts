import { fromCalendar, toCalendar, type DateTime } from './date-time.ts';
import type { FormatPart } from './date-format.ts';
import type { DateKind } from './format-date.ts';
import { ABBREVIATION_LENGTH, dayNames, fullYear, monthNames } from './invariant-culture.ts';

/** The values of .NET's DateTimeStyles. */
export const dateTimeStyles = [
  'RoundtripKind',
  'AllowLeadingWhite',
  'AllowTrailingWhite',
  'AllowInnerWhite',
  'AllowWhiteSpaces',
  'AssumeLocal',
  'AssumeUniversal',
  'AdjustToUniversal',
  'NoCurrentDateDefault',
  'None',
] as const;
export type DateTimeStyle = (typeof dateTimeStyles)[number];

/** The styles that Entra ID's FormatDateTime uses if none are given. */
export const defaultStyles: readonly DateTimeStyle[] = ['RoundtripKind', 'AllowLeadingWhite', 'AllowTrailingWhite'];

export interface ParsedDate {
  readonly date: DateTime;
  readonly kind: DateKind;
}

/** The fields that the parts of the text parsed so far have given. */
interface Draft {
  year?: number;
  month?: number;
  day?: number;
  hour?: number;
  minute?: number;
  second?: number;
  fraction?: number;
  isTwelveHours?: boolean;
  isAfternoon?: boolean;
  offsetMinutes?: number;
  isZulu?: boolean;
}

/**
 * Parses a date in a given format, like .NET's DateTime.ParseExact in the invariant culture. Undefined if the text does not have
 * the format. Without any date field in the format, the date is `today`. Otherwise, a missing year is that of `today`, and a
 * missing month or day is 1. A missing time is midnight.
 *
 * @example
 * parseExact('03-06', parseDateFormat('MM-dd'), defaultStyles, today); // March 6 of the current year
 */
export function parseExact(
  text: string,
  parts: readonly FormatPart[],
  styles: readonly DateTimeStyle[],
  today: DateTime,
): ParsedDate | undefined {
  const allows = (style: DateTimeStyle) => styles.includes(style) || styles.includes('AllowWhiteSpaces');
  let subject = text;
  if (allows('AllowLeadingWhite')) subject = subject.trimStart();
  if (allows('AllowTrailingWhite')) subject = subject.trimEnd();
  const draft: Draft = {};
  let index = 0;
  for (const part of parts) {
    if (allows('AllowInnerWhite')) index = skipBlanks(subject, index);
    const end = readPart(subject, index, part, draft);
    if (end === undefined) return undefined;
    index = end;
  }
  return index === subject.length ? complete(draft, styles, today) : undefined;
}

function skipBlanks(text: string, index: number): number {
  let end = index;
  while (/\s/.test(text.charAt(end))) end += 1;
  return end;
}

function complete(draft: Draft, styles: readonly DateTimeStyle[], today: DateTime): ParsedDate | undefined {
  const now = toCalendar(today);
  const hasDate = draft.year !== undefined || draft.month !== undefined || draft.day !== undefined;
  const hour = hourOf(draft);
  if (hour === undefined) return undefined;
  const fields = {
    year: draft.year ?? now.year,
    month: draft.month ?? (hasDate ? 1 : now.month),
    day: draft.day ?? (hasDate ? 1 : now.day),
    hour,
    minute: draft.minute ?? 0,
    second: draft.second ?? 0,
    fraction: draft.fraction ?? 0,
  };
  const date = fromCalendar(fields, draft.offsetMinutes);
  return date && { date, kind: kindOf(draft, styles) };
}

/** Returns the hour from 0 to 23. Without AM or PM, .NET reads an hour of the 12-hour clock as AM. */
function hourOf({ hour = 0, isTwelveHours, isAfternoon }: Draft): number | undefined {
  if (isTwelveHours === true) return hour > 12 ? undefined : (hour % 12) + (isAfternoon === true ? 12 : 0);
  return isAfternoon === true && hour < 12 ? hour + 12 : hour;
}

function kindOf(draft: Draft, styles: readonly DateTimeStyle[]): DateKind {
  const hasZone = draft.offsetMinutes !== undefined;
  if (draft.isZulu === true && (styles.includes('RoundtripKind') || styles.includes('AdjustToUniversal'))) return 'utc';
  const isAssumed = styles.includes('AssumeLocal') || styles.includes('AssumeUniversal');
  if (!hasZone && !isAssumed) return 'unspecified';
  return styles.includes('AdjustToUniversal') ? 'utc' : 'local';
}

/** Reads one part of the format. Returns the end of the text that was read, or undefined if the text does not match. */
function readPart(text: string, index: number, part: FormatPart, draft: Draft): number | undefined {
  if (part.kind === 'specifier') return readSpecifier(text, index, part, draft);
  if (!text.startsWith(part.text, index)) return undefined;
  // "Z" is not a specifier, but .NET reads it as UTC.
  if (part.text === 'Z') Object.assign(draft, { offsetMinutes: 0, isZulu: true });
  return index + part.text.length;
}

type NumberName = 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second';

const numbers: Readonly<Record<string, NumberName>> = {
  y: 'year',
  M: 'month',
  d: 'day',
  H: 'hour',
  h: 'hour',
  m: 'minute',
  s: 'second',
};

function readSpecifier(
  text: string,
  index: number,
  { letter, count }: FormatPart & { kind: 'specifier' },
  draft: Draft,
): number | undefined {
  switch (letter) {
    case 'f':
    case 'F':
      return readFraction(text, index, letter, count, draft);
    case 't':
      return readDesignator(text, index, count, draft);
    case 'g':
      return text.startsWith('A.D.', index) ? index + 4 : undefined;
    case 'z':
    case 'K':
      return readZone(text, index, letter, count, draft);
    default:
      if (count > 2 && letter === 'M') return readMonthName(text, index, count, draft);
      if (count > 2 && letter === 'd') return readName(text, index, dayNames, count)?.end;
      return readNumber(text, index, { letter, count, draft });
  }
}

function readNumber(
  text: string,
  index: number,
  { letter, count, draft }: { letter: string; count: number; draft: Draft },
): number | undefined {
  const isYear = letter === 'y';
  // One letter reads one or two digits. Several letters read exactly two digits, or, in a year, as many digits as there are letters.
  const digitsMax = isYear ? Math.max(count, 2) : 2;
  const digitsMin = count === 1 ? 1 : digitsMax;
  const digits = new RegExp(`\\d{${digitsMin},${digitsMax}}`, 'y');
  digits.lastIndex = index;
  const found = digits.exec(text)?.[0];
  const name = numbers[letter];
  if (found === undefined || name === undefined) return undefined;
  const value = Number(found);
  draft[name] = isYear && count <= 2 ? fullYear(value) : value;
  if (letter === 'h') draft.isTwelveHours = true;
  return index + found.length;
}

const FRACTION_DIGITS = 7;

function readFraction(text: string, index: number, letter: string, count: number, draft: Draft): number | undefined {
  let end = index;
  while (end - index < count && /\d/.test(text.charAt(end))) end += 1;
  if (letter === 'f' && end - index < count) return undefined;
  draft.fraction = Number(text.slice(index, end).padEnd(FRACTION_DIGITS, '0'));
  return end;
}

function readDesignator(text: string, index: number, count: number, draft: Draft): number | undefined {
  const found = text.slice(index, index + Math.min(count, 2)).toUpperCase();
  if (found !== 'AM'.slice(0, count) && found !== 'PM'.slice(0, count)) return undefined;
  draft.isAfternoon = found.startsWith('P');
  return index + found.length;
}

const zonePattern = /(?<sign>[+-])(?<hours>\d{1,2})(?::?(?<minutes>\d{2}))?/y;

function readZone(text: string, index: number, letter: string, count: number, draft: Draft): number | undefined {
  if (letter === 'K' && text.charAt(index) === 'Z') {
    Object.assign(draft, { offsetMinutes: 0, isZulu: true });
    return index + 1;
  }
  zonePattern.lastIndex = index;
  const found = zonePattern.exec(text);
  // K also matches the empty string, for a date without a time zone.
  if (found === null) return letter === 'K' ? index : undefined;
  const { sign, hours, minutes } = found.groups ?? {};
  const needsMinutes = letter === 'K' || count >= 3;
  if (needsMinutes !== (minutes !== undefined) || Number(hours) > 14) return undefined;
  draft.offsetMinutes = (Number(hours) * 60 + Number(minutes ?? 0)) * (sign === '-' ? -1 : 1);
  return index + found[0].length;
}

function readMonthName(text: string, index: number, count: number, draft: Draft): number | undefined {
  const found = readName(text, index, monthNames, count);
  if (found !== undefined) draft.month = found.position + 1;
  return found?.end;
}

function readName(text: string, index: number, names: readonly string[], count: number) {
  const rest = text.slice(index).toLowerCase();
  const candidates = names.map((name) => (count === 3 ? name.slice(0, ABBREVIATION_LENGTH) : name).toLowerCase());
  const position = candidates.findIndex((name) => rest.startsWith(name));
  const name = candidates[position];
  return name === undefined ? undefined : { position, end: index + name.length };
}
