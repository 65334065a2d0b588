import { isDeepStrictEqual } from 'node:util';
import type { FieldChange } from '#audit/event-types.ts';

type Values = Readonly<Record<string, unknown>>;

/** Fields whose values differ. */
export function changesBetween(before: Values, after: Values): readonly FieldChange[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((field) => {
    const [from, to] = [before[field] ?? null, after[field] ?? null];
    return isDeepStrictEqual(from, to) ? [] : [{ field, from, to }];
  });
}

/** What a command changed, a line a field: "Changed userName from username to any."; "Nothing changed." without changes. */
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
