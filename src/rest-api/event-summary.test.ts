import { afterAll, beforeAll, expect, test } from 'vitest';
import { recordEvent } from '#audit/event-store.ts';
import type { EventDraft } from '#audit/event-types.ts';
import { SUMMARY_BUCKETS_MAX } from '#totals/summary.ts';
import { UNFOLDED_ROWS_MAX } from '#totals/totals-folder.ts';
import { openTestRestApi, type TestRestApi } from './rest-api.fixture.ts';

let api: TestRestApi;
const minuteMs = 60_000;
const begin = Date.UTC(2026, 0, 5, 9);
const day = 'from=2026-01-05T09:00:00Z&to=2026-01-05T10:00:00Z';

beforeAll(async () => {
  api = await openTestRestApi();
  const accepted: EventDraft = { type: 'user_create', target: { type: 'user', id: 'u', name: 'u' } };
  const error = { code: 'userNameTaken', status: 409, message: 'taken' } as const;
  const refused: EventDraft = { type: 'request_refused', target: { type: 'user', id: null, name: 'v' }, error };
  const shared: EventDraft = {
    ...refused,
    error: { ...error, reason: { code: 'emailTaken', parameters: {} } },
    repeated: { count: 40, first: new Date(begin), last: new Date(begin) },
  };
  for (const [minutes, draft] of [
    [0, accepted],
    [1, accepted],
    [16, refused],
    [17, shared],
    [17, accepted],
    [61, accepted],
  ] as const) {
    const clock = { now: () => new Date(begin + minutes * minuteMs) };
    await recordEvent(api.directory.deps.database, clock, api.directory.caller.origin, draft);
  }
});
afterAll(() => api[Symbol.asyncDispose]());

const summary = async (query: string) => (await api.send('GET', `/api/events/summary?${query}`)).body;

test('a summary counts the events of each interval by outcome, and an event for several requests once', async () => {
  const answer = await summary(`${day}&bucket=quarter-hour`);
  expect(answer).toMatchObject({
    from: '2026-01-05T09:00:00.000Z',
    to: '2026-01-05T10:00:00.000Z',
    bucket: 'quarter-hour',
    countedAt: api.directory.clock.now().toISOString(),
    totals: { accepted: 3, refused: 2 },
  });
  expect(answer.buckets).toEqual(
    [
      ['09:00', '09:15', 2, 0],
      ['09:15', '09:30', 1, 2],
      ['09:30', '09:45', 0, 0],
      ['09:45', '10:00', 0, 0],
    ].map(([from, to, accepted, refused]) => ({
      from: `2026-01-05T${from}:00.000Z`,
      to: `2026-01-05T${to}:00.000Z`,
      accepted,
      refused,
    })),
  );
});

test('each number is the length of the list with the same period and outcome, source or reason', async () => {
  const integration = api.directory.caller.origin.integration?.id ?? '';
  const { totals, buckets } = await summary(`${day}&bucket=minute`);
  const length = async (query: string) =>
    (await api.send('GET', `/api/events?limit=1000&${query}`)).body.results.length;
  for (const outcome of ['accepted', 'refused']) {
    expect(await length(`${day}&outcome=${outcome}`)).toBe(totals[outcome]);
    for (const { from, to, ...counts } of buckets.slice(14, 19)) {
      expect(await length(`from=${from}&to=${to}&outcome=${outcome}`), from).toBe(counts[outcome]);
    }
  }
  for (const [groupBy, values] of Object.entries({
    reason: [
      { value: null, accepted: 3, refused: 0 },
      { value: 'emailTaken', accepted: 0, refused: 1 },
      { value: 'userNameTaken', accepted: 0, refused: 1 },
    ],
    source: [{ value: integration, accepted: 3, refused: 2 }],
    type: [
      { value: 'user_create', accepted: 3, refused: 0 },
      { value: 'request_refused', accepted: 0, refused: 2 },
    ],
  })) {
    const { groups } = await summary(`${day}&bucket=hour&groupBy=${groupBy}`);
    expect(groups).toEqual(values);
    for (const { value, refused } of groups) {
      if (value !== null) expect(await length(`${day}&outcome=refused&${groupBy}=${value}`)).toBe(refused);
    }
  }
  expect((await api.send('GET', `/api/events?${day}&reason=memberCycle`)).body).toEqual({ results: [] });
});

test('days begin at midnight of the time zone of the period, and the period ends with a whole interval', async () => {
  const answer = await summary(
    `from=${encodeURIComponent('2026-01-05T00:00:00+05:45')}&to=2026-01-05T12:00:00Z&bucket=day`,
  );
  expect([answer.from, answer.to]).toEqual(['2026-01-04T18:15:00.000Z', '2026-01-05T18:15:00.000Z']);
  expect(answer.buckets).toHaveLength(1);
  expect(answer.totals).toEqual({ accepted: 4, refused: 2 });
  const rounded = await summary('from=2026-01-05T09:07:30Z&to=2026-01-05T09:20:00Z&bucket=hour');
  expect([rounded.from, rounded.to]).toEqual(['2026-01-05T09:00:00.000Z', '2026-01-05T10:00:00.000Z']);
  const minutes = await summary('from=2026-01-05T09:00:30Z&to=2026-01-05T09:01:30Z&bucket=minute');
  expect([minutes.from, minutes.to, minutes.totals.accepted]).toEqual([
    '2026-01-05T09:00:00.000Z',
    '2026-01-05T09:02:00.000Z',
    2,
  ]);
});

test('a summary has at most SUMMARY_BUCKETS_MAX intervals, and a period that ends after its beginning', async () => {
  const to = (minutes: number) => new Date(begin + minutes * minuteMs).toISOString();
  const from = 'from=2026-01-05T09:00:00Z';
  expect((await summary(`${from}&to=${to(SUMMARY_BUCKETS_MAX)}&bucket=minute`)).buckets).toHaveLength(
    SUMMARY_BUCKETS_MAX,
  );
  const refused = await summary(`${from}&to=${to(SUMMARY_BUCKETS_MAX + 1)}&bucket=minute`);
  expect(refused).toMatchObject({ error_code: 'invalidQuery', message: expect.stringContaining('1501 intervals') });
  expect(await summary(`${from}&to=2026-01-05T09:00:00Z`)).toMatchObject({ error_code: 'invalidQuery' });
});

test('without a period, the last 24 hours are counted, up to the end of the current interval', async () => {
  const answer = await summary('bucket=hour');
  expect(answer.buckets).toHaveLength(25);
  expect(answer.totals).toEqual({ accepted: 3, refused: expect.any(Number) });
});

test('a request that has to count many events one by one has them added to the totals', async () => {
  const { totals } = api.services;
  const { deps } = api.directory;
  const positions = async () => await deps.database.selectFrom('total_positions').select('position').execute();
  const { eventTotals } = await import('#audit/event-total-store.ts');
  totals.request(deps.database, eventTotals, api.organizationId, UNFOLDED_ROWS_MAX);
  await totals.foldAll();
  expect(await positions()).toHaveLength(0);
  const before = await summary(day);
  totals.request(deps.database, eventTotals, api.organizationId, UNFOLDED_ROWS_MAX + 1);
  await totals.foldAll();
  expect(await positions()).toHaveLength(1);
  expect({ ...(await summary(day)), countedAt: '' }).toEqual({ ...before, countedAt: '' });
});
