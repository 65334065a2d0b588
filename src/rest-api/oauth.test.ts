import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { DAY_MS } from '#base/clock.ts';
import { ACCESS_TOKEN_SECONDS } from './routes/oauth-routes.ts';
import { FORM_FIELDS_MAX } from '#base/read-form.ts';
import { openTestRestApi, type TestRestApi } from './rest-api.fixture.ts';

let api: TestRestApi;
let client: { id: string; key: string };
let address = 0;

beforeAll(async () => {
  api = await openTestRestApi();
});
afterAll(() => api[Symbol.asyncDispose]());
beforeEach(async () => {
  const [{ id }] = (await api.send('GET', '/api/integrations')).body;
  client = (await api.send('POST', `/api/integrations/${id}/tokens`, { name: 'Entra' })).body;
  // Failures are counted by address, so each test uses its own address.
  address += 1;
});
// Deletes the token after each test, because the number of tokens per integration is limited.
afterEach(() => api.send('DELETE', `/api/keys/${client.id}`));

const form = (fields: Record<string, string>) => new URLSearchParams(fields).toString();
async function ask(payload: string, headers: Record<string, string> = {}) {
  const answer = await api.app.inject({
    method: 'POST',
    url: '/oauth2/token',
    remoteAddress: `198.51.100.${address}`,
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    payload,
  });
  return { status: answer.statusCode, headers: answer.headers, body: answer.json() };
}
const basic = (id: string, secret: string) => ({
  authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
});
const grant = { grant_type: 'client_credentials' };
const inBody = (extra: Record<string, string> = {}) =>
  ask(form({ ...grant, client_id: client.id, client_secret: client.key, ...extra }));
const scim = async (token: string, remoteAddress = '127.0.0.1') =>
  (
    await api.app.inject({
      url: '/scim/v2/Users?count=0',
      remoteAddress,
      headers: { authorization: `Bearer ${token}` },
    })
  ).statusCode;

describe('an access token is issued', () => {
  test('for credentials in the Authorization header, where Entra ID sends them, or in the body', async () => {
    for (const answer of [await ask(form(grant), basic(client.id, client.key)), await inBody()]) {
      expect(answer).toMatchObject({
        status: 200,
        body: { token_type: 'Bearer', expires_in: ACCESS_TOKEN_SECONDS, access_token: expect.stringMatching(/^tna_/) },
        headers: { 'cache-control': 'no-store', pragma: 'no-cache' },
      });
      expect(await scim(answer.body.access_token)).toBe(200);
    }
    // RFC 6749 §2.3.1: the client id and the secret are form-encoded before they are put into the Authorization header.
    const encoded = basic(encodeURIComponent(client.id), client.key.replace('_', '%5F'));
    expect((await ask(form(grant), encoded)).status).toBe(200);
    const both = form({ ...grant, client_id: client.id, client_secret: client.key });
    expect((await ask(both, basic(client.id, client.key))).status).toBe(200);
  });

  test('regardless of the media type of the request', async () => {
    const fields = { ...grant, client_id: client.id, client_secret: client.key };
    for (const type of [
      'application/scim+json',
      'application/json',
      'text/plain',
      'application/x-www-form-urlencoded; charset=utf-8',
    ]) {
      expect((await ask(form(fields), { 'content-type': type })).status, type).toBe(200);
      expect((await ask(JSON.stringify(fields), { 'content-type': type })).status, type).toBe(200);
    }
  });

  test('and each use of it is recorded as a use of its key', async () => {
    const key = async () => (await api.send('GET', `/api/keys/${client.id}`)).body;
    expect((await key()).lastUsedAt).toBeNull();
    const { body } = await inBody();
    const first = await key();
    expect(first).toMatchObject({ lastUsedIp: `198.51.100.${address}` });
    api.directory.clock.advance(120_000);
    await scim(body.access_token);
    expect(Date.parse((await key()).lastUsedAt)).toBe(Date.parse(first.lastUsedAt) + 120_000);
  });
});

describe('a request for an access token is refused', () => {
  test.for([
    ['', {}, 400, 'invalid_request'],
    ['grant_type=authorization_code', {}, 400, 'unsupported_grant_type'],
    ['grant_type=client_credentials', {}, 401, 'invalid_client'],
    ['grant_type=client_credentials&client_id=x', {}, 401, 'invalid_client'],
    ['grant_type=client_credentials', { authorization: 'Basic x' }, 401, 'invalid_client'],
    ['grant_type=client_credentials', basic('x', 'y'), 401, 'invalid_client'],
    ['grant_type=client_credentials&client_id=other', basic('x', 'y'), 400, 'invalid_request'],
  ] as const)('for the body "%s" with the headers %j', async ([body, headers, status, error]) => {
    const answer = await ask(body, headers);
    expect(answer).toMatchObject({ status, body: { error, error_description: expect.any(String) } });
    if (status === 401) expect(answer.headers['www-authenticate']).toContain('Basic');
  });

  test('for the secret of another key, an access token sent as the secret, or a truncated secret', async () => {
    const other = (await api.send('POST', '/api/keys', { name: 'other' })).body;
    const { access_token: token } = (await inBody()).body;
    for (const [id, secret] of [
      [other.id, client.key],
      [client.id, other.key],
      [client.id, token],
      [client.id, client.key.slice(0, -1)],
    ]) {
      expect((await ask(form({ ...grant, client_id: id, client_secret: secret }))).body.error).toBe('invalid_client');
    }
  });

  test('for a revoked key, and an event is recorded in the key’s organization', async () => {
    await api.send('DELETE', `/api/keys/${client.id}`);
    expect((await inBody()).body.error).toBe('invalid_client');
    const search = { 'resource.id': client.id, event_type: 'sign_in_refused' };
    const body = { service: 'all', start_time: '2020-01-01T00:00:00Z', search_term: search };
    expect((await api.send('POST', '/insights/directory/v1/events', body)).body).toMatchObject([
      { error_code: 'keyRevoked', client_ip: `198.51.100.${address}` },
    ]);
  });

  test('after too many attempts from one address', async () => {
    const statuses = [];
    for (let index = 0; index < 31; index += 1) statuses.push((await ask(form(grant), basic('x', 'y'))).status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(30);
    expect(statuses.at(-1)).toBe(429);
  });
});

test('a client_assertion is refused with an error that says what to send instead', async () => {
  const assertion = {
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: 'e.y.J',
  };
  for (const fields of [assertion, { ...assertion, client_id: client.id }]) {
    expect(await ask(form({ ...grant, ...fields }))).toMatchObject({
      status: 401,
      body: {
        error: 'invalid_client',
        error_description: expect.stringMatching(/client_assertion .* not supported: send client_id/),
      },
    });
  }
});

test('the RFC 8414 metadata names the token endpoint, and a grant type and a scope that the endpoint accepts', async () => {
  const answer = await api.app.inject({ url: '/.well-known/oauth-authorization-server' });
  expect(answer.statusCode).toBe(200);
  const metadata = answer.json();
  expect(metadata).toMatchObject({
    issuer: 'http://localhost:8080',
    token_endpoint: 'http://localhost:8080/oauth2/token',
    response_types_supported: [],
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
  });
  expect((await inBody({ grant_type: metadata.grant_types_supported[0] })).status).toBe(200);
  expect((await inBody({ scope: metadata.scopes_supported[0] })).status).toBe(200);
});

test('the token endpoint accepts a form with the maximum number of fields, and refuses a form with one more', async () => {
  const fields = (count: number) =>
    form({ ...grant, ...Object.fromEntries(Array.from({ length: count - 1 }, (_, at) => [`field${at}`, ''])) });
  expect(await ask(fields(FORM_FIELDS_MAX))).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
  expect(await ask(fields(FORM_FIELDS_MAX + 1))).toMatchObject({ status: 400, body: { error_code: 'tooManyKeys' } });
});

describe('an access token', () => {
  test('ends after an hour, and when its key is revoked', async () => {
    const { access_token: token } = (await inBody()).body;
    api.directory.clock.advance(ACCESS_TOKEN_SECONDS * 1_000 - 1);
    expect(await scim(token)).toBe(200);
    api.directory.clock.advance(1);
    expect(await scim(token)).toBe(401);
    const second = (await inBody()).body.access_token;
    await api.send('DELETE', `/api/keys/${client.id}`);
    expect(await scim(second)).toBe(401);
  });

  test('ends when its key expires', async () => {
    await api.send('PUT', `/api/keys/${client.id}`, { expiresInDays: 1 });
    api.directory.clock.advance(DAY_MS - 60_000);
    const { access_token: token } = (await inBody()).body;
    expect(await scim(token)).toBe(200);
    api.directory.clock.advance(60_000);
    expect(await scim(token)).toBe(401);
  });

  test('ends when its owner is suspended, and stays invalid afterward', async () => {
    const { id, key } = await api.administratorOf('Manager');
    const own = await api.send('POST', '/api/keys', { name: 'x' }, { 'x-api-key': key });
    client = own.body;
    const { access_token: token } = (await inBody()).body;
    expect(await scim(token)).toBe(200);
    await api.send('PUT', `/api/users/${id}`, { suspended: true });
    expect(await scim(token)).toBe(401);
    await api.send('PUT', `/api/users/${id}`, { suspended: false });
    expect(await scim(token)).toBe(401);
  });

  test('is accepted only from the allowed addresses of its key', async () => {
    await api.send('PUT', `/api/keys/${client.id}`, { allowedIps: ['198.51.100.0/24'] });
    const { access_token: token } = (await inBody()).body;
    expect([await scim(token, '198.51.100.1'), await scim(token, '192.0.2.1')]).toEqual([200, 403]);
  });
});

describe('the requested scope', () => {
  const administratorToken = async (scope: string) => {
    client = (await api.send('POST', '/api/keys', { name: 'scoped' })).body;
    return await inBody({ scope });
  };
  const reads = async (token: string, path: string) =>
    (await api.send('GET', path, undefined, { authorization: `Bearer ${token}` })).status;

  test('limits an access token to fewer permissions than its key has', async () => {
    const { body } = await administratorToken('users.read events.read');
    expect(body.scope).toBe('users.read events.read');
    expect(await reads(body.access_token, '/api/systemusers')).toBe(200);
    expect(await reads(body.access_token, '/api/users')).toBe(403);
    expect(await scim(body.access_token)).toBe(403);
    const make = await api.send('POST', '/api/keys', { name: 'x' }, { authorization: `Bearer ${body.access_token}` });
    expect(make.status).toBe(403);
  });

  test('keeps a limited token from creating or rotating keys, because these would have more permissions', async () => {
    const { body } = await administratorToken('keys.own');
    const headers = { authorization: `Bearer ${body.access_token}` };
    expect((await api.send('POST', '/api/keys', { name: 'x' }, headers)).body.error_code).toBe('roleForbidden');
    expect((await api.send('POST', `/api/keys/${client.id}/rotate`, {}, headers)).body.error_code).toBe(
      'roleForbidden',
    );
  });

  test('includes all permissions if it is "api", and is refused if it is unknown or the key cannot have it', async () => {
    const all = await administratorToken('api');
    expect(all.body.scope).toBe('api');
    expect(await reads(all.body.access_token, '/api/users')).toBe(200);
    expect((await inBody({ scope: 'shoes' })).body.error).toBe('invalid_scope');
    const [{ id }] = (await api.send('GET', '/api/integrations')).body;
    client = (await api.send('POST', `/api/integrations/${id}/tokens`, { name: 'x' })).body;
    expect((await inBody({ scope: 'users.read' })).body.error).toBe('invalid_scope');
    const some = await inBody({ scope: 'scim users.read' });
    expect(some.body.scope).toBe('scim');
    expect(await scim(some.body.access_token)).toBe(200);
  });
});
