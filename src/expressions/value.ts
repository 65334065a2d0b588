import { isObject, type JsonObject } from '#base/json.ts';
import { formatInvariant } from './dates/format-date.ts';
import type { DateTime } from './dates/date-time.ts';

/** An object, such as a role: it goes through as it is. */
export interface Complex {
  readonly kind: 'complex';
  readonly fields: JsonObject;
}

export type Single = string | bigint | number | boolean | null | DateTime | Complex;

/** What a part of an expression evaluates to. Whole numbers are bigints: a FILETIME has more digits than a double keeps. */
export type Value = Single | readonly Value[];

/** A value as it is shown and sent; see renderValue. */
export type RenderedValue = string | null | JsonObject | readonly RenderedValue[];

export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

export function isDateTime(value: Value): value is DateTime {
  return typeof value === 'object' && value !== null && !isList(value) && value.kind === 'dateTime';
}

/** A JSON value of the source as a value of the language; what JSON does not have is null. */
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

/** A single value as text, in .NET's invariant culture: True, 7, 3/16/2020 7:00:00 AM. */
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
 * A value as the answers show it: text is text; booleans are "True" and "False", numbers their decimal digits, dates
 * M/d/yyyy h:mm:ss tt, all as strings; a list is an array of those; a role is an object; no value is null.
 */
export function renderValue(value: Value): RenderedValue {
  if (value === null) return null;
  if (isList(value)) return value.map(renderValue);
  return typeof value === 'object' && value.kind === 'complex' ? value.fields : textOf(value);
}

/** Null, the empty string, and a list without elements: what Entra ID calls empty. */
export function isEmpty(value: Value): boolean {
  return value === null || value === '' || (isList(value) && value.every(isEmpty));
}
