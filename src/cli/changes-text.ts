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
 * @param of Settings that are true or false are shown as on or off, as commands set them; attributes as SCIM writes them.
 * @example
 * changesText([{ field: 'userName', from: 'username', to: 'any' }]); // 'Changed userName from username to any.'
 */
export function changesText(changes: readonly FieldChange[], of: 'settings' | 'attributes' = 'settings'): string {
  if (changes.length === 0) return 'Nothing changed.';
  return changes.map(({ field, from, to }) => changeText(field, valueText(from, of), valueText(to, of))).join('\n');
}

function changeText(field: string, from: string | undefined, to: string | undefined): string {
  if (from === undefined) return `Set ${field} to ${to ?? 'no value'}.`;
  return to === undefined ? `Removed ${field}, which was ${from}.` : `Changed ${field} from ${from} to ${to}.`;
}

function valueText(value: unknown, of: 'settings' | 'attributes'): string | undefined {
  if (value === null || value === undefined) return undefined;
  if (typeof value === 'boolean' && of === 'settings') return value ? 'on' : 'off';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
