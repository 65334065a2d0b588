import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestRestApi, type TestRestApi } from './rest-api.fixture.ts';

let api: TestRestApi;
const PEOPLE = 7;

beforeAll(async () => {
  api = await openTestRestApi();
  for (let index = 0; index < PEOPLE; index++) {
    // The second and the third event have the same time.
    if (index !== 2) api.directory.clock.advance(1_000);
    const userName = `person${index}`;
    await api.send('POST', '/scim/v2/Users', { userName, emails: [{ value: `${userName}@contoso.com` }] });
  }
  await api.send(
    'POST',
    '/scim/v2/Users',
    { userName: '1bad' },
    { 'x-api-key': api.key, 'client-request-id': 'sent-7' },
  );
  await api.send('POST', '/api/v2/usergroups', { name: 'Team' });
  for (const title of ['A', 'B', 'C']) {
    const { body } = await api.send('GET', '/api/systemusers?filter=username:eq:person0');
    await api.send('PUT', `/api/systemusers/${body.results[0]._id}`, { jobTitle: title });
  }
});
afterAll(() => api[Symbol.asyncDispose]());

const get = async (query: Readonly<Record<string, string>>) =>
  await api.send('GET', `/api/events?${new URLSearchParams(query).toString()}`);

/** Reads all pages of a list. */
async function pagesOf(query: Readonly<Record<string, string>>) {
  const pages: { readonly id: string }[][] = [];
  for (let cursor = ''; ;) {
    const { body } = await get({ ...query, ...(cursor !== '' && { cursor }) });
    pages.push(body.results);
    if (body.next === undefined) return pages;
    cursor = body.next;
  }
}

test.for([{}, { type: 'user_create' }, { target: 'person0' }, { from: '2020-01-01T00:00:00Z' }])(
  'returns each event of the list %j once, page by page',
  async (query: Readonly<Record<string, string>>) => {
    const { body } = await get(query);
    expect(body.results.length).toBeGreaterThan(3);
    expect(body).not.toHaveProperty('next');
    for (const limit of [1, 3, body.results.length]) {
      const pages = await pagesOf({ ...query, limit: String(limit) });
      expect(pages.flat()).toStrictEqual(body.results);
      expect(pages).toHaveLength(Math.ceil(body.results.length / limit));
    }
  },
);

test('describes each event in words', async () => {
  const { body } = await get({ limit: '50' });
  const words = body.results.map((event: { readonly words: string }) => event.words);
  expect(words.join(' ')).toContain('created person0.');
  expect(words.join(' ')).toContain('changed person0');
  expect(words.join(' ')).toContain('created the group Team');
  expect(words.join(' ')).not.toContain('undefined');
});

test('finds the events of a request by the id that the client sent, and says what was searched if there are none', async () => {
  const { body } = await get({ request: 'sent-7' });
  expect(body.results.map((event: { readonly event_type: string }) => event.event_type)).toEqual(['request_refused']);
  const { body: none } = await get({ request: 'not-sent' });
  expect(none.empty.searched).toMatchObject({ request: 'not-sent', target: null });
});

test('finds the events of an actor by name and by id', async () => {
  const [event] = (await get({ type: 'group_create' })).body.results;
  const { id, name } = event.initiated_by;
  for (const actor of [id, name]) {
    const { body } = await get({ actor, type: 'group_create' });
    expect(body.results).toStrictEqual([event]);
  }
  expect((await get({ actor: 'no.one' })).body.results).toEqual([]);
});

test('refuses a target together with a request, and a cursor that it did not create', async () => {
  const { status, body } = await get({ target: 'ann', request: 'sent-7' });
  expect([status, body.error_code]).toEqual([400, 'invalidQuery']);
  expect((await get({ cursor: 'abc' })).status).toBe(400);
});

test('shows one event with its words, and refuses the id of an event of another organization', async () => {
  const [event] = (await get({ limit: '1' })).body.results;
  expect((await api.send('GET', `/api/events/${event.id}`)).body).toStrictEqual(event);
  const other = await api.directory.newCaller('Fabrikam');
  const key = await api.keyOf('Administrator', other.origin.organizationId);
  const { status, body } = await api.send('GET', `/api/events/${event.id}`, undefined, { 'x-api-key': key });
  expect([status, body.error_code]).toEqual([404, 'notFound']);
});
