import { findNamedIds } from '#audit/event-name-store.ts';
import type { StoredEvent } from '#audit/stored-event.ts';
import { findPurges, findTargetNames } from '#audit/timeline-store.ts';
import { DAY_MS } from '#base/clock.ts';
import { idInLowerCase } from '#base/ids.ts';
import type { Database } from '#database/database.ts';
import { emailValues, readText } from './attribute-contract.ts';
import { findDeletedUsers, findUsersByKey } from './named-user-store.ts';
import { displayNameOf, RESTORABLE_DAYS, type StoredUser } from './stored.ts';
import { findUsers } from './user-store.ts';

/** What the directory knows about a name. The answers of the REST API show these texts. */
export const personStates = {
  present: 'The user is in the directory.',
  deleted: 'The user was deleted, and can be restored for 30 days.',
  purged: 'The user was permanently removed. Only events are left.',
  refused: 'There is no such user: every request that named the user was refused.',
  unknown: 'There is no such user, and no request named the user.',
} as const satisfies Readonly<Record<string, string>>;

export type PersonState = keyof typeof personStates;

/** A user, or a name that is not in the directory. */
export interface Person {
  /** The id of the user; null for a name that no user has or had. */
  readonly id: string | null;
  /** The displayName, else the userName, else the name that the caller sent. */
  readonly name: string;
  readonly state: PersonState;
  readonly userName: string | null;
  readonly username: string | null;
  readonly email: string | null;
  readonly displayName: string | null;
  readonly externalId: string | null;
  /** When the user was deleted or permanently removed, as RFC 3339; else null. */
  readonly deletedAt: string | null;
  /** Until when a deleted user can be restored, as RFC 3339; else null. */
  readonly restorableUntil: string | null;
}

/** The maximum number of users with the same name that a search for a person returns besides the first. */
export const NAMESAKES_SHOWN_MAX = 20;

interface FoundPersons {
  /** The person that a name most likely refers to; undefined if no user has or had the name. */
  readonly person: Person | undefined;
  /** The other users who have or had the name, at most NAMESAKES_SHOWN_MAX. */
  readonly namesakes: readonly Person[];
  /** The names by which requests about the person are found, besides the id. */
  readonly names: readonly string[];
}

const unknownNames = { userName: null, username: null, email: null, displayName: null, externalId: null } as const;

/** Returns a name that no user has or had. */
export function nameOnly(name: string, state: 'refused' | 'unknown'): Person {
  return { ...unknownNames, id: null, name, state, deletedAt: null, restorableUntil: null };
}

/**
 * Finds the users that a name refers to, by an id or by any current or former userName, username, email, displayName or externalId. Users
 * who have the name now come first, those with it as userName, username or primary email before others; then users who used to have it,
 * deleted users, and users who were permanently removed. An id finds only one user.
 */
export async function findPersons(database: Database, organizationId: string, sent: string): Promise<FoundPersons> {
  const name = idInLowerCase(sent);
  const byKey = await findUsersByKey(database, organizationId, name);
  if (byKey.length === 1 && byKey[0]?.id === name) return await found(database, organizationId, name, byKey);
  const { users, former } = await findNamedIds(database, organizationId, name);
  const ids = [...new Set([name, ...former])];
  const present = [
    ...byKey,
    ...(await findUsers(database, organizationId, users)),
    ...(await findUsers(database, organizationId, former)),
  ];
  const deleted = await findDeletedUsers(database, organizationId, ids);
  const isFound = new Set([...present, ...deleted].map(({ id }) => id));
  const lost = ids.filter((id) => !isFound.has(id));
  const purged = await findPurges(database, organizationId, lost);
  const all = [...new Map([...present, ...deleted].map((user) => [user.id, user])).values()];
  const exact = [...all, ...purged].find((one) => idOf(one) === name);
  return await found(database, organizationId, name, exact === undefined ? [...all, ...purged] : [exact]);
}

type Candidate = StoredUser | StoredEvent;

async function found(
  database: Database,
  organizationId: string,
  name: string,
  [first, ...others]: readonly Candidate[],
): Promise<FoundPersons> {
  if (first === undefined) return { person: undefined, namesakes: [], names: [name] };
  const id = idOf(first);
  const former = await findTargetNames(database, organizationId, id);
  const current = 'document' in first ? currentNames(first) : [];
  return {
    person: personOf(first),
    namesakes: others.slice(0, NAMESAKES_SHOWN_MAX).map(personOf),
    names: [...(name === id ? [] : [name]), ...current, ...former],
  };
}

/** The displayName is left out, because many people share one: a request that sent it may be about another person. */
function currentNames({ userName, username, email, document }: StoredUser): readonly string[] {
  const names = [userName, username, email, readText(document, ['externalId']), ...emailValues(document)];
  return names.flatMap((name) => name ?? []).filter((name) => name !== '');
}

function idOf(candidate: Candidate): string {
  return 'document' in candidate ? candidate.id : (candidate.resource.id ?? '');
}

/** Returns a user, or a user who was permanently removed, as a person. */
function personOf(candidate: Candidate): Person {
  if (!('document' in candidate)) {
    const { resource, timestamp } = candidate;
    const userName = resource.username ?? null;
    const name = userName ?? resource.id ?? '';
    const state = 'purged';
    return { ...unknownNames, id: resource.id, name, state, userName, deletedAt: timestamp, restorableUntil: null };
  }
  const { id, userName, username, email, document, deletedAt } = candidate;
  return {
    id,
    name: displayNameOf(candidate),
    state: deletedAt === null ? 'present' : 'deleted',
    userName,
    username,
    email,
    displayName: readText(document, ['displayName']) ?? null,
    externalId: readText(document, ['externalId']) ?? null,
    deletedAt: deletedAt?.toISOString() ?? null,
    restorableUntil: deletedAt === null ? null : new Date(deletedAt.getTime() + RESTORABLE_DAYS * DAY_MS).toISOString(),
  };
}
