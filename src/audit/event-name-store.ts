import { fold } from '#base/fold.ts';
import type { Database } from '#database/database.ts';
import { namedEvents } from '#database/event-conditions.ts';
import { preparedCommand } from '#database/prepared.ts';

/** UTF-16 units of a folded name that events are found by: an index cannot hold longer ones. A longer name is cut, and still found. */
export const NAME_KEY_LENGTH_MAX = 256;
/** Names that one event is found by, besides the name of its target and the ids that a client gave to its request. */
const EVENT_NAMES_MAX = 16;
/** Ids that a client can give to one request. */
const SENT_IDS_MAX = 3;
/** Users and groups that one name is looked for among. */
const NAMESAKES_MAX = 100;

/** The keys of ids that a client gave to its request begin with this, and end before REQUEST_KEYS_END. */
export const REQUEST_KEYS = 'request:';
export const REQUEST_KEYS_END = 'request;';

/** The name of an event that is found by an id that a client gave to its request. */
export function requestName(id: string): string {
  return `${REQUEST_KEYS}${id}`;
}

/** The key of a name, as events are found by it. */
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

/** Lets an event be found by these names, at most `max` of them; call it in the transaction of the event. */
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
 * Erases the names of a user or a group that is removed for good: its events stay as long as events are kept, and are found by
 * its id and its last userName or displayName.
 */
export async function deleteEventNames(database: Database, organizationId: string, targetId: string): Promise<void> {
  await database
    .deleteFrom('event_names')
    // The ids of requests are not the user's.
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

/** Ids of what has a name, or had it. */
interface NamedIds {
  /** Users that are not deleted, by userName, username, any e-mail, displayName or externalId. */
  readonly users: readonly string[];
  /** Groups that are not deleted, by displayName or externalId. */
  readonly groups: readonly string[];
  /** Whatever had the name before: renamed, deleted or purged. */
  readonly former: readonly string[];
}

/** Finds users, groups and former ones by any of their names, in any letter case; at most NAMESAKES_MAX by each attribute. */
export async function findNamedIds(database: Database, organizationId: string, name: string): Promise<NamedIds> {
  const key = fold(name);
  const users = new Set<string>();
  const groups = new Set<string>();
  const former = new Set<string>();
  // Each by its own index: a planner answers one `or` over them by reading all users.
  for (const column of ['user_name_key', 'username_key', 'display_name_key'] as const) {
    const rows = await activeUsers(database, organizationId).where(column, '=', key).execute();
    for (const { id } of rows) users.add(id);
  }
  for (const { id, deleted_at: deletedAt } of await usersWithEmail(database, organizationId, key)) {
    (deletedAt === null ? users : former).add(id);
  }
  const named = await activeGroups(database, organizationId).where('display_name_key', '=', key).execute();
  for (const { id } of named) groups.add(id);
  // Letter case matters in an externalId: one that is not folded has a row in event_names as well.
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

/** By any of their addresses; deleted users too. */
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

/** The ids of events that have the name: of their target, or besides it. */
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
