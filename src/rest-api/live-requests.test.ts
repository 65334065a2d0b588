import { afterAll, beforeAll, expect, test } from 'vitest';
import { engineOf } from '#database/engine.ts';
import { requestColumns } from '#request-log/request-query-store.ts';
import { insertCounted, insertRequest } from '#request-log/request-store.ts';
import type { RequestSummary } from '#request-log/logged-request.ts';
import { listen } from './live-listeners.fixture.ts';
import { openTestRestApi, type TestRestApi } from './rest-api.fixture.ts';

let api: TestRestApi;
beforeAll(async () => {
  api = await openTestRestApi();
});
afterAll(() => api[Symbol.asyncDispose]());

function summary(requestId: string, rest: Partial<RequestSummary> = {}): RequestSummary {
  const { caller, clock } = api.directory;
  return {
    organizationId: api.organizationId,
    at: clock.now(),
    integrationId: caller.origin.integration?.id,
    kind: 'create',
    method: 'POST',
    resourceType: 'User',
    outcome: 'accepted',
    status: 201,
    reason: undefined,
    client: 'Microsoft Entra ID',
    requestId,
    sentIds: {},
    ...rest,
  };
}

async function store(name: string, rest: Partial<RequestSummary> = {}, answer?: string): Promise<void> {
  const { deps, caller } = api.directory;
  await insertRequest(deps.database, summary(name, rest), {
    targetId: undefined,
    name,
    eventId: undefined,
    detail: {
      path: '/scim/v2/Users',
      headers: {},
      clientIp: '192.0.2.1',
      actor: caller.origin.actor,
      credential: { method: 'bearer' },
      durationMs: 1,
      body: 'none',
      answer: 'none',
    },
    body: undefined,
    answer,
  });
}

test('SCIM requests arrive in the format of their list, with the reason of a refusal', async () => {
  const listener = await listen(api, '?kinds=requests');
  await store('ann');
  const detail = 'The email is missing.';
  await store('bob', { outcome: 'refused', status: 400, reason: 'emailRequired' }, JSON.stringify({ detail }));
  await insertCounted(api.directory.deps.database, [
    { summary: summary('reads', { kind: 'connectionTest' }), count: 3 },
  ]);
  const arrived = [await listener.next(), await listener.next(), await listener.next()];
  expect(arrived.map(({ event }) => event)).toEqual(['request', 'request', 'request']);
  const { body } = await api.send('GET', '/api/requests');
  expect(arrived.map(({ data }) => data)).toEqual(body.results.toReversed());
  expect(arrived.map(({ data }) => data.count)).toEqual([1, 1, 3]);
  expect(arrived[1]?.data).toMatchObject({ outcome: 'refused', reasonText: detail });
  listener.close();
});

test('the answer of a request is read only if it says why the request was refused', async () => {
  const { database } = api.directory.deps;
  const { commitOrder } = engineOf(database);
  const after = await commitOrder.newest(database, 'requests');
  await store('greta', {}, 'the answer to an accepted request');
  await store('hugo', { outcome: 'refused', status: 400, reason: 'emailRequired' }, 'the answer to a refused request');
  const organizationIds = [api.organizationId];
  const query = { table: 'requests', columns: requestColumns, organizationIds, after, limit: 9 } as const;
  const found = await commitOrder.read(database, query);
  const read = found?.rows.map(({ values }) => [values['id'], values['refusal']]);
  expect(read).toEqual([
    ['greta', null],
    ['hugo', 'the answer to a refused request'],
  ]);
  expect(JSON.stringify(found)).not.toContain('the answer to an accepted request');
});

test('a listener resumes after the last request, and a kind of request can be chosen', async () => {
  const first = await listen(api, '?kinds=requests');
  const id = first.lastId();
  first.close();
  await store('carl');
  await store('dora', { kind: 'delete', method: 'DELETE', status: 204 });
  const resumed = await listen(api, `?kinds=requests&lastEventId=${id}`);
  expect([(await resumed.next()).data.id, (await resumed.next()).data.id]).toEqual(['carl', 'dora']);
  resumed.close();
  const deletions = await listen(api, `?kinds=requests&types=delete&lastEventId=${id}`);
  expect((await deletions.next()).data.id).toBe('dora');
  deletions.close();
});

test('a role without requests.read hears only events, and is refused if it asks for requests', async () => {
  const headers = { 'x-api-key': await api.keyOf('Read Only') };
  const refused = await listen(api, '?kinds=requests', headers);
  expect([refused.status, refused.body.error_code]).toEqual([403, 'roleForbidden']);
  const listener = await listen(api, '', headers);
  await store('emil');
  await api.send('POST', '/api/systemusers', { username: 'frida', email: 'frida@contoso.example' });
  expect((await listener.next()).event).toBe('event');
  listener.close();
});
