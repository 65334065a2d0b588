import { afterAll, beforeAll, expect, test } from 'vitest';
import { listEvents } from '#audit/event-store.ts';
import { explainEmptySearch } from '#directory/event-search-explained.ts';
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
] as const)('the events of the request %s are found by it', async ([id, field, name]) => {
  expect(await listed(id)).toEqual([name]);
  const body = { service: 'all', start_time: '2020-01-01T00:00:00Z', search_term: { [`request.${field}`]: id } };
  expect(namesOf((await api.send('POST', '/insights/directory/v1/events', body)).body)).toEqual([name]);
});

test('the server’s own id of a request finds its events, and an unknown id finds none', async () => {
  const body = { service: 'all', start_time: '2020-01-01T00:00:00Z', search_term: { 'resource.username': 'cid' } };
  const [event] = (await api.send('POST', '/insights/directory/v1/events', body)).body;
  expect(Object.keys(event.request)).toEqual(['id', 'method', 'path', 'header']);
  expect(await listed(event.request.id)).toEqual(['cid']);
  for (const id of ['not an id', ACTIVITY.slice(1), '']) expect(await listed(id)).toEqual([]);
});

test('an id that a client sent is found whatever else happened, is no name of a user, and is never suggested as one', async () => {
  const { deps } = api.directory;
  const rows = await deps.database.selectFrom('event_names').select('name_key').execute();
  expect(rows).toContainEqual({ name_key: 'request:from-a-proxy' });
  const { empty } = (await api.send('GET', '/api/events?target=request')).body;
  expect(empty.similar).toEqual([]);
  const spoofed = { userName: '9spoof', displayName: 'request:from-a-proxy' };
  expect((await api.send('POST', '/scim/v2/Users', spoofed, { 'x-api-key': api.key })).status).toBe(400);
  expect(await listed('from-a-proxy')).toEqual(['bob']);
});

test('the events of another organization are not found', async () => {
  const other = await api.directory.newCaller('Other');
  const { database } = api.directory.deps;
  const { organizationId } = other.origin;
  expect(await listEvents(database, { organizationId, request: ACTIVITY, limit: 10 })).toEqual([]);
});

test('events about a name are only those of the request that is asked for, also those that were refused', async () => {
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
  [{ request: 'nope' }, 'No request that changed anything or was refused in that time had the id "nope".'],
  [
    { request: 'nope', target: 'ann' },
    'No request that changed anything or was refused in that time had the id "nope".',
  ],
  [
    { request: 'from-a-proxy', target: 'ann' },
    'There are events of the request "from-a-proxy", but none of those that you asked for.',
  ],
] as const)('an empty list for %o says what is known of the request', async ([question, meaning]) => {
  const organization = { id: api.organizationId, name: 'Contoso' };
  const explained = await explainEmptySearch(api.directory.deps, organization, question);
  expect(explained.meaning).toEqual([meaning]);
  expect(explained.searched.request).toBe(question.request);
});
