import { sql, type RawBuilder } from 'kysely';

/** Selects the requests that were refused. A statement must repeat this condition exactly as the index has it. */
export const refusedRequests = sql<boolean>`outcome in ('refused', 'failed')`;

/** Selects the requests of which only the time, the kind and the outcome are kept. */
export const keptWithoutContent = sql<boolean>`detail is null`;

/**
 * Requests that an index leaves out, because they are found through their events (`changed-request-store.ts`): each entry of an index costs a
 * POST more than one percent of its processor time. A user or a group is created once, and has one event for this. The ids that clients send
 * are in `event_names` for every change.
 */
const foundByEvents = {
  target_id: sql`outcome = 'accepted' and kind = 'create'`,
  activity_id: sql`outcome = 'accepted' and kind in ('create', 'replace', 'patch', 'delete')`,
  client_request_id: sql`outcome = 'accepted' and kind in ('create', 'replace', 'patch', 'delete')`,
  x_request_id: sql`outcome = 'accepted' and kind in ('create', 'replace', 'patch', 'delete')`,
} as const;

/** Selects the requests that the index on a column contains. */
export function requestsWith(column: keyof typeof foundByEvents | 'event_id') {
  if (column === 'event_id') return sql<boolean>`event_id is not null`;
  return sql<boolean>`${sql.ref(column)} is not null and not (${foundByEvents[column]})`;
}

/**
 * A condition that no index serves. The function hides the columns from the planner of PostgreSQL, which would otherwise expect few rows,
 * and read and sort all requests of the organization instead of the newest ones in the order of an index.
 */
export function hidden(condition: RawBuilder<unknown>): RawBuilder<boolean> {
  return sql<boolean>`coalesce(${condition}, false)`;
}
