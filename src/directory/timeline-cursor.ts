import { z } from 'zod';
import type { NamedPosition } from '#audit/timeline-store.ts';
import { quote } from '#base/errors.ts';
import { decodeOpaque, encodeOpaque } from '#base/opaque-text.ts';
import { TranslatedError, type Messages } from '#base/translated-error.ts';
import type { RequestPosition } from '#request-log/request-query-store.ts';

/** The position in each of the three lists from which a timeline is merged. */
export interface TimelinePosition {
  /** The sequence after which the list of events continues; or, if no event was on a page yet, the time after which there is none. */
  readonly events: { readonly before: number } | { readonly until: number };
  readonly named: NamedPosition;
  readonly requests: RequestPosition;
}

const millisecond = z.int().min(0);
const schema = z.tuple([
  z.string(),
  z.union([z.object({ before: z.int() }), z.object({ until: millisecond })]),
  z.object({ at: millisecond, id: z.string() }),
  z.object({ at: millisecond, sequence: z.int() }),
]);

/** Returns the text with which a client gets the next page of the timeline of a person. */
export function writeCursor(person: string, { events, named, requests }: TimelinePosition): string {
  return encodeOpaque([person, events, named, requests]);
}

/**
 * Reads the text that a client received with the previous page. Throws `invalidQuery` (400) if it is not such a text, or if it belongs to
 * another person.
 */
export function readCursor(person: string, text: string): TimelinePosition {
  const read = schema.safeParse(decodeOpaque(text));
  if (!read.success) throw unreadable(text, 'unknown');
  const [owner, events, named, requests] = read.data;
  if (owner !== person) throw unreadable(text, 'otherPerson');
  return { events, named, requests };
}

function unreadable(text: string, fault: keyof Messages['admin']['people']['beforeFaults']): TranslatedError {
  return new TranslatedError(
    'invalidQuery',
    ({ admin: { people } }) => people.before(quote(text), people.beforeFaults[fault]),
    { attribute: 'before', value: text },
  );
}
