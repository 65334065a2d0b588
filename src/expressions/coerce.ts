import { quote } from '#base/errors.ts';
import type { Mistakes } from '#base/words/expression-mistakes.ts';
import { parseDate } from './dates/parse-date.ts';
import type { DateTime } from './dates/date-time.ts';
import { isDateTime, isList, renderValue, textOf, type Single, type Value } from './value.ts';

/** Formats a value for an error message. */
export function describeValue(mistakes: Mistakes, value: Value): string {
  return mistakes.value(value === null ? undefined : quote(renderValue(value)));
}

/**
 * Converts a value to a single value. A list of one element becomes that element, and an empty list becomes null. Undefined
 * for a longer list.
 */
export function toSingle(value: Value): Single | undefined {
  if (!isList(value)) return value;
  return value.length <= 1 ? toSingle(value[0] ?? null) : undefined;
}

/** Converts a value to a flat list. Null becomes an empty list, and nested lists are flattened. */
export function toList(value: Value): readonly Single[] {
  if (value === null) return [];
  return isList(value) ? value.flatMap(toList) : [value];
}

const integerPattern = /^\s*(?<sign>[+-]?)(?<digits>\d+)\s*$/;
const INTEGER_DIGITS_MAX = 19;

/** Converts a whole number, or a text of digits, to a bigint. Undefined for all other values. */
export function toInteger(value: Single): bigint | undefined {
  if (typeof value === 'bigint') return value;
  if (typeof value !== 'string') return undefined;
  const { sign, digits } = integerPattern.exec(value)?.groups ?? {};
  if (digits === undefined || digits.replace(/^0+/, '').length > INTEGER_DIGITS_MAX) return undefined;
  return sign === '-' ? -BigInt(digits) : BigInt(digits);
}

const decimalPattern = /^\s*[+-]?\d{1,300}(?:\.\d{1,300})?\s*$/;

/** Converts a number, or a text that contains a decimal number, to a number. Undefined for all other values. */
export function toNumber(value: Single): bigint | number | undefined {
  if (typeof value === 'number') return value;
  const integer = toInteger(value);
  if (integer !== undefined) return integer;
  return typeof value === 'string' && decimalPattern.test(value) ? Number(value) : undefined;
}

/** Converts a date, or a text that contains a date, to a date. Undefined for all other values. */
export function toDate(value: Single): DateTime | undefined {
  if (isDateTime(value)) return value;
  return typeof value === 'string' ? parseDate(value) : undefined;
}

/**
 * Converts a value to a boolean, like VB.NET's CBool. A number is true unless it is zero. The texts `true` and `false` are
 * accepted in any letter case. Null and the empty string are false. Undefined for all other values.
 */
export function toBoolean(value: Single): boolean | undefined {
  if (value === null || value === '') return false;
  const number = toNumber(value);
  // The conversion from bigint makes one comparison enough for both types.
  if (number !== undefined) return Number(number) !== 0;
  const word = textOf(value).trim().toLowerCase();
  if (word === 'true') return true;
  return word === 'false' ? false : undefined;
}
