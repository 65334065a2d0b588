import { afterAll, beforeAll, expect, test } from 'vitest';
import { PEOPLE_LIMIT_MAX, SEARCH_LENGTH_MAX } from '#people-search/people-query.ts';
import { openTestRestApi, type TestRestApi } from './rest-api.fixture.ts';

let api: TestRestApi;
beforeAll(async () => {
  api = await openTestRestApi();
  for (const name of ['ann', 'bea', 'cleo']) {
    await api.send('POST', '/api/systemusers', { username: name, email: `${name}@contoso.example`, lastname: 'Méier' });
  }
  await api.send('PUT', `/api/systemusers/${await idOf('cleo')}`, { suspended: true });
});
afterAll(() => api[Symbol.asyncDispose]());

const get = async (query: string, headers?: Readonly<Record<string, string>>) =>
  await api.send('GET', `/api/people?${query}`, undefined, headers);
const idOf = async (name: string): Promise<string> => (await get(`search=${name}`)).body.results[0].id;
const names = async (query: string) =>
  ((await get(query)).body.results as readonly { userName: string }[]).map(({ userName }) => userName);

test('GET /api/people reads words, repeated states, the order and a page', async () => {
  expect(await names('search=meier&sort=userName&order=desc')).toEqual(['cleo', 'bea', 'ann']);
  expect(await names('search=MEI%20cle')).toEqual(['cleo']);
  expect(await names('state=SUSPENDED')).toEqual(['cleo']);
  expect(await names('state=SUSPENDED&state=STAGED&state=ACTIVATED')).toHaveLength(3);
  const first = (await get('limit=2&sort=userName')).body;
  expect(first).toMatchObject({ presence: 'present', total: 3, otherTotal: 0, indexing: false });
  expect(await names(`limit=2&sort=userName&cursor=${first.next}`)).toEqual(['cleo']);
});

test('GET /api/people lists a person whose creation by SCIM was refused, until the person is created', async () => {
  await api.send('POST', '/scim/v2/Users', { userName: 'dora', displayName: 'Dora Dörr' });
  const { body } = await get('search=dorr');
  expect(body).toMatchObject({ total: 0, otherTotal: 1 });
  const refused = (await get('search=dorr&presence=refused')).body;
  expect(refused.results).toMatchObject([{ userName: 'dora', refusals: 1, reason: expect.stringMatching(/email/i) }]);
  const event = (await api.send('GET', '/api/events?target=dora')).body.results[0];
  expect(refused.results[0]).toMatchObject({ eventId: event.id, errorCode: event.error_code });
  await api.send('POST', '/api/systemusers', { username: 'dora', email: 'dora@contoso.example' });
  expect((await get('presence=refused')).body).toMatchObject({ total: 0, otherTotal: 4 });
});

test('GET /api/people accepts each limit, and refuses a value past it', async () => {
  for (const query of [`search=${'a'.repeat(SEARCH_LENGTH_MAX)}`, `limit=${PEOPLE_LIMIT_MAX}`, 'limit=1']) {
    expect((await get(query)).status, query).toBe(200);
  }
  const bad = [`search=${'a'.repeat(SEARCH_LENGTH_MAX + 1)}`, `limit=${PEOPLE_LIMIT_MAX + 1}`, 'limit=0', 'state=GONE'];
  const others = ['sort=color', 'order=up', 'changedSince=yesterday', 'cursor=x', 'source=unknown', 'group=unknown'];
  for (const query of [...bad, ...others]) {
    const { status, body } = await get(query);
    expect(status, query).toBe(400);
    expect(body.details[0].fieldViolationsList[0].field, query).toBe(query.split('=')[0]);
  }
});

test('GET /api/people shows no people of another organization', async () => {
  const organization = await api.send('POST', '/api/organizations', { name: 'Other' });
  const answer = await get('search=m', { 'x-api-key': await api.keyOf('Read Only', organization.body.id) });
  expect(answer.body).toMatchObject({ total: 0, results: [] });
});
