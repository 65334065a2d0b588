import { sql } from 'kysely';
import type { Database } from '#database/database.ts';
import { engineOf } from '#database/engine.ts';
import { namedEvents } from '#database/event-conditions.ts';
import { findMemberEvents } from './event-member-store.ts';
import { nameKey } from './event-name-store.ts';
import type { StoredEvent } from './stored-event.ts';

/** The maximum number of former names of a user by which a timeline finds refusals: those of its events. */
export const FORMER_NAMES_MAX = 20;

/** An event with its time and its sequence. */
export interface EventRow {
  readonly sequence: number;
  readonly at: number;
  readonly event: StoredEvent;
}

/** The user of a timeline; without an id, only a name that requests contained. */
export interface TimelineSubject {
  readonly organizationId: string;
  readonly personId: string | undefined;
  /** The names by which refusals and other events without a target id are found. */
  readonly names: readonly string[];
}

/** The events of a page: at most `limit`, with a lower sequence than `before`, and not after the time `until`. */
export interface SequencePage {
  readonly limit: number;
  readonly before?: number | undefined;
  readonly until?: number | undefined;
}

/**
 * Returns the newest events of a user by their sequence: events about the user, changes of groups that name the user, and events without
 * a target id whose target has one of the names.
 */
export async function findPersonEvents(
  database: Database,
  subject: TimelineSubject,
  page: SequencePage,
): Promise<readonly EventRow[]> {
  const { organizationId, personId, names } = subject;
  const newest = () =>
    database
      .selectFrom('events')
      .select(['sequence', 'at', 'body'])
      .where('organization_id', '=', organizationId)
      .$if(page.before !== undefined, (select) => select.where('sequence', '<', page.before ?? 0))
      .$if(page.until !== undefined, (select) => select.where('at', '<=', page.until ?? 0))
      .orderBy('organization_id', 'desc')
      .limit(page.limit);
  const lists = [];
  // One statement for each index, because a single statement would read all events. They run sequentially, so that one timeline does not
  // use all connections.
  for (const name of new Set(names.map(nameKey))) {
    const named = newest()
      .where('target_key', '=', name)
      .where('target_id', 'is', null)
      .where(namedEvents)
      .where(isAboutUser(database));
    lists.push(await named.orderBy('target_key', 'desc').orderBy('sequence', 'desc').execute());
  }
  if (personId !== undefined) {
    const ofTarget = newest().where('target_id', '=', personId).orderBy('target_id', 'desc');
    lists.push(await ofTarget.orderBy('sequence', 'desc').execute());
    // Neither a change before the user was created nor one that is older than a whole page can be on the page.
    const since = lastOfPage(lists.flat(), page.limit) ?? (await findCreation(database, organizationId, personId));
    lists.push(await findMemberEvents(database, { organizationId, memberId: personId, since, ...page }));
  }
  return lists
    .flat()
    .map((row) => ({ sequence: Number(row.sequence), at: Number(row.at), event: JSON.parse(row.body) as StoredEvent }))
    .toSorted((one, other) => other.sequence - one.sequence)
    .slice(0, page.limit);
}

/** Returns the sequence of the last row of a whole page; undefined if there are fewer rows. */
function lastOfPage(rows: readonly { readonly sequence: number }[], limit: number): number | undefined {
  return rows.map(({ sequence }) => Number(sequence)).toSorted((one, other) => other - one)[limit - 1];
}

/** A refusal that has one of the names as a further name. */
export interface NamedEventRow {
  readonly at: number;
  readonly event: StoredEvent;
}

/** The position of an event among those with a further name: they are listed by time, and by id within a millisecond. */
export interface NamedPosition {
  readonly at: number;
  readonly id: string;
}

/** Returns the newest events without a target id that have one of the names as a further name, without those of `findPersonEvents`. */
export async function findEventsWithName(
  database: Database,
  { organizationId, names }: TimelineSubject,
  page: { readonly limit: number; readonly after?: NamedPosition | undefined },
): Promise<readonly NamedEventRow[]> {
  const keys = [...new Set(names.map(nameKey))];
  const { json } = engineOf(database);
  const { after } = page;
  const found = new Map<string, NamedEventRow>();
  for (const key of keys) {
    const rows = await database
      .selectFrom('event_names')
      .innerJoin('events', 'events.id', 'event_names.event_id')
      .select(['events.id', 'events.at', 'events.body'])
      .where('event_names.organization_id', '=', organizationId)
      .where('event_names.name_key', '=', key)
      .where('events.target_id', 'is', null)
      .where(
        sql<boolean>`(events.target_key is null or not ${json.among(sql.ref('events.target_key'), JSON.stringify(keys))})`,
      )
      .where(isAboutUser(database))
      .$if(after !== undefined, (select) =>
        select.where(
          sql<boolean>`event_names.at <= ${after?.at ?? 0}
            and (event_names.at < ${after?.at ?? 0} or event_names.event_id < ${after?.id ?? ''})`,
        ),
      )
      .orderBy('event_names.organization_id', 'desc')
      .orderBy('event_names.name_key', 'desc')
      .orderBy('event_names.at', 'desc')
      .orderBy('event_names.event_id', 'desc')
      .limit(page.limit)
      .execute();
    for (const row of rows) found.set(row.id, { at: Number(row.at), event: JSON.parse(row.body) as StoredEvent });
  }
  return [...found.values()]
    .toSorted((one, other) => other.at - one.at || (other.event.id > one.event.id ? 1 : -1))
    .slice(0, page.limit);
}

/** Returns the last refused request that named a user without an id, by one of its names; undefined if there is none. */
export async function findLastRefusal(
  database: Database,
  organizationId: string,
  name: string,
): Promise<StoredEvent | undefined> {
  const key = nameKey(name);
  const byTarget = await database
    .selectFrom('events')
    .select(['at', 'body'])
    .where('organization_id', '=', organizationId)
    .where('target_key', '=', key)
    .where('target_id', 'is', null)
    .where('type', '=', 'request_refused')
    .where(namedEvents)
    .where(isAboutUser(database))
    .orderBy('organization_id', 'desc')
    .orderBy('target_key', 'desc')
    .orderBy('sequence', 'desc')
    .limit(1)
    .execute();
  const byName = await database
    .selectFrom('event_names')
    .innerJoin('events', 'events.id', 'event_names.event_id')
    .select(['events.at', 'events.body'])
    .where('event_names.organization_id', '=', organizationId)
    .where('event_names.name_key', '=', key)
    .where('events.target_id', 'is', null)
    .where('events.type', '=', 'request_refused')
    .where(isAboutUser(database))
    .orderBy('event_names.organization_id', 'desc')
    .orderBy('event_names.name_key', 'desc')
    .orderBy('event_names.at', 'desc')
    .limit(1)
    .execute();
  const [last] = [...byTarget, ...byName].toSorted((one, other) => Number(other.at) - Number(one.at));
  return last && (JSON.parse(last.body) as StoredEvent);
}

/** Returns the names that the events of a user have had as the name of their target, folded; at most FORMER_NAMES_MAX. */
export async function findTargetNames(
  database: Database,
  organizationId: string,
  personId: string,
): Promise<readonly string[]> {
  const rows = await database
    .selectFrom('events')
    .select('target_key')
    .distinct()
    .where('organization_id', '=', organizationId)
    .where('target_id', '=', personId)
    .where('target_key', 'is not', null)
    .limit(FORMER_NAMES_MAX)
    .execute();
  return rows.flatMap((row) => row.target_key ?? []);
}

/** Returns the events that permanently removed users with these ids. */
export async function findPurges(
  database: Database,
  organizationId: string,
  ids: readonly string[],
): Promise<readonly StoredEvent[]> {
  if (ids.length === 0) return [];
  const { json } = engineOf(database);
  const rows = await database
    .selectFrom('events')
    .select('body')
    .where('organization_id', '=', organizationId)
    .where(json.among(sql.ref('target_id'), JSON.stringify(ids)))
    .where('type', '=', 'user_purge')
    .execute();
  return rows.map((row) => JSON.parse(row.body) as StoredEvent);
}

/** Returns the ids of those requests that have an event about the user. */
export async function findRequestsWithEvent(
  database: Database,
  organizationId: string,
  personId: string,
  requestIds: readonly string[],
): Promise<ReadonlySet<string>> {
  if (requestIds.length === 0) return new Set();
  const { json } = engineOf(database);
  const rows = await database
    .selectFrom('events')
    .select('request_id')
    .where('organization_id', '=', organizationId)
    .where('request_id', 'is not', null)
    .where(json.among(sql.ref('request_id'), JSON.stringify(requestIds)))
    .where('target_id', '=', personId)
    .execute();
  return new Set(rows.flatMap((row) => row.request_id ?? []));
}

/** Returns the sequence of the event that created a user; undefined if that event has been deleted. */
async function findCreation(database: Database, organizationId: string, personId: string): Promise<number | undefined> {
  const first = await database
    .selectFrom('events')
    .select(['sequence', 'type'])
    .where('organization_id', '=', organizationId)
    .where('target_id', '=', personId)
    .orderBy('organization_id')
    .orderBy('target_id')
    .orderBy('sequence')
    .limit(1)
    .executeTakeFirst();
  return first?.type === 'user_create' ? Number(first.sequence) : undefined;
}

/** The target of an event without an id is a user, or one of several users. */
function isAboutUser(database: Database) {
  return sql<boolean>`${engineOf(database).json.textValue(sql.ref('events.body'), ['resource', 'type'])} = 'user'`;
}
