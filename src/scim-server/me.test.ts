import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { newApiKey } from '#admins/api-key.ts';
import { insertApiKey } from '#admins/api-key-store.ts';
import { listEvents } from '#audit/event-store.ts';
import type { JsonObject } from '#base/json.ts';
import { verifyPassword } from '#directory/password-hash.ts';
import { findPasswordHash, findUser } from '#directory/user-store.ts';
import { deleteUser } from '#directory/delete-user.ts';
import { createUser } from '#directory/users.ts';
import { updateRules } from '#integrations/integration-store.ts';
import { ENTERPRISE_USER_SCHEMA } from '#scim/schema/enterprise-user.ts';
import { openTestScimServer, type ScimAnswer, type TestScimServer } from './scim-server.fixture.ts';

const password = 'correct horse battery staple';
let server: TestScimServer;
let users = 0;
let id: string;
let userName: string;
let token: string;

beforeAll(async () => {
  server = await openTestScimServer();
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});
beforeEach(async () => {
  const { deps, caller } = server.directory;
  users += 1;
  userName = `ann.meier${users}`;
  const document = {
    userName,
    displayName: 'Ann Meier',
    emails: [{ value: `${userName}@contoso.example`, type: 'work' }],
    [ENTERPRISE_USER_SCHEMA]: { department: 'Sales', manager: { value: 'a boss who does not exist yet' } },
  };
  id = (await createUser(deps, caller, { document, ignored: [] })).id;
  token = newApiKey();
  const { organizationId } = caller.origin;
  const owner = { kind: 'user', userId: id } as const;
  await insertApiKey(deps.database, deps.clock, { organizationId, owner, name: 'own', key: token, expiresAt: null });
});

type Method = Parameters<TestScimServer['send']>[0];

async function me(method: Method, body?: unknown, headers: Readonly<Record<string, string>> = {}, query = '') {
  return await server.send(method, `/Me${query}`, body, { authorization: `Bearer ${token}`, ...headers });
}
const patch = async (...operations: readonly JsonObject[]) => await me('PATCH', { Operations: operations });
const stored = async () => await findUser(server.directory.deps.database, organizationId(), id);
const organizationId = () => server.directory.caller.origin.organizationId;
const hasPassword = async (text: string) => {
  const hash = await findPasswordHash(server.directory.deps.database, organizationId(), id);
  return hash !== null && (await verifyPassword(text, hash));
};
const lastEvent = async () =>
  (await listEvents(server.directory.deps.database, { organizationId: organizationId(), limit: 1 }))[0];

function expectOwner(answer: ScimAnswer, attribute: string): void {
  expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 403, body: { status: '403' } });
  expect(answer.body.detail).toContain(`${attribute} belongs to the integration "Entra ID"`);
}

describe('GET /Me', () => {
  test('returns the resource of the user, with the URL of that resource below /Users', async () => {
    const mine = await me('GET');
    const theirs = await server.send('GET', `/Users/${id}`);
    expect(mine.status).toBe(200);
    expect(mine.body).toEqual(theirs.body);
    const address = `http://x/scim/v2/Users/${id}`;
    expect(mine.headers).toMatchObject({
      location: address,
      'content-location': address,
      etag: theirs.headers['etag'],
    });
  });

  test('honors attributes, excludedAttributes and If-None-Match', async () => {
    expect((await me('GET', undefined, {}, '?attributes=userName')).body).toEqual({
      schemas: expect.any(Array),
      id,
      userName,
    });
    expect((await me('GET', undefined, {}, '?excludedAttributes=emails')).body).not.toHaveProperty('emails');
    const tag = String((await me('GET')).headers['etag']);
    expect(await me('GET', undefined, { 'if-none-match': tag })).toMatchObject({ status: 304, body: undefined });
    await patch({ op: 'replace', path: 'password', value: password });
    expect((await me('GET', undefined, { 'if-none-match': tag })).status).toBe(200);
  });
});

describe('the password at /Me', () => {
  test('is changed by PATCH, and the event names the user as initiator', async () => {
    const answer = await patch({ op: 'replace', path: 'password', value: password });
    expect(answer).toMatchObject({ status: 200, headers: { 'content-location': `http://x/scim/v2/Users/${id}` } });
    expect(JSON.stringify(answer.body)).not.toContain(password);
    expect(await hasPassword(password)).toBe(true);
    const event = await lastEvent();
    expect(event).toMatchObject({
      event_type: 'user_update',
      resource: { type: 'user', id, username: userName },
      initiated_by: { type: 'user', id, name: userName },
      changes: [{ field: 'password', from: null, to: '********' }],
    });
    expect(event).not.toHaveProperty('integration');
    expect(event?.['initiated_by']).not.toHaveProperty('source');
  });

  test('is changed by a PUT of the resource from GET plus the password, and all other attributes stay unchanged', async () => {
    const before = await stored();
    const { body } = await me('GET');
    expect((await me('PUT', { ...body, password })).status).toBe(200);
    expect(await hasPassword(password)).toBe(true);
    const after = await stored();
    expect(after).toEqual({ ...before, version: 2, passwordPending: false, modifiedAt: after?.modifiedAt });
    expect((await me('PUT', { ...body, password })).body).toMatchObject({ meta: { version: 'W/"2"' } });
  });

  test('must satisfy the password policy of the organization', async () => {
    const refused = await patch({ op: 'replace', path: 'password', value: `i am ${userName}` });
    expect(refused).toMatchObject({ status: 400, body: { scimType: 'invalidValue' } });
    expect(refused.body.detail).toContain('tanhua organization set');
    expect(refused.body.detail).not.toContain(userName);
    expect(await lastEvent()).toMatchObject({
      event_type: 'request_refused',
      error_code: 'passwordPolicy',
      resource: { id, username: userName },
      initiated_by: { type: 'user', id },
    });
  });

  test('may be changed even if the integration may not change users, or if the password has expired', async () => {
    const { deps, caller } = server.directory;
    const { database } = deps;
    await updateRules(database, caller.origin.integration?.id ?? '', { ...caller.rules, update: false });
    await database.updateTable('users').set({ password_expired: 1 }).where('id', '=', id).execute();
    const { body } = await me('GET');
    expect(body.active).toBe(false);
    const changed = await me('PUT', { ...body, password });
    expect(changed).toMatchObject({ status: 200, body: { active: true } });
    await updateRules(database, caller.origin.integration?.id ?? '', caller.rules);
  });

  test('is not changed if If-Match names another version of the user', async () => {
    const operations = { Operations: [{ op: 'replace', path: 'password', value: password }] };
    expect((await me('PATCH', operations, { 'if-match': 'W/"7"' })).status).toBe(412);
    expect((await me('PATCH', operations, { 'if-match': 'W/"1"' })).status).toBe(200);
  });
});

describe('attributes other than the password at /Me', () => {
  test.for<[string, JsonObject]>([
    ['displayName', { op: 'replace', path: 'displayName', value: 'The Boss' }],
    ['displayName', { op: 'remove', path: 'displayName' }],
    ['userName', { op: 'replace', value: { userName: 'root' } }],
    ['active', { op: 'replace', path: 'active', value: false }],
    ['title', { op: 'add', path: 'title', value: 'Boss' }],
    ['emails', { op: 'add', path: 'emails', value: [{ value: 'other@contoso.example' }] }],
    [
      `${ENTERPRISE_USER_SCHEMA}:department`,
      { op: 'replace', path: `${ENTERPRISE_USER_SCHEMA}:department`, value: 'X' },
    ],
  ])('cannot be changed by PATCH: %s by %j', async ([attribute, operation]) => {
    const before = await stored();
    const withPassword = { op: 'replace', path: 'password', value: password };
    expectOwner(await patch(withPassword, operation), attribute);
    expect(await stored()).toEqual(before);
    expect(await lastEvent()).toMatchObject({ event_type: 'request_refused', error_code: 'attributeOwned' });
  });

  test('cannot be changed by PUT', async () => {
    const { body } = await me('GET');
    expectOwner(await me('PUT', { ...body, title: 'Boss' }), 'title');
    expectOwner(await me('PUT', { userName, password }), 'displayName');
    expectOwner(await me('PUT', { ...body, active: false }), 'active');
    expect((await me('PUT', body)).body).toEqual(body);
    expect((await me('PUT', { password })).body.detail).toContain('userName');
    expect(await hasPassword(password)).toBe(false);
  });

  test('may be sent with their current values, which has no effect', async () => {
    const { body } = await me('GET');
    expect((await patch({ op: 'replace', path: 'department', value: 'Sales' })).body).toEqual(body);
    const unchanged = { op: 'replace', value: { department: 'Sales', displayName: 'Ann Meier', password } };
    const answer = await patch(unchanged);
    expect(answer.body).toEqual({
      ...body,
      meta: { ...body.meta, version: 'W/"2"', lastModified: expect.any(String) },
    });
  });

  test('belong to the administrators if the user has no integration', async () => {
    const { database } = server.directory.deps;
    await database.updateTable('users').set({ integration_id: null }).where('id', '=', id).execute();
    const refused = await patch({ op: 'add', path: 'title', value: 'Boss' });
    expect(refused.body.detail).toContain('title belongs to the administrators of the directory');
  });

  test('and the user as a whole cannot be changed by POST or DELETE', async () => {
    for (const method of ['POST', 'DELETE'] as const) {
      const refused = await me(method, method === 'POST' ? { userName: 'new' } : undefined);
      expect(refused).toMatchObject({ status: 403, body: { detail: expect.stringContaining(userName) } });
    }
    expect((await stored())?.state).toBe('ACTIVATED');
  });
});

test('a suspended or deleted user is refused with 401, and an event is recorded', async () => {
  const { deps, caller } = server.directory;
  await server.send('PATCH', `/Users/${id}`, { Operations: [{ op: 'replace', path: 'active', value: false }] });
  const suspended = await me('GET');
  expect(suspended).toMatchObject({ status: 401, body: { detail: expect.stringContaining('is suspended') } });
  expect(suspended.headers['www-authenticate']).toContain('invalid_token');
  expect(await lastEvent()).toMatchObject({
    event_type: 'sign_in_refused',
    error_code: 'userInactive',
    initiated_by: { type: 'user', id, name: userName },
  });
  await server.send('PATCH', `/Users/${id}`, { Operations: [{ op: 'replace', path: 'active', value: true }] });
  expect((await me('GET')).status).toBe(200);
  await deleteUser(deps, caller, id, { expectedVersion: undefined });
  expect((await me('GET')).body.detail).toContain('is deleted');
});

test('/Me returns 501 for a credential that does not belong to a user (RFC 7644 §3.11)', async () => {
  for (const method of ['GET', 'PUT', 'PATCH', 'POST', 'DELETE'] as const) {
    const answer = await server.send(method, '/Me', method === 'GET' || method === 'DELETE' ? undefined : {});
    expect(answer, method).toMatchObject({ status: 501, body: { detail: expect.stringContaining('--user') } });
  }
});

test('a request to /Me by a user does not count as a request by the integration', async () => {
  const { database } = server.directory.deps;
  await database.updateTable('integrations').set({ last_request_at: null }).execute();
  await me('GET');
  const { last_request_at } = await database.selectFrom('integrations').selectAll().executeTakeFirstOrThrow();
  expect(last_request_at).toBeNull();
});
