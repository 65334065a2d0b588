import { afterAll, beforeAll, expect, test } from 'vitest';
import { runDueStates } from '#accounts/scheduled-states.ts';
import { openTestRestApi, type TestRestApi } from './rest-api.fixture.ts';
import { LOOKED_UP_USERS_MAX, SCHEDULED_USERS_MAX } from './routes/user-state-routes.ts';

let api: TestRestApi;
beforeAll(async () => {
  api = await openTestRestApi();
});
afterAll(() => api[Symbol.asyncDispose]());

const base = '/api/v2/bulk/userstates';
const DAY_MS = 86_400_000;
const make = async (username: string, state: string) =>
  (await api.send('POST', '/api/systemusers', { username, email: `${username}@example.com`, state })).body
    ._id as string;
const inDays = (days: number) => new Date(api.directory.clock.now().getTime() + days * DAY_MS).toISOString();
const schedule = async (ids: readonly string[], state: string, days: number, more: object = {}) =>
  await api.send('POST', base, { user_ids: ids, state, start_date: inDays(days), ...more });
const stateOf = async (id: string) => (await api.send('GET', `/api/systemusers/${id}`)).body.state;
const run = async () => await runDueStates(api.services.accounts);

test('a scheduled state is applied once, at its time, and SCIM shows the state immediately', async () => {
  const ids = [await make('s1', 'ACTIVATED'), await make('s2', 'STAGED')];
  const created = await schedule([...ids, ids[0] ?? ''], 'SUSPENDED', 1);
  expect(created.status).toBe(201);
  expect(created.body).toHaveLength(2);
  expect(created.body[0]).toMatchObject({ systemUserId: ids[0], state: 'SUSPENDED', scheduledDate: inDays(1) });
  expect(new Set(created.body.map((one: { scheduledJobId: string }) => one.scheduledJobId)).size).toBe(1);
  await run();
  expect(await stateOf(ids[0] ?? '')).toBe('ACTIVATED');
  api.directory.clock.advance(DAY_MS);
  expect(await run()).toBe(2);
  expect(await run()).toBe(0);
  for (const id of ids) {
    expect(await stateOf(id)).toBe('SUSPENDED');
    expect((await api.send('GET', `/scim/v2/Users/${id}`)).body.active).toBe(false);
  }
  expect((await api.send('GET', base)).body).toEqual([]);
});

test('scheduled changes can be listed, found by user and state, and canceled', async () => {
  const [one, two] = [await make('l1', 'ACTIVATED'), await make('l2', 'ACTIVATED')];
  const later = (await schedule([one], 'SUSPENDED', 3)).body[0];
  const sooner = (await schedule([one, two], 'SUSPENDED', 2)).body;
  const activation = (await schedule([one], 'ACTIVATED', 4)).body[0];
  const listed = async (query: string) => (await api.send('GET', `${base}?${query}`)).body;
  expect(await listed('')).toHaveLength(4);
  expect(await listed('limit=1&skip=3')).toEqual([activation]);
  expect(await listed(`userid=${two}`)).toEqual([sooner[1]]);
  expect(await listed('filter=state:eq:ACTIVATED')).toEqual([activation]);
  expect(await listed(`filter=systemUserId:eq:${two},state:eq:SUSPENDED`)).toEqual([sooner[1]]);
  expect((await api.send('GET', `${base}?filter=color:eq:x`)).status).toBe(400);
  // The response has at most one event for each combination of user and state.
  const next = await api.send('GET', `${base}/eventlist/next?users=${one},${two}`);
  expect(next.body.events_count).toBe(3);
  expect(next.body.results).toEqual(expect.arrayContaining([sooner[0], sooner[1], activation]));
  expect((await api.send('GET', `${base}/eventlist/next?users=${one}&limit=1`)).body).toEqual({
    events_count: 2,
    results: [sooner[0]],
  });
  expect((await api.send('GET', `${base}/eventlist/next`)).status).toBe(400);
  expect((await api.send('DELETE', `${base}/${sooner[0].scheduledJobId}`)).status).toBe(204);
  expect((await api.send('DELETE', `${base}/${later.id}`)).status).toBe(204);
  expect((await api.send('DELETE', `${base}/${later.id}`)).status).toBe(404);
  expect(await listed('')).toEqual([activation]);
  const timeline = await api.send('GET', `/api/systemusers/${one}/timeline`);
  expect(timeline.body.results.map((event: { event_type: string }) => event.event_type).toSorted()).toEqual([
    'user_activation_schedule_create',
    'user_create',
    'user_suspension_schedule_create',
    'user_suspension_schedule_create',
    'user_suspension_schedule_delete',
    'user_suspension_schedule_delete',
  ]);
});

test('the email of a scheduled activation is sent to the user on request, or to the address that the request names', async () => {
  const [notified, quiet, named] = [await make('m1', 'STAGED'), await make('m2', 'STAGED'), await make('m3', 'STAGED')];
  await schedule([notified], 'ACTIVATED', 1, { send_activation_emails: true });
  await schedule([quiet], 'ACTIVATED', 1, {
    send_activation_emails: false,
    activation_email_override: 'no@example.org',
  });
  await schedule([named], 'ACTIVATED', 1, { activation_email_override: 'home@example.org' });
  const before = (await api.mails()).length;
  api.directory.clock.advance(DAY_MS);
  await run();
  const mails = (await api.mails()).slice(0, (await api.mails()).length - before);
  expect(mails.map(({ recipient }) => recipient).toSorted()).toEqual(['home@example.org', 'm1@example.com']);
});

test('the other scheduled changes are applied even if one user was deleted in the meantime', async () => {
  const [deletedUser, remaining] = [await make('d1', 'ACTIVATED'), await make('d2', 'ACTIVATED')];
  await schedule([deletedUser, remaining], 'SUSPENDED', 1);
  await api.send('DELETE', `/api/systemusers/${deletedUser}`);
  api.directory.clock.advance(DAY_MS);
  await run();
  expect(await stateOf(remaining)).toBe('SUSPENDED');
});

test('contradictory schedules and requests past a limit are refused', async () => {
  const id = await make('r1', 'ACTIVATED');
  const status = async (...sent: Parameters<typeof schedule>) => (await schedule(...sent)).status;
  expect(await status([id], 'SUSPENDED', -1)).toBe(400);
  expect(await status([id], 'STAGED', 1)).toBe(400);
  expect(await status([], 'SUSPENDED', 1)).toBe(400);
  expect(await status([id, 'nobody'], 'SUSPENDED', 1)).toBe(404);
  expect((await api.send('GET', `${base}?userid=${id}`)).body).toEqual([]);
  expect(await status([id], 'SUSPENDED', 1, { send_activation_emails: true })).toBe(400);
  expect(await status([id, 'other'], 'ACTIVATED', 1, { activation_email_override: 'a@example.com' })).toBe(400);
  const many = (count: number) => Array.from({ length: count }, () => id);
  expect(await status(many(SCHEDULED_USERS_MAX), 'SUSPENDED', 1)).toBe(201);
  expect(await status(many(SCHEDULED_USERS_MAX + 1), 'SUSPENDED', 1)).toBe(400);
  const lookUp = async (count: number) =>
    (await api.send('GET', `${base}/eventlist/next?users=${many(count).join(',')}`)).status;
  expect(await lookUp(LOOKED_UP_USERS_MAX)).toBe(200);
  expect(await lookUp(LOOKED_UP_USERS_MAX + 1)).toBe(400);
});
