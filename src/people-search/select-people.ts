import { decodeOpaque, encodeOpaque, isCount, queryDigest } from '#base/opaque-text.ts';
import { TranslatedError } from '#base/translated-error.ts';
import type { Database } from '#database/database.ts';
import { readCount, type ListKey } from '#directory/list-store.ts';
import type { StoredUser } from '#directory/stored.ts';
import { findUsers } from '#directory/user-store.ts';
import { NO_SOURCE } from '#integrations/source-filter.ts';
import { findSettings } from '#organizations/organization-store.ts';
import { exemptionsOf, type Exemption, type PeopleAction } from './action-outcomes.ts';
import { countUsersIn } from './group-filter-store.ts';
import { invalidCursor } from './people-cursor.ts';
import { requireFilters, wordsOf } from './people-filters.ts';
import type { PeopleQuery } from './people-query.ts';
import { CANDIDATES_MAX, findMatches, keyOfUser, readPersonKeys, type UserSearch } from './people-store.ts';

/** The maximum number of ids of a selection, and of people that it leaves out. */
export const SELECTED_IDS_MAX = 1_000;
/** The default and the maximum number of people on a page of a selection. */
export const SELECTED_PAGE_DEFAULT = 100;
export const SELECTED_PAGE_MAX = 200;
/** The number of people whom a preview names. */
const NAMED_MAX = 5;

/** The filters of a search of users. */
export type PeopleFilters = Pick<
  PeopleQuery,
  'search' | 'states' | 'passwordStatus' | 'source' | 'group' | 'department' | 'changedSince'
>;

/** The users with some ids, or those that match filters, without some of them. Deleted users are never selected. */
export interface Selection {
  readonly ids: readonly string[] | undefined;
  readonly filters: PeopleFilters;
  readonly except: readonly string[];
}

interface SelectDeps {
  readonly database: Database;
  /** CANDIDATES_MAX by default. Only tests set another number, to read few people in the way in which a selection reads many. */
  readonly candidatesMax?: number | undefined;
}

export interface NamedPeople {
  readonly total: number;
  /** The first of them by name. */
  readonly people: readonly StoredUser[];
}

/** What an action would do with a selection. */
export interface SelectionPreview extends NamedPeople {
  /** The number of people whose accounts belong to a source. */
  readonly owned: number;
  /** The people whom the action would not change, by reason. */
  readonly exempt: readonly (NamedPeople & { readonly exemption: Exemption })[];
}

/** Says what an action would do with a selection. Throws `invalidQuery` (400) as `searchPeople` does. */
export async function previewSelection(
  deps: SelectDeps,
  organizationId: string,
  selection: Selection,
  action: PeopleAction,
): Promise<SelectionPreview> {
  const search = await searchOf(deps, organizationId, selection);
  const all = await namedPeople(deps, organizationId, search, selection.except);
  const exempt: (NamedPeople & { readonly exemption: Exemption })[] = [];
  for (const exemption of exemptionsOf[action]) {
    const only = { ...search, exempt: { action, exemption } };
    const found = await namedPeople(deps, organizationId, only, selection.except);
    if (found.total > 0) exempt.push({ exemption, ...found });
  }
  return { ...all, owned: await countOwned(deps.database, organizationId, search, selection, all.total), exempt };
}

/** A page of a selection, in the order in which the people were created, so that it does not change while an action changes them. */
export interface SelectionPage {
  readonly users: readonly StoredUser[];
  /** The cursor of the next page; undefined on the last one. */
  readonly next: string | undefined;
}

/** What binds the pages of a selection: where they are, and for which action. */
export interface SelectionWalk {
  readonly cursor: string | undefined;
  readonly limit: number;
  /** What the caller does with the selection. A cursor is only valid for it. */
  readonly purpose: string;
  /** The number of people that the caller expects on all pages; undefined for any number. It counts on the first page. */
  readonly expected: number | undefined;
}

/**
 * Returns a page of a selection. People who were created after the first page was read are not selected. Throws `versionMismatch` (412) if
 * another number of people than `expected` is selected, and `invalidCursor` (400).
 */
export async function readSelection(
  deps: SelectDeps,
  organizationId: string,
  selection: Selection,
  { cursor, limit, purpose, expected }: SelectionWalk,
): Promise<SelectionPage> {
  const { database } = deps;
  const search = await searchOf(deps, organizationId, selection);
  const digest = queryDigest([organizationId, purpose, selection]);
  const place =
    cursor === undefined
      ? await startOf(database, organizationId, search, selection, expected)
      : await placeOf(database, organizationId, cursor, digest);
  if (place === undefined) return { users: [], next: undefined };
  const { after, end, total } = place;
  const matches =
    total > search.candidatesMax ? { sequences: undefined } : await findMatches(database, organizationId, search);
  const keys = await readPersonKeys(
    database,
    organizationId,
    { search, sequences: matches.sequences },
    { sort: 'created', descending: false, limit, after, skip: 0, total },
  );
  const read = keys.filter((key) => !isAfter(key, end));
  const last = read.at(-1);
  const left = new Set(selection.except);
  const ids = read.map(({ id }) => id).filter((id) => !left.has(id));
  const isLast = last === undefined || read.length < limit || last.id === end.id;
  const next = isLast ? undefined : encodeOpaque([[last.id, last.value], [end.id, end.value], total, digest]);
  return { users: await inOrder(database, organizationId, ids), next };
}

interface Place {
  readonly after: ListKey | undefined;
  /** The last selected user when the first page was read. */
  readonly end: ListKey;
  readonly total: number;
}

async function startOf(
  database: Database,
  organizationId: string,
  search: UserSearch,
  selection: Selection,
  expected: number | undefined,
): Promise<Place | undefined> {
  const { total: all, sequences } = await findMatches(database, organizationId, search);
  const total = all - (await countExcept(database, organizationId, search, selection.except));
  if (expected !== undefined && expected !== total) {
    throw new TranslatedError('versionMismatch', ({ admin }) => admin.people.otherTotal(expected, total), {
      attribute: 'expected',
      value: String(expected),
    });
  }
  const order = { sort: 'created', descending: true, limit: 1, after: undefined, skip: 0, total: all } as const;
  const [end] = await readPersonKeys(database, organizationId, { search, sequences }, order);
  return end === undefined ? undefined : { after: undefined, end, total: all };
}

async function placeOf(database: Database, organizationId: string, cursor: string, digest: string): Promise<Place> {
  const parsed = decodeOpaque(cursor);
  if (!isCursor(parsed)) throw invalidCursor(cursor, 'unknownSelection');
  const [after, end, total, found] = parsed;
  if (found !== digest) {
    throw invalidCursor(cursor, 'otherSelection');
  }
  const [afterKey, endKey] = [
    await keyOfUser(database, organizationId, ...after),
    await keyOfUser(database, organizationId, ...end),
  ];
  if (afterKey === undefined || endKey === undefined) throw invalidCursor(cursor, 'removed');
  return { after: afterKey, end: endKey, total };
}

type Position = readonly [id: string, value: number];

function isCursor(parsed: unknown): parsed is readonly [Position, Position, number, string] {
  const isPosition = (value: unknown) =>
    Array.isArray(value) && value.length === 2 && typeof value[0] === 'string' && isCount(value[1]);
  return (
    Array.isArray(parsed) &&
    parsed.length === 4 &&
    isPosition(parsed[0]) &&
    isPosition(parsed[1]) &&
    isCount(parsed[2]) &&
    typeof parsed[3] === 'string'
  );
}

/** True if a row is after another one in the order of creation. */
function isAfter(key: ListKey, end: ListKey): boolean {
  const [value, last] = [Number(key.value), Number(end.value)];
  return value > last || (value === last && key.sequence > end.sequence);
}

async function searchOf(
  { database, candidatesMax = CANDIDATES_MAX }: SelectDeps,
  organizationId: string,
  { ids, filters }: Selection,
): Promise<UserSearch> {
  await requireFilters(database, organizationId, filters);
  const settings = await findSettings(database, organizationId);
  return {
    ...filters,
    ids,
    parts: wordsOf(filters.search),
    candidatesMax,
    arePasswordsManaged: settings.externalPasswordAuthority === 'scim',
    groupSize: await sizeOf(database, organizationId, filters.group),
  };
}

/** Lets a search in a large group read the other conditions first. */
async function sizeOf(database: Database, organizationId: string, group: string | undefined) {
  if (group === undefined) return undefined;
  const users = await countUsersIn(database, organizationId, group);
  return { users, everyone: await readCount(database, organizationId, 'User') };
}

async function count(
  database: Database,
  organizationId: string,
  search: UserSearch,
  except: readonly string[],
): Promise<number> {
  const { total } = await findMatches(database, organizationId, search);
  return total - (await countExcept(database, organizationId, search, except));
}

/** Counts the people who match but are left out. They are few, so that they are looked up, and the others are only counted. */
async function countExcept(
  database: Database,
  organizationId: string,
  search: UserSearch,
  except: readonly string[],
): Promise<number> {
  if (except.length === 0) return 0;
  return (await findMatches(database, organizationId, { ...search, ids: except })).total;
}

async function countOwned(
  database: Database,
  organizationId: string,
  search: UserSearch,
  { except }: Selection,
  total: number,
): Promise<number> {
  if (search.source !== undefined) return search.source === NO_SOURCE ? 0 : total;
  return total - (await count(database, organizationId, { ...search, source: NO_SOURCE }, except));
}

async function namedPeople(
  { database }: SelectDeps,
  organizationId: string,
  search: UserSearch,
  except: readonly string[],
): Promise<NamedPeople> {
  const { total, sequences } = await findMatches(database, organizationId, search);
  const left = await countExcept(database, organizationId, search, except);
  if (total === left) return { total: 0, people: [] };
  const order = { sort: 'name', descending: false, after: undefined, skip: 0, total } as const;
  const limit = NAMED_MAX + left;
  const keys = await readPersonKeys(database, organizationId, { search, sequences }, { ...order, limit });
  const isLeft = new Set(except);
  const ids = keys.map(({ id }) => id).filter((id) => !isLeft.has(id));
  return { total: total - left, people: await inOrder(database, organizationId, ids.slice(0, NAMED_MAX)) };
}

/** Reads users in the order of their ids. Users who were deleted meanwhile are left out. */
async function inOrder(database: Database, organizationId: string, ids: readonly string[]) {
  const byId = new Map((await findUsers(database, organizationId, ids)).map((user) => [user.id, user]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}
