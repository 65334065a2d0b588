import type { JsonValue } from '#base/json.ts';

/** A JSON value as a part of a sentence; nothing for what is absent. */
export function jsonText(value: JsonValue | undefined): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
