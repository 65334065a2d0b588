import { afterAll, beforeAll, expect, test } from 'vitest';
import { requestOutcomes, type RequestSummary } from '#request-log/logged-request.ts';
import { insertCounted } from '#request-log/request-store.ts';
import { openTestRestApi, type TestRestApi } from './rest-api.fixture.ts';

let api: TestRestApi;
const outcomes = Object.keys(requestOutcomes) as (keyof typeof requestOutcomes)[];

beforeAll(async () => {
  api = await openTestRestApi();
  const { deps, caller } = api.directory;
  const start = Date.parse('2026-01-05T08:00:00Z');
  const rows = Array.from({ length: 40 }, (_, index) => {
    const outcome = outcomes[index % outcomes.length] ?? 'accepted';
    const summary: RequestSummary = {
      organizationId: api.organizationId,
      at: new Date(start + index * 120_000),
      integrationId: index % 3 === 0 ? undefined : caller.origin.integration?.id,
      kind: index % 2 === 0 ? 'create' : 'find',
      method: 'POST',
      resourceType: 'User',
      outcome,
      status: 200,
      reason: outcome === 'refused' ? 'emailRequired' : undefined,
      client: undefined,
      requestId: `request-${index}`,
      sentIds: {},
    };
    return { summary, count: (index % 5) + 1 };
  });
  await insertCounted(deps.database, rows);
});
afterAll(() => api[Symbol.asyncDispose]());

const period = 'from=2026-01-05T08:00:00Z&to=2026-01-05T09:15:00Z';

test.for(outcomes)('the number of %s requests is the sum of the counts in their list', async (outcome) => {
  const { body } = await api.send('GET', `/api/requests/summary?${period}`);
  const list = await api.send('GET', `/api/requests?${period}&outcome=${outcome}`);
  const counts: readonly number[] = list.body.results.map((one: { count: number }) => one.count);
  const sum = counts.reduce((total, count) => total + count, 0);
  expect(sum).toBeGreaterThan(0);
  expect(body.totals[outcome]).toBe(sum);
  const inBuckets = body.buckets.reduce((total: number, one: Record<string, number>) => total + (one[outcome] ?? 0), 0);
  expect(inBuckets).toBe(sum);
});

test.for(['kind', 'source', 'reason'] as const)('the counts of each %s add up to the whole', async (groupBy) => {
  const { body } = await api.send('GET', `/api/requests/summary?${period}&bucket=hour&groupBy=${groupBy}`);
  expect(body.groups.length).toBeGreaterThan(1);
  for (const outcome of outcomes) {
    const sum = body.groups.reduce((total: number, one: Record<string, number>) => total + (one[outcome] ?? 0), 0);
    expect(sum).toBe(body.totals[outcome]);
  }
});

test('a role with events.read can count requests, and a period that ends before it begins is refused', async () => {
  const headers = { 'x-api-key': await api.keyOf('Help Desk') };
  expect((await api.send('GET', `/api/requests/summary?${period}`, undefined, headers)).status).toBe(200);
  const { status, body } = await api.send(
    'GET',
    '/api/requests/summary?from=2026-01-05T09:00:00Z&to=2026-01-05T08:00:00Z',
  );
  expect([status, body.error_code]).toEqual([400, 'invalidQuery']);
});
