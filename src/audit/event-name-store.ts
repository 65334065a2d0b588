import { fold } from '#base/fold.ts';
import type { Database } from '#database/database.ts';
import { namedEvents } from '#database/event-conditions.ts';
import { preparedCommand } from '#database/prepared.ts';

/** The maximum length of the key of a name, in UTF-16 units: an index cannot hold longer keys. A longer name is cut but still found. */
export const NAME_KEY_LENGTH_MAX = 256;
/** The maximum number of further names of one event, in addition to the name of its target and the request ids that the client sent. */
const EVENT_NAMES_MAX = 16;
/** The maximum number of request ids that a client can send with one request. */
const SENT_IDS_MAX = 3;
/** The maximum number of users or groups that one lookup of a name returns. */
const NAMESAKES_MAX = 100;

/** The prefix of the keys of request ids that clients sent. In sort order, these keys are before REQUEST_KEYS_END. */
export const REQUEST_KEYS = 'request:';
export const REQUEST_KEYS_END = 'request;';

/** Returns the name by which events are found for a request id that the client sent. */
export function requestName(id: string): string {
  return `${REQUEST_KEYS}${id}`;
}

/** Returns the key of a name, by which events are found: the folded name, truncated to NAME_KEY_LENGTH_MAX. */
export function nameKey(name: string): string {
  const key = fold(name);
  return key.length <= NAME_KEY_LENGTH_MAX ? key : key.slice(0, NAME_KEY_LENGTH_MAX).toWellFormed();
}

interface EventOfName {
  readonly eventId: string;
  readonly organizationId: string;
  readonly at: number;
}

const insertName = preparedCommand((database, values: EventOfName & { readonly key: string }) =>
  database
    .insertInto('event_names')
    .values({
      event_id: values.eventId,
      name_key: values.key,
      organization_id: values.organizationId,
      at: values.at,
    })
    .onConflict((conflict) => conflict.columns(['event_id', 'name_key']).doNothing()),
);

/** Inserts names by which an event is found, at most `max` of them. Call it in the transaction of the event. */
export async function insertEventNames(
  database: Database,
  event: EventOfName,
  names: readonly string[],
  max = EVENT_NAMES_MAX + SENT_IDS_MAX,
): Promise<void> {
  const keys = new Set(names.map(nameKey).filter((key) => key !== ''));
  for (const key of [...keys].slice(0, max)) await insertName(database, { ...event, key });
}

/**
 * Deletes the further names of a user or a group that is purged. Its events remain until they expire, and are still found by its id and
 * its last userName or displayName.
 */
export async function deleteEventNames(database: Database, organizationId: string, targetId: string): Promise<void> {
  await database
    .deleteFrom('event_names')
    // Request ids are not names of the user or group, and are kept.
    .where((where) => where.or([where('name_key', '<', REQUEST_KEYS), where('name_key', '>=', REQUEST_KEYS_END)]))
    .where('event_id', 'in', (events) =>
      events
        .selectFrom('events')
        .select('events.id')
        .where('events.organization_id', '=', organizationId)
        .where('events.target_id', '=', targetId),
    )
    .execute();
}

/** The ids of the users and groups that have a name or used to have it. */
interface NamedIds {
  /** Users that are not deleted, by userName, username, any email, displayName or externalId. */
  readonly users: readonly string[];
  /** Groups that are not deleted, by displayName or externalId. */
  readonly groups: readonly string[];
  /** Users and groups that had the name before they were renamed, deleted, or purged. */
  readonly former: readonly string[];
}

/** Finds current and former users and groups by any of their names, in any letter case; at most NAMESAKES_MAX by each attribute. */
export async function findNamedIds(database: Database, organizationId: string, name: string): Promise<NamedIds> {
  const key = fold(name);
  const users = new Set<string>();
  const groups = new Set<string>();
  const former = new Set<string>();
  // One statement for each index, because a planner would run a single statement with `or` by reading all users.
  for (const column of ['user_name_key', 'username_key', 'display_name_key'] as const) {
    const rows = await activeUsers(database, organizationId).where(column, '=', key).execute();
    for (const { id } of rows) users.add(id);
  }
  for (const { id, deleted_at: deletedAt } of await usersWithEmail(database, organizationId, key)) {
    (deletedAt === null ? users : former).add(id);
  }
  const named = await activeGroups(database, organizationId).where('display_name_key', '=', key).execute();
  for (const { id } of named) groups.add(id);
  // An externalId is case-sensitive. One that is not in lower case is also in event_names, where any letter case finds it.
  for (const externalId of new Set([name, key])) {
    const byExternalId = await activeUsers(database, organizationId).where('external_id', '=', externalId).execute();
    for (const { id } of byExternalId) users.add(id);
    const groupRows = await activeGroups(database, organizationId).where('external_id', '=', externalId).execute();
    for (const { id } of groupRows) groups.add(id);
  }
  for (const id of await formerIds(database, organizationId, name)) {
    if (!users.has(id) && !groups.has(id)) former.add(id);
  }
  return { users: [...users], groups: [...groups], former: [...former] };
}

function activeUsers(database: Database, organizationId: string) {
  return database
    .selectFrom('users')
    .select('id')
    .where('organization_id', '=', organizationId)
    .where('deleted_at', 'is', null)
    .limit(NAMESAKES_MAX);
}

function activeGroups(database: Database, organizationId: string) {
  return database
    .selectFrom('groups')
    .select('id')
    .where('organization_id', '=', organizationId)
    .where('deleted_at', 'is', null)
    .limit(NAMESAKES_MAX);
}

/** Returns users that have the email address, including deleted ones. */
async function usersWithEmail(database: Database, organizationId: string, key: string) {
  return await database
    .selectFrom('user_emails')
    .innerJoin('users', 'users.id', 'user_emails.user_id')
    .select(['users.id', 'users.deleted_at'])
    .where('user_emails.organization_id', '=', organizationId)
    .where('user_emails.value_key', '=', key)
    .limit(NAMESAKES_MAX)
    .execute();
}

/** Returns the target ids of events that have the name, either as the name of their target or as a further name. */
async function formerIds(database: Database, organizationId: string, name: string): Promise<readonly string[]> {
  const byTarget = await database
    .selectFrom('events')
    .select('target_id')
    .distinct()
    .where('organization_id', '=', organizationId)
    .where('target_key', '=', nameKey(name))
    .where(namedEvents)
    .where('target_id', 'is not', null)
    .limit(NAMESAKES_MAX)
    .execute();
  const byName = await database
    .selectFrom('event_names')
    .innerJoin('events', 'events.id', 'event_names.event_id')
    .select('events.target_id')
    .distinct()
    .where('event_names.organization_id', '=', organizationId)
    .where('event_names.name_key', '=', nameKey(name))
    .where('events.target_id', 'is not', null)
    .limit(NAMESAKES_MAX)
    .execute();
  return [...byTarget, ...byName].flatMap(({ target_id: id }) => id ?? []);
}
