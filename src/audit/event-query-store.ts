import { sql, type RawBuilder } from 'kysely';
import type { Database } from '#database/database.ts';
import { engineOf } from '#database/engine.ts';
import { namedEvents } from '#database/event-conditions.ts';
import { deleteCounted } from '#totals/total-store.ts';
import { findMemberEvents } from './event-member-store.ts';
import { findNamedIds, nameKey } from './event-name-store.ts';
import { eventTotals } from './event-total-store.ts';

/** A condition on events. A `field` condition is true if the value at the path equals one of the values. */
export type EventTerm =
  | { readonly kind: 'field'; readonly path: readonly string[]; readonly values: readonly string[] }
  /** `not` is true if none of its terms is true. */
  | { readonly kind: 'and' | 'or' | 'not'; readonly terms: readonly EventTerm[] };

export interface EventSearch {
  readonly organizationIds: readonly string[];
  readonly from: Date;
  /** The end of the time span, exclusive. */
  readonly to: Date;
  readonly term?: EventTerm | undefined;
  /** Text that appears anywhere in the event, in any letter case of ASCII. */
  readonly text?: string | undefined;
  /** A user or a group, searched by its id or by any of its names. */
  readonly target?: SearchedTarget | undefined;
}

/** A name, and the ids of the users and groups that have it or used to have it. */
export interface SearchedTarget {
  readonly name: string;
  readonly ids: readonly string[];
}

export interface EventPage {
  readonly ascending: boolean;
  readonly limit: number;
  readonly skip: number;
  /** The sequence of the last event of the previous page. */
  readonly after?: number | undefined;
}

type StoredEvent = Record<string, unknown>;

function condition(database: Database, term: EventTerm): RawBuilder<boolean> {
  switch (term.kind) {
    case 'field': {
      const value = engineOf(database).json.textValue(sql.ref('events.body'), term.path);
      // SQLite extracts booleans as 1 and 0, PostgreSQL as true and false.
      const wanted = term.values.flatMap((one) =>
        one.toLowerCase() === 'true' ? ['true', '1'] : one.toLowerCase() === 'false' ? ['false', '0'] : [one],
      );
      return sql`coalesce(lower(cast(${value} as text)) in (${sql.join(wanted.map((one) => sql`lower(cast(${one} as text))`))}), false)`;
    }
    case 'not':
      return sql`not (${join(database, term.terms, 'or')})`;
    case 'and':
    case 'or':
      return sql`(${join(database, term.terms, term.kind)})`;
  }
}

function join(database: Database, terms: readonly EventTerm[], by: 'and' | 'or'): RawBuilder<boolean> {
  if (terms.length === 0) return by === 'and' ? sql`true` : sql`false`;
  return sql`${sql.join(
    terms.map((term) => condition(database, term)),
    by === 'and' ? sql` and ` : sql` or `,
  )}`;
}

function matching(database: Database, search: EventSearch) {
  const { json } = engineOf(database);
  const { organizationIds, from, to, term, text, target } = search;
  const [only = '', another] = organizationIds;
  return database
    .selectFrom('events')
    .$if(another === undefined, (select) => select.where('events.organization_id', '=', only))
    .$if(another !== undefined, (select) => select.where('events.organization_id', 'in', organizationIds))
    .where('events.at', '>=', from.getTime())
    .where('events.at', '<', to.getTime())
    .$if(term !== undefined, (select) => select.where(condition(database, term ?? { kind: 'and', terms: [] })))
    .$if(target !== undefined, (select) =>
      select.where(
        json.amongRows(sql.ref('events.sequence'), sequencesOf(database, only, target ?? { name: '', ids: [] })),
      ),
    )
    .$if(text !== undefined, (select) =>
      // The text as JSON escapes it. Only ASCII letters match in either case, because engines lower other letters differently.
      select.where(json.contains(sql`lower(${sql.ref('events.body')})`, lowerAscii(JSON.stringify(text).slice(1, -1)))),
    );
}

/** Returns a query for the sequences of a target's events, with one select for each index. */
function sequencesOf(database: Database, organizationId: string, { name, ids }: SearchedTarget): RawBuilder<unknown> {
  const { json } = engineOf(database);
  const own = sql`organization_id = ${organizationId}`;
  return sql`select sequence from events where ${own}
      and ${json.among(sql.ref('target_id'), JSON.stringify(ids))}
    union all select sequence from events where ${own}
      and target_key = ${nameKey(name)} and target_id is null and ${namedEvents}
    union all select named.sequence from event_names join events as named on named.id = event_names.event_id
      where event_names.organization_id = ${organizationId} and event_names.name_key = ${nameKey(name)}
      and named.target_id is null`;
}

function lowerAscii(text: string): string {
  return text.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** Looks up the users and groups that have a name or used to have it, for a search. */
export async function searchedTarget(
  database: Database,
  organizationId: string,
  name: string,
): Promise<SearchedTarget> {
  const { users, groups, former } = await findNamedIds(database, organizationId, name);
  return { name, ids: [...new Set([name, ...users, ...groups, ...former])] };
}

/** Returns a page of the events that match. Pass `last` as `after` to get the next page. */
export async function searchEvents(
  database: Database,
  search: EventSearch,
  { ascending, limit, skip, after }: EventPage,
): Promise<{ readonly events: readonly StoredEvent[]; readonly last: number | undefined }> {
  const direction = ascending ? 'asc' : 'desc';
  const rows = await matching(database, search)
    .select(['events.sequence', 'events.body'])
    .$if(after !== undefined, (select) => select.where(afterEvent(search, after ?? 0, ascending)))
    // The order of the index of each organization: by time, and by sequence within a millisecond.
    .orderBy('events.organization_id', direction)
    .orderBy('events.at', direction)
    .orderBy('events.sequence', direction)
    .offset(skip)
    .limit(limit)
    .execute();
  return { events: rows.map((row) => JSON.parse(row.body)), last: rows.at(-1)?.sequence };
}

/** Returns a condition for the events after a given one; if that event has been purged, for those after its sequence. */
function afterEvent({ organizationIds }: EventSearch, sequence: number, ascending: boolean): RawBuilder<boolean> {
  const passes = ascending ? sql`>` : sql`<`;
  const at = sql`(select last.at from events as last where last.organization_id in (${sql.join(organizationIds)})
    and last.sequence = ${sequence})`;
  return sql`(events.at ${ascending ? sql`>=` : sql`<=`} coalesce(${at}, events.at)
    and (events.at ${passes} coalesce(${at}, events.at) or events.sequence ${passes} ${sequence}))`;
}

export async function countEvents(database: Database, search: EventSearch): Promise<number> {
  const row = await matching(database, search)
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirst();
  return Number(row?.count ?? 0);
}

/** Returns the values of a field with the number of events that have each, the most frequent first. */
export async function distinctValues(
  database: Database,
  search: EventSearch,
  path: readonly string[],
  limit: number,
): Promise<readonly { readonly value: string; readonly count: number }[]> {
  const value = engineOf(database).json.textValue(sql.ref('events.body'), path);
  const rows = await matching(database, search)
    .select([sql<string | null>`cast(${value} as text)`.as('value'), ({ fn }) => fn.countAll<number>().as('count')])
    .where(sql<boolean>`${value} is not null`)
    .groupBy(sql`1`)
    .orderBy(sql`2 desc`)
    .orderBy(sql`1`)
    .limit(limit)
    .execute();
  return rows.map((row) => ({ value: row.value ?? '', count: Number(row.count) }));
}

export interface EventCount {
  /** The beginning of the interval, in milliseconds since 1970. */
  readonly at: number;
  readonly count: number;
}

/** Returns the number of events in each interval; intervals are counted from 1970 on. Omits intervals without events. */
export async function countByInterval(
  database: Database,
  search: EventSearch,
  intervalMs: number,
  limit: number,
): Promise<readonly EventCount[]> {
  const bucket = sql<number>`events.at / ${sql.lit(intervalMs)}`;
  const rows = await matching(database, search)
    .select([bucket.as('bucket'), ({ fn }) => fn.countAll<number>().as('count')])
    .groupBy(sql`1`)
    .orderBy(sql`1`)
    .limit(limit)
    .execute();
  return rows.map((row) => ({ at: Math.floor(Number(row.bucket)) * intervalMs, count: Number(row.count) }));
}

/**
 * Returns the events about one user, newest first: events of the user, group events that name the user as a member, and events
 * without a target id that have one of the user's names, such as refused creations. Pass the returned `before` to get the next page.
 */
export async function listTimeline(
  database: Database,
  organizationId: string,
  userId: string,
  page: { readonly limit: number; readonly before?: number | undefined },
): Promise<{ readonly results: readonly StoredEvent[]; readonly before?: string }> {
  const unordered = () =>
    database
      .selectFrom('events')
      .select(['sequence', 'body', 'target_key'])
      .where('organization_id', '=', organizationId)
      .$if(page.before !== undefined, (select) => select.where('sequence', '<', page.before ?? 0))
      .limit(page.limit + 1);
  const ofTarget = () =>
    unordered().orderBy('organization_id', 'desc').orderBy('target_id', 'desc').orderBy('sequence', 'desc');
  const ofName = () =>
    unordered().orderBy('organization_id', 'desc').orderBy('target_key', 'desc').orderBy('sequence', 'desc');
  const named = await database
    .selectFrom('events')
    .select('target_key')
    .distinct()
    .where('organization_id', '=', organizationId)
    .where('target_id', '=', userId)
    .where('target_key', 'is not', null)
    .execute();
  const names = named.flatMap((row) => row.target_key ?? []);
  // One statement for each index, because a single statement would read all events.
  const found = await Promise.all([
    ofTarget().where('target_id', '=', userId).execute(),
    ...names.map((name) =>
      ofName().where('target_id', 'is', null).where('target_key', '=', name).where(namedEvents).execute(),
    ),
    findMemberEvents(database, { organizationId, memberId: userId, ...page, limit: page.limit + 1 }),
  ]);
  const rows = found.flat().toSorted((one, other) => Number(other.sequence) - Number(one.sequence));
  const shown = rows.slice(0, page.limit);
  const last = shown.at(-1)?.sequence;
  return {
    results: shown.map((row) => JSON.parse(row.body)),
    ...(rows.length > page.limit && last !== undefined && { before: String(last) }),
  };
}

/** Deletes up to `limit` of an organization's events from before a time, oldest first. Returns the number of deleted events. */
export async function deleteOldEvents(
  database: Database,
  organizationId: string,
  before: Date,
  limit: number,
): Promise<number> {
  const oldest = database
    .selectFrom('events')
    .select('sequence')
    .where('organization_id', '=', organizationId)
    .where('at', '<', before.getTime())
    .orderBy('at')
    .limit(limit);
  return await deleteCounted(database, eventTotals, organizationId, sql`${oldest}`);
}
