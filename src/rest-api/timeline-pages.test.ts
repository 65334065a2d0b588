import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TIMELINE_ENTRIES_MAX, personTimeline } from '#directory/timeline.ts';
import { CURSOR_LENGTH_MAX } from './routes/timeline-routes.ts';
import { openTimelineWorld, replaced, userOf, type Entry, type TimelineWorld } from './timeline.fixture.ts';

let world: TimelineWorld;
let api: TimelineWorld['api'];
let send: TimelineWorld['send'];
let sendNow: TimelineWorld['sendNow'];
let create: TimelineWorld['create'];
let get: TimelineWorld['get'];
let timelineOf: TimelineWorld['timelineOf'];
let entriesOf: TimelineWorld['entriesOf'];

beforeAll(async () => {
  world = await openTimelineWorld();
  ({ api, send, sendNow, create, get, timelineOf, entriesOf } = world);
});
afterAll(() => world[Symbol.asyncDispose]());

describe('the pages of a timeline', () => {
  let whole: readonly Entry[];
  beforeAll(async () => {
    await create('boss');
    const id = await create('nora', { externalId: 'n-1' });
    // Within one millisecond: changes, requests that change nothing, and refusals that are found by different names.
    for (const title of ['a', 'b', 'b', 'c', 'c', 'd']) {
      await sendNow('PATCH', `/Users/${id}`, replaced('title', title));
    }
    for (const userName of ['1x', '2x', '3x']) {
      const body = { userName, externalId: 'n-1', emails: [{ value: 'nora@contoso.example' }] };
      await sendNow('POST', '/Users', body);
    }
    await sendNow('POST', '/Users', { userName: 'nora', emails: [{ value: 'other@contoso.example' }] });
    await send('POST', '/Groups', { displayName: 'Paged', members: [{ value: id }] });
    whole = await entriesOf('nora');
  });

  test.for([1, 2, 3, 5, 11])('of %i entries contain each entry once, in the same order', async (limit) => {
    expect(whole).toHaveLength(12);
    const found: Entry[] = [];
    let before: string | undefined;
    do {
      const page = await timelineOf('nora', { limit: String(limit), ...(before !== undefined && { before }) });
      expect(page.entries.length).toBeLessThanOrEqual(limit);
      found.push(...page.entries);
      ({ before } = page);
    } while (before !== undefined);
    expect(found).toEqual(whole);
  });

  test('contain no entry that was added after the first page', async () => {
    const first = await timelineOf('nora', { limit: '1' });
    await send('PUT', `/Users/${first.person.id}`, userOf('nora', { externalId: 'n-1', title: 'd' }));
    await send('POST', '/Users', { userName: '5x', externalId: 'n-1' });
    const rest = await timelineOf('nora', { before: first.before });
    expect([...first.entries, ...rest.entries]).toEqual(whole);
    expect((await entriesOf('nora')).length).toBeGreaterThan(whole.length);
  });

  test('are limited to TIMELINE_ENTRIES_MAX entries', async () => {
    expect((await get({ person: 'nora', limit: String(TIMELINE_ENTRIES_MAX) })).status).toBe(200);
    for (const limit of ['0', String(TIMELINE_ENTRIES_MAX + 1), 'x']) {
      expect((await get({ person: 'nora', limit })).status).toBe(400);
    }
    const { entries } = await personTimeline(api.directory.deps.database, {
      organizationId: api.organizationId,
      person: 'nora',
      limit: TIMELINE_ENTRIES_MAX + 1,
      withRequests: true,
    });
    expect(entries.length).toBeGreaterThan(0);
  });

  test('refuse a cursor that cannot be read, that belongs to another person, or that is too long', async () => {
    const { before } = await timelineOf('nora', { limit: '1' });
    const other = await get({ person: 'boss', before });
    expect([other.status, other.body.error_code, other.body.message]).toEqual([
      400,
      'invalidQuery',
      expect.stringContaining('another person'),
    ]);
    for (const wrong of ['x', Buffer.from('{}').toString('base64url'), 'x'.repeat(CURSOR_LENGTH_MAX)]) {
      const { status, body } = await get({ person: 'nora', before: wrong });
      expect([status, body.error_code]).toEqual([400, 'invalidQuery']);
    }
    const long = await get({ person: 'nora', before: 'x'.repeat(CURSOR_LENGTH_MAX + 1) });
    expect([long.status, long.body.error_code]).toEqual([400, 'invalidBody']);
  });

  test('require a name of 1 to 1,024 characters', async () => {
    expect((await api.send('GET', '/api/timeline')).status).toBe(400);
    for (const name of ['', 'x'.repeat(1_025)]) expect((await get({ person: name })).status).toBe(400);
    const { body } = await get({ person: '探'.repeat(1_024) });
    expect(body.person.state).toBe('unknown');
  });
});
