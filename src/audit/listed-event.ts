import { describeEvent } from './event-words.ts';
import type { StoredEvent } from './stored-event.ts';

/**
 * Adds a sentence for people to an event: who did what to whom.
 *
 * @example
 * listedEvent({ event_type: 'user_create', … }).words; // 'Entra ID created ann.'
 */
export function listedEvent<Event extends Readonly<Record<string, unknown>>>(
  event: Event,
): Event & { readonly words: string } {
  return { ...event, words: wordsOf(event as unknown as StoredEvent) };
}

function wordsOf(event: StoredEvent): string {
  const { resource, initiated_by: actor } = event;
  if (resource === undefined || actor === undefined) return event.event_type;
  const name =
    resource.username ?? resource.name ?? resource.email ?? resource.id ?? `the ${resource.type.replaceAll('_', ' ')}`;
  return describeEvent(event, { name });
}
