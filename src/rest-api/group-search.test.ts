import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestRestApi, type TestRestApi } from './rest-api.fixture.ts';

let api: TestRestApi;
const ids = new Map<string, string>();
const idOf = (name: string) => ids.get(name) ?? expect.fail(`${name} was not created`);

beforeAll(async () => {
  api = await openTestRestApi();
  for (const name of ['Engineering', 'engineers', 'Sales', 'Übung', '探花']) {
    const { body } = await api.send('POST', '/api/v2/usergroups', { name });
    ids.set(name, body.id);
  }
  for (const username of ['ann', 'bob', 'eve']) {
    const { body } = await api.send('POST', '/api/systemusers', { username, email: `${username}@example.com` });
    ids.set(username, body._id);
  }
  const add = (group: string, id: string, type: string) =>
    api.send('POST', `/api/v2/usergroups/${idOf(group)}/members`, { op: 'add', id, type });
  for (const user of ['ann', 'bob', 'eve']) await add('Engineering', idOf(user), 'user');
  await add('Engineering', idOf('Sales'), 'user_group');
  await api.send('DELETE', `/api/systemusers/${idOf('eve')}`);
});
afterAll(() => api[Symbol.asyncDispose]());

const search = async (query: Readonly<Record<string, string | number>>) =>
  await api.send(
    'GET',
    `/api/groups?${new URLSearchParams(Object.entries(query).map(([name, value]): [string, string] => [name, String(value)])).toString()}`,
  );
const namesOf = (body: { readonly results: readonly { readonly name: string }[] }) =>
  body.results.map(({ name }) => name);

describe('a search of groups', () => {
  test.for<[string, readonly string[]]>([
    ['ENG', ['Engineering', 'engineers']],
    ['engineers', ['engineers']],
    ['üb', ['Übung']],
    ['探', ['探花']],
    ['花', []],
    ['%', []],
    ['', ['Engineering', 'engineers', 'Sales', 'Übung', '探花']],
  ])('for %s finds the groups whose name begins with it', async ([text, names]) => {
    const { body } = await search({ search: text });
    expect([namesOf(body), body.total, body.next]).toEqual([names, names.length, null]);
  });

  test('returns every group exactly once by its pages, in each order', async () => {
    for (const sort of ['name', 'created', 'lastChanged']) {
      for (const order of ['asc', 'desc']) {
        const whole = namesOf((await search({ sort, order })).body);
        const pages: string[] = [];
        let cursor: string | null = '';
        while (cursor !== null) {
          const { body } = await search({ sort, order, limit: 2, ...(cursor !== '' && { cursor }) });
          expect(body.total).toBe(5);
          pages.push(...namesOf(body));
          cursor = body.next;
        }
        expect(pages, `${sort} ${order}`).toEqual(whole);
      }
    }
  });

  test('counts users, groups and awaited members apart, without deleted users', async () => {
    const [engineering] = (await search({ search: 'engineering' })).body.results;
    expect(engineering).toMatchObject({ source: null, ownedFields: [], members: { users: 2, groups: 1, awaited: 0 } });
  });

  test('rejects an unknown source, a cursor of another search, and a cursor that it did not return', async () => {
    const { body } = await search({ limit: 1 });
    expect(await search({ source: 'x' })).toMatchObject({ status: 400, body: { error_code: 'invalidQuery' } });
    for (const query of [{ cursor: body.next, search: 's' }, { cursor: 'abc' }, { cursor: '%' }]) {
      expect(await search(query)).toMatchObject({ status: 400, body: { error_code: 'invalidCursor' } });
    }
  });

  test('accepts each limit and rejects one past it', async () => {
    for (const [query, status] of [
      [{ limit: 200 }, 200],
      [{ limit: 201 }, 400],
      [{ search: 'a'.repeat(200) }, 200],
      [{ search: 'a'.repeat(201) }, 400],
    ] as const) {
      expect((await search(query)).status).toBe(status);
    }
  });
});

describe('a group', () => {
  test('is shown with the groups inside and around it', async () => {
    const { body } = await api.send('GET', `/api/groups/${idOf('Engineering')}`);
    expect(body).toMatchObject({
      name: 'Engineering',
      groupsInside: [{ id: idOf('Sales'), name: 'Sales' }],
      groupsAround: [],
    });
    const inner = await api.send('GET', `/api/groups/${idOf('Sales')}`);
    expect(inner.body.groupsAround).toEqual([{ id: idOf('Engineering'), name: 'Engineering' }]);
    expect((await api.send('GET', `/api/groups/${'0'.repeat(24)}`)).status).toBe(404);
  });

  test('names the members that were sent but are not in the directory, and its source', async () => {
    const [integration] = (await api.send('GET', '/api/integrations')).body;
    await api.send('PUT', `/api/integrations/${integration.id}`, { rules: { unknownMembers: 'defer' } });
    const sent = await api.send('POST', '/scim/v2/Groups', {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
      displayName: 'Sent',
      members: [{ value: 'someone-else' }],
    });
    expect(sent.status, sent.text).toBe(201);
    const { body } = await api.send('GET', `/api/groups/${sent.body.id}`);
    expect(body.awaited.map(({ value }: { value: string }) => value)).toEqual(['someone-else']);
    expect(body.members).toEqual({ users: 0, groups: 0, awaited: 1 });
    expect(body.source).toEqual({ id: integration.id, name: integration.name });
    expect(body.ownedFields).toEqual(['name', 'members']);
    expect(namesOf((await search({ source: integration.id })).body)).toEqual(['Sent']);
    expect(namesOf((await search({ source: 'none', search: 's' })).body)).toEqual(['Sales']);
  });
});
