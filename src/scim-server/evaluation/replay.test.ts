import { afterAll, beforeAll, expect, test } from 'vitest';
import { errorOfAsync } from '../../../tests/support/error-of.ts';
import { newToken } from '#admins/api-key.ts';
import { updateRules, listIntegrations } from '#integrations/integration-store.ts';
import type { Rules } from '#integrations/rules.ts';
import { updateSettings, findSettings } from '#organizations/organization-store.ts';
import { showRequest } from '#request-log/exchange.ts';
import { openTestScimServer, type TestScimServer } from '../scim-server.fixture.ts';
import { EVENTS_MAX, evaluateWrite } from './evaluate-write.ts';
import { readSentWrite } from './sent-write.ts';
import { shownReplay } from './evaluation-words.ts';
import { replayLogged, replayPasted, type Replay, type ReplayDeps } from './replay.ts';

const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

let server: TestScimServer;
let context: ReplayDeps;

beforeAll(async () => {
  server = await openTestScimServer('strict');
  const { deps, caller } = server.directory;
  context = { deps, organizationId: caller.origin.organizationId, baseUrl: 'http://x/scim/v2' };
});
afterAll(() => server[Symbol.asyncDispose]());

const user = (name: string, rest: object = {}) => ({
  userName: name,
  displayName: name,
  emails: [{ type: 'work', primary: true, value: `${name}@contoso.example` }],
  ...rest,
});

async function integration() {
  const [only] = await listIntegrations(context.deps.database, context.organizationId);
  if (only === undefined) throw new Error('the test directory has an integration');
  return only;
}

async function withRules<Result>(rules: Partial<Rules>, work: () => Promise<Result>): Promise<Result> {
  const { id, rules: before } = await integration();
  await updateRules(context.deps.database, id, { ...before, ...rules });
  try {
    return await work();
  } finally {
    await updateRules(context.deps.database, id, before);
  }
}

/** Sends a request, and returns the id by which the log has it. */
async function sent(...request: Parameters<TestScimServer['send']>): Promise<string> {
  const { headers } = await server.send(...request);
  return String(headers['x-request-id']);
}

async function evaluated(id: string): Promise<Extract<Replay, { isReplayable: true }>> {
  const replay = await replayLogged(context, id);
  if (!replay.isReplayable) throw new Error(`not replayable: ${replay.reason}`);
  return replay;
}

test('a refused creation is evaluated under the rules of today, and names the rule that refuses it', async () => {
  const { emails: _, ...withoutEmail } = user('bob');
  const id = await sent('POST', '/Users', withoutEmail);
  const refused = (await evaluated(id)).evaluation;
  expect(refused).toMatchObject({ decision: 'refused', status: 400, rules: [{ name: 'email', value: 'required' }] });
  expect(refused.error?.code).toBe('emailRequired');
  const accepted = await withRules({ email: 'optional' }, async () => (await evaluated(id)).evaluation);
  expect(accepted).toMatchObject({ decision: 'created', status: 201, target: { name: 'bob' } });
  expect(accepted.answer).toMatchObject({ userName: 'bob', active: true });
  expect(accepted.events.map((event) => event['event_type'])).toEqual(['user_create']);
  const { body } = await server.send('GET', '/Users?filter=userName eq "bob"');
  expect(body.totalResults).toBe(0);
});

test('an accepted creation is evaluated as if the user did not exist', async () => {
  const id = await sent('POST', '/Users', user('ann'));
  const replay = await evaluated(id);
  expect(replay.assumed).toMatchObject({ type: 'User', exists: false });
  expect(replay.evaluation).toMatchObject({ decision: 'created', status: 201 });
});

test('an evaluation distinguishes changes, deletions and requests that change nothing', async () => {
  const { body: carl } = await server.send('POST', '/Users', user('carl', { title: 'Engineer' }));
  const path = `/Users/${carl.id}`;
  const same = { schemas: [PATCH_OP], Operations: [{ op: 'replace', path: 'title', value: 'Engineer' }] };
  const other = { schemas: [PATCH_OP], Operations: [{ op: 'replace', path: 'title', value: 'Head' }] };
  const evaluate = async (method: string, at: string, body?: object) =>
    await replayPasted(context, await integration(), { method, path: at, body: body && JSON.stringify(body) });
  expect(await evaluate('PATCH', path, same)).toMatchObject({ decision: 'unchanged', events: [] });
  expect(await evaluate('PATCH', path, other)).toMatchObject({ decision: 'changed', status: 200 });
  expect(await evaluate('PUT', `https://x.example/scim/v2${path}?attributes=title`, user('carl'))).toMatchObject({
    decision: 'changed',
    answer: { id: carl.id },
  });
  expect(await evaluate('DELETE', path)).toMatchObject({ decision: 'deleted', status: 204, answer: undefined });
  expect(await evaluate('POST', '/Groups', { displayName: 'Team' })).toMatchObject({ decision: 'created' });
  expect((await server.send('GET', path)).body).toMatchObject({ title: 'Engineer' });
});

test('a refused change that deactivates the user shows that the user would be suspended', async () => {
  const { body: dora } = await server.send('POST', '/Users', user('dora'));
  const body = {
    schemas: [PATCH_OP],
    Operations: [
      { op: 'replace', path: 'userName', value: 'not a username' },
      { op: 'replace', path: 'active', value: false },
    ],
  };
  const replayed = await replayPasted(context, await integration(), {
    method: 'PATCH',
    path: `/Users/${dora.id}`,
    body: JSON.stringify(body),
  });
  expect(replayed.decision).toBe('refused');
  expect(replayed.events.map((event) => event['event_type'])).toEqual(['user_suspended']);
  expect((await server.send('GET', `/Users/${dora.id}`)).body.active).toBe(true);
});

test('a request whose body was masked, cut, or not kept is not replayable, and says why', async () => {
  const reasonOf = async (id: string) => {
    const replay = await replayLogged(context, id);
    return replay.isReplayable ? undefined : replay.reason;
  };
  const textOf = async (id: string) => shownReplay(await replayLogged(context, id)).notReplayableText;
  const masked = await sent('POST', '/Users', user('emil', { password: 'a long pass phrase' }));
  expect(await reasonOf(masked)).toBe('bodyMasked');
  const { database } = context.deps;
  const settings = await findSettings(database, context.organizationId);
  await updateSettings(database, context.organizationId, { ...settings, requestBodyKilobytes: 1 });
  const cut = await sent('POST', '/Users', user('frida', { title: 'x'.repeat(200), nickName: 'y'.repeat(900) }));
  await updateSettings(database, context.organizationId, settings);
  expect(await reasonOf(cut)).toBe('bodyCut');
  const broken = await server.app.inject({
    method: 'POST',
    url: '/scim/v2/Users',
    headers: { authorization: `Bearer ${server.key}`, 'content-type': 'application/scim+json' },
    payload: '{"userName": ',
  });
  expect(await reasonOf(String(broken.headers['x-request-id']))).toBe('bodyMissing');
  expect(await textOf(String(broken.headers['x-request-id']))).toBe(
    'The request cannot be replayed: its body was not kept, because the server could not read one: the body is not valid JSON.',
  );
  const reading = await sent('GET', '/Users/unknown');
  expect(await reasonOf(reading)).toBe('notAWrite');
});

test('an id that no request has is refused with the same text when it is shown and when it is replayed', async () => {
  const { database, schemas } = context.deps;
  const deps = { database, schemas, publicUrl: 'http://x', ruleNow: async () => undefined };
  const shown = await errorOfAsync(showRequest(deps, context.organizationId, 'unknown'));
  expect(shown.code).toBe('notFound');
  expect(shown.message).toMatch(/^There is no request with the id "unknown"\. /);
  expect(await errorOfAsync(replayLogged(context, 'unknown'))).toMatchObject({
    code: 'notFound',
    message: shown.message,
  });
});

test('a deletion is evaluated as if the user or the group still existed, unless another one has its names now', async () => {
  for (const [path, body] of [
    ['/Users', user('gone')],
    ['/Groups', { displayName: 'Gone' }],
  ] as const) {
    const { id } = (await server.send('POST', path, body)).body;
    const deletion = await sent('DELETE', `${path}/${id}`, undefined, { 'if-match': 'W/"1"' });
    const replay = await evaluated(deletion);
    expect(replay.assumed).toMatchObject({ id, exists: true });
    expect(replay.evaluation).toMatchObject({ decision: 'deleted', status: 204, target: { id } });
    expect((await server.send('GET', `${path}/${id}`)).status).toBe(404);
    expect((await server.send('POST', path, body)).status).toBe(201);
    expect(await replayLogged(context, deletion)).toMatchObject({ isReplayable: false, reason: 'namesTaken' });
  }
});

test('a request whose path or version cannot be used is not replayable', async () => {
  const secret = { 'if-match': newToken('session') };
  const masked = await sent('PUT', '/Users/unknown', user('hugo'), secret);
  expect(await replayLogged(context, masked)).toMatchObject({ isReplayable: false, reason: 'addressAltered' });
  const unreadable = await sent('DELETE', '/Users/unknown?x=%00');
  expect(await replayLogged(context, unreadable)).toMatchObject({ isReplayable: false, reason: 'pathUnusable' });
});

test.for([
  [{ method: 'GET', path: '/Users', body: undefined }, /method is "GET"/],
  [{ method: 'POST', path: '/Bulk', body: '{}' }, /path is "\/Bulk"/],
  [{ method: 'POST', path: '/Users/1', body: '{}' }, /a POST has no id/],
  [{ method: 'DELETE', path: '/Users', body: undefined }, /a DELETE needs the id/],
  [{ method: 'PATCH', path: '/Users/%ff', body: '{}' }, /percent escape/],
] as const)('a pasted request that cannot be evaluated is refused: %j', async ([request, message]) => {
  await expect(replayPasted(context, await integration(), request)).rejects.toThrow(message);
});

test('an accepted deletion that suspended the user is evaluated as if the user had not been suspended', async () => {
  await withRules({ deleteAction: 'suspend' }, async () => {
    const { body: nora } = await server.send('POST', '/Users', user('nora'));
    const id = await sent('DELETE', `/Users/${nora.id}`);
    const { assumed, evaluation } = await evaluated(id);
    expect(assumed).toMatchObject({ exists: true, isActive: true });
    expect(evaluation).toMatchObject({ decision: 'changed', rules: [{ name: 'deleteAction', value: 'suspend' }] });
    expect(evaluation.events.map((event) => event['event_type'])).toEqual(['user_suspended']);
    const deleted = await withRules({ deleteAction: 'delete' }, async () => (await evaluated(id)).evaluation);
    expect(deleted).toMatchObject({ decision: 'deleted', rules: [{ name: 'deleteAction', value: 'delete' }] });
    expect((await server.send('GET', `/Users/${nora.id}`)).body.active).toBe(false);
  });
});

test('a pasted body that is not JSON would be refused', async () => {
  const request = { method: 'POST', path: '/Users', body: '{"a"' };
  const evaluation = await replayPasted(context, await integration(), request);
  expect(evaluation).toMatchObject({ decision: 'refused', status: 400, events: [], rules: [] });
  expect(evaluation.error?.message).toMatch(/not valid JSON/);
});

test('an evaluation has at most EVENTS_MAX events', async () => {
  expect(EVENTS_MAX).toBe(50);
  await withRules({ unknownMembers: 'defer' }, async () => {
    await server.send('POST', '/Groups', { displayName: 'awaits', members: [{ value: 'awaited-user' }] });
    const write = readSentWrite({ method: 'POST', path: '/Users', body: JSON.stringify(user('awaited-user')) });
    const own = { ...context, integration: await integration() };
    const count = async (max: number) => (await evaluateWrite(own, write, undefined, max)).events.length;
    expect([await count(1), await count(2), await count(3)]).toEqual([1, 2, 2]);
  });
});
