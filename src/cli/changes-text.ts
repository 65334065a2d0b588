import { isDeepStrictEqual } from 'node:util';
import type { FieldChange } from '#audit/event-types.ts';

type Values = Readonly<Record<string, unknown>>;

/** Returns a change for each field that differs between the two objects. A missing field counts as null. */
export function changesBetween(before: Values, after: Values): readonly FieldChange[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((field) => {
    const [from, to] = [before[field] ?? null, after[field] ?? null];
    return isDeepStrictEqual(from, to) ? [] : [{ field, from, to }];
  });
}

/**
 * Describes what a command changed, with one line for each field. Returns "Nothing changed." for an empty list.
 *
 * @example
 * changesText([{ field: 'userName', from: 'username', to: 'any' }]); // 'Changed userName from username to any.'
 */
export function changesText(changes: readonly FieldChange[]): string {
  if (changes.length === 0) return 'Nothing changed.';
  return changes
    .map(({ field, from, to }) => `Changed ${field} from ${valueText(from)} to ${valueText(to)}.`)
    .join('\n');
}

function valueText(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
