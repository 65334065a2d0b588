import { sql } from 'kysely';

/** Selects the requests that were refused. A statement must repeat this condition exactly as the index has it. */
export const refusedRequests = sql<boolean>`outcome in ('refused', 'failed')`;

/** Selects the requests of which only the time, the kind and the outcome are kept. */
export const keptWithoutContent = sql<boolean>`detail is null`;

/** Selects the requests that have a value in one of the columns that few requests fill. */
export function requestsWith(column: 'target_id' | 'activity_id' | 'client_request_id' | 'x_request_id' | 'event_id') {
  return sql<boolean>`${sql.ref(column)} is not null`;
}
