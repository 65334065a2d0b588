import { nameKey, requestName } from '#audit/event-name-store.ts';
import type { Database } from '#database/database.ts';

/** The maximum number of events in which a search by an id that clients sent looks for the requests of changes: the newest ones. */
export const SENT_ID_EVENTS_MAX = 1_000;
/** Longer than a SCIM request can take from its arrival to its event. */
const REQUEST_DURATION_MAX_MS = 600_000;

/** Returns the server's id of the request that created a user or a group; undefined if it has no event. */
export async function findCreatingRequest(
  database: Database,
  organizationId: string,
  targetId: string,
): Promise<string | undefined> {
  const first = await database
    .selectFrom('events')
    .select('request_id')
    .where('organization_id', '=', organizationId)
    .where('target_id', '=', targetId)
    .orderBy('organization_id')
    .orderBy('target_id')
    .orderBy('sequence')
    .limit(1)
    .executeTakeFirst();
  return first?.request_id ?? undefined;
}

/**
 * Returns the server's ids of the requests that changed something and with which a client sent this id, newest first.
 *
 * @param until Only requests that arrived at this time or earlier, in milliseconds since 1970.
 */
export async function findRequestsWithSentId(
  database: Database,
  organizationId: string,
  sentId: string,
  until = Number.MAX_SAFE_INTEGER,
): Promise<readonly string[]> {
  const rows = await database
    .selectFrom('event_names')
    .innerJoin('events', 'events.id', 'event_names.event_id')
    .select('events.request_id')
    .where('event_names.organization_id', '=', organizationId)
    .where('event_names.name_key', '=', nameKey(requestName(sentId)))
    // An event is recorded after its request arrived.
    .where('event_names.at', '<=', Math.min(until + REQUEST_DURATION_MAX_MS, Number.MAX_SAFE_INTEGER))
    .orderBy('event_names.organization_id', 'desc')
    .orderBy('event_names.name_key', 'desc')
    .orderBy('event_names.at', 'desc')
    .limit(SENT_ID_EVENTS_MAX)
    .execute();
  return [...new Set(rows.flatMap(({ request_id: id }) => id ?? []))];
}
