import { sql, type RawBuilder, type SelectQueryBuilder } from 'kysely';
import { LISTED_NAMESAKES_MAX } from '#audit/event-store.ts';
import { findNamedIds, nameKey } from '#audit/event-name-store.ts';
import { eventReason } from '#audit/event-total-store.ts';
import { errorCodesOfReason, isErrorCode } from '#base/reasons/refusal-codes.ts';
import type { CommittedColumn } from '#database/commit-order.ts';
import type { Database } from '#database/database.ts';
import { engineOf } from '#database/engine.ts';
import { hidden, keptWithoutContent, refusedRequests, requestsWith } from '#database/request-conditions.ts';
import type { Tables } from '#database/tables.ts';
import { findCreatingRequest, findRequestsWithSentId } from './changed-request-store.ts';
import { idInLowerCase } from '#base/ids.ts';
import { requestTimeOf } from '#base/request-ids.ts';
import type { RequestKind, RequestOutcome } from './logged-request.ts';

/** The maximum number of requests in one list. */
export const REQUESTS_MAX = 1_000;
/** The maximum number of refusals of one name in which a search by that name looks for requests: the newest ones. */
export const NAMED_REFUSALS_MAX = 1_000;

/** The position of a request in a list: requests are listed by time, and by their sequence within a millisecond. */
export interface RequestPosition {
  readonly at: number;
  readonly sequence: number;
}

/** The conditions of a list of requests. A request must meet all of them. */
export interface RequestQuery {
  readonly organizationId: string;
  /** A user or a group: an id, or any current or former name, or a name that a refused request sent. */
  readonly person?: string | undefined;
  readonly outcomes?: readonly RequestOutcome[] | undefined;
  /** The code of an error, or of a reason, which is finer. */
  readonly reason?: string | undefined;
  /** The name of a product, in any letter case. */
  readonly client?: string | undefined;
  readonly kind?: RequestKind | undefined;
  readonly method?: string | undefined;
  readonly integrationId?: string | undefined;
  /** The server's id of the request or of its entry, or an id that the client sent. */
  readonly id?: string | undefined;
  readonly from?: Date | undefined;
  /** The end of the time span, exclusive. */
  readonly to?: Date | undefined;
  /** True for only those whose content is kept. */
  readonly withContent?: boolean | undefined;
  /** The position of the last request of the previous page. */
  readonly after?: RequestPosition | undefined;
  /** At most REQUESTS_MAX. */
  readonly limit: number;
}

const columns = [
  'requests.sequence',
  'requests.id',
  'requests.at',
  'requests.integration_id',
  'requests.kind',
  'requests.method',
  'requests.resource_type',
  'requests.outcome',
  'requests.status',
  'requests.reason',
  'requests.target_id',
  'requests.name',
  'requests.client',
  'requests.request_id',
  'requests.activity_id',
  'requests.client_request_id',
  'requests.x_request_id',
  'requests.count',
  'requests.detail',
] as const;

/** The answers to refused requests say why they were refused. Other answers are not read for a list, because they can be large. */
const answerToRefusal = sql<string | null>`case when ${refusedRequests} then answer end`;
const refusalAnswer = answerToRefusal.as('refusal');

/** The columns of a request in a list, without its sequence. */
export const requestColumns: readonly CommittedColumn[] = [
  ...columns.map((column) => column.replace('requests.', '')).filter((column) => column !== 'sequence'),
  { name: 'refusal', value: answerToRefusal },
];

/** Returns the requests that match, newest first, and the position for the next page; no position on the last page. */
export async function findRequests(database: Database, query: RequestQuery) {
  const limit = Math.min(query.limit, REQUESTS_MAX);
  const rows = await rowsOf(database, { ...query, limit: limit + 1 });
  // The lists by several indexes can contain the same request.
  const newest = [...new Map(rows.map((row) => [Number(row.sequence), row])).values()].toSorted(
    (one, other) => Number(other.at) - Number(one.at) || Number(other.sequence) - Number(one.sequence),
  );
  const shown = newest.slice(0, limit);
  const last = shown.at(-1);
  const next =
    newest.length > limit && last !== undefined ? { at: Number(last.at), sequence: Number(last.sequence) } : undefined;
  return { rows: shown, next };
}

export type RequestRow = Awaited<ReturnType<ReturnType<typeof matching>['execute']>>[number];

async function rowsOf(database: Database, query: RequestQuery) {
  const { person, id } = query;
  if (person === undefined && id === undefined) return await newestFirst(database, query).execute();
  const about = person === undefined ? undefined : await findAbout(database, query, person);
  if (id !== undefined) return await rowsWithId(database, query, id, about);
  return about === undefined ? [] : await rowsAbout(database, query, about);
}

function matching(database: Database, query: RequestQuery) {
  const { organizationId, outcomes, reason, client, kind, method, integrationId, from, to, after, limit } = query;
  const isRefused = outcomes?.every((outcome) => outcome === 'refused' || outcome === 'failed') === true;
  return database
    .selectFrom('requests')
    .select(columns)
    .select(refusalAnswer)
    .where('requests.organization_id', '=', organizationId)
    .$if(outcomes !== undefined, (select) => select.where('requests.outcome', 'in', outcomes ?? []))
    .$if(isRefused, (select) => select.where(refusedRequests))
    .$if(reason !== undefined, (select) => select.where(refusedWith(database, reason ?? '')))
    .$if(client !== undefined, (select) => select.where(has(sql`lower(requests.client)`, client?.toLowerCase())))
    .$if(kind !== undefined, (select) => select.where(has(sql.ref('requests.kind'), kind)))
    .$if(method !== undefined, (select) => select.where(has(sql.ref('requests.method'), method?.toUpperCase())))
    .$if(integrationId !== undefined, (select) => select.where(has(sql.ref('requests.integration_id'), integrationId)))
    .$if(from !== undefined, (select) => select.where('requests.at', '>=', from?.getTime() ?? 0))
    .$if(to !== undefined, (select) => select.where('requests.at', '<', to?.getTime() ?? 0))
    .$if(query.withContent === true, (select) => select.where(sql<boolean>`not (${keptWithoutContent})`))
    .$if(after !== undefined, (select) => select.where(isAfter(after ?? { at: 0, sequence: 0 })))
    .limit(limit);
}

function has(column: RawBuilder<unknown>, value: string | undefined): RawBuilder<boolean> {
  return hidden(sql`${column} = ${value ?? ''}`);
}

/** Requests have the code of the error. The code of the reason is in the event of the refusal. */
function refusedWith(database: Database, code: string): RawBuilder<boolean> {
  const hasError = has(sql.ref('requests.reason'), code);
  const errors = isErrorCode(code) ? [] : errorCodesOfReason(code);
  if (errors.length === 0) return hasError;
  const reason = sql`(select ${eventReason(database)} from events where events.id = requests.event_id)`;
  return has(sql`case when requests.reason in (${sql.join(errors)}) then ${reason} end`, code);
}

function isAfter({ at, sequence }: RequestPosition) {
  return sql<boolean>`requests.at <= ${at} and (requests.at < ${at} or requests.sequence < ${sequence})`;
}

/** The order of the index on the time. */
function newestFirst(database: Database, query: RequestQuery) {
  return inOrder(matching(database, query).orderBy('requests.organization_id', 'desc'));
}

function inOrder<Row>(select: SelectQueryBuilder<Tables, 'requests', Row>) {
  return select.orderBy('requests.at', 'desc').orderBy('requests.sequence', 'desc');
}

/** Selects what a request is about: the ids of its target, or the event of its refusal. */
interface About {
  readonly targetIds: readonly string[];
  readonly eventIds: readonly string[];
}

/** Finds the users and groups that have or had a name, and the refusals of requests that sent it. */
async function findAbout(database: Database, query: RequestQuery, sent: string): Promise<About> {
  const person = idInLowerCase(sent);
  const { organizationId, from } = query;
  const { users, groups, former } = await findNamedIds(database, organizationId, person);
  const named = await database
    .selectFrom('event_names')
    .select('event_id')
    .where('organization_id', '=', organizationId)
    .where('name_key', '=', nameKey(person))
    // An event is recorded after its request arrived.
    .$if(from !== undefined, (select) => select.where('at', '>=', from?.getTime() ?? 0))
    .orderBy('organization_id', 'desc')
    .orderBy('name_key', 'desc')
    .orderBy('at', 'desc')
    .limit(NAMED_REFUSALS_MAX)
    .execute();
  const targetIds = [...new Set([person, ...users, ...groups, ...former])].slice(0, LISTED_NAMESAKES_MAX + 1);
  return { targetIds, eventIds: named.map((row) => row.event_id) };
}

/** Lists the requests about a user or a group, with one statement for each index. */
async function rowsAbout(database: Database, query: RequestQuery, { targetIds, eventIds }: About) {
  const lists = [];
  for (const id of targetIds) {
    const select = matching(database, query)
      .where('requests.target_id', '=', id)
      .where(requestsWith('target_id'))
      .orderBy('requests.organization_id', 'desc')
      .orderBy('requests.target_id', 'desc');
    lists.push(await inOrder(select).execute());
    const creating = await findCreatingRequest(database, query.organizationId, id);
    if (creating === undefined) continue;
    const creates = () =>
      matching(database, query).where('requests.target_id', '=', id).where('requests.kind', '=', 'create');
    lists.push(await rowsOfRequest(creates, creating));
  }
  if (eventIds.length > 0) lists.push(await ofEvents(database, query, eventIds).execute());
  return lists.flat();
}

/** There are at most NAMED_REFUSALS_MAX of these requests. They are sorted by the caller, because no index has their order. */
function ofEvents(database: Database, query: RequestQuery, eventIds: readonly string[]) {
  const { json } = engineOf(database);
  return matching(database, { ...query, limit: NAMED_REFUSALS_MAX })
    .where(requestsWith('event_id'))
    .where(json.among(sql.ref('requests.event_id'), JSON.stringify(eventIds)));
}

/** Lists the requests that have an id, with one statement for each index. */
async function rowsWithId(database: Database, query: RequestQuery, id: string, about: About | undefined) {
  const { json } = engineOf(database);
  const all = () => {
    const select = matching(database, query);
    if (about === undefined) return select;
    const isAbout = (column: 'target_id' | 'event_id', ids: readonly string[]) =>
      json.among(sql.ref(`requests.${column}`), JSON.stringify(ids));
    return select.where((where) =>
      where.or([isAbout('target_id', about.targetIds), isAbout('event_id', about.eventIds)]),
    );
  };
  const lower = id.toLowerCase();
  const own = new Set([id, lower]);
  const lists = [];
  for (const one of own) lists.push(await rowsOfRequest(all, one));
  for (const requestId of await findRequestsWithSentId(database, query.organizationId, id, query.after?.at)) {
    if (own.has(requestId)) continue;
    const hasSentId = (row: RequestRow) =>
      [row.activity_id, row.client_request_id, row.x_request_id].some((sent) => sent?.toLowerCase() === lower);
    lists.push((await rowsOfRequest(all, requestId)).filter(hasSentId));
  }
  for (const column of ['activity_id', 'client_request_id', 'x_request_id'] as const) {
    // The index has the ids in lower case.
    const sentId = sql<string>`lower(${sql.ref(`requests.${column}`)})`;
    const select = all()
      .where(sentId, '=', lower)
      .where(requestsWith(column))
      .orderBy('requests.organization_id', 'desc')
      .orderBy(sentId, 'desc');
    lists.push(await inOrder(select).execute());
  }
  return lists.flat();
}

/**
 * Returns the entries with an id: of a request, its own, those of the operations of a bulk request, and that of counted requests
 * (`ID:counted`); of such an entry, only this one.
 */
async function rowsOfRequest(all: () => ReturnType<typeof matching>, id: string) {
  const at = requestTimeOf(id);
  if (at === undefined) return [];
  return await inOrder(all().orderBy('requests.organization_id', 'desc'))
    .where('requests.at', '=', at)
    .where((where) => where.or([where('requests.request_id', '=', id), where('requests.id', '=', id)]))
    .execute();
}

/** Returns one request with its content; undefined if there is none. */
export async function findRequest(database: Database, organizationId: string, id: string) {
  const at = requestTimeOf(id);
  if (at === undefined) return undefined;
  return await database
    .selectFrom('requests')
    .select(columns)
    .select(['body', 'answer', 'event_id', refusalAnswer])
    .where('organization_id', '=', organizationId)
    .where('at', '=', at)
    .where('id', '=', id)
    .executeTakeFirst();
}

/** Returns the names of the integrations of an organization, by id. */
export async function findSourceNames(
  database: Database,
  organizationId: string,
): Promise<ReadonlyMap<string, string>> {
  const rows = await database
    .selectFrom('integrations')
    .select(['id', 'name'])
    .where('organization_id', '=', organizationId)
    .execute();
  return new Map(rows.map(({ id, name }) => [id, name]));
}
