import { quote } from '#base/errors.ts';
import { parseDate } from './dates/parse-date.ts';
import type { DateTime } from './dates/date-time.ts';
import { isDateTime, isList, renderValue, textOf, type Single, type Value } from './value.ts';

/** A value for a message. */
export function shown(value: Value): string {
  return value === null ? 'empty' : quote(renderValue(value));
}

/** The one value that there is: a list of one counts as its element, and one without elements as null. */
export function toSingle(value: Value): Single | undefined {
  if (!isList(value)) return value;
  return value.length <= 1 ? toSingle(value[0] ?? null) : undefined;
}

/** The values in a value, lists within lists one by one. */
export function toList(value: Value): readonly Single[] {
  if (value === null) return [];
  return isList(value) ? value.flatMap(toList) : [value];
}

const integerPattern = /^\s*(?<sign>[+-]?)(?<digits>\d+)\s*$/;
const INTEGER_DIGITS_MAX = 19;

/** A whole number, or a text of digits; undefined otherwise. */
export function toInteger(value: Single): bigint | undefined {
  if (typeof value === 'bigint') return value;
  if (typeof value !== 'string') return undefined;
  const { sign, digits } = integerPattern.exec(value)?.groups ?? {};
  if (digits === undefined || digits.replace(/^0+/, '').length > INTEGER_DIGITS_MAX) return undefined;
  return sign === '-' ? -BigInt(digits) : BigInt(digits);
}

const decimalPattern = /^\s*[+-]?\d{1,300}(?:\.\d{1,300})?\s*$/;

/** A number, or a text that is one; undefined otherwise. */
export function toNumber(value: Single): bigint | number | undefined {
  if (typeof value === 'number') return value;
  const integer = toInteger(value);
  if (integer !== undefined) return integer;
  return typeof value === 'string' && decimalPattern.test(value) ? Number(value) : undefined;
}

/** A date, or a text that is one; undefined otherwise. */
export function toDate(value: Single): DateTime | undefined {
  if (isDateTime(value)) return value;
  return typeof value === 'string' ? parseDate(value) : undefined;
}

/** VB.NET's CBool: a number that is not zero is true, and so is the word in any case. Undefined when it is neither. */
export function toBoolean(value: Single): boolean | undefined {
  if (value === null || value === '') return false;
  const number = toNumber(value);
  // Loosely, for both kinds of number.
  if (number !== undefined) return Number(number) !== 0;
  const word = textOf(value).trim().toLowerCase();
  if (word === 'true') return true;
  return word === 'false' ? false : undefined;
}
