import { sql } from 'kysely';
import type { EventType, FieldChange } from '#audit/event-types.ts';
import type { StoredEvent } from '#audit/stored-event.ts';
import type { Database } from '#database/database.ts';
import { engineOf } from '#database/engine.ts';
import { hidden } from '#database/request-conditions.ts';

/** The events that have what a request changed of its target. Other events of the request are about emails, for example. */
const changeTypes: readonly EventType[] = [
  'user_update',
  'user_activated',
  'user_suspended',
  'user_unsuspended',
  'group_update',
];

/** What a request changed of one user or group. */
export interface RequestChanges {
  readonly requestId: string;
  readonly targetId: string;
  readonly changes: readonly FieldChange[];
}

/** Returns the changes of users and groups by requests, in the order in which they were recorded, with one statement. */
export async function findRequestChanges(
  database: Database,
  organizationId: string,
  sought: readonly Pick<RequestChanges, 'requestId' | 'targetId'>[],
): Promise<readonly RequestChanges[]> {
  if (sought.length === 0) return [];
  const { json } = engineOf(database);
  const requestIds = JSON.stringify(sought.map(({ requestId }) => requestId));
  const targetIds = JSON.stringify(sought.map(({ targetId }) => targetId));
  const rows = await database
    .selectFrom('events')
    .select(['sequence', 'request_id', 'target_id', 'body'])
    .where('organization_id', '=', organizationId)
    .where('request_id', 'is not', null)
    .where(json.among(sql.ref('request_id'), requestIds))
    // Hidden, so that the index on the request is read: a user or a group can have any number of events.
    .where(hidden(json.among(sql.ref('target_id'), targetIds)))
    .where('type', 'in', changeTypes)
    .execute();
  return rows
    .toSorted((one, other) => Number(one.sequence) - Number(other.sequence))
    .map(({ request_id: requestId, target_id: targetId, body }) => {
      const { changes = [] } = JSON.parse(body) as StoredEvent;
      return { requestId: requestId ?? '', targetId: targetId ?? '', changes };
    });
}

/** Returns the names of users and groups by id, also of deleted ones: of a user the displayName, else the userName. */
export async function findShownNames(
  database: Database,
  organizationId: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map();
  const { json } = engineOf(database);
  const isSought = json.among(sql.ref('id'), JSON.stringify(ids));
  const users = await database
    .selectFrom('users')
    .select(['id', 'user_name', json.textValue(sql.ref('document'), ['displayName']).as('display_name')])
    .where('organization_id', '=', organizationId)
    .where(isSought)
    .execute();
  const groups = await database
    .selectFrom('groups')
    .select(['id', 'display_name'])
    .where('organization_id', '=', organizationId)
    .where(isSought)
    .execute();
  return new Map([
    ...users.map(({ id, user_name: userName, display_name: name }) => [id, name ?? userName] as const),
    ...groups.map(({ id, display_name: name }) => [id, name] as const),
  ]);
}
