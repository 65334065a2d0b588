import type { StoredEvent } from '#audit/stored-event.ts';
import type { Database } from '#database/database.ts';
import {
  findBulkOperation,
  findRequestsById,
  findRequestsOfRefusals,
  type TimelineRequest,
} from '#request-log/timeline-request-store.ts';

/**
 * Finds the kept requests behind events, by the ids of the events. The request of a refusal has the id of its event, and a single request
 * has the id that the event contains. The operations of a bulk request are found by the user or the group that they changed: by the target
 * of the event, by the person of the timeline, or by a user to whom the change refers, such as a manager whom the request created.
 */
export async function findRequestsBehind(
  database: Database,
  organizationId: string,
  personId: string | undefined,
  events: readonly StoredEvent[],
): Promise<ReadonlyMap<string, TimelineRequest>> {
  const refused = events.filter(({ error_code: code }) => code !== undefined).map(({ id }) => id);
  const ofRefusals = await findRequestsOfRefusals(database, organizationId, refused);
  const byEvent = new Map(ofRefusals.map((request) => [request.eventId ?? '', request]));
  const requestIds = new Set(events.flatMap(({ request }) => request?.id ?? []));
  const single = await findRequestsById(database, organizationId, [...requestIds]);
  const byId = new Map(single.map((request) => [request.id, request]));
  const operations = new Map<string, TimelineRequest | undefined>();
  for (const event of events) {
    const { request } = event;
    if (request === undefined || byEvent.has(event.id)) continue;
    const found =
      byId.get(request.id) ?? (await operationOf(database, organizationId, { event, personId, operations }));
    if (found !== undefined) byEvent.set(event.id, found);
  }
  return byEvent;
}

interface BulkSearch {
  readonly event: StoredEvent;
  readonly personId: string | undefined;
  /** The operations that were looked up before, by the bulk request and the target. */
  readonly operations: Map<string, TimelineRequest | undefined>;
}

async function operationOf(
  database: Database,
  organizationId: string,
  { event, personId, operations }: BulkSearch,
): Promise<TimelineRequest | undefined> {
  const { request } = event;
  if (request === undefined || !/\/bulk\/?$/i.test(request.path)) return undefined;
  for (const targetId of targetsOf(event, personId)) {
    const key = `${request.id} ${targetId}`;
    if (!operations.has(key)) {
      operations.set(key, await findBulkOperation(database, organizationId, { requestId: request.id, targetId }));
    }
    const found = operations.get(key);
    if (found !== undefined) return found;
  }
  return undefined;
}

function targetsOf({ resource, changes = [] }: StoredEvent, personId: string | undefined): ReadonlySet<string> {
  const referred = changes.flatMap(({ field, to }) => (/manager(?:\.value)?$/.test(field) ? [to] : []));
  return new Set([resource.id, personId, ...referred].filter((id) => typeof id === 'string'));
}
