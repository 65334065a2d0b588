import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describeOnSqlite, testOnSqlite } from '../../tests/support/on-sqlite.ts';
import { ALLOWED_ADDRESSES_MAX } from '#admins/allowed-addresses.ts';
import { EXPIRY_DAYS_MAX, KEYS_OF_OWNER_MAX, OVERLAP_HOURS_MAX } from '#admins/api-keys.ts';
import { DAY_MS } from '#base/clock.ts';
import { openTestRestApi, type RestAnswer, type TestRestApi } from './rest-api.fixture.ts';

let api: TestRestApi;
const HOUR_MS = 3_600_000;

beforeAll(async () => {
  api = await openTestRestApi();
});
afterAll(() => api[Symbol.asyncDispose]());

const refusal = ({ status, body }: RestAnswer) => [status, body?.error_code];
type Method = Parameters<TestRestApi['send']>[0];
const as = (key: string) => (method: Method, path: string, body?: unknown) =>
  api.send(method, path, body, { 'x-api-key': key });
/** Returns the status of a request sent from an address with a key. */
const from = async (remoteAddress: string, key: string, url = '/scim/v2/Users?count=0') =>
  (await api.app.inject({ url, remoteAddress, headers: { authorization: `Bearer ${key}` } })).statusCode;
const own = async () => {
  const { key } = await api.administratorOf('Administrator With Billing');
  return as(key);
};
const integrationId = async () => (await api.send('GET', '/api/integrations')).body[0].id;

describe('API keys', () => {
  test('are shown once, expire after 90 days by default, and appear in lists and events without their text', async () => {
    const created = await api.send('POST', '/api/keys', { name: 'Script' });
    expect(created.status).toBe(201);
    expect(created.body).toMatchObject({
      key: expect.stringMatching(/^tnh_[\w-]{49}$/),
      status: 'valid',
      kind: 'administrator',
      role: 'Administrator With Billing',
      lastUsedAt: null,
      allowedIps: null,
    });
    const { key, id } = created.body;
    expect(Date.parse(created.body.expiresAt) - Date.parse(created.body.createdAt)).toBe(90 * DAY_MS);
    expect(created.headers['cache-control']).toBe('no-store');
    await api.app.inject({
      url: '/api/systemusers',
      remoteAddress: '192.0.2.7',
      headers: { 'x-api-key': key, 'user-agent': 'a script' },
    });
    const shown = await api.send('GET', `/api/keys/${id}`);
    expect(shown.body).toMatchObject({ lastUsedIp: '192.0.2.7', lastUsedClient: 'a script' });
    expect(shown.body.lastUsedAt).not.toBeNull();
    const list = await api.send('GET', '/api/keys');
    expect(list.body.find((one: { id: string }) => one.id === id)).toEqual(shown.body);
    const events = await api.send('POST', '/insights/directory/v1/events', {
      service: 'all',
      start_time: '2020-01-01T00:00:00Z',
      search_term: { 'resource.id': id },
    });
    expect(events.body[0]).toMatchObject({
      event_type: 'api_key_create',
      resource: { type: 'api_key', name: 'Script' },
    });
    for (const answer of [shown, list, events]) expect(answer.text).not.toContain(key);
  });

  testOnSqlite(
    'are not created, rotated or changed by a request that misspells a field such as allowedIps',
    async () => {
      const send = await own();
      const refused = [400, 'invalidBody'];
      expect(refusal(await send('POST', '/api/keys', { name: 'k', allowedIPs: ['192.0.2.1'] }))).toEqual(refused);
      expect(refusal(await send('POST', '/api/keys', { name: 'k', expires: 1 }))).toEqual(refused);
      const token = { name: 'k', allow: ['192.0.2.1'] };
      expect(refusal(await send('POST', `/api/integrations/${await integrationId()}/tokens`, token))).toEqual(refused);
      const { id } = (await send('POST', '/api/keys', { name: 'k' })).body;
      expect(refusal(await send('POST', `/api/keys/${id}/rotate`, { overlap: 0 }))).toEqual(refused);
      expect(refusal(await send('PUT', `/api/keys/${id}`, { allowedIPs: ['192.0.2.1'] }))).toEqual(refused);
      const read = (await send('GET', `/api/keys/${id}`)).body;
      expect((await send('PUT', `/api/keys/${id}`, { ...read, name: 'other' })).body).toMatchObject({ name: 'other' });
    },
  );

  testOnSqlite('are not mentioned in the error for an ended session or access token', async () => {
    const { body, status } = await as('tns_ended')('GET', '/api/auth/session');
    expect([status, body.error_code, body.message]).toEqual([
      401,
      'keyUnknown',
      'The session has expired, or was ended. Sign in again.',
    ]);
    expect((await as('tna_ended')('GET', '/api/systemusers')).body.message).toContain('access token');
  });

  testOnSqlite(
    'never expire or expire within a limited number of days, and have a name of one printable line',
    async () => {
      const make = (body: object) => api.send('POST', '/api/keys', { name: 'x', ...body });
      expect((await make({ expiresInDays: EXPIRY_DAYS_MAX })).status).toBe(201);
      expect((await make({ expiresInDays: null })).body.expiresAt).toBeNull();
      for (const expiresInDays of [0, EXPIRY_DAYS_MAX + 1, 1.5, '90']) {
        expect(refusal(await make({ expiresInDays }))).toEqual([400, 'invalidBody']);
      }
      for (const name of ['', '  ', 'a\nb', 'a\u0000b', 'x'.repeat(201)]) {
        expect(refusal(await make({ name }))).toEqual([400, 'invalidBody']);
      }
    },
  );

  test('are limited in number for each owner, not counting revoked keys', async () => {
    const send = await own();
    for (let index = 1; index < KEYS_OF_OWNER_MAX; index += 1)
      await send('POST', '/api/keys', { name: `Key ${index}` });
    expect(refusal(await send('POST', '/api/keys', { name: 'one too many' }))).toEqual([409, 'conflict']);
    const [newest] = (await send('GET', '/api/keys')).body.filter((key: { name: string }) => key.name === 'Key 1');
    await send('DELETE', `/api/keys/${newest.id}`);
    expect((await send('POST', '/api/keys', { name: 'now there is room' })).status).toBe(201);
  });

  test('can be revoked by their owner or an administrator who may revoke all keys, but changed and rotated only by their owner', async () => {
    const created = (await api.send('POST', '/api/keys', { name: 'short' })).body;
    expect(await from('192.0.2.1', created.key)).toBe(200);
    expect((await api.send('DELETE', `/api/keys/${created.id}`)).body.status).toBe('revoked');
    expect(await from('192.0.2.1', created.key)).toBe(401);
    expect((await api.send('DELETE', `/api/keys/${created.id}`)).status).toBe(200);
    const other = as(await api.keyOf('Manager'));
    const theirs = (await other('POST', '/api/keys', { name: 'theirs' })).body;
    const stranger = as(await api.keyOf('Manager'));
    for (const method of ['GET', 'PUT', 'DELETE'] as const) {
      const body = method === 'PUT' ? { name: 'mine' } : undefined;
      expect(refusal(await stranger(method, `/api/keys/${theirs.id}`, body)), method).toEqual([404, 'notFound']);
    }
    expect(refusal(await api.send('PUT', `/api/keys/${theirs.id}`, { name: 'mine' }))).toEqual([404, 'notFound']);
    expect(refusal(await api.send('POST', `/api/keys/${theirs.id}/rotate`))).toEqual([403, 'ownAccount']);
    expect((await as(await api.keyOf('Administrator'))('DELETE', `/api/keys/${theirs.id}`)).status).toBe(200);
  });

  testOnSqlite('cannot be used or created by an administrator who may not have keys', async () => {
    const { id, key } = await api.administratorOf('Manager');
    const token = (await as(key)('POST', '/api/keys', { name: 'a' })).body;
    await api.send('PUT', `/api/users/${id}`, { apiKeyAllowed: false });
    expect(await from('192.0.2.1', token.key)).toBe(401);
    expect(refusal(await as(key)('POST', '/api/keys', { name: 'b' }))).toEqual([401, 'keyRevoked']);
  });

  testOnSqlite('that are truncated or mistyped are refused with that reason', async () => {
    const { key } = (await api.send('POST', '/api/keys', { name: 'typo' })).body;
    for (const wrong of [
      key.slice(0, -1),
      `${key}x`,
      key.replace(/.$/, (last: string) => (last === 'a' ? 'b' : 'a')),
    ]) {
      const answer = await api.send('GET', '/api/users', undefined, { 'x-api-key': wrong });
      expect(answer.body.message).toContain('cut or mistyped');
    }
  });
});

describe('the rotation', () => {
  test('of a key keeps both keys valid during the overlap, and then only the new key', async () => {
    const created = (await api.send('POST', '/api/keys', { name: 'Entra', allowedIps: ['192.0.2.0/24'] })).body;
    const next = await api.send('POST', `/api/keys/${created.id}/rotate`, { overlapHours: 2, expiresInDays: 30 });
    expect(next).toMatchObject({ status: 201, body: { name: 'Entra', allowedIps: ['192.0.2.0/24'] } });
    expect([await from('192.0.2.1', created.key), await from('192.0.2.1', next.body.key)]).toEqual([200, 200]);
    api.directory.clock.advance(2 * HOUR_MS);
    expect([await from('192.0.2.1', created.key), await from('192.0.2.1', next.body.key)]).toEqual([401, 200]);
    expect(refusal(await api.send('POST', `/api/keys/${created.id}/rotate`))).toEqual([404, 'notFound']);
  });

  testOnSqlite.for<[number | null, number | null | undefined, number | null]>([
    [1, undefined, 1],
    [5, undefined, 5],
    [30, undefined, 30],
    [null, undefined, null],
    [EXPIRY_DAYS_MAX, undefined, EXPIRY_DAYS_MAX],
    [5, 90, 90],
    [5, null, null],
    [null, 7, 7],
  ])(
    'of a key created with expiresInDays %s, requested with expiresInDays %s, returns a key with expiresInDays %s',
    async ([old, sent, days]) => {
      const { clock } = api.directory;
      const created = (await api.send('POST', '/api/keys', { name: 'life', expiresInDays: old })).body;
      clock.advance(HOUR_MS);
      const body = sent === undefined ? {} : { expiresInDays: sent };
      const next = (await api.send('POST', `/api/keys/${created.id}/rotate`, { ...body, overlapHours: 0 })).body;
      const expected = days === null ? null : new Date(clock.now().getTime() + days * 24 * HOUR_MS).toISOString();
      expect(next.expiresAt).toBe(expected);
      const again = (await api.send('POST', `/api/keys/${next.id}/rotate`, { overlapHours: 0 })).body;
      expect(again.expiresAt).toBe(expected);
      await api.send('DELETE', `/api/keys/${again.id}`);
    },
  );

  testOnSqlite('of a key has a limited overlap, which may be 0 and never extends the old key', async () => {
    const make = async (body: object) => (await api.send('POST', '/api/keys', { name: 'x', ...body })).body;
    const created = await make({ expiresInDays: 1 });
    const rotate = (id: string, body: object) => api.send('POST', `/api/keys/${id}/rotate`, body);
    expect((await rotate(created.id, { overlapHours: OVERLAP_HOURS_MAX + 1 })).status).toBe(400);
    expect((await rotate(created.id, { overlapHours: OVERLAP_HOURS_MAX })).status).toBe(201);
    expect((await api.send('GET', `/api/keys/${created.id}`)).body.expiresAt).toBe(created.expiresAt);
    const again = await make({});
    await rotate(again.id, { overlapHours: 0 });
    expect(await from('192.0.2.1', again.key)).toBe(401);
  });

  testOnSqlite(
    'of an integration token requires the permission to create tokens; the permission to revoke all keys is not enough',
    async () => {
      await api.send('POST', '/api/v2/roles', {
        name: 'Warden',
        scopes: ['keys.own', 'keys.all', 'integrations.read'],
      });
      const { id, key } = await api.administratorOf('Read Only');
      await api.send('PUT', `/api/users/${id}`, { roleName: 'Warden' });
      const token = (await api.send('POST', `/api/integrations/${await integrationId()}/tokens`, { name: 't' })).body;
      expect(refusal(await as(key)('POST', `/api/keys/${token.id}/rotate`))).toEqual([403, 'ownAccount']);
      expect((await as(key)('DELETE', `/api/keys/${token.id}`)).status).toBe(200);
    },
  );
});

describe('the allowed addresses of a key', () => {
  test.for([
    ['192.0.2.1', ['192.0.2.1'], 200],
    ['192.0.2.2', ['192.0.2.1'], 403],
    ['192.0.2.254', ['198.51.100.1', '192.0.2.0/24'], 200],
    ['192.0.3.1', ['192.0.2.0/24'], 403],
    // A server that listens on :: sees IPv4 clients as IPv4-mapped IPv6 addresses.
    ['::ffff:192.0.2.9', ['192.0.2.0/24'], 200],
    ['2001:db8::1', ['2001:db8::/32'], 200],
    ['2001:db9::1', ['2001:db8::/32'], 403],
    ['fe80::1%eth0', ['fe80::/10'], 200],
    ['192.0.2.1', ['2001:db8::/32'], 403],
    ['203.0.113.1', ['0.0.0.0/0'], 200],
    ['2001:db8::1', ['0.0.0.0/0'], 403],
  ] as const)(
    'are enforced: a request from %s with the list %j gets the status %d',
    async ([address, allowedIps, status]) => {
      const send = await own();
      const { key } = (await send('POST', '/api/keys', { name: 'x', allowedIps })).body;
      expect(await from(address, key)).toBe(status);
      expect(await from(address, key, '/api/systemusers')).toBe(status);
    },
  );

  test('must be valid networks, and at least one but no more than the maximum number', async () => {
    const make = async (allowedIps: unknown) => refusal(await api.send('POST', '/api/keys', { name: 'x', allowedIps }));
    for (const wrong of [
      '',
      'localhost',
      '192.0.2.0/33',
      '192.0.2.0/',
      '192.0.2.0/1e1',
      '192.0.2',
      '2001:db8::/129',
      '192.0.2.1 ',
    ]) {
      expect(await make([wrong]), wrong).toEqual([400, 'invalidValue']);
    }
    expect(await make([])).toEqual([400, 'invalidValue']);
    const many = Array.from({ length: ALLOWED_ADDRESSES_MAX }, (_, index) => `192.0.2.${index}`);
    expect((await make(many))[0]).toBe(201);
    expect(await make([...many, '198.51.100.1'])).toEqual([400, 'invalidBody']);
  });

  test('can be changed while the key is in use, and a refusal is recorded as an event', async () => {
    const created = (await api.send('POST', '/api/keys', { name: 'moving' })).body;
    expect(await from('198.51.100.1', created.key)).toBe(200);
    const put = await api.send('PUT', `/api/keys/${created.id}`, { allowedIps: ['192.0.2.0/24'], name: 'moved' });
    expect(put.body).toMatchObject({ name: 'moved', allowedIps: ['192.0.2.0/24'], expiresAt: created.expiresAt });
    expect([await from('198.51.100.1', created.key), await from('192.0.2.1', created.key)]).toEqual([403, 200]);
    const events = await api.send('POST', '/insights/directory/v1/events', {
      service: 'all',
      start_time: '2020-01-01T00:00:00Z',
      search_term: { error_code: 'keyAddress' },
      sort: 'DESC',
    });
    expect(events.body[0]).toMatchObject({ event_type: 'sign_in_refused', client_ip: '198.51.100.1' });
  });

  test('cannot be circumvented by using the key to create, change or rotate keys', async () => {
    const send = await own();
    const wide = (await send('POST', '/api/keys', { name: 'wide' })).body;
    const bound = (await send('POST', '/api/keys', { name: 'bound', allowedIps: ['127.0.0.1', '192.0.2.0/24'] })).body;
    const escape = as(bound.key);
    expect((await escape('POST', '/api/keys', { name: 'inherits' })).body.allowedIps).toEqual([
      '127.0.0.1',
      '192.0.2.0/24',
    ]);
    expect((await escape('POST', '/api/keys', { name: 'narrower', allowedIps: ['127.0.0.1'] })).status).toBe(201);
    for (const attempt of [
      escape('POST', '/api/keys', { name: 'x', allowedIps: null }),
      escape('POST', '/api/keys', { name: 'x', allowedIps: ['0.0.0.0/0'] }),
      escape('PUT', `/api/keys/${bound.id}`, { allowedIps: null }),
      escape('POST', `/api/keys/${wide.id}/rotate`),
      escape('POST', `/api/integrations/${await integrationId()}/tokens`, { name: 'x', allowedIps: null }),
    ]) {
      expect(refusal(await attempt)).toEqual([403, 'roleForbidden']);
    }
  });
});

describeOnSqlite('integration tokens', () => {
  test('can be used only for SCIM, and follow the rules of their integration', async () => {
    const other = (await api.send('POST', '/api/integrations', { name: 'Okta', preset: 'standard' })).body;
    const token = (await api.send('POST', `/api/integrations/${other.id}/tokens`, { name: 'Okta' })).body;
    expect(token).toMatchObject({ kind: 'integration', owner: 'Okta', role: null, integrationId: other.id });
    expect(await from('192.0.2.1', token.key)).toBe(200);
    expect(await from('192.0.2.1', token.key, '/api/systemusers')).toBe(403);
    // The rules of the integration apply: `standard` accepts a userName that is an email address.
    const created = await api.app.inject({
      method: 'POST',
      url: '/scim/v2/Users',
      headers: { authorization: `Bearer ${token.key}`, 'content-type': 'application/scim+json' },
      payload: JSON.stringify({ userName: 'ann@example.com' }),
    });
    expect(created.statusCode).toBe(201);
    const list = await api.send('GET', `/api/integrations/${other.id}/tokens`);
    expect(list.body.map((key: { id: string }) => key.id)).toEqual([token.id]);
    expect(refusal(await api.send('POST', `/api/integrations/${'0'.repeat(24)}/tokens`, { name: 'x' }))).toEqual([
      404,
      'notFound',
    ]);
  });
});
