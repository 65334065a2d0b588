import { changeWordsIn } from '#audit/change-words-in.ts';
import { describeChanges, describeMembership, referencesOf, type ChangeInWords } from '#audit/change-words.ts';
import { describeEvent, eventWordsIn } from '#audit/event-words.ts';
import type { Actor } from '#audit/event-types.ts';
import type { StoredEvent } from '#audit/stored-event.ts';
import { findRequestsWithEvent } from '#audit/timeline-store.ts';
import type { Language } from '#base/words/language.ts';
import type { Database } from '#database/database.ts';
import type { Rules } from '#integrations/rules.ts';
import type { TimelineRequest } from '#request-log/timeline-request-store.ts';
import { findDeletedUsers } from './named-user-store.ts';
import type { Person } from './person.ts';
import { describeRefusalToday, rulesForRefusals, type RefusalToday } from './refusal-today.ts';
import { displayNameOf } from './stored.ts';
import { findRequestsBehind } from './timeline-requests.ts';
import { findUsers } from './user-store.ts';

/** A row of one of the lists from which a timeline is merged. */
export type TimelineRow =
  | { readonly kind: 'event'; readonly at: number; readonly sequence: number; readonly event: StoredEvent }
  | { readonly kind: 'named'; readonly at: number; readonly event: StoredEvent }
  | { readonly kind: 'request'; readonly at: number; readonly request: TimelineRequest };

/** The type of an entry for a request that changed nothing, and therefore has no event. */
export const UNCHANGED_TYPE = 'request_unchanged';

/** A request that was kept, without its body and its answer. */
export type RequestBehind = Pick<
  TimelineRequest,
  'id' | 'method' | 'path' | 'outcome' | 'status' | 'client' | 'durationMs' | 'hasContent'
>;

/** An event about a person, or a request that changed nothing. */
export interface TimelineEntry {
  /** The id of the event; of a request that changed nothing, the id of the request. */
  readonly id: string;
  /** The id of the event; null for a request that changed nothing. */
  readonly eventId: string | null;
  /** When the event was recorded, or when the request arrived: RFC 3339, in UTC. */
  readonly time: string;
  /** The type of the event, or UNCHANGED_TYPE. */
  readonly type: string;
  /** One sentence: who did what. */
  readonly words: string;
  readonly actor: Actor | null;
  /** The group that the person joined or left; else null. */
  readonly group: { readonly id: string; readonly name: string | null } | null;
  readonly changes: readonly ChangeInWords[];
  /** The attributes that the request sent and the directory ignored. */
  readonly ignored: readonly { readonly path: string; readonly reason: string }[];
  /** Why the request was refused, or why something failed; else null. */
  readonly refusal: RefusalToday | null;
  /** The server's id of the HTTP request; null for a change without a request. */
  readonly requestId: string | null;
  /** The request behind the entry; null if it is not kept, or if the caller must not read requests. */
  readonly request: RequestBehind | null;
}

interface Described {
  readonly organizationId: string;
  readonly person: Person;
  readonly withRequests: boolean;
  readonly language: Language;
}

/** Describes rows of a timeline in words, with the requests behind them. Leaves out rows that are not about the person. */
export async function describeRows(
  database: Database,
  rows: readonly TimelineRow[],
  { organizationId, person, withRequests, language }: Described,
): Promise<readonly TimelineEntry[]> {
  const events = rows.flatMap((row) => (row.kind === 'request' ? [] : [row.event]));
  const behind = withRequests
    ? await findRequestsBehind(database, organizationId, person.id ?? undefined, events)
    : new Map<string, TimelineRequest>();
  const names = await namesOf(database, organizationId, events);
  const rules = await rulesForRefusals(database, organizationId, events);
  const unchanged = rows.flatMap((row) => (row.kind === 'request' ? [row.request.requestId] : []));
  const withEvent = await findRequestsWithEvent(database, organizationId, person.id ?? '', unchanged);
  return rows.flatMap((row) => {
    if (row.kind !== 'request')
      return entryOfEvent(row.event, person, { names, rules, request: behind.get(row.event.id), language });
    // The event about ignored attributes of a request that changed nothing is an entry already.
    return withEvent.has(row.request.requestId) ? [] : [entryOfRequest(row.request, person, language)];
  });
}

/** Returns the current names of the users to whom the changes refer, by id. */
async function namesOf(database: Database, organizationId: string, events: readonly StoredEvent[]) {
  const ids = [...new Set(events.flatMap(({ changes = [] }) => changes.flatMap(referencesOf)))];
  if (ids.length === 0) return new Map<string, string>();
  const users = [
    ...(await findUsers(database, organizationId, ids)),
    ...(await findDeletedUsers(database, organizationId, ids)),
  ];
  return new Map(users.map((user) => [user.id, displayNameOf(user)]));
}

function entryOfEvent(
  event: StoredEvent,
  person: Person,
  known: {
    readonly names: ReadonlyMap<string, string>;
    readonly rules: ReadonlyMap<string, Rules>;
    readonly request: TimelineRequest | undefined;
    readonly language: Language;
  },
): readonly TimelineEntry[] {
  const { resource } = event;
  const isOfGroup = resource.type === 'group';
  const membership = isOfGroup ? membershipOf(event, person.id) : undefined;
  // The search for group events finds the id of the person in any part of the event.
  if (isOfGroup && membership === undefined) return [];
  const name = person.userName ?? person.name;
  const words = changeWordsIn(known.language);
  return [
    {
      id: event.id,
      eventId: event.id,
      time: event.timestamp,
      type: event.event_type,
      words: describeEvent(event, { name, membership, method: known.request?.method }, known.language),
      actor: actorOf(event.initiated_by),
      group: isOfGroup && resource.id !== null ? { id: resource.id, name: resource.name ?? null } : null,
      changes:
        membership === undefined
          ? describeChanges(event.changes ?? [], known.names, words)
          : [describeMembership(resource.name ?? resource.id ?? '', membership === 'added', words)],
      ignored: (event.ignored_attributes ?? []).map(({ path, reason }) => ({ path, reason })),
      refusal: describeRefusalToday(event, known.rules, known.language) ?? null,
      requestId: event.request?.id ?? null,
      request: known.request === undefined ? null : shownRequest(known.request),
    },
  ];
}

/** Returns only the fields of an actor that have the same meaning for all actors. */
function actorOf({ type, id, name }: Actor): Actor {
  return { type, id, name };
}

function membershipOf({ changes = [] }: StoredEvent, personId: string | null): 'added' | 'removed' | undefined {
  const ofMembers = changes.filter(({ field }) => field === 'members');
  if (ofMembers.some(({ to }) => hasMember(to, personId))) return 'added';
  return ofMembers.some(({ from }) => hasMember(from, personId)) ? 'removed' : undefined;
}

function hasMember(members: unknown, personId: string | null): boolean {
  return personId !== null && Array.isArray(members) && members.includes(personId);
}

function entryOfRequest(request: TimelineRequest, person: Person, language: Language): TimelineEntry {
  const { actor } = request;
  const words = eventWordsIn(language);
  const sender = actor === null ? words.client : words.actor(actor);
  return {
    id: request.id,
    eventId: null,
    time: new Date(request.at).toISOString(),
    type: UNCHANGED_TYPE,
    words: words.unchanged(sender, person.userName ?? person.name),
    actor: actor === null ? null : actorOf(actor),
    group: null,
    changes: [],
    ignored: [],
    refusal: null,
    requestId: request.requestId,
    request: shownRequest(request),
  };
}

function shownRequest(request: TimelineRequest): RequestBehind {
  const { id, method, path, outcome, status, client, durationMs, hasContent } = request;
  return { id, method, path, outcome, status, client, durationMs, hasContent };
}
