import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { repositoryFiles } from '../../tests/support/repository-files.ts';
import { sharedLength, termsOf } from '#base/search-terms.ts';
import { DAY_MS } from '#base/clock.ts';
import { personTerms } from '#directory/person-terms.ts';
import { RESTORABLE_DAYS } from '#directory/stored.ts';
import { purgeDeleted } from '#directory/trash.ts';
import { toStoredUser, userColumns } from '#directory/user-row-store.ts';
import { indexPeople } from '#people-search/index-people.ts';
import { openTestRestApi, type TestRestApi } from './rest-api.fixture.ts';

let api: TestRestApi;
beforeAll(async () => {
  api = await openTestRestApi();
});
afterAll(() => api[Symbol.asyncDispose]());

/** Returns the rows that the index has, and those that it should have: the terms of all users that are not deleted. */
async function indexRows() {
  const { database } = api.directory.deps;
  const users = await database
    .selectFrom('users')
    .select(userColumns)
    .select(['users.sequence', 'users.terms'])
    .execute();
  const expected = users
    .filter((row) => row.deleted_at === null)
    .flatMap((row) => {
      const { text } = personTerms(toStoredUser(row));
      expect(row.terms).toBe(text);
      const terms = termsOf(text);
      return terms.map((term, index) => ({ user: row.sequence, term, shared: sharedLength(term, terms[index - 1]) }));
    });
  const rows = await database.selectFrom('user_terms').select(['user_sequence as user', 'term', 'shared']).execute();
  const sorted = (all: readonly { user: number; term: string }[]) =>
    all.toSorted((one, other) => one.user - other.user || (one.term < other.term ? -1 : 1));
  return { actual: sorted(rows), expected: sorted(expected) };
}

async function requireIndexed(step: string): Promise<void> {
  await indexPeople(api.directory.deps);
  const { actual, expected } = await indexRows();
  expect(actual, step).toEqual(expected);
}

test('every request that changes a user keeps the index of the search of people current', async () => {
  const scim = (userName: string) => ({
    userName,
    displayName: `Name ${userName}`,
    externalId: `ext-${userName}`,
    emails: [{ value: `${userName}@contoso.example`, primary: true }],
  });
  const idOf = async (name: string) =>
    (await api.send('GET', `/scim/v2/Users?filter=userName eq "${name}"`)).body.Resources[0].id;
  const steps: Readonly<Record<string, () => Promise<{ readonly status: number }>>> = {
    'SCIM POST': async () => await api.send('POST', '/scim/v2/Users', scim('ann')),
    'REST POST': async () => await api.send('POST', '/api/systemusers', { username: 'bob', email: 'bob@x.example' }),
    'SCIM PUT': async () => await api.send('PUT', `/scim/v2/Users/${await idOf('ann')}`, scim('ann.lee')),
    'SCIM PATCH': async () =>
      await api.send('PATCH', `/scim/v2/Users/${await idOf('ann.lee')}`, {
        Operations: [{ op: 'add', path: 'title', value: 'Pilot' }],
      }),
    'REST PUT': async () =>
      await api.send('PUT', `/api/systemusers/${await idOf('bob')}`, { alternateEmail: 'bo@home.example' }),
    'REST PUT, names': async () =>
      await api.send('PUT', `/api/systemusers/${await idOf('bob')}`, { username: 'bobby', department: 'Ops' }),
    'SCIM bulk': async () =>
      await api.send('POST', '/scim/v2/Bulk', {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
        Operations: ['c1', 'c2'].map((name) => ({ method: 'POST', path: '/Users', bulkId: name, data: scim(name) })),
      }),
    'CSV import': async () => {
      const answer = await api.send('POST', '/api/import/users', 'username,email,lastname\ncsv,csv@x.example,Importer');
      await api.jobsDone();
      return answer;
    },
    'SCIM DELETE': async () => await api.send('DELETE', `/scim/v2/Users/${await idOf('ann.lee')}`),
    'REST DELETE': async () => await api.send('DELETE', `/api/systemusers/${await idOf('c1')}`),
    'a namesake': async () => await api.send('POST', '/scim/v2/Users', scim('ann.lee')),
    'restore with a new name': async () => {
      const deleted = (await api.send('GET', '/api/systemusers/deleted')).body as { _id: string; username: string }[];
      const id = deleted.find(({ username }) => username === 'ann.lee')?._id;
      return await api.send('POST', `/api/systemusers/${id}/restore`, {
        username: 'ann.back',
        email: 'ann.back@contoso.example',
        employeeIdentifier: 'E1',
      });
    },
    'two kinds of suspension': async () => {
      await api.send('PUT', `/api/systemusers/${await idOf('c2')}`, { suspended: true });
      return await api.send('PUT', `/api/systemusers/${await idOf('csv')}`, { state: 'SUSPENDED' });
    },
    purge: async () => {
      api.directory.clock.advance((RESTORABLE_DAYS + 1) * DAY_MS);
      await purgeDeleted(api.directory.deps);
      return { status: 200 };
    },
  };
  for (const [step, run] of Object.entries(steps)) {
    expect((await run()).status, step).toBeLessThan(300);
    await requireIndexed(step);
  }
  const { actual } = await indexRows();
  expect(actual.map(({ term }) => term)).toEqual(
    expect.arrayContaining(['ann.back@contoso.example', 'importer', 'ops', 'bobby']),
  );
});

/** The statements that write users. Those of other files than the two stores change no value that a search reads. */
const writers: Readonly<Record<string, string>> = {
  'src/directory/user-write-store.ts': 'insertUser and updateUser index the user',
  'src/directory/user-store.ts':
    'setUserDeleted indexes the user; the others change flags, or remove a user that is deleted already',
  'src/directory/ownership-store.ts': 'changes the owner, which is not searched for by words',
  'src/directory/user-index-store.ts': 'indexes users of an older version',
};

test('no other file writes users', () => {
  const files = repositoryFiles().filter(
    (path) => /^src\/.*\.ts$/.test(path) && !/\.(test|fixture)\.ts$|\/migrations\//.test(path),
  );
  const writes = /(?:updateTable|insertInto|deleteFrom)\('users'\)|(?:update|insert into|delete from) users\b/;
  const found = files.filter((path) => writes.test(readFileSync(path, 'utf8')));
  // The sample rows of the planner statistics are not users of an organization.
  expect(found.filter((path) => !path.includes('planner-statistics')).toSorted()).toEqual(
    Object.keys(writers).toSorted(),
  );
});
