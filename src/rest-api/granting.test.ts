import { afterAll, beforeAll, expect, test } from 'vitest';
import { hashApiKey, newApiKey, newToken } from '#admins/api-key.ts';
import { findKeyByHash, insertApiKey } from '#admins/api-key-store.ts';
import { updateAdministratorPassword } from '#admins/administrator-store.ts';
import { insertLink } from '#admins/administrator-link-store.ts';
import { insertSession } from '#admins/session-store.ts';
import { DAY_MS } from '#base/clock.ts';
import { createUser } from '#directory/users.ts';
import { hashPassword } from '#directory/password-hash.ts';
import { openTestRestApi, type TestRestApi } from './rest-api.fixture.ts';

const password = 'correct horse battery staple';
let api: TestRestApi;

beforeAll(async () => {
  api = await openTestRestApi();
});
afterAll(() => api[Symbol.asyncDispose]());

async function session() {
  const { deps } = api.directory;
  const { id } = await api.administratorOf('Administrator With Billing');
  await updateAdministratorPassword(
    deps.database,
    id,
    await hashPassword(password, deps.passwordCost),
    deps.clock.now(),
  );
  const token = newToken('session');
  await insertSession(deps.database, deps.clock, {
    organizationId: api.organizationId,
    owner: { kind: 'administrator', administratorId: id },
    token,
    expiresAt: new Date(deps.clock.now().getTime() + DAY_MS),
    clientIp: undefined,
    userAgent: undefined,
    authMethods: ['pwd'],
  });
  return { id, headers: { authorization: `Bearer ${token}` } };
}

/** Creates a key that expires in five days. */
async function shortKey() {
  const { deps } = api.directory;
  const { id } = await api.administratorOf('Administrator With Billing');
  const key = newApiKey();
  const keyId = await insertApiKey(deps.database, deps.clock, {
    organizationId: api.organizationId,
    owner: { kind: 'administrator', administratorId: id, integrationId: null },
    name: 'short',
    key,
    expiresAt: new Date(deps.clock.now().getTime() + 5 * DAY_MS),
  });
  return { keyId, headers: { 'x-api-key': key } };
}

test('a key cannot create, change or rotate a key to make it expire later than itself, and its revocation ends the keys it created', async () => {
  const { keyId, headers } = await shortKey();
  const refused = { status: 403, body: { error_code: 'roleForbidden' } };
  for (const expiresInDays of [6, null]) {
    expect(await api.send('POST', '/api/keys', { name: 'k', expiresInDays }, headers)).toMatchObject(refused);
    expect(await api.send('PUT', `/api/keys/${keyId}`, { expiresInDays }, headers)).toMatchObject(refused);
    expect(await api.send('POST', `/api/keys/${keyId}/rotate`, { expiresInDays }, headers)).toMatchObject(refused);
  }
  const created = await api.send('POST', '/api/keys', { name: 'k' }, headers);
  const record = await findKeyByHash(api.directory.deps.database, hashApiKey(created.body.key));
  expect(record?.expiresAt).toBe(api.directory.clock.now().getTime() + 5 * DAY_MS);
  expect((await api.send('GET', '/api/keys', undefined, { 'x-api-key': created.body.key })).status).toBe(200);
  expect((await api.send('DELETE', `/api/keys/${keyId}`)).status).toBe(200);
  const ended = await api.send('GET', '/api/keys', undefined, { 'x-api-key': created.body.key });
  expect([ended.status, ended.body.message]).toEqual([
    401,
    expect.stringContaining('created by another key, which was revoked'),
  ]);
});

test('a session of an administrator cannot read users, groups, schemas or the configuration through SCIM', async () => {
  const { headers } = await session();
  for (const path of ['/Users', '/Groups', '/Schemas', '/ServiceProviderConfig']) {
    expect((await api.send('GET', `/scim/v2${path}`, undefined, headers)).status, path).toBe(403);
  }
});

test('a user’s session cannot use /Me before a required second factor is set up or when idle, and cannot set the password', async () => {
  const { deps, caller, clock } = api.directory;
  const document = { userName: 'bob', emails: [{ value: 'bob@example.com', primary: true }] };
  const { id } = await createUser(deps, caller, { document, ignored: [] });
  const token = newToken('session');
  await insertSession(deps.database, deps.clock, {
    organizationId: api.organizationId,
    owner: { kind: 'user', userId: id },
    token,
    expiresAt: new Date(clock.now().getTime() + DAY_MS),
    clientIp: undefined,
    userAgent: undefined,
    authMethods: ['pwd'],
  });
  for (const headers of [{ authorization: `Bearer ${token}` }, { 'x-api-key': token }]) {
    const change = { Operations: [{ op: 'replace', path: 'password', value: 'another long pass phrase 7' }] };
    expect((await api.send('GET', '/scim/v2/Me', undefined, headers)).status).toBe(200);
    const refused = await api.send('PATCH', '/scim/v2/Me', change, headers);
    expect([refused.status, refused.body.detail]).toEqual([403, expect.stringContaining('PUT /api/portal/password')]);
  }
  const own = { authorization: `Bearer ${token}` };
  const factor = { enable_user_portal_multifactor: true };
  expect((await api.send('PUT', `/api/systemusers/${id}`, factor)).status).toBe(200);
  expect((await api.send('GET', '/scim/v2/Me', undefined, own)).body.detail).toContain('second factor');
  expect((await api.send('PUT', `/api/systemusers/${id}`, { enable_user_portal_multifactor: false })).status).toBe(200);
  clock.advance(DAY_MS / 2);
  for (const path of ['/scim/v2/Me', '/api/portal/session', '/scim/v2/Me']) {
    const idle = await api.send('GET', path, undefined, own);
    expect([idle.status, idle.text], path).toEqual([401, expect.stringContaining('without a request')]);
  }
});

test('an administrator cannot delete an organization link that gives its owner a role with more permissions', async () => {
  const other = (await api.directory.newCaller('Linked')).origin.organizationId;
  const { id } = await api.administratorOf('Read Only');
  const { database } = api.directory.deps;
  await insertLink(
    database,
    { id, organizationId: api.organizationId },
    { organizationId: other, role: 'Administrator With Billing' },
  );
  const role = await api.send('POST', '/api/v2/roles', {
    name: 'Weak',
    scopes: ['administrators.write', 'administrators.read'],
  });
  const weak = await api.administratorOf('Read Only');
  await api.send('PUT', `/api/users/${weak.id}`, { role: role.body.id });
  const path = `/api/users/${id}/organizationlinks/${other}`;
  expect((await api.send('DELETE', path, undefined, { 'x-api-key': weak.key })).status).toBe(403);
  expect((await api.send('DELETE', path)).status).toBe(204);
});
