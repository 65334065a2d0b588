import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { call, scimClient } from '../support/http-client.ts';
import { startServer, type RunningServer } from '../support/start-server.ts';

let server: RunningServer;

beforeAll(async () => {
  server = await startServer();
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

const routes: readonly [string, string][] = [
  ['GET', '/Users'],
  ['POST', '/Users'],
  ['GET', '/Users/1'],
  ['PUT', '/Users/1'],
  ['PATCH', '/Users/1'],
  ['DELETE', '/Users/1'],
  ['GET', '/Groups'],
  ['POST', '/Groups'],
  ['GET', '/Groups/1'],
  ['PUT', '/Groups/1'],
  ['PATCH', '/Groups/1'],
  ['DELETE', '/Groups/1'],
  ['GET', '/Schemas'],
  ['GET', '/Schemas/x'],
  ['GET', '/ResourceTypes'],
  ['GET', '/ResourceTypes/x'],
  ['GET', '/Me'],
  ['PUT', '/Me'],
  ['PATCH', '/Me'],
  ['POST', '/Me'],
  ['DELETE', '/Me'],
  ['POST', '/Bulk'],
  ['POST', '/.search'],
  ['GET', '/Nothing'],
];

describe.for(routes)('%s %s', ([method, path]) => {
  test('returns 401 without a credential and with a wrong credential', async () => {
    const anonymous = await call(server.scimUrl + path, { method });
    expect(anonymous).toMatchObject({ status: 401, body: { status: '401' } });
    expect(anonymous.headers['www-authenticate']).toBe('Bearer realm="Tanhua SCIM"');
    for (const headers of [
      { authorization: 'Bearer wrong' },
      { 'x-api-key': 'wrong' },
      { authorization: `Basic ${server.key}` },
    ]) {
      const wrong = await call(server.scimUrl + path, { method, headers });
      expect(wrong.status).toBe(401);
      expect(wrong.headers['www-authenticate']).toContain('Bearer');
      expect(wrong.headers['content-type']).toContain('application/scim+json');
    }
  });
});

test('a key works as a bearer token and as x-api-key', async () => {
  expect((await call(`${server.scimUrl}/Users`, { headers: { authorization: `bearer ${server.key}` } })).status).toBe(
    200,
  );
  expect((await call(`${server.scimUrl}/Users`, { headers: { 'x-api-key': server.key } })).status).toBe(200);
});

test('an integration token works immediately, shows when it was last used, and stops working when it is revoked', async () => {
  const created = JSON.parse((await server.cli('key', 'create', '--name', 'Entra', '--json')).stdout);
  expect(created.key).toMatch(/^tnh_[\w-]{49}$/);
  const client = scimClient(server.scimUrl, created.key);
  expect((await client.get('/Users')).status).toBe(200);
  const listed = JSON.parse((await server.cli('key', 'list', '--json')).stdout);
  const shown = listed.find((key: { id: string }) => key.id === created.id);
  expect(shown).toMatchObject({ kind: 'integration', status: 'valid', owner: 'Entra ID' });
  expect(shown.lastUsedAt).not.toBeNull();
  expect(JSON.stringify(listed)).not.toContain(created.key);
  expect((await server.cli('key', 'revoke', created.id)).code).toBe(0);
  const refused = await client.get('/Users');
  expect(refused).toMatchObject({ status: 401 });
  expect(refused.body.detail).toContain('revoked');
  const [event] = JSON.parse((await server.cli('event', 'list', '--type', 'sign_in_refused', '--json')).stdout);
  expect(event).toMatchObject({ success: false, error_code: 'keyRevoked' });
});

test("a user's token can read /Me and change the user's password until the token is revoked", async () => {
  const admin = scimClient(server.scimUrl, server.key);
  const emails = [{ value: 'heidi@contoso.example' }];
  const user = await admin.post('/Users', { userName: 'heidi', emails });
  const created = JSON.parse((await server.cli('key', 'create', '--user', 'HEIDI@contoso.example', '--json')).stdout);
  expect(created).toMatchObject({ kind: 'user', owner: 'heidi', key: expect.stringMatching(/^tnh_/) });
  const keys = JSON.parse((await server.cli('key', 'list', '--json')).stdout);
  const { createdAt } = keys.find((key: { id: string }) => key.id === created.id);
  expect(Date.parse(created.expiresAt)).toBeGreaterThan(Date.parse(createdAt));
  const heidi = scimClient(server.scimUrl, created.key);
  const read = await heidi.get('/Me');
  expect(read).toMatchObject({ status: 200, body: user.body });
  expect(read.headers['content-location']).toBe(`${server.scimUrl}/Users/${user.body.id}`);
  const password = 'a heron waits in the mist';
  const operations = { Operations: [{ op: 'replace', path: 'password', value: password }] };
  expect((await heidi.patch('/Me', operations)).status).toBe(200);
  expect(JSON.parse((await server.cli('user', 'show', 'heidi', '--json')).stdout).passwordStatus).toBe('Active');
  expect((await heidi.get('/Schemas')).status).toBe(200);
  for (const path of ['/Users', `/Users/${user.body.id}`, '/Groups', '/'])
    expect((await heidi.get(path)).status).toBe(403);
  const listed = JSON.parse((await server.cli('key', 'list', '--json')).stdout);
  const shown = listed.find((key: { id: string }) => key.id === created.id);
  expect(shown).toMatchObject({ kind: 'user', owner: 'heidi', status: 'valid', lastUsedAt: expect.any(String) });
  expect((await server.cli('key', 'revoke', created.id)).code).toBe(0);
  expect((await heidi.get('/Me')).status).toBe(401);
  expect(server.log()).not.toContain(password);
});

test('the log and the database files contain no key and no password', async () => {
  const created = JSON.parse((await server.cli('key', 'create', '--json')).stdout);
  const client = scimClient(server.scimUrl, created.key);
  const password = 'correct horse battery staple';
  const user = await client.post('/Users', {
    userName: 'secretive',
    password,
    emails: [{ value: 'secretive@contoso.example' }],
  });
  expect(user.status).toBe(201);
  expect(user.text).not.toContain(password);
  const shown = JSON.parse((await server.cli('user', 'show', 'secretive', '--json')).stdout);
  expect(shown.passwordStatus).toBe('Active');
  const { readFile, readdir } = await import('node:fs/promises');
  for (const file of await readdir(server.dataDir)) {
    const bytes = await readFile(`${server.dataDir}/${file}`);
    for (const secret of [created.key, server.key, password]) expect(bytes.includes(secret)).toBe(false);
  }
  for (const secret of [created.key, server.key, password]) expect(server.log()).not.toContain(secret);
});
