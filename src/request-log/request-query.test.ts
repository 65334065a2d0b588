import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestRestApi, type RestAnswer, type TestRestApi } from '#rest-api/rest-api.fixture.ts';
import { newApiKey } from '#admins/api-key.ts';
import { insertApiKey } from '#admins/api-key-store.ts';
import { DAY_MS } from '#base/clock.ts';
import type { JsonObject } from '#base/json.ts';
import { newRequestId } from '#base/request-ids.ts';
import { chunks, scopeTo } from '#database/database.ts';
import { purgeDeleted } from '#directory/trash.ts';
import { testEngine } from '../../tests/support/test-database.ts';
import { withSchemas } from '../../tests/support/with-schemas.ts';
import { REQUEST_EVENTS_MAX } from './exchange.ts';
import { insertCounted, insertRequest } from './request-store.ts';
import type { RequestDetail, RequestSummary } from './logged-request.ts';
import { encodeCursor } from './request-cursor.ts';
import { SENT_ID_EVENTS_MAX } from './changed-request-store.ts';
import { findRequests, NAMED_REFUSALS_MAX, REQUESTS_MAX } from './request-query-store.ts';

let api: TestRestApi;
let token: string;
let annId: string;
let bobId: string;
let groupId: string;

const integration = () => api.directory.caller.origin.integration;
const mail = (name: string) => [{ type: 'work', value: `${name}@contoso.example`, primary: true }];

async function scim(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: unknown, headers = {}) {
  const sent = body === undefined ? undefined : withSchemas(method, path, body);
  api.directory.clock.advance(1_000);
  return await api.send(method, `/scim/v2${path}`, sent, { authorization: `Bearer ${token}`, ...headers });
}

/** Lists requests, and returns the sentences. */
async function found(query: string): Promise<readonly string[]> {
  const { body, status, text } = await api.send('GET', `/api/requests?${query}`);
  expect(status, text).toBe(200);
  return body.results.map(({ sentence }: { sentence: string }) => sentence);
}

async function only(query: string) {
  const { body } = await api.send('GET', `/api/requests?${query}`);
  expect(body.results, JSON.stringify(body.results)).toHaveLength(1);
  const shown = await api.send('GET', `/api/requests/${encodeURIComponent(body.results[0].id)}`);
  expect(shown.status).toBe(200);
  return shown.body;
}

const patchOf = (...operations: readonly JsonObject[]) => ({ Operations: operations });

beforeAll(async () => {
  api = await openTestRestApi();
  const { deps, caller } = api.directory;
  token = newApiKey();
  await insertApiKey(deps.database, deps.clock, {
    organizationId: caller.origin.organizationId,
    owner: { kind: 'integration', integrationId: integration()?.id ?? '' },
    name: 'test',
    key: token,
    expiresAt: null,
  });
  const ann = { userName: 'ann.meier', displayName: 'Ann Meier', externalId: 'A-1', emails: mail('ann') };
  annId = (await scim('POST', '/Users', ann)).body.id;
  bobId = (await scim('POST', '/Users', { userName: 'bob', displayName: 'Bob', emails: mail('bob') })).body.id;
  groupId = (await scim('POST', '/Groups', { displayName: 'Sales', members: [{ value: annId }] })).body.id;
  const headers = {
    adscimversion: 'Date:2026-01-05T09:00:00Z, ActivityId:act-1',
    'client-request-id': 'client-1',
    'x-request-id': 'proxy-1',
  };
  await scim('PATCH', `/Users/${annId}`, patchOf({ op: 'Replace', path: 'TITLE', value: 'Head' }), headers);
  await scim('PATCH', `/Users/${annId}`, patchOf({ op: 'replace', path: 'title', value: 'Head' }));
  await scim('POST', '/Users', { userName: 'carl', displayName: 'Carl', externalId: 'C-1' });
  await scim('PATCH', `/Users/${bobId}`, patchOf({ op: 'replace', path: 'userName', value: 'robert' }));
  await scim('DELETE', `/Users/unknown-id`);
});
afterAll(() => api[Symbol.asyncDispose]());

describe('GET /api/requests', () => {
  test('lists requests newest first, each as a sentence', async () => {
    expect(await found('content=true')).toEqual([
      'Delete unknown-id: refused, the resource does not exist',
      'Change robert → user name: bob → robert',
      'Create carl: refused, the primary email is missing',
      'Change ann.meier → no change',
      'Change ann.meier → title: nothing → Head',
      'Create the group Sales → created',
      'Create bob → created',
      'Create ann.meier → created',
    ]);
  });

  test.for<[query: string, count: number]>([
    ['outcome=refused,failed', 2],
    ['outcome=unchanged', 1],
    ['outcome=refused&reason=emailRequired', 1],
    ['reason=emailTaken', 0],
    ['kind=create', 4],
    ['method=PATCH', 3],
    ['client=microsoft entra id', 1],
    ['id=act-1', 1],
    ['id=client-1', 1],
    ['id=proxy-1', 1],
    ['id=act-2', 0],
    ['id=act-1&person=ann@contoso.example', 1],
    ['id=act-1&person=bob', 0],
    ['from=2026-01-05T09:00:02Z&to=2026-01-05T09:00:04Z', 2],
    ['person=ANN.MEIER', 3],
    ['person=ann@contoso.example', 3],
    ['person=Ann Meier', 3],
    ['person=a-1', 3],
    ['person=sales', 1],
    ['person=unknown-id', 1],
    ['person=unknown person', 0],
    ['person=ann.meier&outcome=unchanged', 1],
    ['person=carl', 1],
    ['person=Carl&from=2026-01-05T09:00:06Z', 1],
    ['person=Carl&from=2026-01-05T09:00:07Z', 0],
    ['person=C-1&outcome=accepted', 0],
  ])('finds with %s the number of requests %i', async ([query, count]) => {
    expect(await found(`content=true&${query}`)).toHaveLength(count);
  });

  test('finds a user by the name before and after a change of the name', async () => {
    expect(await found('content=true&person=robert')).toEqual(await found('content=true&person=bob'));
    expect(await found('content=true&person=bob')).toHaveLength(2);
  });

  test('finds requests by the name and by the id of their source, and answers 404 for an unknown one', async () => {
    const { id = '', name = '' } = integration() ?? {};
    expect(await found(`content=true&source=${id}`)).toHaveLength(8);
    expect(await found(`content=true&source=${name.toUpperCase()}`)).toHaveLength(8);
    const { status, body } = await api.send('GET', '/api/requests?source=Okta');
    expect([status, body.message]).toEqual([404, 'There is no integration "Okta". The integrations are: "Entra ID".']);
  });

  test('pages through all requests without a gap, also those of one person', async () => {
    for (const query of ['content=true', 'person=ann.meier']) {
      const whole = await found(query);
      const pages: string[] = [];
      for (let cursor = ''; ;) {
        const { body }: RestAnswer = await api.send('GET', `/api/requests?${query}&limit=2${cursor}`);
        expect(body.results.length).toBeLessThanOrEqual(2);
        pages.push(...body.results.map(({ sentence }: { sentence: string }) => sentence));
        if (body.next === undefined) break;
        cursor = `&cursor=${body.next}`;
      }
      expect(pages).toEqual(whole);
    }
  });

  test('lists at most REQUESTS_MAX requests, and refuses a higher limit and what is not a cursor', async () => {
    expect((await api.send('GET', `/api/requests?limit=${REQUESTS_MAX}`)).status).toBe(200);
    expect((await api.send('GET', `/api/requests?limit=${REQUESTS_MAX + 1}`)).status).toBe(400);
    for (const cursor of ['x', encodeCursor({ at: 1.5, sequence: 1 })]) {
      const { status, body } = await api.send('GET', `/api/requests?cursor=${cursor}`);
      expect([status, body.message]).toEqual([400, expect.stringContaining('send the value of next')]);
    }
    expect((await api.send('GET', '/api/requests?outcome=refused,lost')).status).toBe(400);
  });

  test('is refused without the permission requests.read', async () => {
    for (const [role, expected] of [
      ['Manager', 200],
      ['Read Only', 403],
      ['Help Desk', 403],
    ] as const) {
      const key = await api.keyOf(role);
      expect((await api.send('GET', '/api/requests', undefined, { 'x-api-key': key })).status, role).toBe(expected);
    }
  });
});

describe('GET /api/requests/:id', () => {
  test('shows the whole exchange, the operations in the form of RFC 7644, and the events', async () => {
    const shown = await only('id=act-1');
    expect(shown).toMatchObject({
      sentence: 'Change ann.meier → title: nothing → Head',
      sentIds: { activityId: 'act-1', clientRequestId: 'client-1', xRequestId: 'proxy-1' },
      bodyKept: 'whole',
      content: {
        rules: [],
        dialect: { operations: [{ op: 'replace', path: 'title', value: 'Head' }], differs: true },
        notRepeatable: null,
      },
      events: [{ event_type: 'user_update' }],
    });
    expect(JSON.parse(shown.content.body)).toMatchObject(patchOf({ op: 'Replace', path: 'TITLE', value: 'Head' }));
    expect(JSON.parse(shown.content.answer)).toMatchObject({ id: annId, title: 'Head' });
    expect(shown.content.checks.every(({ passed }: { passed: boolean }) => passed)).toBe(true);
    expect(shown.content.curl).toContain(`curl -X PATCH 'http://localhost:8080/scim/v2/Users/${annId}'`);
  });

  test('says that a PATCH in the form of RFC 7644 was not changed', async () => {
    expect(await only('outcome=unchanged')).toMatchObject({ content: { dialect: { differs: false } }, events: [] });
  });

  test('shows the deciding rule with its value then and now', async () => {
    const { id = '' } = integration() ?? {};
    const path = `/api/integrations/${id}`;
    await api.send('PUT', path, { rules: { email: 'optional' } });
    const shown = await only('reason=emailRequired');
    await api.send('PUT', path, { rules: { email: 'required' } });
    expect(shown.content.rules).toMatchObject([{ name: 'email', value: 'required', valueNow: 'optional' }]);
    expect(shown.events).toMatchObject([{ event_type: 'request_refused', error_code: 'emailRequired' }]);
    expect(shown.reasonText).toContain('tanhua integration set "Entra ID" email=optional');
  });

  test('answers 404 for an unknown id, and says how long requests are kept', async () => {
    const { status, body } = await api.send('GET', '/api/requests/unknown');
    expect([status, body.message]).toEqual([404, expect.stringContaining('requestRetentionDays')]);
  });
});

test('a name finds its newest NAMED_REFUSALS_MAX refusals, and a request shows its newest REQUEST_EVENTS_MAX events', async () => {
  const { database } = api.directory.deps;
  const { organizationId } = api;
  const indexes = Array.from({ length: NAMED_REFUSALS_MAX + 1 }, (_, index) => index);
  const id = (index: number) => `many-${index}`;
  const many = newRequestId(new Date(0));
  const events = indexes.map((index) => ({
    id: id(index),
    organization_id: organizationId,
    at: index,
    type: 'request_refused',
    success: 0 as const,
    target_id: null,
    target_key: null,
    integration_id: null,
    request_id: index <= REQUEST_EVENTS_MAX ? many : null,
    body: JSON.stringify({ id: id(index), event_type: 'request_refused', request: { id: many } }),
  }));
  const names = indexes.map((index) => ({
    event_id: id(index),
    name_key: 'many refusals',
    organization_id: organizationId,
    at: index,
  }));
  const summary: RequestSummary = {
    organizationId,
    at: new Date(0),
    integrationId: undefined,
    kind: 'create',
    method: 'POST',
    resourceType: 'User',
    outcome: 'refused',
    status: 400,
    reason: 'emailRequired',
    client: undefined,
    requestId: many,
    sentIds: {},
  };
  for (const some of chunks(events, 100)) await database.insertInto('events').values(some).execute();
  for (const some of chunks(names, 100)) await database.insertInto('event_names').values(some).execute();
  for (const operation of [undefined, 1]) {
    const detail = { path: '/scim/v2/Users', credential: {}, actor: {}, headers: {} } as unknown as RequestDetail;
    await insertRequest(
      database,
      { ...summary, operation },
      { targetId: undefined, name: undefined, eventId: id(operation ?? 0), detail, body: undefined, answer: undefined },
    );
  }
  const found = (await api.send('GET', '/api/requests?person=many%20refusals')).body.results;
  expect(found.map((row: { id: string }) => row.id)).toEqual([`${many}:1`]);
  const { body } = await api.send('GET', `/api/requests/${many}`);
  expect(body.events).toHaveLength(REQUEST_EVENTS_MAX);
  expect(body.events[0].id).toBe(id(REQUEST_EVENTS_MAX));
});

test('an id that clients sent finds the requests of its newest SENT_ID_EVENTS_MAX changes', async () => {
  const { database } = api.directory.deps;
  const { organizationId } = api;
  const indexes = Array.from({ length: SENT_ID_EVENTS_MAX + 1 }, (_, index) => index);
  const ids = indexes.map((index) => newRequestId(new Date(index)));
  const id = (index: number) => ids[index] ?? '';
  const events = indexes.map((index) => ({
    id: id(index),
    organization_id: organizationId,
    at: index,
    type: 'user_update',
    success: 1 as const,
    target_id: null,
    target_key: null,
    integration_id: null,
    request_id: id(index),
    body: JSON.stringify({ id: id(index), event_type: 'user_update' }),
  }));
  const names = indexes.map((index) => ({
    event_id: id(index),
    name_key: 'request:every-time',
    organization_id: organizationId,
    at: index,
  }));
  for (const some of chunks(events, 100)) await database.insertInto('events').values(some).execute();
  for (const some of chunks(names, 100)) await database.insertInto('event_names').values(some).execute();
  const detail = { path: '/scim/v2/Users', credential: {}, actor: {}, headers: {} } as unknown as RequestDetail;
  for (const index of [0, 1]) {
    await insertRequest(
      database,
      {
        organizationId,
        at: new Date(index),
        integrationId: undefined,
        kind: 'patch',
        method: 'PATCH',
        resourceType: 'User',
        outcome: 'accepted',
        status: 200,
        reason: undefined,
        client: undefined,
        requestId: id(index),
        sentIds: { x_request_id: 'every-time' },
      },
      { targetId: undefined, name: undefined, eventId: undefined, detail, body: undefined, answer: undefined },
    );
  }
  const { results } = (await api.send('GET', '/api/requests?id=every-time')).body;
  expect(results.map((row: { id: string }) => row.id)).toEqual([id(1)]);
});

test('requests of another organization are neither listed nor shown', async () => {
  const { database } = api.directory.deps;
  const other = (await api.directory.newCaller('Other')).origin.organizationId;
  const key = await api.keyOf('Administrator', other);
  const headers = { 'x-api-key': key };
  const [{ id }] = (await api.send('GET', '/api/requests?content=true&limit=1')).body.results;
  for (const query of ['', `?id=${id}`, '?id=act-1', '?person=ann.meier', '?person=carl', `?person=${groupId}`]) {
    const { body } = await api.send('GET', `/api/requests${query}`, undefined, headers);
    expect(body.results, query).toEqual([]);
  }
  expect((await api.send('GET', `/api/requests/${id}`, undefined, headers)).status).toBe(404);
  // On PostgreSQL, row-level security hides the rows even from a statement that names the other organization.
  const { organizationId } = api.directory.caller.origin;
  const { rows } = await findRequests(scopeTo(database, other), { organizationId, limit: 10 });
  expect(rows.length > 0).toBe(testEngine() === 'sqlite');
});

describe('permanently removing a user or a group', () => {
  test('erases the content of the requests about it, but not of those about others', async () => {
    const dora = { userName: 'dora', displayName: 'Dora Lang', externalId: 'D-1', emails: mail('dora') };
    await scim('POST', '/Users', { userName: 'dora', displayName: 'Dora Lang' });
    const { id } = (await scim('POST', '/Users', dora)).body;
    const { id: team } = (await scim('POST', '/Groups', { displayName: 'Team Dora' })).body;
    await scim('PATCH', `/Users/${id}`, patchOf({ op: 'replace', path: 'userName', value: 'dora.lang' }));
    await scim('POST', '/Users', { userName: 'elsa', emails: mail('dora') });
    await scim('POST', '/Users', { userName: '1dora', emails: mail('dora') });
    await scim('DELETE', '/Users/dora.lang');
    await scim('POST', '/Users', { userName: 'dora.other', displayName: 'Dora Lang' });
    await scim('DELETE', `/Users/${id}`);
    await scim('DELETE', `/Groups/${team}`);
    const { deps, clock } = api.directory;
    clock.advance(30 * DAY_MS + 1);
    await purgeDeleted(deps);
    const rows = await deps.database
      .selectFrom('requests')
      .select(['detail', 'body', 'answer', 'name', 'size'])
      .where('organization_id', '=', api.organizationId)
      .where('detail', 'like', '%"erased"%')
      .execute();
    // Created (refused, accepted), changed, refused twice because of the email, refused to delete; and the group that was created.
    expect(rows.length).toBe(7);
    for (const row of rows) {
      expect([row.body, row.answer, row.name]).toEqual([null, null, null]);
      expect(Number(row.size)).toBe(Buffer.byteLength(row.detail ?? ''));
      expect(row.detail).not.toMatch(/dora|D-1/i);
    }
    const named = await deps.database.selectFrom('requests').select(['name', 'body']).execute();
    const ofDora = named.filter(({ name, body }) => /dora/i.test(`${name} ${body}`));
    expect(ofDora.map(({ name }) => name)).toEqual(['dora.other']);
    const { body } = await api.send('GET', `/api/requests?person=${id}&kind=create`);
    expect(body.results).toMatchObject([{ bodyKept: 'erased', answerKept: 'erased', name: null, hasContent: true }]);
    const shown = await api.send('GET', `/api/requests/${body.results[0].id}`);
    expect(shown.body.content).toMatchObject({ body: null, answer: null, curl: null });
    expect(shown.body.content.notRepeatable).toContain('erased');
  });

  test('an organization takes its requests with it', async () => {
    const { database, clock } = api.directory.deps;
    const { organizationId } = (await api.directory.newCaller('Removed')).origin;
    const requestsOf = () => database.selectFrom('requests').select('id').where('organization_id', '=', organizationId);
    const summary: RequestSummary = {
      organizationId,
      at: clock.now(),
      integrationId: undefined,
      kind: 'read',
      method: 'GET',
      resourceType: 'User',
      outcome: 'accepted',
      status: 200,
      reason: undefined,
      client: undefined,
      requestId: 'removed',
      sentIds: {},
    };
    await insertCounted(database, [{ summary, count: 1 }]);
    expect(await requestsOf().execute()).toHaveLength(1);
    await database.deleteFrom('organizations').where('id', '=', organizationId).execute();
    expect(await requestsOf().execute()).toEqual([]);
  });
});
