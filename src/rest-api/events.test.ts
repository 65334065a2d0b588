import { parse } from 'csv-parse/sync';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testOnSqlite } from '../../tests/support/on-sqlite.ts';
import { recordEvent } from '#audit/event-store.ts';
import { deleteOldEvents } from '#audit/event-query-store.ts';
import { maintain } from '#accounts/maintenance.ts';
import { DAY_MS } from '#base/clock.ts';
import { TERM_DEPTH_MAX, TERMS_MAX } from './event-search.ts';
import { BUCKETS_MAX, DISTINCT_MAX, EVENT_LIMIT_MAX, INTERVAL_VALUE_MAX } from './routes/event-routes.ts';
import { exportEvents } from '#audit/export-events.ts';
import { openTestRestApi, type RestAnswer, type TestRestApi } from './rest-api.fixture.ts';

let api: TestRestApi;
const base = '/insights/directory/v1/events';
const all = { service: ['all'], start_time: '2020-01-01T00:00:00Z' };
const names = ['ann', 'bob', 'carol', 'dave'];

/** Records an event about the user with the given name. */
const record = (
  name: string,
  type: 'user_create' | 'user_update' | 'user_delete',
  changes: { field: string; from: unknown; to: unknown }[] = [],
) =>
  recordEvent(api.directory.deps.database, api.directory.clock, api.directory.caller.origin, {
    type,
    target: { type: 'user', id: `id-of-${name}`, name },
    changes,
  });

beforeAll(async () => {
  api = await openTestRestApi();
  for (const name of names) {
    await record(name, 'user_create');
    await record(name, 'user_update', [{ field: 'title', from: null, to: '=cmd|calc' }]);
    api.directory.clock.advance(60_000);
  }
  await record('ann', 'user_delete');
});
afterAll(() => api[Symbol.asyncDispose]());

interface Event {
  readonly id: string;
  readonly event_type: string;
  readonly resource: { readonly username: string };
}
const search = (body: object = {}) => api.send('POST', base, { ...all, ...body });
const find = async (search_term: unknown) =>
  (await search({ search_term })).body.map(({ event_type, resource }: Event) => `${resource.username} ${event_type}`);
const refusal = ({ status, body }: RestAnswer) => [status, body?.error_code];
const nested = (depth: number): object => (depth === 0 ? { event_type: 'x' } : { and: [nested(depth - 1)] });

describe('a search for events', () => {
  test('returns the legacy directory’s headers, and events that name their request and integration', async () => {
    const answer = await search({ limit: 3 });
    expect(answer.headers).toMatchObject({
      'x-result-count': '3',
      'x-limit': '3',
      'x-sort': 'ASC',
      'x-request-id': expect.any(String),
    });
    expect(answer.body[0]).toMatchObject({
      event_type: 'user_create',
      service: 'directory',
      organization: api.organizationId,
      resource: { type: 'user', id: 'id-of-ann', username: 'ann' },
      integration: { name: 'Entra ID' },
      success: true,
    });
    const created = await api.send('POST', '/api/systemusers', { username: 'erin', email: 'erin@example.com' });
    const [event] = (await search({ search_term: { 'resource.id': created.body._id } })).body;
    expect(event.request.id).toBe(created.headers['x-request-id']);
    expect(event).toMatchObject({ auth_method: 'api-key', initiated_by: { type: 'administrator' } });
    expect(event.initiated_by.email).toBe(event.initiated_by.name);
  });

  test('supports nested terms with "and", "or" and "not", lists of values, and dotted field names', async () => {
    expect(await find({ event_type: 'user_delete' })).toEqual(['ann user_delete']);
    expect(await find({ event_type: 'USER_DELETE' })).toEqual(['ann user_delete']);
    expect(await find({ 'resource.username': ['ann', 'bob'], event_type: 'user_create' })).toEqual([
      'ann user_create',
      'bob user_create',
    ]);
    expect(await find({ resource: { username: 'bob' }, event_type: 'user_create' })).toEqual(['bob user_create']);
    expect(await find([{ 'resource.username': 'ann' }, { not: { event_type: 'user_create' } }])).toEqual([
      'ann user_update',
      'ann user_delete',
    ]);
    expect(
      await find({
        and: [
          { or: [{ 'resource.username': 'carol' }, { 'resource.username': 'dave' }] },
          { not: [{ event_type: 'user_update' }, { event_type: 'user_delete' }] },
          { success: true },
        ],
      }),
    ).toEqual(['carol user_create', 'dave user_create']);
    expect(await find({ success: false, 'resource.type': 'user' })).toEqual([]);
    expect(await find({ or: [] })).toEqual([]);
    expect((await search({ search_term: { and: [] } })).body.length).toBeGreaterThan(8);
    expect((await search({ service: ['sso', 'radius'] })).body).toEqual([]);
    expect((await search({ service: 'directory' })).body.length).toBeGreaterThan(8);
  });

  testOnSqlite.for([
    [{ search_term: 'x' }, 'invalidQuery'],
    [{ search_term: { event_type: null } }, 'invalidQuery'],
    [{ search_term: { event_type: [] } }, 'invalidQuery'],
    [{ search_term: { changes: 'x' } }, 'invalidQuery'],
    [{ search_term: { 'changes.field': 'x' } }, 'invalidQuery'],
    [{ search_term: { useragent: 'x' } }, 'invalidQuery'],
    [{ search_term: JSON.parse('{"__proto__": {"a": 1}}') }, 'forbiddenKey'],
    [{ search_term: { 'a"b': 'x' } }, 'invalidQuery'],
    [{ search_term: { 'a\\': 'x' } }, 'invalidQuery'],
    [{ search_term: { "a'); drop table events; --": 'x' } }, 'invalidQuery'],
    [{ search_after: 'x' }, 'invalidQuery'],
    [{ search_after: ['-1'] }, 'invalidQuery'],
    [{ start_time: 'yesterday' }, 'invalidBody'],
    [{ start_time: undefined }, 'invalidBody'],
    [{ service: [] }, 'invalidBody'],
    [{ sort: 'UP' }, 'invalidBody'],
  ] as const)('with %j is refused', async ([body, code]) => {
    expect(refusal(await search(body))).toEqual([400, code]);
  });

  test('is accepted at each limit and refused just past it', async () => {
    const value = (count: number) => ({ event_type: Array.from({ length: count }, () => 'user_delete') });
    expect((await search({ limit: EVENT_LIMIT_MAX })).status).toBe(200);
    expect((await search({ limit: EVENT_LIMIT_MAX + 1 })).status).toBe(400);
    expect((await search({ limit: 0 })).status).toBe(400);
    expect(await find(value(TERMS_MAX))).toEqual(['ann user_delete']);
    expect((await search({ search_term: value(TERMS_MAX + 1) })).status).toBe(400);
    expect((await search({ search_term: nested(TERM_DEPTH_MAX) })).status).toBe(200);
    expect((await search({ search_term: nested(TERM_DEPTH_MAX + 1) })).status).toBe(400);
    const terms = (count: number) => ({ or: Array.from({ length: count }, () => ({ event_type: 'user_delete' })) });
    expect((await search({ search_term: terms(TERMS_MAX - 1) })).body).toHaveLength(1);
    expect((await search({ search_term: terms(TERMS_MAX) })).status).toBe(400);
  });

  test('includes the start of its time range and excludes the end', async () => {
    const [first] = (await search({ limit: 1 })).body;
    const start = first.timestamp;
    const minute = new Date(Date.parse(start) + 60_000).toISOString();
    const inside = (await search({ start_time: start, end_time: minute })).body;
    expect(inside.map(({ resource }: Event) => resource.username)).toEqual(['ann', 'ann']);
    const shifted = `${new Date(Date.parse(start) + 3_600_000).toISOString().slice(0, -1)}+01:00`;
    expect((await search({ start_time: shifted, end_time: minute })).body).toEqual(inside);
    expect((await search({ start_time: minute, end_time: start })).body).toEqual([]);
  });

  test('continues after the last event of the previous page, in both orders, even if several events have the same time', async () => {
    for (const sort of ['ASC', 'DESC'] as const) {
      const whole = (await search({ sort, end_time: '2026-01-06T00:00:00Z' })).body.map(({ id }: Event) => id);
      const paged: string[] = [];
      let after: unknown;
      do {
        const page = await search({
          sort,
          limit: 2,
          end_time: '2026-01-06T00:00:00Z',
          ...(after !== undefined && { search_after: after }),
        });
        paged.push(...page.body.map(({ id }: Event) => id));
        const header = page.headers['x-search_after'];
        // The next request sends the header either as text or as a parsed list, because the API accepts both forms.
        after = typeof header !== 'string' ? undefined : sort === 'ASC' ? header : JSON.parse(header);
      } while (after !== undefined);
      expect(paged).toEqual(whole);
    }
  });

  test('finds a text anywhere in an event, and returns only the requested fields', async () => {
    expect((await search({ q: '=CMD|calc' })).body).toHaveLength(names.length);
    await record('é "quoted" \\ ü', 'user_create');
    for (const q of ['é "quoted"', '"quoted" \\ ü', 'QUOTED']) {
      expect((await search({ q })).body, q).toHaveLength(1);
    }
    const [picked] = (await search({ fields: ['event_type', 'timestamp'], limit: 1 })).body;
    expect(Object.keys(picked).toSorted()).toEqual(['event_type', 'id', 'timestamp']);
  });

  test('returns events with U+FFFD in place of characters that a database cannot store', async () => {
    await record('nul', 'user_update', [{ field: 'title', from: 'a\0b', to: '\ud800' }]);
    const [event] = (await search({ search_term: { 'resource.username': 'nul' } })).body;
    expect(event.changes).toEqual([{ field: 'title', from: 'a\ufffdb', to: '\ufffd' }]);
  });
});

describe('event statistics', () => {
  const term = { search_term: { 'resource.username': names } };

  test('count the matching events', async () => {
    expect((await api.send('POST', `${base}/count`, { ...all, ...term })).body).toEqual({ count: 9 });
  });

  test('list distinct values, most frequent first', async () => {
    const ask = (body: object) => api.send('POST', `${base}/distinct`, { ...all, ...term, ...body });
    expect((await ask({ field: 'resource.username' })).body).toEqual({
      'resource.username': [
        { key: 'ann', doc_count: 3 },
        { key: 'bob', doc_count: 2 },
        { key: 'carol', doc_count: 2 },
        { key: 'dave', doc_count: 2 },
      ],
    });
    expect((await ask({ field: 'event_type', limit: 1 })).body.event_type).toHaveLength(1);
    expect((await ask({ field: 'nothing' })).body).toEqual({ nothing: [] });
    expect((await ask({ field: 'event_type', limit: DISTINCT_MAX })).status).toBe(200);
    expect((await ask({ field: 'event_type', limit: DISTINCT_MAX + 1 })).status).toBe(400);
    expect(refusal(await ask({ field: 'a b' }))).toEqual([400, 'invalidQuery']);
    expect(refusal(await ask({ field: 'changes' }))).toEqual([400, 'invalidQuery']);
  });

  test('count events per interval, with interval boundaries in the requested time zone', async () => {
    const ask = (body: object) => api.send('POST', `${base}/interval`, { ...all, ...term, ...body });
    const minutes = (await ask({ interval_unit: 'm' })).body.buckets;
    expect(minutes.map((bucket: { doc_count: number }) => bucket.doc_count)).toEqual([2, 2, 2, 2, 1]);
    expect(minutes[0]).toEqual({
      key_as_string: '2026-01-05T09:00:00.000Z',
      key: Date.UTC(2026, 0, 5, 9),
      doc_count: 2,
    });
    const day = async (timezone?: string) =>
      (await ask({ interval_unit: 'd', ...(timezone && { timezone }) })).body.buckets;
    expect(await day()).toMatchObject([{ key_as_string: '2026-01-05T00:00:00.000Z', doc_count: 9 }]);
    expect(await day('-0500')).toMatchObject([
      { key_as_string: '2026-01-05T00:00:00.000-05:00', key: Date.UTC(2026, 0, 5, 5) },
    ]);
    expect(await day('Europe/Paris')).toMatchObject([{ key_as_string: '2026-01-05T00:00:00.000+01:00' }]);
    expect((await ask({ interval_unit: 'w', timezone: 'Asia/Kathmandu' })).body.buckets).toMatchObject([
      { key_as_string: '2026-01-05T00:00:00.000+05:45', doc_count: 9 },
    ]);
    expect((await ask({ interval_unit: 'h', interval_value: '2' })).body.buckets).toMatchObject([
      { key_as_string: '2026-01-05T08:00:00.000Z' },
    ]);
    expect(refusal(await ask({ interval_unit: 'd', timezone: 'Mars/Olympus' }))).toEqual([400, 'invalidQuery']);
    expect((await ask({ interval_unit: 'd', interval_value: INTERVAL_VALUE_MAX })).status).toBe(200);
    expect((await ask({ interval_unit: 'd', interval_value: INTERVAL_VALUE_MAX + 1 })).status).toBe(400);
    expect((await ask({ interval_unit: 'd', interval_value: 0 })).status).toBe(400);
    expect(BUCKETS_MAX).toBe(10_000);
  });
});

describe('an export of events', () => {
  const get = (query: string) => api.send('GET', `/api/events/export?start_time=2020-01-01T00:00:00Z&${query}`);

  test('in CSV format has no cell that a spreadsheet would run as a formula', async () => {
    const answer = await get('format=csv&q=cmd');
    expect(answer.headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(answer.headers['content-disposition']).toContain('events.csv');
    await record('=1+1', 'user_create');
    const rows: Record<string, string>[] = parse((await get('')).text, { columns: true });
    expect(rows.find((row) => row['event_type'] === 'user_delete')).toMatchObject({
      success: 'true',
      'resource.name': 'ann',
    });
    expect(rows.some((row) => row['resource.name'] === "'=1+1")).toBe(true);
    for (const row of rows) for (const cell of Object.values(row)) expect(cell).not.toMatch(/^[=+\-@\t\r\n]/);
  });

  test('in JSON Lines format has the same events as a search, one per line', async () => {
    const term = encodeURIComponent(JSON.stringify({ 'resource.username': 'bob' }));
    const answer = await get(`format=jsonl&search_term=${term}`);
    expect(answer.headers['content-type']).toBe('application/x-ndjson; charset=utf-8');
    const lines = answer.text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toEqual((await search({ search_term: { 'resource.username': 'bob' } })).body);
    expect(refusal(await get('search_term=x'))).toEqual([400, 'invalidQuery']);
    expect(refusal(await get('format=xml'))).toEqual([400, 'invalidBody']);
    expect((await get('format=jsonl&q=no-event-has-this')).text).toBe('');
  });
});

test('an export of 20000 events is sent in small chunks, without holding all events in memory', async () => {
  const { database } = api.directory.deps;
  const { organizationId } = (await api.directory.newCaller('Many')).origin;
  const body = JSON.stringify({ event_type: 'user_update', filler: 'x'.repeat(100) });
  // The database generates the events, because inserting each row from here would take longer than the export.
  await sql`
    with recursive numbers (number) as (select 0 union all select number + 1 from numbers where number < 19999)
    insert into events (id, organization_id, at, type, success, body)
    select 'many-' || number, cast(${organizationId} as text), number, 'user_update', 1, cast(${body} as text) from numbers`.execute(
    database,
  );
  const search = { organizationIds: [organizationId], from: new Date(0), to: new Date(1_000_000) };
  let events = 0;
  let bytes = 0;
  let largest = 0;
  for await (const piece of exportEvents(database, search, 'jsonl')) {
    events += piece.split(body).length - 1;
    bytes += piece.length;
    largest = Math.max(largest, piece.length);
  }
  expect(events).toBe(20_000);
  expect(bytes).toBeGreaterThan(20_000 * body.length);
  // A slow reader makes the database wait, so only one chunk is in memory at any time.
  expect(largest).toBeLessThan(bytes / 15);
});

test('the timeline of a user is paged, and includes the deletion, group changes, and refusals from before the user was created', async () => {
  const { deps, caller } = api.directory;
  await recordEvent(deps.database, deps.clock, caller.origin, {
    type: 'request_refused',
    target: { type: 'user', id: null, name: 'Frank' },
    error: { code: 'emailRequired', status: 400, message: 'x' },
  });
  const user = (await api.send('POST', '/api/systemusers', { username: 'frank', email: 'frank@example.com' })).body;
  await api.send('PUT', `/api/systemusers/${user._id}`, { jobTitle: 'Clerk' });
  const group = (await api.send('POST', '/api/v2/usergroups', { name: 'Clerks' })).body;
  await api.send('POST', `/api/v2/usergroups/${group.id}/members`, { op: 'add', type: 'user', id: user._id });
  await api.send('DELETE', `/api/systemusers/${user._id}`);
  const read = async (query = '') => (await api.send('GET', `/api/systemusers/${user._id}/timeline${query}`)).body;
  const { results } = await read();
  expect(results.map((event: Event) => event.event_type)).toEqual([
    'user_delete',
    'group_update',
    'user_update',
    'user_create',
    'request_refused',
  ]);
  expect(results[2]).toMatchObject({
    changes: [{ from: null, to: 'Clerk' }],
    request: { id: expect.any(String), method: 'PUT' },
    initiated_by: { type: 'administrator' },
  });
  const pages = [];
  for (let before: string | undefined = ''; before !== undefined;) {
    const page = await read(`?limit=2${before === '' ? '' : `&before=${before}`}`);
    pages.push(...page.results);
    before = page.before;
  }
  expect(pages).toEqual(results);
  expect((await api.send('GET', `/api/systemusers/${user._id}/timeline?limit=501`)).status).toBe(400);
});

test('maintenance deletes events after the retention period of their organization, and keeps those of other organizations', async () => {
  const stranger = await api.directory.newCaller('Keeper');
  await recordEvent(api.directory.deps.database, api.directory.clock, stranger.origin, {
    type: 'user_create',
    target: { type: 'user', id: 'x', name: 'x' },
  });
  await api.send('PUT', `/api/organizations/${api.organizationId}`, { settings: { eventRetentionDays: 10 } });
  const before = (await api.send('POST', `${base}/count`, all)).body.count;
  api.directory.clock.advance(10 * DAY_MS);
  await maintain(api.services.accounts);
  expect((await api.send('POST', `${base}/count`, all)).body.count).toBeGreaterThanOrEqual(1);
  api.directory.clock.advance(DAY_MS);
  await maintain(api.services.accounts);
  const after = (await search()).body;
  expect(after.length).toBeLessThan(before);
  expect(after.filter(({ resource }: Event) => names.includes(resource.username))).toEqual([]);
  const left = await deleteOldEvents(
    api.directory.deps.database,
    stranger.origin.organizationId,
    api.directory.clock.now(),
    10,
  );
  expect(left).toBe(1);
});
