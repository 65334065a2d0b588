import { isObject, type JsonObject } from '#base/json.ts';
import { formatInvariant } from './dates/format-date.ts';
import type { DateTime } from './dates/date-time.ts';

/** A JSON object, such as a role. Functions pass it through unchanged. */
export interface Complex {
  readonly kind: 'complex';
  readonly fields: JsonObject;
}

export type Single = string | bigint | number | boolean | null | DateTime | Complex;

/**
 * The result of evaluating a part of an expression. Whole numbers are bigints, because a FILETIME has more digits than a
 * double can represent.
 */
export type Value = Single | readonly Value[];

/** A value in the form that API responses contain. See renderValue. */
export type RenderedValue = string | null | JsonObject | readonly RenderedValue[];

export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

export function isDateTime(value: Value): value is DateTime {
  return typeof value === 'object' && value !== null && !isList(value) && value.kind === 'dateTime';
}

/**
 * Converts a JSON value of the source to a value of the language. Returns null for values that JSON cannot represent, such
 * as undefined and NaN.
 *
 * @example
 * toValue([7, 0.5, 'x']); // [7n, 0.5, 'x']
 */
export function toValue(source: unknown): Value {
  switch (typeof source) {
    case 'string':
    case 'boolean':
    case 'bigint':
      return source;
    case 'number':
      return numberValue(source);
    default:
      if (Array.isArray(source)) return source.map(toValue);
      return isObject(source) ? { kind: 'complex', fields: source } : null;
  }
}

function numberValue(source: number): Value {
  if (!Number.isFinite(source)) return null;
  return Number.isInteger(source) ? BigInt(source) : source;
}

/** Converts a single value to text in .NET's invariant culture, such as `True`, `7` or `3/16/2020 7:00:00 AM`. */
export function textOf(value: Exclude<Single, null>): string {
  switch (typeof value) {
    case 'string':
      return value;
    case 'boolean':
      return value ? 'True' : 'False';
    case 'bigint':
    case 'number':
      return String(value);
    default:
      return value.kind === 'dateTime' ? formatInvariant(value) : JSON.stringify(value.fields);
  }
}

/**
 * Converts a value to the form that API responses contain. Booleans, numbers and dates (`M/d/yyyy h:mm:ss tt`) become strings,
 * a list becomes an array, an object such as a role stays an object, and null stays null.
 *
 * @example
 * renderValue([true, 7n, null]); // ['True', '7', null]
 */
export function renderValue(value: Value): RenderedValue {
  if (value === null) return null;
  if (isList(value)) return value.map(renderValue);
  return typeof value === 'object' && value.kind === 'complex' ? value.fields : textOf(value);
}

/** True if Entra ID treats a value as empty: null, the empty string, and a list that contains only empty values. */
export function isEmpty(value: Value): boolean {
  return value === null || value === '' || (isList(value) && value.every(isEmpty));
}
