import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describeOnSqlite, testOnSqlite } from '../../tests/support/on-sqlite.ts';
import { insertPasskey } from '#accounts/passkey-store.ts';
import { insertAdministrator } from '#admins/administrator-store.ts';
import { newApiKey } from '#admins/api-key.ts';
import { insertApiKey } from '#admins/api-key-store.ts';
import { updateUserSecurity } from '#directory/user-security-store.ts';
import { insertIntegration, updateRules } from '#integrations/integration-store.ts';
import { presetRules, type Rules } from '#integrations/rules.ts';
import { openTestRestApi, type TestRestApi } from './rest-api.fixture.ts';

const PASSWORD = 'a long enough sentence';

let api: TestRestApi;
let okta: { readonly id: string; readonly key: string };

beforeAll(async () => {
  api = await openTestRestApi();
  const { deps } = api.directory;
  const { organizationId } = api;
  // Makes the new integration newer than the first integration of the organization.
  api.directory.clock.advance(1);
  const { id } = await insertIntegration(deps.database, deps.clock, {
    organizationId,
    name: 'Okta',
    rules: presetRules('standard'),
  });
  const key = newApiKey();
  const owner = { kind: 'integration', integrationId: id } as const;
  await insertApiKey(deps.database, deps.clock, { organizationId, owner, name: 'test', key, expiresAt: null });
  okta = { id, key };
});
afterAll(() => api[Symbol.asyncDispose]());

let count = 0;
const newName = () => `person${(count += 1)}`;
const setRules = async (rules: Partial<Rules>) =>
  await updateRules(api.directory.deps.database, okta.id, { ...presetRules('standard'), ...rules });
const scim = (method: Parameters<TestRestApi['send']>[0], path: string, body?: unknown) =>
  api.send(method, `/scim/v2${path}`, body, { authorization: `Bearer ${okta.key}` });
const patch = (id: string, path: string, value: unknown) =>
  scim('PATCH', `/Users/${id}`, {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
    Operations: [{ op: 'replace', path, value }],
  });

async function newUser(more: object = {}): Promise<{ readonly id: string; readonly name: string }> {
  const name = newName();
  const created = await api.send('POST', '/api/systemusers', { username: name, email: `${name}@example.com`, ...more });
  expect(created.status, created.text).toBe(200);
  return { id: created.body._id, name };
}

const adoptions = async (query = '') => (await api.send('GET', `/api/adoptions${query}`)).body;
const adopt = (id: string, body: object = {}) => api.send('POST', `/api/systemusers/${id}/adopt`, body);

async function eventsOf(id: string, type: string): Promise<readonly unknown[]> {
  const { body } = await api.send('GET', `/api/systemusers/${id}/timeline`);
  return body.results.filter((event: { readonly event_type: string }) => event.event_type === type);
}

/** Functions that each create a user whose account an attacker would want to take over. The keys say what makes the account valuable. */
const protections: Readonly<Record<string, () => Promise<{ readonly id: string; readonly name: string }>>> = {
  'a password': async () => await newUser({ password: PASSWORD }),
  'an authenticator app': async () => {
    const user = await newUser();
    const key = { userId: user.id, organizationId: api.organizationId };
    await updateUserSecurity(api.directory.deps.database, key, { totp_enrolled_at: 1 });
    return user;
  },
  'a passkey': async () => {
    const user = await newUser();
    await insertPasskey(api.directory.deps.database, api.directory.clock, {
      organizationId: api.organizationId,
      userId: user.id,
      administratorId: null,
      name: 'phone',
      credentialId: randomBytes(16).toString('base64url'),
      publicKey: 'AA',
      counter: 0,
      transports: [],
    });
    return user;
  },
  'the primary address of an administrator': async () => {
    const user = await newUser();
    await newAdministrator(`${user.name}@example.com`);
    return user;
  },
  'the alternate address of an administrator': async () => {
    const alternateEmail = `alternate${count}@example.com`;
    await newAdministrator(alternateEmail.toUpperCase());
    return await newUser({ alternateEmail });
  },
};

async function newAdministrator(email: string): Promise<void> {
  const { organizationId } = api;
  const values = { organizationId, email, name: email, role: 'Manager', passwordHash: null };
  await insertAdministrator(api.directory.deps.database, api.directory.clock, values);
}

/** The requests with which an integration can change a user's email address. */
const moves: Readonly<Record<string, (id: string, name: string) => ReturnType<typeof patch>>> = {
  'PATCH the primary email': (id) => patch(id, 'emails[type eq "work"].value', `new${id}@example.com`),
  'PATCH add another email': (id) =>
    scim('PATCH', `/Users/${id}`, {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: [{ op: 'add', path: 'emails', value: [{ type: 'home', value: `home${id}@example.com` }] }],
    }),
  'PATCH a userName that is an address': (id) => patch(id, 'userName', `login${id}@example.com`),
  'PUT another email': (id, name) =>
    scim('PUT', `/Users/${id}`, {
      userName: name,
      emails: [{ type: 'work', value: `put${id}@example.com`, primary: true }],
    }),
  'PUT no email': (id, name) => scim('PUT', `/Users/${id}`, { userName: name }),
};

const newPasswords: typeof moves = {
  'PATCH the password': (id) => patch(id, 'password', 'another long sentence'),
};

describeOnSqlite('an integration that adopted a user', () => {
  beforeAll(() => setRules({ adopt: 'unmanaged' }));

  test.for(Object.entries(protections))(
    'cannot change an address or the password of a user with %s until an administrator confirms the adoption',
    async ([, make]) => {
      for (const [name, move] of Object.entries({ ...moves, ...newPasswords })) {
        const user = await make();
        const other = await patch(user.id, 'displayName', 'Other');
        expect(other.status, `${name}: ${other.text}`).toBe(200);
        const before = await scim('GET', `/Users/${user.id}`);
        const refused = await move(user.id, user.name);
        expect(refused.status, `${name}: ${refused.text}`).toBe(403);
        expect(refused.body.detail).toContain(`tanhua user adopt "${user.name}" --integration "Okta"`);
        expect((await scim('GET', `/Users/${user.id}`)).text, name).toBe(before.text);
        const [refusal] = (await api.send('GET', `/api/systemusers/${user.id}/timeline`)).body.results;
        expect(refusal, name).toMatchObject({ success: false, error_code: 'adoptionUnconfirmed' });
        expect((await adopt(user.id)).status).toBe(200);
        const allowed = await move(user.id, user.name);
        expect(allowed.status, `${name}, confirmed: ${allowed.text}`).toBe(200);
      }
    },
  );

  test('may change the addresses of a user who cannot sign in yet, but may not set the user’s password', async () => {
    for (const [name, move] of Object.entries(moves)) {
      const user = await newUser();
      const moved = await move(user.id, user.name);
      expect(moved.status, `${name}: ${moved.text}`).toBe(200);
      const refused = await patch(user.id, 'password', PASSWORD);
      expect(refused.body, name).toMatchObject({ status: '403', detail: expect.stringContaining('set the password') });
    }
  });

  test('gets the same error whether it sends the user’s current password or another one', async () => {
    const { id } = await newUser({ password: PASSWORD });
    const [right, wrong] = [
      await patch(id, 'password', PASSWORD),
      await patch(id, 'password', 'another sentence here'),
    ];
    expect([right.status, wrong.status]).toEqual([403, 403]);
    expect(right.body.detail).toBe(wrong.body.detail);
  });

  test('owns all fields of the user, even a field that an administrator had released from the previous integration', async () => {
    await setRules({ adopt: 'any' });
    const { deps, caller } = api.directory;
    expect(caller.origin.integration?.name).toBe('Entra ID');
    const { id } = await newUser();
    expect((await adopt(id, { integration: 'Entra ID' })).status).toBe(200);
    const released = await api.send('PUT', `/api/systemusers/${id}`, { department: 'By hand' });
    expect(released.status, released.text).toBe(200);
    await patch(id, 'title', 'Pilot');
    const owner = await deps.database.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
    expect(owner).toMatchObject({ integration_id: okta.id, adoption_unconfirmed: 1 });
    expect(String(owner.properties)).not.toContain('releasedFields');
    const refused = await api.send('PUT', `/api/systemusers/${id}`, { department: 'Again' });
    expect(refused.body).toMatchObject({ code: 403, error_code: 'fieldOwned' });
    await setRules({ adopt: 'unmanaged' });
  });
});

describe('unconfirmed adoptions', () => {
  test('are listed in pages and by integration until an administrator confirms them, and each confirmation records one event', async () => {
    for (const { id } of (await adoptions('?limit=1000')).results) await adopt(id);
    expect(await adoptions()).toEqual({ results: [] });
    // Sorts the users by id, as the list does: ids that are created in the same millisecond are in random order.
    const created = [await newUser(), await newUser(), await newUser()].toSorted((one, other) =>
      one.id < other.id ? -1 : 1,
    );
    for (const { id } of created) await patch(id, 'displayName', 'Other');
    const first = await adoptions('?limit=2&integration=okta');
    expect(first.results).toMatchObject([
      { id: created[0]?.id, username: created[0]?.name, integration: 'Okta', integrationId: okta.id },
      { id: created[1]?.id },
    ]);
    expect(first.next).toBe(created[1]?.id);
    expect(await adoptions(`?limit=2&after=${first.next}`)).toMatchObject({ results: [{ id: created[2]?.id }] });
    expect((await adoptions('?integration=Entra%20ID')).results).toEqual([]);
    expect((await api.send('GET', '/api/adoptions?limit=1001')).status).toBe(400);
    expect((await api.send('GET', '/api/adoptions?integration=Ping')).body.message).toContain('"Entra ID", "Okta"');
    for (const { id } of created) {
      expect((await api.send('GET', `/api/systemusers/${id}`)).body.adoptionUnconfirmed).toBe(true);
      for (const body of [{}, { integration: 'Okta' }]) {
        const { status, body: shown } = await adopt(id, body);
        expect([status, shown.adoptionUnconfirmed]).toEqual([200, undefined]);
      }
      expect(await eventsOf(id, 'user_adoption_confirm')).toMatchObject([
        { changes: [{ field: 'confirmed', from: false, to: true }] },
      ]);
    }
    expect(await adoptions()).toEqual({ results: [] });
  });

  testOnSqlite('cannot be confirmed by the integration or by a role without permission to change users', async () => {
    const { id } = await newUser();
    await patch(id, 'displayName', 'Other');
    for (const role of ['Help Desk', 'Read Only']) {
      const key = await api.keyOf(role);
      const refused = await api.send('POST', `/api/systemusers/${id}/adopt`, {}, { 'x-api-key': key });
      expect(refused.body, role).toMatchObject({ code: 403, error_code: 'roleForbidden' });
    }
    const byToken = await api.send('POST', `/api/systemusers/${id}/adopt`, {}, { 'x-api-key': okta.key });
    expect(byToken.status).toBe(403);
    expect((await adoptions()).results).toMatchObject([{ id }]);
  });
});

describe('an administrator', () => {
  test('can assign a user to an integration, even a user of another integration, and the new owner may then change the user', async () => {
    await setRules({ adopt: 'never' });
    const { id } = await newUser({ password: PASSWORD });
    expect((await patch(id, 'displayName', 'Other')).status).toBe(403);
    expect((await adopt(id)).body).toMatchObject({ code: 400, message: expect.stringContaining('"Entra ID", "Okta"') });
    expect((await adopt(id, { integration: 'Ping' })).status).toBe(400);
    expect((await adopt(id, { integration: 'Entra ID' })).status).toBe(200);
    expect((await patch(id, 'displayName', 'Other')).body.detail).toContain('belongs to the integration "Entra ID"');
    expect((await adopt(id, { integration: okta.id })).status).toBe(200);
    expect((await patch(id, 'emails[type eq "work"].value', 'moved@example.com')).status).toBe(200);
    expect(await eventsOf(id, 'user_adoption_confirm')).toMatchObject([
      { changes: [{ field: 'integration', from: 'Entra ID', to: 'Okta' }, { field: 'confirmed' }] },
      { changes: [{ field: 'integration', from: null, to: 'Entra ID' }, { field: 'confirmed' }] },
    ]);
  });

  test('can assign a group to an integration, and one event is recorded even if the request is repeated', async () => {
    await setRules({ adopt: 'never' });
    const { id } = (await api.send('POST', '/api/v2/usergroups', { name: 'Pilots' })).body;
    expect((await scim('DELETE', `/Groups/${id}`)).body.detail).toContain('tanhua group adopt "Pilots"');
    for (let time = 0; time < 2; time += 1) {
      const adopted = await api.send('POST', `/api/v2/usergroups/${id}/adopt`, { integration: 'okta' });
      expect(adopted.body, adopted.text).toMatchObject({ restrictedFields: [{ field: 'name', id: okta.id }, {}] });
    }
    expect((await api.send('POST', `/api/v2/usergroups/${id}/adopt`, { integration: 'Ping' })).status).toBe(400);
    expect((await api.send('POST', `/api/v2/usergroups/${id}/adopt`, {})).status).toBe(400);
    expect((await scim('DELETE', `/Groups/${id}`)).status).toBe(204);
    expect(await eventsOf(id, 'group_adopt')).toHaveLength(1);
  });
});
