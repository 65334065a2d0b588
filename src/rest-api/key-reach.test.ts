import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { describeOnSqlite, testOnSqlite } from '../../tests/support/on-sqlite.ts';
import { hashApiKey } from '#admins/api-key.ts';
import { findKeyByHash } from '#admins/api-key-store.ts';
import { STOPPED_KEYS_OF_OWNER_MAX } from '#admins/api-keys.ts';
import { KEY_GENERATIONS_MAX } from '#admins/key-limits.ts';
import { openTestRestApi, type RestAnswer, type TestRestApi } from './rest-api.fixture.ts';

let api: TestRestApi;
/** An administrator with a key, new for each test. */
let owner: { readonly id: string; readonly key: string };

beforeAll(async () => {
  api = await openTestRestApi();
});
beforeEach(async () => {
  owner = await api.administratorOf('Administrator With Billing');
});
afterAll(() => api[Symbol.asyncDispose]());

const forbidden = { status: 403, body: { error_code: 'roleForbidden' } };
const by = (key: string, from?: string) => (method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown) =>
  api.send(method, path, body, { 'x-api-key': key }, from);
const create = async (key: string, more: object = {}, from?: string) =>
  (await by(key, from)('POST', '/api/keys', { name: 'k', ...more })).body;
const idOf = async (key: string) =>
  (await findKeyByHash(api.directory.deps.database, hashApiKey(key)))?.id ?? expect.fail('the key is known');
const statusFrom = async (key: string, from: string) => (await by(key, from)('GET', '/api/keys')).status;

testOnSqlite(`keys can create further keys for at most ${KEY_GENERATIONS_MAX} generations`, async () => {
  let { key } = owner;
  for (let generation = 1; generation <= KEY_GENERATIONS_MAX; generation += 1) ({ key } = await create(key));
  expect(await by(key)('POST', '/api/keys', { name: 'k' })).toMatchObject(forbidden);
  // A rotated key has the same generation as the key that it replaces.
  const rotated = (await by(key)('POST', `/api/keys/${await idOf(key)}/rotate`, {})).body.key;
  expect(await by(rotated)('POST', '/api/keys', { name: 'k' })).toMatchObject(forbidden);
  expect((await by(rotated)('GET', '/api/keys')).status).toBe(200);
});

describeOnSqlite('the allowed addresses of a key that was created by another key', () => {
  const network = ['192.0.2.0/24', '2001:db8::/32'];
  const parent = async () => await create(owner.key, { allowedIps: network });

  test('are those of the creating key if the request names none', async () => {
    const { key } = await parent();
    expect((await create(key, {}, '192.0.2.1')).allowedIps).toEqual(network);
  });

  test.for([
    [['192.0.2.0/24'], 201],
    [['192.0.2.7', '192.0.2.128/25', '2001:db8:1::/48'], 201],
    [['192.0.2.0/23'], 403],
    [['0.0.0.0/0'], 403],
    [['::/0'], 403],
    [['192.0.2.7', '198.51.100.1'], 403],
    [['::ffff:192.0.2.7'], 403],
    [null, 403],
  ] as const)(
    'set to %j result in the status %i if the creating key is limited to 192.0.2.0/24 and 2001:db8::/32',
    async ([allowedIps, status]) => {
      const send = by((await parent()).key, '192.0.2.1');
      const answer = await send('POST', '/api/keys', { name: 'k', allowedIps });
      expect(answer.status, answer.text).toBe(status);
      const child = await by(owner.key)('POST', '/api/keys', { name: 'sibling' });
      const change = await send('PUT', `/api/keys/${child.body.id}`, { allowedIps });
      expect(change.status, change.text).toBe(status === 201 ? 200 : status);
    },
  );

  test('become fewer when the allowed addresses of the key two generations earlier are changed', async () => {
    const first = await parent();
    const second = await create(first.key, {}, '192.0.2.1');
    const third = await create(second.key, { allowedIps: ['192.0.2.1', '192.0.2.2'] }, '192.0.2.1');
    expect([await statusFrom(third.key, '192.0.2.1'), await statusFrom(third.key, '192.0.2.2')]).toEqual([200, 200]);
    await by(owner.key)('PUT', `/api/keys/${first.id}`, { allowedIps: ['192.0.2.2', '192.0.2.3'] });
    expect([await statusFrom(third.key, '192.0.2.1'), await statusFrom(third.key, '192.0.2.2')]).toEqual([403, 200]);
    expect(await statusFrom(third.key, '192.0.2.3')).toBe(403);
    expect((await by(owner.key)('GET', `/api/keys/${third.id}`)).body.allowedIps).toEqual(['192.0.2.2']);
    await by(owner.key)('PUT', `/api/keys/${first.id}`, { allowedIps: ['198.51.100.1'] });
    expect([await statusFrom(third.key, '192.0.2.2'), await statusFrom(third.key, '198.51.100.1')]).toEqual([403, 403]);
  });

  test('become limited when the creating key, which had no limit, gets one', async () => {
    const first = await create(owner.key);
    const second = await create(first.key);
    expect(second.allowedIps).toBeNull();
    await by(owner.key)('PUT', `/api/keys/${first.id}`, { allowedIps: ['192.0.2.2'] });
    expect([await statusFrom(second.key, '192.0.2.1'), await statusFrom(second.key, '192.0.2.2')]).toEqual([403, 200]);
  });
});

describeOnSqlite('the response to a change to an administrator', () => {
  const boss = (method: 'PUT' | 'DELETE', body?: unknown) => api.send(method, `/api/users/${owner.id}`, body);
  const stopped = ({ body }: RestAnswer) => body.stoppedKeys?.map(({ id }: { id: string }) => id);

  test.for([
    ['suspended', 'PUT', { suspended: true }],
    ['no longer allowed to have keys', 'PUT', { apiKeyAllowed: false }],
    ['deleted', 'DELETE', undefined],
  ] as const)(
    'who is %s lists the administrator’s keys that stopped working, and the keys created with them',
    async ([, method, body]) => {
      const child = await create(owner.key);
      const own = await idOf(owner.key);
      const answer = await boss(method, body);
      expect(answer.status, answer.text).toBe(200);
      expect(new Set(stopped(answer))).toEqual(new Set([own, child.id]));
      expect((await by(child.key)('GET', '/api/keys')).status).toBe(401);
    },
  );

  test('lists no keys if all of them still work', async () => {
    expect(stopped(await boss('PUT', { firstname: 'Ann' }))).toBeUndefined();
  });
});

test(`rotating a key deletes the oldest stopped key of an owner who has more than ${STOPPED_KEYS_OF_OWNER_MAX} stopped keys`, async () => {
  const { id: ownerId } = owner;
  const stoppedKeys = async () => {
    const keys: readonly { administratorId: string; status: string; id: string }[] = (
      await api.send('GET', '/api/keys')
    ).body;
    return keys.filter(({ administratorId, status }) => administratorId === ownerId && status !== 'valid');
  };
  let { key } = owner;
  const first = await idOf(key);
  const rotate = async () => {
    api.directory.clock.advance(1);
    ({ key } = (await by(key)('POST', `/api/keys/${await idOf(key)}/rotate`, { overlapHours: 0 })).body);
  };
  for (let count = 0; count <= STOPPED_KEYS_OF_OWNER_MAX; count += 1) await rotate();
  expect(await stoppedKeys()).toHaveLength(STOPPED_KEYS_OF_OWNER_MAX + 1);
  await rotate();
  const kept = await stoppedKeys();
  expect(kept).toHaveLength(STOPPED_KEYS_OF_OWNER_MAX + 1);
  expect(kept.map(({ id }) => id)).not.toContain(first);
  expect((await by(key)('GET', '/api/keys')).status).toBe(200);
});
