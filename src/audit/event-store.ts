import { sql, type Insertable, type RawBuilder } from 'kysely';
import type { Clock } from '#base/clock.ts';
import { idInLowerCase, newId } from '#base/ids.ts';
import { inTransaction, type Database } from '#database/database.ts';
import { engineOf } from '#database/engine.ts';
import { namedEvents } from '#database/event-conditions.ts';
import { preparedCommand } from '#database/prepared.ts';
import type { EventTable } from '#database/tables.ts';
import { noteCountedRow } from '#totals/totals-folder.ts';
import { eventTotals, type EventOutcome } from './event-total-store.ts';
import { eventJson, secretsOf, storable, type RecordedEvent } from './event-body.ts';
import { memberSummary } from './event-member-store.ts';
import { findNamedIds, insertEventNames, nameKey, requestName } from './event-name-store.ts';
import type { EventDraft, Origin, SentIds } from './event-types.ts';

/** The maximum number of events that one query returns. */
export const EVENTS_MAX = 1_000;

/**
 * The maximum number of users and groups with the same name whose events one list includes. Those that have the name now come first. The
 * events of the others are found by id.
 */
export const LISTED_NAMESAKES_MAX = 20;

type EventRow = Required<Insertable<EventTable>>;

const insertEvent = preparedCommand((database, row: Omit<EventRow, 'sequence'>) =>
  database.insertInto('events').values({
    id: row.id,
    organization_id: row.organization_id,
    at: row.at,
    type: row.type,
    success: row.success,
    target_id: row.target_id,
    target_key: row.target_key,
    integration_id: row.integration_id,
    request_id: row.request_id,
    body: row.body,
    members: row.members,
  }),
);

/**
 * Writes one event. Pass the transaction of the change, so that there is neither a change without its event nor an event without its
 * change.
 *
 * @example
 * const target = { type: 'user', id: user.id, name: user.userName } as const;
 * await recordEvent(transaction, clock, origin, { type: 'user_create', target });
 */
export async function recordEvent(database: Database, clock: Clock, origin: Origin, draft: EventDraft): Promise<void> {
  await recordEventWithId(database, clock, origin, draft);
}

/** Like `recordEvent`, but returns the id and the time of the event. */
export async function recordEventWithId(
  database: Database,
  clock: Clock,
  origin: Origin,
  draft: EventDraft,
): Promise<RecordedEvent> {
  const requestNames = new Set(Object.values(origin.request?.sentIds ?? {}).map(requestName));
  const names = [...requestNames, ...storableNames(origin, draft)];
  const event = { id: newId(clock), at: clock.now() };
  if (names.length === 0) {
    await writeEvent(database, event, origin, draft);
    return event;
  }
  const { organizationId } = origin;
  await inOneTransaction(database, async (transaction) => {
    await writeEvent(transaction, event, origin, draft);
    await insertEventNames(transaction, { eventId: event.id, organizationId, at: event.at.getTime() }, names);
  });
  return event;
}

/** Returns the further names of an event, and those that a refused request sent, in a form that a database can store. */
export function storableNames(
  origin: Origin,
  { names = [], target }: Pick<EventDraft, 'names' | 'target'>,
): readonly string[] {
  const sent = Object.values(target.sent ?? {}).flat();
  return [...names, ...sent].map((name) => storable(name, secretsOf(origin)));
}

/** Uses the current transaction, if there is one, without a savepoint: an error here fails the whole transaction anyway. */
async function inOneTransaction(database: Database, work: (transaction: Database) => Promise<void>): Promise<void> {
  await (database.isTransaction ? work(database) : inTransaction(database, work));
}

async function writeEvent(database: Database, event: RecordedEvent, origin: Origin, full: EventDraft): Promise<void> {
  const { id, name } = full.target;
  const secrets = secretsOf(origin);
  const draft = { ...full, target: { ...full.target, id: storable(id, secrets), name: storable(name, secrets) } };
  noteCountedRow(database, eventTotals, origin.organizationId);
  await insertEvent(database, {
    id: event.id,
    organization_id: origin.organizationId,
    at: event.at.getTime(),
    type: draft.type,
    success: draft.error === undefined ? 1 : 0,
    target_id: draft.target.id,
    target_key: draft.target.name === null ? null : nameKey(draft.target.name),
    integration_id: origin.integration?.id ?? null,
    request_id: origin.request?.id ?? null,
    body: eventJson(event, origin, draft),
    members: memberSummary(draft),
  });
}

export interface EventQuery {
  /** Omit it to list the events of all organizations, for the operator of the installation. */
  readonly organizationId?: string | undefined;
  readonly type?: string | undefined;
  /** An id, or a name in any letter case. */
  readonly target?: string | undefined;
  /** The server's id of the request, or an id that the client sent. */
  readonly request?: string | undefined;
  readonly refusedOnly?: boolean | undefined;
  /** Only events at or after this time. */
  readonly from?: Date | undefined;
  /** Only events before this time. */
  readonly to?: Date | undefined;
  /** The properties that a summary counts, with the same values. */
  readonly outcome?: EventOutcome | undefined;
  readonly source?: string | undefined;
  readonly reason?: string | undefined;
  /** The id or the name of the actor. */
  readonly actor?: string | undefined;
  /** Only events after this position in the list. */
  readonly after?: EventPosition | undefined;
  readonly limit: number;
}

/** The position of an event in a list that has the newest first. */
export interface EventPosition {
  readonly at: number;
  readonly sequence: number;
}

interface ListedRow {
  readonly sequence: number;
  readonly at: number;
  readonly body: string;
}

/** Returns the events that match, newest first, in the format in which they are stored. */
export async function listEvents(database: Database, query: EventQuery): Promise<readonly Record<string, unknown>[]> {
  const rows = await findEvents(database, { ...query, limit: Math.min(query.limit, EVENTS_MAX) });
  return rows.map(({ body }) => JSON.parse(body));
}

/** Like `listEvents`, with the position after which the next page begins; undefined on the last page. */
export async function listEventPage(database: Database, query: EventQuery & { readonly organizationId: string }) {
  const { limit } = query;
  const rows = await findEvents(database, { ...query, limit: limit + 1 });
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return {
    results: rows.slice(0, limit).map(({ body }): Record<string, unknown> => JSON.parse(body)),
    next: last && { at: Number(last.at), sequence: Number(last.sequence) },
  };
}

/** Finds an event by its id. */
export async function findEvent(database: Database, organizationId: string, id: string) {
  const row = await database
    .selectFrom('events')
    .select('body')
    .where('id', '=', id)
    .where('organization_id', '=', organizationId)
    .executeTakeFirst();
  return row === undefined ? undefined : (JSON.parse(row.body) as Record<string, unknown>);
}

async function findEvents(database: Database, sent: EventQuery): Promise<readonly ListedRow[]> {
  const [target, request] = [sent.target, sent.request].map((id) => (id === undefined ? undefined : idInLowerCase(id)));
  const query = { ...sent, target, request };
  const { organizationId } = query;
  if (organizationId === undefined) return await listAllEvents(database, query);
  if (target !== undefined) return await listEventsOf(database, organizationId, target, query);
  if (query.request !== undefined) return await listEventsOfRequest(database, organizationId, query.request, query);
  return await matching(database, query)
    .orderBy('organization_id', 'desc')
    .orderBy('at', 'desc')
    .orderBy('sequence', 'desc')
    .execute();
}

/** Lists events of all organizations. If a target is given, reads and skips the events of all other targets. */
async function listAllEvents(database: Database, query: EventQuery): Promise<readonly ListedRow[]> {
  const { target } = query;
  return await matching(database, query)
    .$if(target !== undefined, (select) =>
      select.where((where) =>
        where.or([where('target_id', '=', target ?? ''), where('target_key', '=', nameKey(target ?? ''))]),
      ),
    )
    .orderBy('sequence', 'desc')
    .execute();
}

function matching(database: Database, query: EventQuery) {
  const { organizationId, limit } = query;
  return database
    .selectFrom('events')
    .select(['sequence', 'at', 'body'])
    .$if(organizationId !== undefined, (select) => select.where('organization_id', '=', organizationId ?? ''))
    .where(conditionOf(database, query))
    .limit(limit);
}

/** Returns the conditions of a query on the columns of `events`, except the organization and the target. */
function conditionOf(database: Database, query: EventQuery): RawBuilder<boolean> {
  const { type, request, refusedOnly, from, to, outcome, source, reason, actor, after } = query;
  const totalled = eventTotals.properties(database);
  const conditions = [
    sql`true`,
    ...(type === undefined ? [] : [sql`events.type = ${type}`]),
    ...(request === undefined ? [] : [ofRequest(database, request)]),
    ...(refusedOnly === true || outcome === 'refused' ? [sql`events.success = ${0}`] : []),
    // No request was refused: the email has no recipient.
    ...(refusedOnly === true ? [sql`events.type <> ${'mail_skipped'}`] : []),
    ...(outcome === 'accepted' ? [sql`events.success = ${1}`] : []),
    ...(from === undefined ? [] : [sql`events.at >= ${from.getTime()}`]),
    ...(to === undefined ? [] : [sql`events.at < ${to.getTime()}`]),
    ...(source === undefined ? [] : [sql`events.integration_id = ${source}`]),
    ...(reason === undefined ? [] : [sql`${totalled.reason} = ${reason}`]),
    ...(actor === undefined ? [] : [byActor(database, actor)]),
    ...(after === undefined ? [] : [afterPosition(query, after)]),
  ];
  return sql<boolean>`${sql.join(conditions, sql` and `)}`;
}

function byActor(database: Database, actor: string): RawBuilder<boolean> {
  const { json } = engineOf(database);
  const value = (name: string) => json.textValue(sql.ref('events.body'), ['initiated_by', name]);
  return sql`(${value('id')} = ${actor} or ${value('name')} = ${actor})`;
}

/** Lists of one target or one request are ordered by the sequence, all others by the time first. */
function afterPosition({ target, request }: EventQuery, { at, sequence }: EventPosition): RawBuilder<boolean> {
  if (target !== undefined || request !== undefined) return sql`events.sequence < ${sequence}`;
  return sql`(events.at <= ${at} and (events.at < ${at} or events.sequence < ${sequence}))`;
}

const sentIdNames = ['client_request_id', 'x_request_id', 'activity_id'] as const satisfies readonly (keyof SentIds)[];

/** Returns a condition for the events of a request, by the server's id or by an id that the client sent. */
function ofRequest(database: Database, id: string): RawBuilder<boolean> {
  const { json } = engineOf(database);
  const sent = sentIdNames.map((name) => json.textValue(sql.ref('events.body'), ['request', name]));
  return sql`(events.request_id = ${id} or ${id} in (${sql.join(sent)}))`;
}

/** Lists the events of one target, with one statement for each index, because a single statement would read all events. */
async function listEventsOf(
  database: Database,
  organizationId: string,
  target: string,
  query: EventQuery,
): Promise<readonly ListedRow[]> {
  const newest = (column: 'target_id' | 'target_key') =>
    matching(database, query).orderBy('organization_id', 'desc').orderBy(column, 'desc').orderBy('sequence', 'desc');
  const { users, groups, former } = await findNamedIds(database, organizationId, target);
  const namesakes = new Set([...users, ...groups, ...former].filter((id) => id !== target));
  const lists = [
    await newest('target_key')
      .where('target_id', 'is', null)
      .where('target_key', '=', nameKey(target))
      .where(namedEvents)
      .execute(),
    await refusedWithName(database, organizationId, target, query),
  ];
  // Sequentially, so that one search does not use all connections.
  for (const id of [target, ...[...namesakes].slice(0, LISTED_NAMESAKES_MAX)]) {
    lists.push(await newest('target_id').where('target_id', '=', id).execute());
  }
  return merged(lists, query);
}

/** Lists the events of a request, by the server's id and by the ids that the client sent, with one statement for each index. */
async function listEventsOfRequest(
  database: Database,
  organizationId: string,
  request: string,
  query: EventQuery,
): Promise<readonly ListedRow[]> {
  const byServerId = await matching(database, { ...query, request: undefined })
    .where('request_id', '=', request)
    .orderBy('organization_id', 'desc')
    .orderBy('request_id', 'desc')
    .orderBy('sequence', 'desc')
    .execute();
  return merged([byServerId, await withName(database, organizationId, requestName(request), query).execute()], query);
}

/** Returns the newest events of several lists. */
function merged(lists: readonly (readonly ListedRow[])[], { limit }: EventQuery): readonly ListedRow[] {
  const found = new Map(lists.flat().map((row) => [row.sequence, row]));
  return [...found.values()].toSorted((one, other) => other.sequence - one.sequence).slice(0, limit);
}

/** Returns events without a target id that have the further name, such as refused creations. */
async function refusedWithName(database: Database, organizationId: string, name: string, query: EventQuery) {
  return await withName(database, organizationId, name, query).where('events.target_id', 'is', null).execute();
}

/** Returns a query for events that have the further name. */
function withName(database: Database, organizationId: string, name: string, query: EventQuery) {
  return database
    .selectFrom('event_names')
    .innerJoin('events', 'events.id', 'event_names.event_id')
    .select(['events.sequence', 'events.at', 'events.body'])
    .where('event_names.organization_id', '=', organizationId)
    .where('event_names.name_key', '=', nameKey(name))
    .where(conditionOf(database, query))
    .orderBy('event_names.organization_id', 'desc')
    .orderBy('event_names.name_key', 'desc')
    .orderBy('event_names.at', 'desc')
    .limit(query.limit);
}
