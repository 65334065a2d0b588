import { AppError } from '#base/errors.ts';
import { refusalInChinese } from '#base/reasons/zh/refusal-in-chinese.ts';
import type { SearchPart } from '#base/search-terms.ts';
import type { Language } from '#base/words/language.ts';
import type { Database } from '#database/database.ts';
import { readText } from '#directory/attribute-contract.ts';
import { readCount, type ListKey } from '#directory/list-store.ts';
import { passwordStatus } from '#directory/system-user.ts';
import { displayNameOf, type StoredUser } from '#directory/stored.ts';
import { findUsers } from '#directory/user-store.ts';
import { findSettings } from '#organizations/organization-store.ts';
import type { Settings } from '#organizations/settings.ts';
import { ENTERPRISE_USER_SCHEMA } from '#scim/schema/enterprise-user.ts';
import { countUsersIn } from './group-filter-store.ts';
import { decodePeopleCursor, encodePeopleCursor, invalidCursor, type PeopleCursor } from './people-cursor.ts';
import { requireFilters, wordsOf } from './people-filters.ts';
import {
  type PeoplePage,
  type PeopleQuery,
  type PersonSource,
  type PresentPerson,
  type RefusedPersonRow,
} from './people-query.ts';
import type { PeopleFilters } from './select-people.ts';
import { CANDIDATES_MAX, findMatches, isIndexing, keyOfUser, readPersonKeys, type UserSearch } from './people-store.ts';
import { countRefusedPeople, listRefusedPeople, type RefusedRow } from './refused-people-store.ts';

interface SearchDeps {
  readonly database: Database;
  /** CANDIDATES_MAX by default. Only tests set another number, to read few people in the way in which a search reads many. */
  readonly candidatesMax?: number | undefined;
  /** The language of the reasons of refusals. Default: English. */
  readonly language?: Language | undefined;
}

interface Search {
  readonly database: Database;
  readonly organizationId: string;
  readonly query: PeopleQuery;
  readonly parts: readonly SearchPart[];
  readonly settings: Settings;
  readonly cursor: PeopleCursor | undefined;
  readonly sourceOf: (id: string | null) => PersonSource | null;
  readonly candidatesMax: number;
  readonly language: Language;
}

/**
 * Returns a page of the people that match a search: users of the directory, or people who were refused. Throws `invalidQuery` (400) for
 * too many words and for an unknown source or group, and `invalidCursor` (400).
 *
 * @example
 * const page = await searchPeople(deps, organizationId, { ...allPeople, search: 'mei', presence: 'present' });
 * // { total: 12, otherTotal: 1, results: [{ name: 'Ann Meier', … }], next: null, … }
 */
export async function searchPeople(
  { database, candidatesMax = CANDIDATES_MAX, language = 'en' }: SearchDeps,
  organizationId: string,
  query: PeopleQuery,
): Promise<PeoplePage> {
  if (query.cursor !== undefined && query.skip > 0) {
    throw new AppError('invalidQuery', 'skip and cursor were sent: a page begins after one of them. Send only one.', {
      attribute: 'skip',
      value: String(query.skip),
    });
  }
  const integrations = await requireFilters(database, organizationId, query);
  const sourceOf = (id: string | null) => (id === null ? null : { id, name: integrations.get(id) ?? null });
  const search: Search = {
    database,
    organizationId,
    query,
    parts: wordsOf(query.search),
    settings: await findSettings(database, organizationId),
    cursor: decodePeopleCursor(organizationId, query),
    sourceOf,
    candidatesMax,
    language,
  };
  const page = query.presence === 'present' ? await presentPage(search) : await refusedPage(search);
  return { ...page, indexing: await isIndexing(database, organizationId) };
}

type Searched = Pick<Search, 'database' | 'organizationId' | 'parts' | 'settings' | 'candidatesMax'> & {
  readonly query: PeopleFilters;
};

async function userSearchOf({ database, organizationId, query, parts, ...search }: Searched): Promise<UserSearch> {
  const arePasswordsManaged = search.settings.externalPasswordAuthority === 'scim';
  const { candidatesMax } = search;
  const known = { ...query, parts, candidatesMax, arePasswordsManaged, groupSize: undefined };
  if (query.group === undefined) return known;
  const users = await countUsersIn(database, organizationId, query.group);
  const everyone = await readCount(database, organizationId, 'User');
  // All users are members, so the group need not be read.
  if (users === everyone) return { ...known, group: undefined };
  return { ...known, groupSize: { users, everyone } };
}

/** Counts the refused people that match; 0 if the query has a filter that only users can match. */
async function refusedTotal({ database, organizationId, query, parts }: Search): Promise<number> {
  return isForUsersOnly(query) ? 0 : await countRefusedPeople(database, organizationId, { ...query, parts });
}

function isForUsersOnly({ states, passwordStatus: status, group, department }: PeopleQuery): boolean {
  return states.length > 0 || status !== undefined || group !== undefined || department !== undefined;
}

/**
 * Yields all users that match a query, in its order and page by page, as they are when a page is read. Throws `invalidQuery` (400) as
 * `searchPeople` does.
 */
export async function* readMatches(
  { database }: SearchDeps,
  organizationId: string,
  query: Omit<PeopleQuery, 'cursor' | 'skip'>,
): AsyncGenerator<readonly StoredUser[]> {
  await requireFilters(database, organizationId, query);
  const known = { database, organizationId, query, parts: wordsOf(query.search), candidatesMax: CANDIDATES_MAX };
  const search = await userSearchOf({ ...known, settings: await findSettings(database, organizationId) });
  const { total, sequences } = await findMatches(database, organizationId, search);
  const order = { sort: query.sort, descending: query.descending, limit: query.limit, skip: 0, total } as const;
  let after: ListKey | undefined;
  do {
    const keys = await readPersonKeys(database, organizationId, { search, sequences }, { ...order, after });
    const ids = keys.map(({ id }) => id);
    const byId = new Map((await findUsers(database, organizationId, ids)).map((user) => [user.id, user]));
    yield ids.flatMap((id) => byId.get(id) ?? []);
    after = keys.length < query.limit ? undefined : keys.at(-1);
  } while (after !== undefined);
}

/** Yields all refused people that match a query, in its order and page by page. */
export async function* readRefused(
  deps: SearchDeps,
  organizationId: string,
  query: Omit<PeopleQuery, 'cursor' | 'skip'>,
): AsyncGenerator<readonly RefusedPersonRow[]> {
  let cursor: string | undefined;
  do {
    const page = await searchPeople(deps, organizationId, { ...query, presence: 'refused', cursor, skip: 0 });
    yield page.results.filter((person) => person.presence === 'refused');
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
}

async function presentPage(search: Search): Promise<Omit<PeoplePage, 'indexing'>> {
  const { database, organizationId, query, settings, cursor } = search;
  const userSearch = await userSearchOf(search);
  const matches = await findMatches(database, organizationId, userSearch);
  const total = cursor?.total ?? matches.total;
  const otherTotal = cursor?.otherTotal ?? (await refusedTotal(search));
  const after = cursor === undefined ? undefined : await keyOfUser(database, organizationId, cursor.id, cursor.value);
  if (cursor !== undefined && after === undefined) {
    throw invalidCursor(query.cursor ?? '', 'removed');
  }
  const keys = await readPersonKeys(
    database,
    organizationId,
    { search: userSearch, sequences: matches.sequences },
    { sort: query.sort, descending: query.descending, skip: query.skip, limit: query.limit + 1, after, total },
  );
  const shown = keys.slice(0, query.limit);
  const last = shown.at(-1);
  const ids = shown.map(({ id }) => id);
  const byId = new Map((await findUsers(database, organizationId, ids)).map((user) => [user.id, user]));
  return {
    presence: 'present',
    results: ids.flatMap((id) => {
      const user = byId.get(id);
      return user === undefined ? [] : [presentPerson(user, settings, search.sourceOf)];
    }),
    total,
    otherTotal,
    next:
      keys.length > query.limit && last !== undefined
        ? encodePeopleCursor(organizationId, query, { id: last.id, value: last.value, total, otherTotal })
        : null,
  };
}

function presentPerson(user: StoredUser, settings: Settings, sourceOf: Search['sourceOf']): PresentPerson {
  const text = (...path: readonly string[]) => readText(user.document, path) ?? null;
  return {
    presence: 'present',
    id: user.id,
    name: text('displayName') ?? text('name', 'formatted') ?? displayNameOf(user),
    userName: user.userName,
    username: user.username,
    email: user.email,
    state: user.state,
    passwordStatus: passwordStatus(user, settings),
    source: sourceOf(user.integrationId),
    title: text('title'),
    department: text(ENTERPRISE_USER_SCHEMA, 'department'),
    employeeNumber: text(ENTERPRISE_USER_SCHEMA, 'employeeNumber'),
    created: user.createdAt.toISOString(),
    lastChanged: user.modifiedAt.toISOString(),
  };
}

async function refusedPage(search: Search): Promise<Omit<PeoplePage, 'indexing'>> {
  const { database, organizationId, query, parts, cursor } = search;
  const total = cursor?.total ?? (await refusedTotal(search));
  const otherTotal =
    cursor?.otherTotal ?? (await findMatches(database, organizationId, await userSearchOf(search))).total;
  const rows =
    total === 0
      ? []
      : await listRefusedPeople(
          database,
          organizationId,
          { ...query, parts },
          { ...query, limit: query.limit + 1, after: cursor },
        );
  const shown = rows.slice(0, query.limit);
  const last = shown.at(-1);
  return {
    presence: 'refused',
    results: shown.map((row) => refusedPerson(row, search.language)),
    total,
    otherTotal,
    next:
      rows.length > query.limit && last !== undefined
        ? encodePeopleCursor(organizationId, query, { id: last.id, value: last.value, total, otherTotal })
        : null,
  };
}

function refusedPerson(row: RefusedRow, language: Language): RefusedPersonRow {
  return {
    presence: 'refused',
    id: row.id,
    name: row.name,
    userName: row.user_name,
    email: row.email,
    externalId: row.external_id,
    source: row.source_id === '' ? null : { id: row.source_id, name: row.source_name },
    errorCode: row.error_code,
    reasonCode: row.reason_code,
    reason: reasonIn(language, row),
    refusals: row.refusals,
    firstRefused: new Date(row.first_at).toISOString(),
    lastRefused: new Date(row.last_at).toISOString(),
    eventId: row.event_id,
  };
}

/** Returns why a person was refused. Only the English message is stored. */
function reasonIn(language: Language, { error_code: code, message }: RefusedRow): string {
  if (language === 'en') return message;
  const { text, advice } = refusalInChinese(code, message);
  return `${text}${advice}`;
}
