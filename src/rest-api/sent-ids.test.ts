import { afterAll, beforeAll, expect, test } from 'vitest';
import { listEvents } from '#audit/event-store.ts';
import { explainEmptySearch } from '#directory/empty-event-search.ts';
import { openTestRestApi, type TestRestApi } from './rest-api.fixture.ts';

const ACTIVITY = '2f1f7a1c-6f53-4d43-9d0a-51d4e2f1b0aa';

let api: TestRestApi;

beforeAll(async () => {
  api = await openTestRestApi();
  const create = (userName: string, ids: Record<string, string>) =>
    api.send(
      'POST',
      '/scim/v2/Users',
      { userName, emails: [{ value: `${userName}@contoso.example` }] },
      { 'x-api-key': api.key, ...ids },
    );
  await create('ann', { adscimversion: `Date:2026-01-05T09:00:00Z, ActivityId:${ACTIVITY}` });
  await create('bob', { 'x-request-id': 'from-a-proxy', 'client-request-id': 'from-the-client' });
  await create('9lives', { 'x-request-id': 'of-a-refusal' });
  await create('cid', { 'x-request-id': 'not an id' });
});
afterAll(() => api[Symbol.asyncDispose]());

const namesOf = (events: readonly Record<string, unknown>[]) =>
  events.map(({ resource }) => (resource as { username: string }).username);
const listed = async (request: string) =>
  namesOf(await listEvents(api.directory.deps.database, { organizationId: api.organizationId, request, limit: 10 }));

test.for([
  [ACTIVITY, 'activity_id', 'ann'],
  ['from-a-proxy', 'x_request_id', 'bob'],
  ['from-the-client', 'client_request_id', 'bob'],
  ['of-a-refusal', 'x_request_id', '9lives'],
] as const)('the events of a request are found by the id %s that the client sent', async ([id, field, name]) => {
  expect(await listed(id)).toEqual([name]);
  const body = { service: 'all', start_time: '2020-01-01T00:00:00Z', search_term: { [`request.${field}`]: id } };
  expect(namesOf((await api.send('POST', '/insights/directory/v1/events', body)).body)).toEqual([name]);
});

test('the events of a request are found by the id that the server assigned, and no events by an unknown id', async () => {
  const body = { service: 'all', start_time: '2020-01-01T00:00:00Z', search_term: { 'resource.username': 'cid' } };
  const [event] = (await api.send('POST', '/insights/directory/v1/events', body)).body;
  expect(Object.keys(event.request)).toEqual(['id', 'method', 'path', 'header']);
  expect(await listed(event.request.id)).toEqual(['cid']);
  for (const id of ['not an id', ACTIVITY.slice(1), '']) expect(await listed(id)).toEqual([]);
});

test('request ids are kept apart from user names: no name can pose as an id, and no id is suggested as a name', async () => {
  const { deps } = api.directory;
  const rows = await deps.database.selectFrom('event_names').select('name_key').execute();
  expect(rows).toContainEqual({ name_key: 'request:from-a-proxy' });
  const { empty } = (await api.send('GET', '/api/events?target=request')).body;
  expect(empty.similar).toEqual([]);
  const spoofed = { userName: '9spoof', displayName: 'request:from-a-proxy' };
  expect((await api.send('POST', '/scim/v2/Users', spoofed, { 'x-api-key': api.key })).status).toBe(400);
  expect(await listed('from-a-proxy')).toEqual(['bob']);
});

test('a search by request id does not find the events of another organization', async () => {
  const other = await api.directory.newCaller('Other');
  const { database } = api.directory.deps;
  const { organizationId } = other.origin;
  expect(await listEvents(database, { organizationId, request: ACTIVITY, limit: 10 })).toEqual([]);
});

test('a search for events about a user can be limited to one request, even if that request was refused', async () => {
  const { database } = api.directory.deps;
  const found = async (request: string) =>
    namesOf(
      await listEvents(database, {
        organizationId: api.organizationId,
        target: '9lives@contoso.example',
        request,
        limit: 10,
      }),
    );
  expect(await found('of-a-refusal')).toEqual(['9lives']);
  expect(await found('from-a-proxy')).toEqual([]);
});

test.for([
  [{ request: 'nope' }, 'No request with the id "nope" changed anything or was refused in this period.'],
  [{ request: 'nope', target: 'ann' }, 'No request with the id "nope" changed anything or was refused in this period.'],
  [
    { request: 'from-a-proxy', target: 'ann' },
    'There are events for the request "from-a-proxy", but none of them matches the other conditions.',
  ],
] as const)(
  'a search for %o that finds nothing says whether events have that request id',
  async ([question, meaning]) => {
    const organization = { id: api.organizationId, name: 'Contoso' };
    const explained = await explainEmptySearch(api.directory.deps, organization, question);
    expect(explained.meaning).toEqual([meaning]);
    expect(explained.searched.request).toBe(question.request);
  },
);
