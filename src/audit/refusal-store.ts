import { createHash } from 'node:crypto';
import { DAY_MS, type Clock } from '#base/clock.ts';
import { IGNORED_MAX } from '#scim/resource/ignored-attributes.ts';
import { inTransaction, scopeTo, type Database } from '#database/database.ts';
import { engineAdapterOf } from '#database/engine.ts';
import { prepared } from '#database/prepared.ts';
import { insertEventNames } from './event-name-store.ts';
import { eventText, namesSent, recordEvent, recordKnownEvent, type RecordedEvent } from './event-store.ts';
import type { EventDraft, Origin } from './event-types.ts';

/** Refusals of one credential that get an event each within a day, which begins with the first of them. */
const CREDENTIAL_REFUSALS_PER_DAY_MAX = 5_000;
/** The same for all credentials of an organization together. */
const ORGANIZATION_REFUSALS_PER_DAY_MAX = 20_000;
/** How long refusals are counted together. */
export const REFUSAL_WINDOW_MS = 60 * 60 * 1_000;
/** Refusals of one credential, for one reason, of one path and about one target, that get an event each within a window. */
export const REFUSALS_ALONE_MAX = 5;
/** Refusals of one credential that get an event each within a window, whatever they are about. */
export const CREDENTIAL_REFUSALS_MAX = 1_000;
/** Names by which the event of many refusals is found: users and groups without an event of their own. */
export const SHARED_NAMES_MAX = 20_000;
/** Credentials that a process counts refusals of, and organizations. The one whose window began first is forgotten for another one. */
const COUNTED_MAX = 10_000;

/** A refusal, or another event that a client can repeat without end, and whose credential it came with. */
export interface Refusal {
  readonly origin: Origin;
  readonly draft: EventDraft;
  /** The id of the key or the session; without it the actor counts. */
  readonly credentialId?: string | undefined;
}

/** Refusals that get an event each within a day, and how many credentials and organizations are counted. */
export interface DailyLimits {
  readonly credential: number;
  readonly organization: number;
  readonly counted: number;
}

const dailyLimits: DailyLimits = {
  credential: CREDENTIAL_REFUSALS_PER_DAY_MAX,
  organization: ORGANIZATION_REFUSALS_PER_DAY_MAX,
  counted: COUNTED_MAX,
};

/** One event that stands for many refusals: the first of them, how many there were, and how many the database knows. */
interface Repeated {
  readonly refusal: Refusal;
  event: RecordedEvent | undefined;
  count: number;
  written: number;
  /** Names of refused users and groups that are not written yet. */
  readonly names: Set<string>;
  namesLeft: number;
  /** By path, the attributes that any of the requests sent and that were left out. */
  readonly ignored: Map<string, IgnoredAttribute>;
  readonly first: Date;
  last: Date;
  tail: Promise<unknown>;
}

/** How many events of their own there were within a day. */
interface Daily {
  readonly since: number;
  alone: number;
}

type IgnoredAttribute = NonNullable<EventDraft['ignored']>[number];

/** What one credential was refused within one window, or what of its changes was ignored. */
interface Counted {
  readonly since: number;
  alone: number;
  /** Of the credential, and of its organization. */
  readonly days: readonly [credential: Daily, organization: Daily];
  /** By reason and target. */
  readonly aloneByTarget: Map<string, number>;
  /** By reason. */
  readonly repeated: Map<string, Repeated>;
}

interface CountedAll {
  /** By organization, kind and credential, in the order in which their windows began. */
  readonly counted: Map<string, Counted>;
  /** By the same. */
  readonly credentialDays: Map<string, Daily>;
  /** By organization and kind: not forgotten for one of many credentials. */
  readonly organizationDays: Map<string, Daily>;
}

/** Of each database that this process has open. */
const countedByAdapter = new WeakMap<object, CountedAll>();

/**
 * Records the refusal of a request. The first refusals of a credential get an event each, with their target; further ones for
 * the same reason share one event within REFUSAL_WINDOW_MS, which says how many there were, and when the first and the last
 * came, and is found by the names of all targets. Changes that were ignored are counted the same way, apart from refusals.
 * Resolves when the database has the event or the count, so that no count is lost with the process. Each process has
 * events of its own.
 */
export async function recordRefusedRequest(
  database: Database,
  clock: Clock,
  refusal: Refusal,
  perDay: DailyLimits = dailyLimits,
): Promise<void> {
  const { origin, draft } = refusal;
  const own = scopeTo(database, origin.organizationId);
  const counted = countedFor(database, clock, refusal, perDay.counted);
  const target = targetKey(refusal);
  const alone = counted.aloneByTarget.get(target) ?? 0;
  if (alone < REFUSALS_ALONE_MAX && mayStandAlone(counted, perDay)) {
    counted.alone += 1;
    for (const day of counted.days) day.alone += 1;
    counted.aloneByTarget.set(target, alone + 1);
    await recordEvent(own, clock, origin, draft);
    return;
  }
  const now = clock.now();
  const repeated = counted.repeated.get(reasonKey(refusal)) ?? {
    refusal,
    event: undefined,
    count: 0,
    written: 0,
    names: new Set(),
    namesLeft: SHARED_NAMES_MAX,
    ignored: new Map(),
    first: now,
    last: now,
    tail: Promise.resolve(),
  };
  counted.repeated.set(reasonKey(refusal), repeated);
  repeated.count += 1;
  repeated.last = now;
  for (const name of namesOf(refusal).slice(0, repeated.namesLeft - repeated.names.size)) repeated.names.add(name);
  for (const one of draft.ignored ?? []) {
    if (repeated.ignored.size < IGNORED_MAX) repeated.ignored.set(one.path, one);
  }
  // Those that come while one is being written are counted by the next writing together.
  const writing = repeated.tail.then(() => write(own, clock, repeated));
  repeated.tail = writing.catch(() => undefined);
  await writing;
}

function countedFor(
  database: Database,
  clock: Clock,
  { origin, draft, credentialId }: Refusal,
  countedMax: number,
): Counted {
  const adapter = engineAdapterOf(database);
  let all = countedByAdapter.get(adapter);
  if (all === undefined) {
    all = { counted: new Map(), credentialDays: new Map(), organizationDays: new Map() };
    countedByAdapter.set(adapter, all);
  }
  const { actor, organizationId } = origin;
  // What was ignored must not use up the events of refusals.
  const kind = draft.error === undefined ? 'ignored' : 'refused';
  const key = JSON.stringify([organizationId, kind, credentialId ?? [actor.type, actor.id]]);
  const now = clock.now().getTime();
  const known = all.counted.get(key);
  if (known !== undefined && Math.abs(now - known.since) < REFUSAL_WINDOW_MS) return known;
  all.counted.delete(key);
  const days = [
    dayFor(all.credentialDays, key, now, countedMax),
    dayFor(all.organizationDays, JSON.stringify([organizationId, kind]), now, countedMax),
  ] as const;
  const counted: Counted = { since: now, alone: 0, days, aloneByTarget: new Map(), repeated: new Map() };
  forgetOldest(all.counted, countedMax);
  all.counted.set(key, counted);
  return counted;
}

function dayFor(days: Map<string, Daily>, key: string, now: number, countedMax: number): Daily {
  const known = days.get(key);
  if (known !== undefined && Math.abs(now - known.since) < DAY_MS) return known;
  days.delete(key);
  forgetOldest(days, countedMax);
  const day: Daily = { since: now, alone: 0 };
  days.set(key, day);
  return day;
}

function forgetOldest(all: Map<string, unknown>, countedMax: number): void {
  const [oldest] = all.keys();
  if (all.size >= countedMax && oldest !== undefined) all.delete(oldest);
}

function mayStandAlone({ alone, days: [credential, organization] }: Counted, perDay: DailyLimits): boolean {
  return (
    alone < CREDENTIAL_REFUSALS_MAX && credential.alone < perDay.credential && organization.alone < perDay.organization
  );
}

/** What events are shared by. */
function reasonKey({ draft: { type, error } }: Refusal): string {
  return error?.code ?? type;
}

/** The sender of a credential that may not be used chooses the target: it does not count. */
function targetKey(refusal: Refusal): string {
  const { origin, draft } = refusal;
  const { request } = origin;
  const { type, target, ignored = [] } = draft;
  if (type === 'sign_in_refused') return reasonKey(refusal);
  const paths = ignored.map(({ path }) => path).toSorted();
  const parts = [reasonKey(refusal), request?.method, request?.path, target.type, target.id, target.name, paths];
  // What a client sends must not fill the memory.
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64');
}

async function write(database: Database, clock: Clock, repeated: Repeated): Promise<void> {
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
  const { organizationId } = origin;
  repeated.event = await inTransaction(database, async (transaction) => {
    const isReplaced =
      event !== undefined &&
      (await replaceBody(transaction, { organizationId, id: event.id, body: eventText(event, origin, shared) }));
    // Another one where the event was removed meanwhile, with old events or with the organization's move.
    const written = isReplaced ? event : await recordKnownEvent(transaction, clock, origin, shared);
    const named = { eventId: written.id, organizationId, at: written.at.getTime() };
    await insertEventNames(transaction, named, names, SHARED_NAMES_MAX);
    return written;
  });
  repeated.written = count;
  // Only now: the next writing has the names of one that failed.
  for (const name of names) repeated.names.delete(name);
  repeated.namesLeft -= names.length;
}

/** The sender of a credential that may not be used chooses the target: it gets no names. */
function namesOf({ draft: { type, target } }: Refusal): readonly string[] {
  if (type === 'sign_in_refused') return [];
  return [...(target.name === null ? [] : [target.name]), ...namesSent(target)];
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
