import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  isSilentFor,
  SILENT_DAYS_MIN,
  SILENT_INTERVALS,
  SILENT_MINUTES_MIN,
  usualInterval,
} from '#integrations/activity.ts';
import type { RequestKind, RequestOutcome } from '#request-log/logged-request.ts';
import { insertCounted } from '#request-log/request-store.ts';
import { openTestRestApi, type TestRestApi } from './rest-api.fixture.ts';

const MINUTE_MS = 60_000;
let api: TestRestApi;
let now: Date;

beforeAll(async () => {
  api = await openTestRestApi();
  now = api.directory.deps.clock.now();
});
afterAll(() => api[Symbol.asyncDispose]());

async function note(minutesAgo: number, kind: RequestKind, count: number, outcome: RequestOutcome = 'accepted') {
  const { deps, caller } = api.directory;
  const summary = {
    organizationId: api.organizationId,
    at: new Date(now.getTime() - minutesAgo * MINUTE_MS),
    integrationId: caller.origin.integration?.id,
    kind,
    method: 'GET',
    resourceType: 'User',
    outcome,
    status: outcome === 'refused' ? 400 : 200,
    reason: outcome === 'refused' ? 'emailRequired' : undefined,
    client: undefined,
    requestId: `${kind}-${minutesAgo}-${outcome}`,
    sentIds: {},
  } as const;
  await insertCounted(deps.database, [{ summary, count }]);
}

const activity = async () => (await api.send('GET', '/api/integrations/activity')).body.results[0];

test('an integration that sent nothing has no requests and no usual interval', async () => {
  expect(await activity()).toMatchObject({
    requests: 0,
    refused: 0,
    connectionTests: 0,
    isSilent: false,
    lastConnectionTestAt: null,
    lastRefusal: null,
    usualIntervalMinutes: null,
    people: 0,
    groups: 0,
  });
});

test('the activity counts the requests of 24 hours, and finds the usual interval and the last refusal', async () => {
  for (const minutesAgo of [10, 50, 90, 130]) await note(minutesAgo, 'connectionTest', 2);
  await note(24 * 60, 'find', 4);
  // One millisecond more than 24 hours ago.
  await note(24 * 60 + 1 / MINUTE_MS, 'find', 1_000);
  await note(91, 'create', 1, 'refused');
  const { lastRefusal, ...counts } = await activity();
  expect(counts).toMatchObject({
    requests: 13,
    refused: 1,
    connectionTests: 8,
    lastConnectionTestAt: new Date(now.getTime() - 10 * MINUTE_MS).toISOString(),
    usualIntervalMinutes: 40,
  });
  expect(lastRefusal).toMatchObject({ id: 'create-91-refused:counted', reason: 'emailRequired' });
});

test('people and groups count for the integration that owns them until they are deleted', async () => {
  const { key } = (await api.send('POST', `/api/integrations/${(await activity()).id}/tokens`, { name: 'Entra ID' }))
    .body;
  const headers = { authorization: `Bearer ${key}` };
  const emails = [{ value: 'ann@contoso.example', type: 'work', primary: true }];
  const ann = await api.send('POST', '/scim/v2/Users', { userName: 'ann', emails }, headers);
  await api.send('POST', '/scim/v2/Groups', { displayName: 'Staff' }, headers);
  expect(await activity()).toMatchObject({ people: 1, groups: 1 });
  await api.send('DELETE', `/scim/v2/Users/${ann.body.id}`, undefined, headers);
  expect(await activity()).toMatchObject({ people: 0, groups: 1 });
});

describe('usualInterval', () => {
  test.for([
    { buckets: [], minutes: undefined },
    { buckets: [0, 8], minutes: undefined },
    { buckets: [0, 8, 16], minutes: 40 },
    { buckets: [0, 1, 8, 16, 17, 24], minutes: 40 },
    { buckets: [0, 8, 16, 200], minutes: 40 },
    { buckets: [0, 1, 2, 3, 4, 5], minutes: undefined },
  ])('is $minutes minutes for requests in the intervals $buckets', ({ buckets, minutes }) => {
    expect(usualInterval(buckets)).toBe(minutes);
  });
});

describe('isSilentFor', () => {
  const at = (minutesAgo: number) => new Date(now.getTime() - minutesAgo * MINUTE_MS);
  const DAY_MINUTES = 24 * 60;

  test.for([
    { usual: 40, limit: SILENT_INTERVALS * 40 },
    { usual: 5, limit: SILENT_MINUTES_MIN },
    { usual: null, limit: SILENT_DAYS_MIN * DAY_MINUTES },
  ])('is true for a usual interval of $usual only after more than $limit minutes', ({ usual, limit }) => {
    expect(isSilentFor(at(limit), usual, now)).toBe(false);
    expect(isSilentFor(at(limit + 1 / MINUTE_MS), usual, now)).toBe(true);
  });

  test('is false for an integration that never sent a request', () => {
    expect(isSilentFor(null, 40, now)).toBe(false);
  });
});
