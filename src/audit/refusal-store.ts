import { createHash } from 'node:crypto';
import { DAY_MS, type Clock } from '#base/clock.ts';
import { IGNORED_MAX } from '#scim/resource/ignored-attributes.ts';
import { inTransaction, scopeTo, type Database } from '#database/database.ts';
import { engineAdapterOf } from '#database/engine.ts';
import { prepared } from '#database/prepared.ts';
import { insertEventNames } from './event-name-store.ts';
import { eventJson, type RecordedEvent } from './event-body.ts';
import { recordEvent, recordEventWithId, storableNames } from './event-store.ts';
import type { EventDraft, Origin } from './event-types.ts';
import { recordRefusedPerson, refusedPersonOf, type RefusedPerson } from './refused-person-store.ts';

/** The maximum number of refusals of one credential that each get an event within a day. The day begins with the first of them. */
export const CREDENTIAL_REFUSALS_PER_DAY_MAX = 5_000;
/** The maximum number of refusals of all credentials of an organization together that each get an event within a day. */
export const ORGANIZATION_REFUSALS_PER_DAY_MAX = 20_000;
/** The length of the window in which refusals share an event. */
export const REFUSAL_WINDOW_MS = 60 * 60 * 1_000;
/** The maximum number of refusals of one credential, reason, path, and target that each get an event within a window. */
export const TARGET_REFUSALS_MAX = 5;
/** The maximum number of refusals of one credential, of any reason and target, that each get an event within a window. */
export const CREDENTIAL_REFUSALS_MAX = 1_000;
/**
 * The maximum number of names of a shared event. A search for a user or a group without a separate event finds the shared event by these
 * names.
 */
export const SHARED_NAMES_MAX = 20_000;
/** The maximum number of credentials and of organizations that a process tracks. A new one replaces the one with the oldest window. */
const COUNTED_MAX = 10_000;

/** A refusal, or another event that a client can repeat without limit, and the credential of the request. */
export interface Refusal {
  readonly origin: Origin;
  readonly draft: EventDraft;
  /** The id of the key or the session. Without it, refusals are counted by actor. */
  readonly credentialId?: string | undefined;
  /** Stores the request in the transaction of its event. Not called for a request that shares an event. */
  readonly keep?: ((transaction: Database, event: RecordedEvent) => Promise<void>) | undefined;
}

/** How many refusals each get an event within a day, and how many credentials and organizations are tracked. */
export interface DailyLimits {
  readonly credential: number;
  readonly organization: number;
  readonly counted: number;
  /** SHARED_NAMES_MAX by default. Only tests set another number. */
  readonly sharedNames?: number;
}

export const dailyLimits: DailyLimits = {
  credential: CREDENTIAL_REFUSALS_PER_DAY_MAX,
  organization: ORGANIZATION_REFUSALS_PER_DAY_MAX,
  counted: COUNTED_MAX,
};

/** A shared event: its first refusal, its number of refusals, and the number that is already in the database. */
interface SharedEvent {
  readonly refusal: Refusal;
  event: RecordedEvent | undefined;
  count: number;
  written: number;
  /** The names of users and groups that are not in the database yet. */
  readonly names: Set<string>;
  namesLeft: number;
  /** The people whom requests wanted to create and that are not in the database yet, by their keys. */
  readonly people: Map<string, RefusedPerson>;
  /** The ignored attributes of all requests, by path. */
  readonly ignored: Map<string, IgnoredAttribute>;
  readonly first: Date;
  last: Date;
  pendingWrite: Promise<unknown>;
}

/** The number of refusals that each got an event within a day. */
interface DailyCount {
  readonly since: number;
  ownEvents: number;
}

type IgnoredAttribute = NonNullable<EventDraft['ignored']>[number];

/** The refusals, or the ignored changes, of one credential within one window. */
interface CredentialWindow {
  readonly since: number;
  ownEvents: number;
  /** The daily counts of the credential and of its organization. */
  readonly days: readonly [credential: DailyCount, organization: DailyCount];
  /** The number of refusals that each got an event, by `targetKey`. */
  readonly ownEventsByTarget: Map<string, number>;
  /** The shared events, by `reasonKey`. */
  readonly repeated: Map<string, SharedEvent>;
}

interface RefusalCounters {
  /** By organization, kind, and credential, in the order in which the windows began. */
  readonly windows: Map<string, CredentialWindow>;
  /** By organization, kind, and credential. */
  readonly credentialDays: Map<string, DailyCount>;
  /** By organization and kind. Separate, so that a new credential does not remove an organization's count. */
  readonly organizationDays: Map<string, DailyCount>;
}

/** The counts for each database that this process has open. */
const countersByAdapter = new WeakMap<object, RefusalCounters>();

/**
 * Records the refusal of a request. The first refusals of a credential each get an event with their target. Further refusals for the
 * same reason within REFUSAL_WINDOW_MS share one event, which has their number and the times of the first and the last, and is found by
 * the names of all targets. Ignored changes are counted in the same way, separately from refusals. Each process writes separate events.
 *
 * Resolves when the event or the count is in the database, so that no count is lost if the process ends.
 */
export async function recordRefusedRequest(
  database: Database,
  clock: Clock,
  refusal: Refusal,
  perDay: DailyLimits = dailyLimits,
): Promise<void> {
  const { origin, draft } = refusal;
  const own = scopeTo(database, origin.organizationId);
  const window = windowFor(database, clock, refusal, perDay.counted);
  const target = targetKey(refusal);
  const ownEvents = window.ownEventsByTarget.get(target) ?? 0;
  if (ownEvents < TARGET_REFUSALS_MAX && mayHaveOwnEvent(window, perDay)) {
    window.ownEvents += 1;
    for (const day of window.days) day.ownEvents += 1;
    window.ownEventsByTarget.set(target, ownEvents + 1);
    await recordOwnEvent(own, clock, refusal);
    return;
  }
  const now = clock.now();
  const repeated = window.repeated.get(reasonKey(refusal)) ?? {
    refusal,
    event: undefined,
    count: 0,
    written: 0,
    names: new Set(),
    people: new Map(),
    namesLeft: perDay.sharedNames ?? SHARED_NAMES_MAX,
    ignored: new Map(),
    first: now,
    last: now,
    pendingWrite: Promise.resolve(),
  };
  window.repeated.set(reasonKey(refusal), repeated);
  repeated.count += 1;
  repeated.last = now;
  for (const name of namesOf(refusal).slice(0, repeated.namesLeft - repeated.names.size)) repeated.names.add(name);
  addPerson(repeated, refusedPersonOf(origin, draft));
  for (const one of draft.ignored ?? []) {
    if (repeated.ignored.size < IGNORED_MAX) repeated.ignored.set(one.path, one);
  }
  // Refusals that arrive during a write are included in the next write.
  const writing = repeated.pendingWrite.then(() => writeSharedEvent(own, clock, repeated));
  repeated.pendingWrite = writing.catch(() => undefined);
  await writing;
}

/** Records a refusal with its own event, the person whom the request wanted to create, and the request. */
async function recordOwnEvent(database: Database, clock: Clock, { origin, draft, keep }: Refusal): Promise<void> {
  const person = refusedPersonOf(origin, draft);
  if (person === undefined && keep === undefined) {
    await recordEvent(database, clock, origin, draft);
    return;
  }
  const record = async (transaction: Database) => {
    const event = await recordEventWithId(transaction, clock, origin, draft);
    if (person !== undefined) await recordRefusedPerson(transaction, origin.organizationId, person, event);
    await keep?.(transaction, event);
  };
  await (database.isTransaction ? record(database) : inTransaction(database, record));
}

function windowFor(
  database: Database,
  clock: Clock,
  { origin, draft, credentialId }: Refusal,
  trackedMax: number,
): CredentialWindow {
  const adapter = engineAdapterOf(database);
  let all = countersByAdapter.get(adapter);
  if (all === undefined) {
    all = { windows: new Map(), credentialDays: new Map(), organizationDays: new Map() };
    countersByAdapter.set(adapter, all);
  }
  const { actor, organizationId } = origin;
  // Ignored changes must not use up the events of refusals.
  const kind = draft.error === undefined ? 'ignored' : 'refused';
  const key = JSON.stringify([organizationId, kind, credentialId ?? [actor.type, actor.id]]);
  const now = clock.now().getTime();
  const known = all.windows.get(key);
  if (known !== undefined && Math.abs(now - known.since) < REFUSAL_WINDOW_MS) return known;
  all.windows.delete(key);
  const days = [
    dailyCountFor(all.credentialDays, key, now, trackedMax),
    dailyCountFor(all.organizationDays, JSON.stringify([organizationId, kind]), now, trackedMax),
  ] as const;
  const window: CredentialWindow = {
    since: now,
    ownEvents: 0,
    days,
    ownEventsByTarget: new Map(),
    repeated: new Map(),
  };
  forgetOldest(all.windows, trackedMax);
  all.windows.set(key, window);
  return window;
}

function dailyCountFor(days: Map<string, DailyCount>, key: string, now: number, trackedMax: number): DailyCount {
  const known = days.get(key);
  if (known !== undefined && Math.abs(now - known.since) < DAY_MS) return known;
  days.delete(key);
  forgetOldest(days, trackedMax);
  const day: DailyCount = { since: now, ownEvents: 0 };
  days.set(key, day);
  return day;
}

function forgetOldest(all: Map<string, unknown>, trackedMax: number): void {
  const [oldest] = all.keys();
  if (all.size >= trackedMax && oldest !== undefined) all.delete(oldest);
}

function mayHaveOwnEvent(
  { ownEvents, days: [credential, organization] }: CredentialWindow,
  perDay: DailyLimits,
): boolean {
  return (
    ownEvents < CREDENTIAL_REFUSALS_MAX &&
    credential.ownEvents < perDay.credential &&
    organization.ownEvents < perDay.organization
  );
}

/** Returns the key of the shared event: the reason. */
function reasonKey({ draft: { type, error, radius } }: Refusal): string {
  return radius?.reason ?? error?.code ?? type;
}

/** Returns the key of a refusal's target. A sender with an invalid credential can choose any target: there, only the reason counts. */
function targetKey(refusal: Refusal): string {
  const { origin, draft } = refusal;
  const { request } = origin;
  const { type, target, ignored = [] } = draft;
  if (type === 'sign_in_refused') return reasonKey(refusal);
  const paths = ignored.map(({ path }) => path).toSorted();
  const parts = [reasonKey(refusal), request?.method, request?.path, target.type, target.id, target.name, paths];
  // A hash, because values that a client sends must not fill the memory.
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64');
}

async function writeSharedEvent(database: Database, clock: Clock, repeated: SharedEvent): Promise<void> {
  const { count, first, last, event } = repeated;
  if (count === repeated.written) return;
  const { origin, draft } = repeated.refusal;
  const shared: EventDraft = {
    ...draft,
    target: { type: draft.target.type, id: null, name: null },
    ...(draft.error && {
      error: {
        ...draft.error,
        message: `One of several requests that were refused for this reason; the first of them: ${draft.error.message}`,
        reason: undefined,
      },
    }),
    ignored: [...repeated.ignored.values()],
    repeated: { count, first, last },
  };
  const names = [...repeated.names];
  const people = [...repeated.people];
  const { organizationId } = origin;
  repeated.event = await inTransaction(database, async (transaction) => {
    const isReplaced =
      event !== undefined &&
      (await replaceBody(transaction, { organizationId, id: event.id, body: eventJson(event, origin, shared) }));
    // Writes a new event if the shared event was deleted in the meantime, by the purge of old events or by a move of the organization.
    const written = isReplaced ? event : await recordEventWithId(transaction, clock, origin, shared);
    const named = { eventId: written.id, organizationId, at: written.at.getTime() };
    await insertEventNames(transaction, named, names, SHARED_NAMES_MAX);
    for (const [, person] of people) {
      await recordRefusedPerson(transaction, organizationId, person, { id: written.id, at: last });
    }
    return written;
  });
  repeated.written = count;
  // Names are deleted only after a successful write, so that the next write includes the names of a failed one.
  for (const name of names) repeated.names.delete(name);
  for (const [key, person] of people) if (repeated.people.get(key) === person) repeated.people.delete(key);
  repeated.namesLeft -= names.length;
}

/** Adds a refused person to those that the next write of the shared event records. */
function addPerson({ people }: SharedEvent, person: RefusedPerson | undefined): void {
  if (person === undefined) return;
  const key = JSON.stringify([person.sourceId, person.nameKey]);
  const refusals = (people.get(key)?.refusals ?? 0) + 1;
  people.delete(key);
  people.set(key, { ...person, refusals });
}

/** Returns the names of a refusal. A sender with an invalid credential can choose any target: there, no names are recorded. */
function namesOf({ origin, draft: { type, target } }: Refusal): readonly string[] {
  if (type === 'sign_in_refused') return [];
  return storableNames(origin, { names: target.name === null ? [] : [target.name], target });
}

interface Replacement {
  readonly organizationId: string;
  readonly id: string;
  readonly body: string;
}

const replaceEventBody = prepared((database, { organizationId, id, body }: Replacement) =>
  database
    .updateTable('events')
    .set({ body })
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .returning('id'),
);

async function replaceBody(database: Database, replacement: Replacement): Promise<boolean> {
  return (await replaceEventBody(database, replacement)).length > 0;
}
