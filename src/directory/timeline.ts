import { findEventsWithName, findLastRefusal, findPersonEvents, type TimelineSubject } from '#audit/timeline-store.ts';
import { describeRefusal } from '#audit/refusal-words.ts';
import type { StoredEvent } from '#audit/stored-event.ts';
import { nameKey } from '#audit/event-name-store.ts';
import { quote } from '#base/errors.ts';
import type { Language } from '#base/words/language.ts';
import type { Database } from '#database/database.ts';
import { findSettings } from '#organizations/organization-store.ts';
import { findUnchangedRequests } from '#request-log/timeline-request-store.ts';
import { emptySearchWordsIn } from './empty-search-words.ts';
import { adviceWords } from './timeline-advice.ts';
import { findPersons, nameOnly, type Person } from './person.ts';
import { findSimilarPersons, type SimilarPerson } from './similar-persons.ts';
import { describeRefusalToday, rulesForRefusals } from './refusal-today.ts';
import { readCursor, writeCursor, type TimelinePosition } from './timeline-cursor.ts';
import { describeRows, type TimelineEntry, type TimelineRow } from './timeline-entries.ts';

/** The maximum number of entries on one page of a person's timeline. */
export const TIMELINE_ENTRIES_MAX = 500;

export interface TimelineQuery {
  readonly organizationId: string;
  /** An id, or any current, former or refused name of a user. */
  readonly person: string;
  /** At most TIMELINE_ENTRIES_MAX. */
  readonly limit: number;
  /** `before` of the previous page. */
  readonly before?: string | undefined;
  /** True to include the requests that were kept: a caller needs the permission requests.read for them. */
  readonly withRequests: boolean;
  /** The language of the texts for people. Default: English. */
  readonly language?: Language | undefined;
}

/** What happened to a person, newest first, and who the person is. */
export interface Timeline {
  readonly person: Person;
  /** Other users who have or had the same name. */
  readonly namesakes: readonly Person[];
  readonly entries: readonly TimelineEntry[];
  /** The cursor of the next page; undefined on the last page. */
  readonly before?: string;
  /** People with similar names; only for a name that no user has or had. */
  readonly similar: readonly SimilarPerson[];
  /** What to do, in full sentences; empty for a user who is in the directory. */
  readonly advice: readonly string[];
}

/** An id after every other id, and a sequence after every other sequence. */
const LAST_ID = '~';
const LAST_SEQUENCE = Number.MAX_SAFE_INTEGER;

/**
 * Returns a page of the timeline of a person: every change, every refused request, and every request that changed nothing, each in words
 * and with the request behind it. Throws `invalidQuery` (400) for a cursor of another timeline.
 *
 * A page can have fewer entries than `limit` although there is another page.
 *
 * @example
 * const { person, entries } = await personTimeline(database, { organizationId, person: 'ann', limit: 100, withRequests: true });
 * entries[0]?.words; // 'Entra ID changed ann.'
 * entries[0]?.changes[0]?.text; // 'Title: Engineer → Head of Platform'
 */
export async function personTimeline(database: Database, query: TimelineQuery): Promise<Timeline> {
  const { organizationId, person: name, language = 'en' } = query;
  const { person: known, namesakes, names } = await findPersons(database, organizationId, name);
  const subject = { organizationId, personId: known?.id ?? undefined, names };
  const key = subject.personId ?? nameKey(name);
  const start = query.before === undefined ? undefined : readCursor(key, query.before);
  const { rows, next } = await findRows(database, subject, query, start);
  const refusal = known === undefined ? await findLastRefusal(database, organizationId, name) : undefined;
  const person = known ?? (refusal === undefined ? nameOnly(name, 'unknown') : refusedPerson(name, refusal));
  return {
    person,
    namesakes,
    entries: await describeRows(database, rows, {
      organizationId,
      person,
      withRequests: query.withRequests,
      language,
    }),
    ...(next !== undefined && { before: writeCursor(key, next) }),
    similar: known === undefined ? await findSimilarPersons(database, organizationId, name, refusal) : [],
    advice: await adviceFor({ database, language }, organizationId, person, refusal),
  };
}

function refusedPerson(name: string, refusal: StoredEvent): Person {
  const sent = describeRefusal(refusal)?.sent;
  return { ...nameOnly(name, 'refused'), ...sent };
}

/** Reads one row more than a page from each list, and merges them by time. */
async function findRows(
  database: Database,
  subject: TimelineSubject,
  query: TimelineQuery,
  start: TimelinePosition | undefined,
): Promise<{ readonly rows: readonly TimelineRow[]; readonly next: TimelinePosition | undefined }> {
  const pageLength = Math.min(query.limit, TIMELINE_ENTRIES_MAX);
  const limit = pageLength + 1;
  const events = await findPersonEvents(database, subject, { limit, ...start?.events });
  const named = await findEventsWithName(database, subject, { limit, after: start?.named });
  const { organizationId, personId } = subject;
  const requests =
    query.withRequests && personId !== undefined
      ? await findUnchangedRequests(database, organizationId, personId, { limit, after: start?.requests })
      : [];
  const merged = mergeByTime(
    [
      events.map((row) => ({ ...row, kind: 'event' as const })),
      named.map((row) => ({ ...row, kind: 'named' as const })),
      requests.map((request) => ({ at: request.at, request, kind: 'request' as const })),
    ],
    limit,
  );
  const rows = merged.slice(0, pageLength);
  return { rows, next: merged.length > pageLength ? positionAfter(rows, start) : undefined };
}

/** Merges lists that are each in their own order. Of the first rows of all lists, takes the newest, until there are `limit` rows. */
function mergeByTime(lists: readonly (readonly TimelineRow[])[], limit: number): readonly TimelineRow[] {
  const taken = lists.map(() => 0);
  const merged: TimelineRow[] = [];
  while (merged.length < limit) {
    let newest: { readonly list: number; readonly row: TimelineRow } | undefined;
    for (const [list, rows] of lists.entries()) {
      const row = rows[taken[list] ?? 0];
      if (row !== undefined && (newest === undefined || row.at > newest.row.at)) newest = { list, row };
    }
    if (newest === undefined) return merged;
    taken[newest.list] = (taken[newest.list] ?? 0) + 1;
    merged.push(newest.row);
  }
  return merged;
}

/** A list of which the page has no row continues at the time of the last row, so that new rows do not appear on a later page. */
function positionAfter(rows: readonly TimelineRow[], start: TimelinePosition | undefined): TimelinePosition {
  const at = rows.at(-1)?.at ?? 0;
  const event = rows.findLast((row) => row.kind === 'event');
  const named = rows.findLast((row) => row.kind === 'named');
  const request = rows.findLast((row) => row.kind === 'request');
  return {
    events: event === undefined ? (start?.events ?? { until: at }) : { before: event.sequence },
    named: named === undefined ? (start?.named ?? { at, id: LAST_ID }) : { at: named.at, id: named.event.id },
    requests:
      request === undefined
        ? (start?.requests ?? { at, sequence: LAST_SEQUENCE })
        : { at: request.at, sequence: request.request.sequence },
  };
}

async function adviceFor(
  { database, language }: { readonly database: Database; readonly language: Language },
  organizationId: string,
  person: Person,
  refusal: StoredEvent | undefined,
): Promise<readonly string[]> {
  const words = adviceWords[language];
  const { id, name, state, deletedAt, restorableUntil } = person;
  switch (state) {
    case 'present':
      return [];
    case 'deleted':
      return [words.deleted(quote(name), String(deletedAt), String(restorableUntil), String(id))];
    case 'purged':
      return [words.purged(quote(name), String(deletedAt))];
    case 'refused': {
      if (refusal === undefined) return [];
      const rules = await rulesForRefusals(database, organizationId, [refusal]);
      const { text = '', advice = null, rulesChanged = false } = describeRefusalToday(refusal, rules, language) ?? {};
      return [
        words.refused(quote(name), refusal.timestamp, text),
        ...(advice === null ? [] : [advice]),
        ...(rulesChanged ? [] : [words.sendAgain]),
      ];
    }
    case 'unknown': {
      const { eventRetentionDays } = await findSettings(database, organizationId);
      return [words.unknown(quote(name), eventRetentionDays), ...emptySearchWordsIn(language).notSent];
    }
  }
}
