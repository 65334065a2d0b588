import type { Outcome } from '../../parts/outcome.tsx';
import type { EventItem } from './use-events.ts';

interface Part {
  readonly text: string;
  readonly isName: boolean;
}

/** Splits the words of an event around the name that it is about. */
export function splitByName({ words, resource, event_type: type, id }: EventItem): readonly Part[] {
  const text = words ?? type ?? id;
  const name = resource?.username ?? resource?.name;
  const start = name == null || name === '' ? -1 : text.indexOf(name);
  if (name == null || start === -1) return [{ text, isName: false }];
  return [
    { text: text.slice(0, start), isName: false },
    { text: name, isName: true },
    { text: text.slice(start + name.length), isName: false },
  ];
}

/** Returns the outcome of an event: its shape and color. */
export function outcomeOf({ success, event_type: type = '', changes }: EventItem): Outcome {
  if (success === false) return type.startsWith('mail_') ? 'failed' : 'refused';
  if (/_(?:delete|purge)$/.test(type)) return 'deleted';
  return changes?.length === 0 ? 'unchanged' : 'accepted';
}
