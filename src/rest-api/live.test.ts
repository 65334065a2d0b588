import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cookieName } from '#base/cookies.ts';
import { recordEvent } from '#audit/event-store.ts';
import { eventTypes, type EventType, type Origin } from '#audit/event-types.ts';
import { insertLink } from '#admins/administrator-link-store.ts';
import { insertIntegration } from '#integrations/integration-store.ts';
import { presetRules } from '#integrations/rules.ts';
import { LIVE_ROWS_MAX } from '#live/live-source.ts';
import { KEEP_ALIVE_MS } from '#live/live-hub.ts';
import { decodePositions, encodePositions } from '#live/live-position.ts';
import { listen, type TestListener } from './live-listeners.fixture.ts';
import { openTestRestApi, type TestRestApi } from './rest-api.fixture.ts';
import { LIVE_TYPES_MAX } from './routes/live-routes.ts';
import { openTestSession } from './sessions.fixture.ts';

let api: TestRestApi;
beforeAll(async () => {
  api = await openTestRestApi();
});
afterAll(() => api[Symbol.asyncDispose]());

const record = async (name: string, origin: Origin = api.directory.caller.origin, type: EventType = 'user_create') => {
  const { deps, clock } = api.directory;
  await recordEvent(deps.database, clock, origin, { type, target: { type: 'user', id: null, name } });
};
const refusal = ({ status, body }: TestListener) => [status, body?.error_code];
/** Opens a session of a new administrator, as the header with the cookie that a browser sends. */
const cookieOf = async (administratorId: string) => {
  const { authorization } = await openTestSession(api.directory, api.organizationId, { administratorId });
  return { cookie: `${cookieName('http://localhost:8080', 'session')}=${authorization.replace('Bearer ', '')}` };
};

describe('live updates', () => {
  test('are messages with the events in the format of the list, in the order in which they were committed', async () => {
    const listener = await listen(api);
    expect(listener.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    expect(listener.text()).toMatch(/^retry: 2000\n: connected\n\nid: [\w.-]+\n\n/);
    await record('ann');
    const { event, id, data } = await listener.next();
    expect(event).toBe('event');
    expect(id).toBe(listener.lastId());
    expect((await api.send('GET', '/api/events?target=ann')).body.results).toEqual([data]);
    for (const name of ['bob', 'carol']) await record(name);
    expect(await listener.names(2)).toEqual(['bob', 'carol']);
    listener.close();
  });

  test('continue after the last message that a client received, without a gap and without a repetition', async () => {
    const first = await listen(api);
    const ids = [first.lastId()];
    for (const name of ['a1', 'a2', 'a3']) await record(name);
    while (ids.length < 4) ids.push((await first.next()).id);
    first.close();
    await record('a4');
    const resumed = await Promise.all(
      ids.map(async (id, index) =>
        index % 2 === 0
          ? await listen(api, `?lastEventId=${id}`)
          : await listen(api, '', { 'x-api-key': api.key, 'last-event-id': id }),
      ),
    );
    await record('a5');
    for (const [index, listener] of resumed.entries()) {
      const left = ['a1', 'a2', 'a3', 'a4', 'a5'].slice(index);
      expect(await listener.names(left.length)).toEqual(left);
      listener.close();
      const again = await listen(api, `?lastEventId=${listener.lastId()}`);
      await record(`b${index}`);
      expect(await again.names(1)).toEqual([`b${index}`]);
      again.close();
    }
  });

  test('begin with the message reset if the last message is unknown or belongs to another database', async () => {
    const listener = await listen(api);
    const id = listener.lastId();
    listener.close();
    const { secrets } = api.directory.deps;
    const { positions } = decodePositions(secrets, id) ?? expect.fail('the id can be decoded');
    for (const unknown of [
      'x',
      'AAAA',
      encodePositions(secrets, 'eu', positions),
      encodePositions(secrets, 'main', new Map()),
    ]) {
      const reset = await listen(api, `?lastEventId=${unknown}`);
      expect(await reset.next(), unknown).toMatchObject({ event: 'reset', data: { reason: 'positionUnknown' } });
      await record('later');
      expect(await reset.names(1)).toEqual(['later']);
      reset.close();
    }
  });

  test('send up to LIVE_ROWS_MAX events at once, and the message reset for more', async () => {
    const listener = await listen(api);
    const id = listener.lastId();
    listener.close();
    const { deps, clock, caller } = api.directory;
    await deps.database.transaction().execute(async (transaction) => {
      for (let number = 0; number < LIVE_ROWS_MAX; number += 1) {
        const target = { type: 'user', id: null, name: String(number) } as const;
        await recordEvent(transaction, clock, caller.origin, { type: 'user_create', target });
      }
    });
    const all = await listen(api, `?lastEventId=${id}`);
    expect((await all.names(LIVE_ROWS_MAX)).at(-1)).toBe(String(LIVE_ROWS_MAX - 1));
    await record('one more');
    expect(await all.names(1)).toEqual(['one more']);
    all.close();
    const reset = await listen(api, `?lastEventId=${id}`);
    expect(await reset.next()).toMatchObject({ event: 'reset', data: { reason: 'positionUnknown' } });
    reset.close();
  });

  test('contain only the types and the integration that the request names', async () => {
    const { deps, clock, caller } = api.directory;
    const okta = await insertIntegration(deps.database, clock, {
      organizationId: api.organizationId,
      name: 'Okta',
      rules: presetRules('strict'),
    });
    const fromOkta: Origin = { ...caller.origin, integration: { id: okta.id, name: 'Okta' } };
    const ofType = await listen(api, '?types=user_delete,group_delete&kinds=events');
    const ofSource = await listen(api, `?source=${okta.id}`);
    await record('b1');
    await record('b2', fromOkta);
    await record('b3', caller.origin, 'user_delete');
    expect(await ofType.names(1)).toEqual(['b3']);
    await record('b4', fromOkta, 'user_delete');
    expect(await ofType.names(1)).toEqual(['b4']);
    expect(await ofSource.names(2)).toEqual(['b2', 'b4']);
    for (const listener of [ofType, ofSource]) listener.close();
  });

  test('are refused with a description of the faulty parameter', async () => {
    const code = async (query: string) => {
      const listener = await listen(api, query);
      listener.close();
      return refusal(listener);
    };
    expect(await code('?kinds=mails')).toEqual([400, 'invalidQuery']);
    expect(await code('?types=user_created')).toEqual([400, 'invalidQuery']);
    expect(await code('?source=Okta')).toEqual([400, 'invalidBody']);
    const types = Object.keys(eventTypes);
    expect(await code(`?types=${types.slice(0, LIVE_TYPES_MAX).join(',')}`)).toEqual([200, undefined]);
    expect(await code(`?types=${types.slice(0, LIVE_TYPES_MAX + 1).join(',')}`)).toEqual([400, 'invalidQuery']);
  });

  test('get a comment with the position at each interval, so that proxies keep the connection', async () => {
    const listener = await listen(api);
    const before = listener.text();
    await record('c1', api.directory.caller.origin, 'user_delete');
    await listener.next();
    await api.liveTimer.advance(KEEP_ALIVE_MS);
    expect(listener.text().slice(before.length)).toMatch(/: still connected\nid: [\w.-]+\n\n$/);
    const again = await listen(api, `?lastEventId=${listener.lastId()}`);
    await record('c2');
    expect(await again.names(1)).toEqual(['c2']);
    for (const one of [listener, again]) one.close();
  });

  test('stop polling when the last listener has left', async () => {
    const listener = await listen(api);
    listener.close();
    await expect.poll(() => api.services.live.size).toBe(0);
    // A client that closes its connection leaves no trace in the event log.
    const refusals = (await api.send('GET', '/api/events?type=request_refused')).text;
    expect(refusals).not.toContain('internal');
    const before = api.liveTimer.sleeps.length;
    await api.liveTimer.advance(KEEP_ALIVE_MS);
    expect(api.liveTimer.sleeps.length).toBe(before);
  });
});

describe('the access of a listener', () => {
  test('is that of the session in the cookie, and the query can name the organization', async () => {
    const { id } = await api.administratorOf('Read Only');
    const cookie = await cookieOf(id);
    const other = (await api.directory.newCaller('Fabrikam')).origin;
    await insertLink(
      api.directory.deps.database,
      { id, organizationId: api.organizationId },
      { organizationId: other.organizationId, role: 'Read Only' },
    );
    expect(refusal(await listen(api, '', cookie))).toEqual([401, 'organizationUnclear']);
    const own = await listen(api, `?x-org-id=${api.organizationId}`, cookie);
    const linked = await listen(api, `?x-org-id=${other.organizationId}`, cookie);
    await record('in own');
    await record('in other', other);
    await record('second in own');
    expect(await own.names(2)).toEqual(['in own', 'second in own']);
    expect(await linked.names(1)).toEqual(['in other']);
    expect(refusal(await listen(api, `?x-org-id=${'0'.repeat(24)}`, cookie))).toEqual([404, 'notFound']);
    for (const listener of [own, linked]) listener.close();
  });

  const endings: Readonly<Record<string, (id: string) => Promise<unknown>>> = {
    'the administrator is suspended': async (id) => await api.send('PUT', `/api/users/${id}`, { suspended: true }),
    'the administrator is removed': async (id) => await api.send('DELETE', `/api/users/${id}`),
  };
  test.for(Object.entries(endings))('ends when %s', async ([, change]) => {
    const { id, key } = await api.administratorOf('Help Desk');
    const listeners = [await listen(api, '', await cookieOf(id)), await listen(api, '', { 'x-api-key': key })];
    await change(id);
    for (const listener of listeners) {
      expect(await listener.end()).toMatch(/^(sessionEnded|key|user)/);
      await listener.ended();
    }
  });

  test('ends when a key is revoked or expires', async () => {
    const { id, key } = await api.administratorOf('Help Desk');
    const { database } = api.directory.deps;
    const { clock } = api.directory;
    const revoked = await listen(api, '', { 'x-api-key': key });
    await database
      .updateTable('api_keys')
      .set({ revoked_at: clock.now().getTime() })
      .where('administrator_id', '=', id)
      .execute();
    expect(await revoked.end()).toBe('keyRevoked');
    await revoked.ended();
    const other = await api.administratorOf('Help Desk');
    await database
      .updateTable('api_keys')
      .set({ expires_at: clock.now().getTime() + 1_000 })
      .where('administrator_id', '=', other.id)
      .execute();
    const expired = await listen(api, '', { 'x-api-key': other.key });
    await record('before');
    expect(await expired.names(1)).toEqual(['before']);
    api.directory.clock.advance(1_001);
    expect(await expired.end()).toBe('keyExpired');
  });

  test('ends when a session is idle, because live updates are not a use of it', async () => {
    const { id } = await api.administratorOf('Help Desk');
    const cookie = await cookieOf(id);
    const listener = await listen(api, '', cookie);
    api.directory.clock.advance(10 * 60_000);
    await record('d1');
    expect(await listener.names(1)).toEqual(['d1']);
    const again = await listen(api, '', cookie);
    // The listener has no request that renews the session, which is idle after 60 minutes at most.
    api.directory.clock.advance(24 * 60 * 60_000 - 20 * 60_000);
    expect(await listener.end()).toBe('keyExpired');
    expect(await again.end()).toBe('keyExpired');
  });
});
