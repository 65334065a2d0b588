import { openTestDirectory, type TestDirectory } from '../../tests/support/directory.ts';
import type { JsonObject } from '#base/json.ts';
import { createUser } from '#directory/users.ts';
import type { StoredUser } from '#directory/stored.ts';
import { PEOPLE_LIMIT_MAX, type PeoplePage, type PeopleQuery } from './people-query.ts';
import { searchPeople } from './search-people.ts';

/** A query that matches all users. */
export const allPeople: PeopleQuery = {
  search: '',
  presence: 'present',
  states: [],
  passwordStatus: undefined,
  source: undefined,
  group: undefined,
  department: undefined,
  changedSince: undefined,
  reason: undefined,
  sort: 'name',
  descending: false,
  cursor: undefined,
  skip: 0,
  limit: PEOPLE_LIMIT_MAX,
};

export { openTestDirectory, type TestDirectory };

export async function addPerson(directory: TestDirectory, document: JsonObject): Promise<StoredUser> {
  return await createUser(directory.deps, directory.caller, { document, ignored: [] });
}

/** Searches the people of the test's organization. With a `candidatesMax` of 0, all searches are run like those that match many people. */
export async function search(
  directory: TestDirectory,
  query: Partial<PeopleQuery>,
  candidatesMax?: number,
): Promise<PeoplePage> {
  const { database } = directory.deps;
  const { organizationId } = directory.caller.origin;
  return await searchPeople({ database, candidatesMax }, organizationId, { ...allPeople, ...query });
}

/** Returns the userNames of the people on a page. */
export function namesOn(page: PeoplePage): readonly (string | null)[] {
  return page.results.map(({ userName }) => userName);
}

/** Returns the userNames on all pages of a search. */
export async function allNames(
  directory: TestDirectory,
  query: Partial<PeopleQuery>,
  candidatesMax?: number,
): Promise<(string | null)[]> {
  const names: (string | null)[] = [];
  let cursor: string | undefined;
  do {
    const page = await search(directory, { ...query, cursor }, candidatesMax);
    names.push(...namesOn(page));
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  return names;
}
