import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testOnSqlite } from '../../tests/support/on-sqlite.ts';
import { permissionNames, roleNames, rolePermissionNames } from '#admins/roles.ts';
import { insertSession } from '#admins/session-store.ts';
import { newToken } from '#admins/api-key.ts';
import { openTestRestApi, type RestAnswer, type TestRestApi } from './rest-api.fixture.ts';

let api: TestRestApi;

beforeAll(async () => {
  api = await openTestRestApi();
});
afterAll(() => api[Symbol.asyncDispose]());

type Method = Parameters<TestRestApi['send']>[0];
const as = (key: string) => (method: Method, path: string, body?: unknown) =>
  api.send(method, path, body, { 'x-api-key': key });
const refusal = ({ status, body }: RestAnswer) => [status, body?.error_code];
let number = 0;
const invite = async (roleName: string, send: TestRestApi['send'] = api.send) => {
  number += 1;
  return await send('POST', '/api/users', { email: `admin${number}@example.com`, firstname: 'Ada', roleName });
};

describe('administrators', () => {
  testOnSqlite('cannot have a name with line breaks', async () => {
    const body = { email: 'lines@example.com', firstname: 'A\r\nBcc: x@example.com' };
    expect(await api.send('POST', '/api/users', body)).toMatchObject({
      status: 400,
      body: { details: [{ fieldViolationsList: [{ field: 'firstname' }] }] },
    });
  });

  test('are invited by email, have the legacy directory’s field names, and may not have API keys by default', async () => {
    const body = { email: 'Grace@Example.com', firstname: 'Grace', lastname: 'Hopper', roleName: 'help desk' };
    const created = await api.send('POST', '/api/users', body);
    expect(created).toMatchObject({
      status: 200,
      body: {
        email: 'grace@example.com',
        firstname: 'Grace',
        roleName: 'Help Desk',
        roleNames: ['Help Desk'],
        suspended: false,
        apiKeyAllowed: false,
        totpEnrolled: false,
        organization: api.organizationId,
      },
    });
    const [mail] = await api.mails();
    expect(mail).toMatchObject({ recipient: 'grace@example.com', kind: 'admin_invitation' });
    expect(mail?.text).toContain('/console/activate');
    expect(refusal(await api.send('POST', '/api/users', { ...body, email: 'GRACE@example.com' }))).toEqual([
      409,
      'idTaken',
    ]);
    expect(
      refusal(await api.send('POST', '/api/users', { ...body, email: 'x@example.com', roleName: 'King' })),
    ).toEqual([400, 'invalidValue']);
    // Clients may send back what they read.
    const { _id: id, ...read } = (await api.send('GET', `/api/users/${created.body._id}`)).body;
    expect((await api.send('PUT', `/api/users/${id}`, read)).body).toMatchObject(read);
  });

  test('can be searched, filtered, sorted and paged', async () => {
    await invite('Read Only');
    const list = async (query: string) => (await api.send('GET', `/api/users?${query}`)).body;
    expect((await list('filter=email:$eq:grace@example.com')).totalCount).toBe(1);
    expect((await list('search=grace')).results).toHaveLength(1);
    const emails = (await list('sort=-email&limit=2&fields=email')).results;
    expect(emails).toHaveLength(2);
    expect(Object.keys(emails[0])).toEqual(['_id', 'email']);
    expect(emails[0].email > emails[1].email).toBe(true);
    expect((await list('skip=1000')).results).toEqual([]);
    expect(refusal(await api.send('GET', '/api/users?sort=shoes'))).toEqual([400, 'invalidQuery']);
  });

  testOnSqlite(
    'cannot change their own role, suspend or delete themselves, or remove their own second factor',
    async () => {
      const { id, key } = await api.administratorOf('Administrator With Billing');
      const self = as(key);
      for (const attempt of [
        self('PUT', `/api/users/${id}`, { roleName: 'Read Only' }),
        self('PUT', `/api/users/${id}`, { suspended: true }),
        self('DELETE', `/api/users/${id}`),
        self('POST', `/api/users/resettotp/${id}`),
      ]) {
        expect(refusal(await attempt)).toEqual([403, 'ownAccount']);
      }
      expect((await self('PUT', `/api/users/${id}`, { firstname: 'Me' })).body.firstname).toBe('Me');
    },
  );

  test('cannot use keys or sessions while suspended, or keys while not allowed to have any; their sessions can be listed and ended', async () => {
    const { id, key } = await api.administratorOf('Administrator');
    const { database, clock } = api.directory.deps;
    const token = newToken('session');
    await insertSession(database, clock, {
      organizationId: api.organizationId,
      owner: { kind: 'administrator', administratorId: id },
      token,
      expiresAt: new Date(clock.now().getTime() + 3_600_000),
      clientIp: '192.0.2.1',
      userAgent: 'browser',
      authMethods: ['pwd'],
    });
    const reads = async (credential: string) =>
      (await api.send('GET', '/api/systemusers', undefined, { authorization: `Bearer ${credential}` })).status;
    expect([await reads(key), await reads(token)]).toEqual([200, 200]);
    const sessions = (await api.send('GET', `/api/users/${id}/sessions`)).body;
    expect(sessions).toMatchObject([{ clientIp: '192.0.2.1', userAgent: 'browser', authMethods: ['pwd'] }]);
    expect(JSON.stringify(sessions)).not.toContain(token);
    await api.send('PUT', `/api/users/${id}`, { suspended: true });
    expect([await reads(key), await reads(token)]).toEqual([401, 401]);
    await api.send('PUT', `/api/users/${id}`, { suspended: false });
    expect(await reads(key)).toBe(200);
    await api.send('PUT', `/api/users/${id}`, { apiKeyAllowed: false });
    expect(await reads(key)).toBe(401);
    await api.send('PUT', `/api/users/${id}`, { apiKeyAllowed: true });
    expect(await reads(key)).toBe(200);
    const all = `/api/users/${id}/sessions`;
    expect(refusal(await api.send('DELETE', `${all}/nothing`))).toEqual([404, 'notFound']);
    expect((await api.send('DELETE', all)).status).toBe(200);
    expect((await api.send('GET', all)).body).toEqual([]);
  });

  testOnSqlite(
    'have the permissions of a changed role from the next request on, even with an existing key',
    async () => {
      const { id, key } = await api.administratorOf('Read Only');
      const create = () =>
        as(key)('POST', '/api/systemusers', {
          username: `u${Math.random()}`.replace('.', ''),
          email: `${Math.random()}@example.com`,
        });
      expect((await create()).status).toBe(403);
      await api.send('PUT', `/api/users/${id}`, { roleName: 'Manager' });
      expect((await create()).status).toBe(200);
      await api.send('PUT', `/api/users/${id}`, { roleName: 'Read Only' });
      expect((await create()).status).toBe(403);
    },
  );

  testOnSqlite(
    'get the invitation again instead of a password link if they have not accepted it yet, and get no link while suspended',
    async () => {
      const { _id: id } = (await invite('Read Only')).body;
      expect((await api.send('POST', `/api/users/reactivate/${id}`)).status).toBe(200);
      const [first] = await api.mails();
      expect(first?.kind).toBe('admin_invitation');
      await api.send('PUT', `/api/users/${id}`, { suspended: true });
      expect(refusal(await api.send('POST', `/api/users/reactivate/${id}`))).toEqual([409, 'conflict']);
    },
  );
});

testOnSqlite.each(['GET', 'HEAD'] as const)(
  'the route that emails a password link refuses the method %s and sends no email',
  async (method) => {
    const { _id: id } = (await invite('Read Only')).body;
    const before = await api.mails();
    const { statusCode, headers, body } = await api.app.inject({
      method,
      url: `/api/users/reactivate/${id}`,
      headers: { 'x-api-key': api.key },
    });
    expect([statusCode, headers.allow]).toEqual([405, 'POST']);
    if (method === 'GET') expect(body).toContain('use POST');
    expect(await api.mails()).toEqual(before);
  },
);

describe('the last Administrator With Billing', () => {
  test('cannot be demoted, suspended or deleted, and one remains if two demote each other at the same time', async () => {
    const caller = await api.directory.newCaller('Two');
    const organization = caller.origin.organizationId;
    const [one, other] = await Promise.all([
      api.administratorOf('Administrator With Billing', organization),
      api.administratorOf('Administrator With Billing', organization),
    ]);
    const demote = { roleName: 'Read Only' };
    const answers = await Promise.all([
      as(one.key)('PUT', `/api/users/${other.id}`, demote),
      as(other.key)('PUT', `/api/users/${one.id}`, demote),
    ]);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    const remaining = answers[0]?.status === 200 ? one : other;
    const list = (await as(remaining.key)('GET', '/api/users')).body.results;
    const billing = list.filter((admin: { roleName: string }) => admin.roleName === 'Administrator With Billing');
    expect(billing.map((admin: { _id: string }) => admin._id)).toEqual([remaining.id]);

    // Creates another administrator, with a custom role that allows managing administrators.
    const role = await as(remaining.key)('POST', '/api/v2/roles', { name: 'All', scopes: rolePermissionNames });
    expect(role.status).toBe(201);
    const deputy = await api.administratorOf('Read Only', organization);
    expect((await as(remaining.key)('PUT', `/api/users/${deputy.id}`, { role: role.body.id })).body.roleName).toBe(
      'All',
    );
    for (const attempt of [
      as(deputy.key)('DELETE', `/api/users/${remaining.id}`),
      as(deputy.key)('PUT', `/api/users/${remaining.id}`, { suspended: true }),
      as(deputy.key)('PUT', `/api/users/${remaining.id}`, demote),
    ]) {
      expect(refusal(await attempt)).toEqual([409, 'lastAdministrator']);
    }
  });
});

describe('custom roles', () => {
  const role = (name: string, ...scopes: string[]) => api.send('POST', '/api/v2/roles', { name, scopes });

  test('can be created, listed with the built-in roles, replaced and deleted', async () => {
    const created = await role('Auditor', 'events.read', 'users.read');
    expect(created).toMatchObject({ status: 201, body: { name: 'Auditor', builtIn: false } });
    expect(refusal(await role('AUDITOR', 'events.read'))).toEqual([409, 'conflict']);
    expect(refusal(await role('Manager', 'events.read'))).toEqual([409, 'conflict']);
    expect(refusal(await role('Nothing'))).toEqual([400, 'invalidBody']);
    expect(refusal(await role('Unknown', 'shoes.read'))).toEqual([400, 'invalidBody']);
    const { results } = (await api.send('GET', '/api/v2/roles')).body;
    expect(results).toHaveLength(roleNames.length + 1);
    for (const one of results) expect((await api.send('GET', `/api/v2/roles/${one.id}`)).body).toEqual(one);

    const { id, key } = await api.administratorOf('Read Only');
    await api.send('PUT', `/api/users/${id}`, { roleName: 'auditor' });
    const may = async (path: string) => (await as(key)('GET', path)).status;
    expect([await may('/api/systemusers'), await may('/api/users')]).toEqual([200, 403]);
    await api.send('PUT', `/api/v2/roles/${created.body.id}`, { name: 'Auditor', scopes: ['administrators.read'] });
    // From the next request on, the key has the permissions of the changed role.
    expect([await may('/api/systemusers'), await may('/api/users')]).toEqual([403, 200]);
    expect(refusal(await api.send('DELETE', `/api/v2/roles/${created.body.id}`))).toEqual([409, 'conflict']);
    await api.send('PUT', `/api/users/${id}`, { roleName: 'Read Only' });
    expect((await api.send('DELETE', `/api/v2/roles/${created.body.id}`)).status).toBe(200);
    expect((await api.send('GET', `/api/v2/roles/${created.body.id}`)).status).toBe(404);
  });

  testOnSqlite(
    'let an administrator manage only roles and administrators that have no more permissions than that administrator',
    async () => {
      await role('Registrar', 'administrators.read', 'administrators.write', 'users.read', 'keys.own');
      const { id, key } = await api.administratorOf('Read Only');
      await api.send('PUT', `/api/users/${id}`, { roleName: 'Registrar' });
      const registrar = as(key);
      const boss = await api.administratorOf('Administrator With Billing');
      const small = await role('Small', 'users.read');
      const big = await role('Big', 'users.write');
      const someone = (await registrar('POST', '/api/users', { email: 'small@example.com', roleName: 'Small' })).body;
      for (const attempt of [
        registrar('POST', '/api/users', { email: 'king@example.com', roleName: 'Administrator With Billing' }),
        registrar('PUT', `/api/users/${someone._id}`, { roleName: 'Manager' }),
        registrar('PUT', `/api/users/${someone._id}`, { roleName: 'Big' }),
        registrar('PUT', `/api/users/${boss.id}`, { email: 'mine@example.com' }),
        registrar('PUT', `/api/users/${boss.id}`, { suspended: true }),
        registrar('DELETE', `/api/users/${boss.id}`),
        registrar('POST', `/api/users/reactivate/${boss.id}`),
        registrar('POST', `/api/users/resettotp/${boss.id}`),
        registrar('POST', '/api/v2/roles', { name: 'Everything', scopes: rolePermissionNames }),
        registrar('PUT', `/api/v2/roles/${small.body.id}`, { name: 'Small', scopes: ['users.write'] }),
        registrar('PUT', `/api/v2/roles/${big.body.id}`, { name: 'Big', scopes: ['users.read'] }),
        registrar('DELETE', `/api/v2/roles/${big.body.id}`),
      ]) {
        expect(refusal(await attempt)).toEqual([403, 'roleForbidden']);
      }
      expect((await registrar('PUT', `/api/users/${someone._id}`, { firstname: 'Small' })).status).toBe(200);
    },
  );

  test('are limited to 20 per organization', async () => {
    const { results } = (await api.send('GET', '/api/v2/roles')).body;
    const present = results.filter((one: { builtIn: boolean }) => !one.builtIn).length;
    for (let index = present; index < 20; index += 1)
      expect((await role(`Role ${index}`, 'users.read')).status).toBe(201);
    expect(refusal(await role('One too many', 'users.read'))).toEqual([409, 'conflict']);
  });
});

testOnSqlite(
  'the outbox shows the link in an email to an administrator only to callers with at least that administrator’s permissions',
  async () => {
    await invite('Administrator With Billing');
    const mails = (await api.send('GET', '/api/mail/outbox')).body;
    const invitation = mails.find((mail: { kind: string }) => mail.kind === 'admin_invitation');
    expect((await api.send('GET', `/api/mail/outbox/${invitation.id}`)).body.link).toContain('token=');
    for (const role of ['Administrator', 'Manager']) {
      const answer = await as(await api.keyOf(role))('GET', `/api/mail/outbox/${invitation.id}`);
      expect(answer.body, role).toMatchObject({ kind: 'admin_invitation', link: null });
      expect(answer.text).not.toContain('token=');
    }
  },
);

testOnSqlite('routes that manage how an administrator signs in refuse API keys', async () => {
  for (const [method, path, body] of [
    ['POST', '/api/auth/passkeys/options', {}],
    ['POST', '/api/auth/totp', { password: 'x' }],
    ['POST', '/api/auth/password', { currentPassword: 'x', newPassword: 'y' }],
    ['GET', '/api/auth/sessions', undefined],
  ] as const) {
    expect(refusal(await api.send(method, path, body)), path).toEqual([403, 'roleForbidden']);
  }
  const { permissions } = (await api.send('GET', '/api/auth/session')).body;
  expect(new Set(permissions)).toEqual(new Set(permissionNames));
});
