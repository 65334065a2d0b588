import type { Language } from '#base/words/language.ts';
import { describeEvent, eventWordsIn } from './event-words.ts';
import type { StoredEvent } from './stored-event.ts';

/**
 * Adds a sentence for people to an event: who did what to whom.
 *
 * @example
 * listedEvent({ event_type: 'user_create', … }).words; // 'Entra ID created ann.'
 */
export function listedEvent<Event extends Readonly<Record<string, unknown>>>(
  event: Event,
  language: Language = 'en',
): Event & { readonly words: string } {
  return { ...event, words: wordsOf(event as unknown as StoredEvent, language) };
}

function wordsOf(event: StoredEvent, language: Language): string {
  const words = eventWordsIn(language);
  const { resource, initiated_by: actor } = event;
  if (resource === undefined || actor === undefined) return words.type(event.event_type);
  const name = resource.username ?? resource.name ?? resource.email ?? resource.id ?? words.unnamed(resource.type);
  return describeEvent(event, { name }, language);
}
