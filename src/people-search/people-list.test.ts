import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fold } from '#base/fold.ts';
import { ENTERPRISE_USER_SCHEMA } from '#scim/schema/enterprise-user.ts';
import { createGroup } from '#directory/groups.ts';
import type { StoredUser } from '#directory/stored.ts';
import { updateUserFlags } from '#directory/user-store.ts';
import { deleteUser } from '#directory/delete-user.ts';
import { createUser } from '#directory/users.ts';
import { findSettings, updateSettings } from '#organizations/organization-store.ts';
import { indexPeople } from './index-people.ts';
import { peopleSorts, type PeopleQuery, type PeopleSort, type PresentPerson } from './people-query.ts';
import {
  allPeople,
  addPerson,
  allNames,
  namesOn,
  openTestDirectory,
  search,
  type TestDirectory,
} from './people.fixture.ts';
import { searchPeople } from './search-people.ts';

const DAY_MS = 86_400_000;
let directory: TestDirectory;
let users: readonly StoredUser[];
let groupId: string;

/** Twelve people with equal and missing values, of several states, sources, departments and password statuses. */
beforeAll(async () => {
  directory = await openTestDirectory();
  const { deps, caller } = directory;
  const created: StoredUser[] = [];
  for (let index = 0; index < 12; index += 1) {
    const department = ['Sales', 'sales', 'Research'][index % 4];
    const document = {
      userName: `u${String(index * 7).padStart(3, '0')}`,
      ...(index % 5 !== 0 && { displayName: `Name ${index % 3}` }),
      ...(index % 3 !== 0 && { title: `Title ${index % 2}` }),
      ...(index % 4 !== 1 && { emails: [{ value: `u${12 - index}@contoso.example`, primary: true }] }),
      ...(department !== undefined && { [ENTERPRISE_USER_SCHEMA]: { department } }),
    };
    const passwordHash = index % 2 === 0 ? '$argon2id$not-a-hash' : undefined;
    const state = (['ACTIVATED', 'STAGED', 'SUSPENDED'] as const)[index % 3];
    const origin = index % 6 === 0 ? { ...caller.origin, integration: undefined } : caller.origin;
    created.push(await createUser(deps, { ...caller, origin }, { document, ignored: [], passwordHash, state }));
    directory.clock.advance(index % 2 === 0 ? 0 : 1_000);
    // Half of the people are in the index. On SQLite, the others are not yet.
    if (index === 5) await indexPeople(deps);
  }
  users = created;
  const at = deps.clock.now();
  await updateUserFlags(deps.database, created[2]?.id ?? '', { account_locked: 1, password_expired: 1 }, at);
  await updateUserFlags(deps.database, created[4]?.id ?? '', { password_expired: 1 }, at);
  const members = created.slice(3, 8).map(({ id }) => ({ value: id }));
  groupId = (await createGroup(deps, caller, { document: { displayName: 'Five', members }, ignored: [] })).id;
});
afterAll(() => directory[Symbol.asyncDispose]());

async function people(): Promise<readonly PresentPerson[]> {
  const page = await search(directory, {});
  return page.results.filter((one) => one.presence === 'present');
}

const keyOf: Readonly<Record<PeopleSort, (person: PresentPerson, user: StoredUser) => string | number | null>> = {
  name: (_, { document }) => (typeof document['displayName'] === 'string' ? fold(document['displayName']) : null),
  userName: ({ userName }) => fold(userName),
  email: ({ email }) => (email === null ? null : fold(email)),
  department: ({ department }) => (department === null ? null : fold(department)),
  title: ({ title }) => (title === null ? null : fold(title)),
  created: (_, { createdAt }) => Number(createdAt),
  lastChanged: ({ lastChanged }) => Date.parse(lastChanged),
};

/** Sorts people as the list does: by the value, then in the order of creation; people without a value are last. */
async function sortedNaively(sort: PeopleSort, descending: boolean): Promise<readonly string[]> {
  const byId = new Map((await people()).map((person) => [person.id, person]));
  const rows = users.flatMap((user, index) => {
    const person = byId.get(user.id);
    return person === undefined ? [] : [{ name: person.userName, key: keyOf[sort](person, user), index }];
  });
  const ascending = rows.toSorted((one, other) => {
    if (one.key === other.key) return one.index - other.index;
    if (one.key === null || other.key === null) return one.key === null ? 1 : -1;
    return one.key < other.key ? -1 : 1;
  });
  return (descending ? ascending.toReversed() : ascending).map(({ name }) => name);
}

test.for(peopleSorts.flatMap((sort) => [false, true].map((descending) => ({ sort, descending }))))(
  'sorts by $sort, descending $descending, with equal and missing values, in one page and over pages',
  async ({ sort, descending }) => {
    const expected = await sortedNaively(sort, descending);
    for (const candidatesMax of [undefined, 0]) {
      for (const limit of [200, 5]) {
        expect(await allNames(directory, { sort, descending, limit }, candidatesMax)).toEqual(expected);
        const some = await allNames(directory, { search: 'u', sort, descending, limit }, candidatesMax);
        expect(some).toEqual(expected);
      }
    }
  },
);

test('filters by each property, alone and together, and counts the people that match', async () => {
  const names = (indexes: readonly number[]) => indexes.map((index) => users[index]?.userName);
  const rows: readonly (readonly [Partial<PeopleQuery>, readonly number[]])[] = [
    [{ states: ['STAGED'] }, [1, 4, 7, 10]],
    [{ states: ['STAGED', 'SUSPENDED'] }, [1, 2, 4, 5, 7, 8, 10, 11]],
    [{ source: 'none' }, [0, 6]],
    [{ source: directory.caller.origin.integration?.id }, [1, 2, 3, 4, 5, 7, 8, 9, 10, 11]],
    [{ department: 'SALES' }, [0, 1, 4, 5, 8, 9]],
    [{ department: 'Sale' }, []],
    [{ group: groupId }, [3, 4, 5, 6, 7]],
    [{ passwordStatus: 'Password Pending' }, [1, 3, 5, 7, 9, 11]],
    [{ passwordStatus: 'Locked' }, [2]],
    [{ passwordStatus: 'Expired' }, [4]],
    [{ passwordStatus: 'Active' }, [0, 6, 8, 10]],
    [{ passwordStatus: 'Managed by the source' }, []],
    [{ changedSince: users[10]?.modifiedAt }, [2, 4, 10, 11]],
    [{ group: groupId, states: ['STAGED'], search: 'u0' }, [4, 7]],
    [{ department: 'sales', passwordStatus: 'Password Pending', search: 'sal name' }, [1, 9]],
  ];
  for (const candidatesMax of [undefined, 0]) {
    for (const [query, expected] of rows) {
      const page = await search(directory, { ...query, sort: 'userName' }, candidatesMax);
      expect({ query, names: namesOn(page), total: page.total }).toEqual({
        query,
        names: names(expected),
        total: expected.length,
      });
    }
  }
});

test('reports passwords as managed by the source if the settings say so, and filters by it', async () => {
  const { database } = directory.deps;
  const { organizationId } = directory.caller.origin;
  const settings = await findSettings(database, organizationId);
  await updateSettings(database, organizationId, { ...settings, externalPasswordAuthority: 'scim' });
  try {
    for (const status of ['Managed by the source', 'Active', 'Password Pending'] as const) {
      const page = await search(directory, { passwordStatus: status });
      const expected = (await people()).filter(({ passwordStatus }) => passwordStatus === status);
      expect(page.total).toBe(expected.length);
    }
    expect((await search(directory, { passwordStatus: 'Managed by the source' })).total).toBe(10);
  } finally {
    await updateSettings(database, organizationId, settings);
  }
});

test('neither skips nor repeats people who stay while others are created, changed and deleted between pages', async () => {
  await using own = await openTestDirectory();
  const { deps, caller } = own;
  const added: StoredUser[] = [];
  for (const letter of 'abcdefghij') added.push(await addPerson(own, { userName: letter, displayName: `x${letter}` }));
  const seen: (string | null)[] = [];
  let cursor: string | undefined;
  for (let number = 0; ; number += 1) {
    const page = await search(own, { limit: 3, cursor }, number % 2 === 0 ? 0 : undefined);
    expect(page.total).toBe(10);
    seen.push(...namesOn(page));
    if (page.next === null) break;
    cursor = page.next;
    await addPerson(own, { userName: `new${number}`, displayName: 'xa' });
    // The person at which the page ended, and one of a later page.
    for (const index of [number * 3 + 2, number * 3 + 4]) {
      const id = added[index]?.id;
      if (id !== undefined) await deleteUser(deps, caller, id, { expectedVersion: undefined }).catch(() => undefined);
    }
  }
  expect(seen.filter((name) => name?.length === 1)).toEqual(['a', 'b', 'c', 'd', 'f', 'g', 'i', 'j']);
});

test('returns the page after a number of people, in every order, from both ends of the list', async () => {
  for (const [index, sort] of peopleSorts.entries()) {
    for (const descending of [false, true]) {
      // Half of the orders read all people or matches, and the others only the few that match.
      const states = index % 2 === 0 ? [] : (['ACTIVATED', 'STAGED'] as const);
      const candidatesMax = descending ? 0 : undefined;
      const all = (await search(directory, { states, sort, descending })).results.map(({ id }) => id);
      for (const skip of [1, all.length - 4, all.length - 1, all.length]) {
        const page = await search(directory, { states, sort, descending, skip, limit: 3 }, candidatesMax);
        expect(page.results.map(({ id }) => id)).toEqual(all.slice(skip, skip + 3));
        expect([page.total, page.next === null]).toEqual([all.length, skip + 3 >= all.length]);
      }
    }
  }
});

test('continues by cursor after a page that skip found, and refuses both together', async () => {
  const all = (await search(directory, {})).results.map(({ id }) => id);
  const page = await search(directory, { skip: 6, limit: 2 });
  const cursor = page.next ?? '';
  expect((await search(directory, { limit: 2, cursor })).results.map(({ id }) => id)).toEqual(all.slice(8, 10));
  await expect(search(directory, { cursor, skip: 1 })).rejects.toMatchObject({ code: 'invalidQuery' });
});

test('refuses a cursor of another search, a changed cursor, an unknown source and an unknown group', async () => {
  const { next } = await search(directory, { limit: 2 });
  const cursor = next ?? '';
  await expect(search(directory, { limit: 2, cursor, search: 'u' })).rejects.toMatchObject({ code: 'invalidCursor' });
  for (const broken of ['x', '', `${cursor}.`, Buffer.from('[1]').toString('base64url')]) {
    await expect(search(directory, { cursor: broken })).rejects.toMatchObject({ code: 'invalidCursor' });
  }
  await expect(search(directory, { source: 'unknown' })).rejects.toMatchObject({
    code: 'invalidQuery',
    attribute: 'source',
  });
  await expect(search(directory, { group: 'unknown' })).rejects.toMatchObject({
    code: 'invalidQuery',
    attribute: 'group',
  });
});

test('finds only people of the own organization, by words, filters and cursors', async () => {
  const other = await directory.newCaller('Other');
  const document = { userName: 'u999', displayName: 'Name 1' };
  await createUser(directory.deps, other, { document, ignored: [] });
  const { database } = directory.deps;
  const found = await searchPeople({ database }, other.origin.organizationId, { ...allPeople, search: 'u name' });
  expect(namesOn(found)).toEqual(['u999']);
  for (const candidatesMax of [undefined, 0])
    expect((await search(directory, { search: 'u99' }, candidatesMax)).total).toBe(0);
  const { next } = await search(directory, { limit: 2 });
  const cursor = next ?? '';
  await expect(
    searchPeople({ database }, other.origin.organizationId, { ...allPeople, limit: 2, cursor }),
  ).rejects.toMatchObject({ code: 'invalidCursor' });
});

test('indexes users of an older version in batches, continues after an interruption, and says so until it has finished', async () => {
  await using own = await openTestDirectory();
  const { database } = own.deps;
  for (let index = 0; index < 5; index += 1)
    await addPerson(own, { userName: `old${index}`, title: 'Smith', displayName: 'Old' });
  await sql`delete from user_terms`.execute(database);
  await sql`update users set terms = null, initials = null, title_key = null, department_key = null`.execute(database);
  await sql`insert into unindexed_people (organization_id, next_sequence) select id, 0 from organizations`.execute(
    database,
  );
  expect(await search(own, { search: 'smi' })).toMatchObject({ total: 0, indexing: true });
  let batches = 0;
  expect(await indexPeople({ database }, () => (batches += 1) > 1, 2)).toBe(2);
  expect(await search(own, { search: 'smi' })).toMatchObject({ total: 2, indexing: true });
  await addPerson(own, { userName: 'new', title: 'Smith' });
  expect(await indexPeople({ database }, () => false, 2)).toBe(4);
  expect(await search(own, { search: 'smi', sort: 'title' })).toMatchObject({ total: 6, indexing: false });
  expect(await indexPeople({ database })).toBe(0);
});

test('filters by a group that has most or all users, also after one of them was deleted', async () => {
  await using own = await openTestDirectory();
  const { deps, caller } = own;
  const added: StoredUser[] = [];
  for (const letter of 'abcdef')
    added.push(await addPerson(own, { userName: letter, displayName: letter === 'a' ? 'x' : 'y' }));
  const groupOf = async (displayName: string, some: readonly StoredUser[]) =>
    (
      await createGroup(deps, caller, {
        document: { displayName, members: some.map(({ id }) => ({ value: id })) },
        ignored: [],
      })
    ).id;
  const all = await groupOf('All', added);
  const most = await groupOf('Most', added.slice(0, 5));
  const check = async (group: string, expected: string) => {
    for (const candidatesMax of [undefined, 0]) {
      const page = await search(own, { group, sort: 'userName', limit: 3 }, candidatesMax);
      expect([namesOn(page).join(''), page.total]).toEqual([expected.slice(0, 3), expected.length]);
      const last = await search(own, { group, sort: 'userName', skip: 3, limit: 3 }, candidatesMax);
      expect(namesOn(last).join('')).toBe(expected.slice(3));
      const words = expected.replace('a', '');
      const found = await search(own, { group, search: 'y', sort: 'userName' }, candidatesMax);
      expect([namesOn(found).join(''), found.total]).toEqual([words, words.length]);
    }
  };
  await check(all, 'abcdef');
  await check(most, 'abcde');
  await deleteUser(deps, caller, added[2]?.id ?? '', { expectedVersion: undefined });
  await check(all, 'abdef');
  await check(most, 'abde');
});

test('lists the people who change first', async () => {
  directory.clock.advance(DAY_MS);
  await updateUserFlags(directory.deps.database, users[5]?.id ?? '', { account_locked: 1 }, directory.deps.clock.now());
  const page = await search(directory, { sort: 'lastChanged', descending: true, limit: 1 });
  expect(namesOn(page)).toEqual([users[5]?.userName]);
});
