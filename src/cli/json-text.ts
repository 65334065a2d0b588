import type { JsonValue } from '#base/json.ts';

/** Returns a JSON value as text within a sentence: a string without quotes, and the empty string for null and undefined. */
export function jsonText(value: JsonValue | undefined): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
