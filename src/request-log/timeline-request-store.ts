import { sql } from 'kysely';
import { requestTimeOf } from '#base/request-ids.ts';
import type { Database } from '#database/database.ts';
import { engineOf } from '#database/engine.ts';
import { requestsWith } from '#database/request-conditions.ts';
import type { RequestDetail, RequestKind, RequestOutcome } from './logged-request.ts';
import type { RequestPosition } from './request-query-store.ts';
import { readDetail } from './shown-request.ts';

/** A kept request, without its body and its answer. */
export interface TimelineRequest {
  readonly sequence: number;
  readonly id: string;
  readonly at: number;
  readonly kind: RequestKind;
  readonly method: string;
  /** The path of the URL; null if it was erased. */
  readonly path: string | null;
  readonly outcome: RequestOutcome;
  readonly status: number;
  readonly client: string | null;
  readonly durationMs: number | null;
  /** True if the path, the headers and more are kept. */
  readonly hasContent: boolean;
  /** The server's id of the HTTP request. */
  readonly requestId: string;
  readonly eventId: string | null;
  readonly targetId: string | null;
  readonly actor: RequestDetail['actor'] | null;
}

function kept(database: Database, organizationId: string) {
  return database
    .selectFrom('requests')
    .select(['sequence', 'id', 'at', 'kind', 'method', 'outcome', 'status', 'client'])
    .select(['request_id', 'event_id', 'target_id', 'detail'])
    .where('organization_id', '=', organizationId);
}

type Row = Awaited<ReturnType<ReturnType<typeof kept>['execute']>>[number];

function toRequest(row: Row): TimelineRequest {
  const {
    path = null,
    durationMs = null,
    actor = null,
  } = row.detail === null ? ({} as Partial<RequestDetail>) : readDetail(row.detail);
  return {
    sequence: Number(row.sequence),
    id: row.id,
    at: Number(row.at),
    kind: row.kind as RequestKind,
    method: row.method,
    path,
    outcome: row.outcome,
    status: row.status,
    client: row.client,
    durationMs,
    hasContent: row.detail !== null,
    requestId: row.request_id,
    eventId: row.event_id,
    targetId: row.target_id,
    actor,
  };
}

/** Returns the newest requests about a user or a group that changed nothing, at most `limit`. */
export async function findUnchangedRequests(
  database: Database,
  organizationId: string,
  targetId: string,
  { limit, after }: { readonly limit: number; readonly after?: RequestPosition | undefined },
): Promise<readonly TimelineRequest[]> {
  const rows = await kept(database, organizationId)
    .where('target_id', '=', targetId)
    .where(requestsWith('target_id'))
    .where('outcome', '=', 'unchanged')
    .$if(after !== undefined, (select) => select.where(isAfter(after ?? { at: 0, sequence: 0 })))
    .orderBy('organization_id', 'desc')
    .orderBy('target_id', 'desc')
    .orderBy('at', 'desc')
    .orderBy('sequence', 'desc')
    .limit(limit)
    .execute();
  return rows.map(toRequest);
}

function isAfter({ at, sequence }: RequestPosition) {
  return sql<boolean>`at <= ${at} and (at < ${at} or sequence < ${sequence})`;
}

/** Returns the requests whose refusals these events record. */
export async function findRequestsOfRefusals(
  database: Database,
  organizationId: string,
  eventIds: readonly string[],
): Promise<readonly TimelineRequest[]> {
  if (eventIds.length === 0) return [];
  const rows = await kept(database, organizationId)
    .where(requestsWith('event_id'))
    .where(engineOf(database).json.among(sql.ref('event_id'), JSON.stringify(eventIds)))
    .execute();
  return rows.map(toRequest);
}

/** Returns the requests with these ids. Operations of a bulk request have other ids (`findBulkOperation`). */
export async function findRequestsById(
  database: Database,
  organizationId: string,
  ids: readonly string[],
): Promise<readonly TimelineRequest[]> {
  const times = ids.flatMap((id) => requestTimeOf(id) ?? []);
  if (times.length === 0) return [];
  const { json } = engineOf(database);
  const rows = await kept(database, organizationId)
    .where(json.amongNumbers(sql.ref('at'), JSON.stringify(times)))
    .where(json.among(sql.ref('id'), JSON.stringify(ids)))
    .execute();
  return rows.map(toRequest);
}

/** An operation of a bulk request. */
export interface SoughtOperation {
  /** The server's id of the bulk request. */
  readonly requestId: string;
  /** The user or the group that the operation changed. */
  readonly targetId: string;
}

/** Returns the last operation of a bulk request on a user or a group; undefined if it is not kept. */
export async function findBulkOperation(
  database: Database,
  organizationId: string,
  { requestId, targetId }: SoughtOperation,
): Promise<TimelineRequest | undefined> {
  const at = requestTimeOf(requestId);
  if (at === undefined) return undefined;
  const operations = () =>
    kept(database, organizationId)
      .where('target_id', '=', targetId)
      .where('at', '=', at)
      .where('request_id', '=', requestId)
      .limit(1);
  const changing = operations()
    .where(requestsWith('target_id'))
    .orderBy('organization_id', 'desc')
    .orderBy('target_id', 'desc')
    .orderBy('at', 'desc')
    .orderBy('sequence', 'desc');
  // The index on the target does not contain the operation that created it.
  const row = (await changing.executeTakeFirst()) ?? (await operations().executeTakeFirst());
  return row && toRequest(row);
}
