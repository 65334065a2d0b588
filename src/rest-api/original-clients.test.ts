import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describeOnSqlite, testOnSqlite } from '../../tests/support/on-sqlite.ts';
import { createUser } from '#directory/users.ts';
import { SSH_KEYS_MAX } from '#directory/ssh-keys.ts';
import { findSettings, updateSettings } from '#organizations/organization-store.ts';
import { openTestRestApi, type TestRestApi } from './rest-api.fixture.ts';

/** Requests that clients of the legacy directory send although its API description does not mention them. */

let api: TestRestApi;
beforeAll(async () => {
  api = await openTestRestApi();
});
afterAll(() => api[Symbol.asyncDispose]());

const base = '/api/systemusers';
const make = async (username: string, more: object = {}) => {
  const created = await api.send('POST', base, { username, email: `${username}@example.com`, ...more });
  expect(created.status, created.text).toBe(200);
  return created.body;
};
const put = async (id: string, body: object) => await api.send('PUT', `${base}/${id}`, body);
const get = async (id: string) => (await api.send('GET', `${base}/${id}`)).body;
const eventsOf = async (id: string) =>
  (await api.send('GET', `${base}/${id}/timeline`)).body.results.map(
    (event: { event_type: string }) => event.event_type,
  );
const sshKey = (seed: number) => {
  const blob = Buffer.concat([
    Buffer.from([0, 0, 0, 11]),
    Buffer.from('ssh-ed25519'),
    Buffer.from([0, 0, 0, 32]),
    Buffer.alloc(32, seed),
  ]);
  return `ssh-ed25519 ${blob.toString('base64')}`;
};

describeOnSqlite('a generated client', () => {
  test('may send defaults for all fields that were not set, which changes nothing', async () => {
    const { _id: id } = await make('gen', { department: 'Sales', password: 'a long enough sentence' });
    const before = await get(id);
    const defaults = {
      email: '',
      username: '',
      password: '',
      state: null,
      suspended: null,
      account_locked: null,
      externally_managed: null,
      restrictedFields: null,
      mfa: {},
      recoveryEmail: {},
      delegatedAuthority: null,
      tags: [],
      addresses: [],
      phoneNumbers: null,
      attributes: [],
      relationships: [],
      unknownOfLater: null,
      anotherOfLater: {},
      more: [],
      flag: false,
    };
    expect((await put(id, defaults)).body).toEqual(before);
    expect(await eventsOf(id)).toEqual(['user_create']);
    // An unknown field with a value is refused, because the value would be lost.
    expect((await put(id, { unknownOfLater: 'x' })).body.details[0].fieldViolationsList).toEqual([
      { field: 'unknownOfLater', description: 'is not a field of a user' },
    ]);
    const created = { ...defaults, username: 'gen2', email: 'gen2@example.com' };
    expect(await api.send('POST', base, created)).toMatchObject({
      status: 200,
      body: { passwordStatus: 'Password Pending' },
    });
  });

  test('may send null for nested fields', async () => {
    const addresses = [{ type: 'work', locality: 'Berlin', poBox: null, id: null, country: null }];
    const created = await make('nested', { addresses, phoneNumbers: [{ type: null, number: '+49 1' }] });
    expect(created.addresses).toMatchObject([{ type: 'work', locality: 'Berlin' }]);
    expect(created.phoneNumbers).toMatchObject([{ number: '+49 1' }]);
  });

  test('can write back a user that it read, even a user of an integration', async () => {
    const { deps, caller } = api.directory;
    const document = {
      userName: 'source',
      emails: [{ value: 'source@example.com', type: 'work', primary: true }],
      phoneNumbers: [{ value: '+49 1', type: 'work', primary: true }],
      addresses: [{ type: 'work', formatted: 'All of it', locality: 'Berlin', primary: true }],
    };
    const user = await createUser(deps, caller, { document, ignored: [] });
    const read = await get(user.id);
    expect((await put(user.id, { ...read, description: 'a note' })).body.description).toBe('a note');
    expect((await api.send('GET', `/scim/v2/Users/${user.id}`)).body.addresses).toEqual(document.addresses);
    // The source changes a field between the client's GET and PUT. Sending back the old value does not count as a change.
    const patch = {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: [{ op: 'replace', path: 'displayName', value: 'From the source' }],
    };
    const stale = await get(user.id);
    await api.send('PATCH', `/scim/v2/Users/${user.id}`, patch);
    const kept = stale.restrictedFields.filter(({ field }: { field: string }) => field !== 'phoneNumbers');
    const phoneNumbers = [...stale.phoneNumbers, { type: 'home', number: '+49 2' }];
    const changed = await put(user.id, { ...stale, restrictedFields: kept, phoneNumbers });
    expect(changed.body.displayname).toBe('From the source');
    expect((await api.send('GET', `/scim/v2/Users/${user.id}`)).body.phoneNumbers).toEqual([
      ...document.phoneNumbers,
      { value: '+49 2', type: 'home' },
    ]);
  });

  test('gets all errors in the same format, and the status 400 for NUL characters and deep nesting', async () => {
    const shape = { code: 404, status: 'NOT_FOUND', message: expect.any(String) };
    for (const path of [
      `${base}/none`,
      '/api/v2/usergroups/none',
      '/api/jobs/none',
      '/api/nothing',
      '/api/v2/users/x/memberof',
    ]) {
      expect((await api.send('GET', path)).body, path).toMatchObject(shape);
    }
    const wrong = await api.send('PATCH', `${base}/none`, {});
    expect(wrong).toMatchObject({ status: 405, headers: { allow: 'GET, PUT, DELETE' }, body: { code: 405 } });
    for (const path of [`${base}/%00`, `${base}?search=%00`, `${base}?filter=username:$eq:%00`]) {
      expect((await api.send('GET', path)).status, path).toBe(400);
    }
    expect((await api.send('POST', base, { username: 'n\0', email: 'n@example.com' })).status).toBe(400);
    const deep = `{"filter":${'['.repeat(50_000)}${']'.repeat(50_000)}}`;
    const sent = await api.app.inject({
      method: 'POST',
      url: '/api/search/systemusers',
      headers: { 'x-api-key': api.key, 'content-type': 'application/json' },
      payload: deep,
    });
    expect(sent.statusCode).toBe(400);
  });
});

describe('a list of users', () => {
  testOnSqlite('has at most 100 users and the total count, and a search can return more users', async () => {
    for (let index = 0; index < 101; index += 1) await make(`page${index}`, { company: 'Paged' });
    const sizeOf = async (limit: number) => {
      const query = `filter=company:$eq:Paged&limit=${limit}&sort=_id`;
      const { results, totalCount } = (await api.send('GET', `${base}?${query}`)).body;
      expect(totalCount).toBe(101);
      return results.length;
    };
    expect([await sizeOf(0), await sizeOf(1), await sizeOf(100), await sizeOf(101)]).toEqual([0, 1, 100, 100]);
    expect((await api.send('GET', base)).body.results).toHaveLength(10);
    const search = async (body: object) =>
      (await api.send('POST', '/api/search/systemusers', body)).body.results.length;
    const filter = [{ company: 'Paged' }];
    expect(await search({ filter, limit: 1_000, skip: 0 })).toBe(101);
    expect(await search({ filter, limit: 1_001 })).toBe(101);
    expect(await search({ filter, limit: '50', skip: '100' })).toBe(1);
    expect(await search({ filter, limit: null, skip: null, sort: null, fields: null, searchFilter: null })).toBe(10);
    const unknown = await api.send('POST', '/api/search/systemusers', { filters: filter });
    expect([unknown.status, unknown.body.message]).toEqual([400, expect.stringContaining('filters')]);
    for (const bad of ['limit=-1', 'limit=x', 'skip=-1', 'skip=10000001']) {
      expect((await api.send('GET', `${base}?${bad}`)).status, bad).toBe(400);
    }
    expect((await api.send('GET', `${base}?skip=10000000`)).body).toMatchObject({ results: [] });
  });

  test('can be searched with the requests that the PowerShell module sends', async () => {
    const { _id: id } = await make('ps.user', { firstname: 'Pat', sudo: true });
    const search = async (body: object) =>
      (await api.send('POST', '/api/search/systemusers', body)).body.results.map((user: { _id: string }) => user._id);
    expect(await search({ filter: [{ username: { $regex: '^ps.' }, sudo: true }], limit: 1_000, skip: 0 })).toEqual([
      id,
    ]);
    expect(
      await search({ filter: [{ created: { $gt: '2020-01-01T00:00:00.0000000+00:00' }, username: 'ps.user' }] }),
    ).toEqual([id]);
    const many = Array.from({ length: 100 }, () => `_id:$eq:${id}`);
    expect(await search({ filter: { or: many }, fields: 'firstname lastname email username _id' })).toEqual([id]);
    const query = encodeURI('search[searchTerm]=ps.user&search[fields][]=username');
    expect((await api.send('GET', `${base}?${query}`)).body.totalCount).toBe(1);
    expect((await api.send('GET', `${base}?search={"searchTerm":"ps.user"}`)).body.totalCount).toBe(1);
    expect((await api.send('GET', `${base}?search[term]=x`)).status).toBe(400);
    expect((await api.send('GET', `${base}?search={`)).status).toBe(400);
    const byQuery = await api.send(
      'POST',
      `/api/search/systemusers?filter[or][0]=username:$eq:ps.user&fields=username`,
    );
    expect(byQuery.body.results).toEqual(
      [{ _id: id, id, username: 'ps.user', memberof: undefined }].map((user) => JSON.parse(JSON.stringify(user))),
    );
  });
});

describe('a change to a user', () => {
  test('is applied completely or not at all', async () => {
    const { _id: id } = await make('whole');
    const before = await get(id);
    const refused = await put(id, {
      department: 'Sales',
      account_locked: true,
      ssh_keys: [{ name: 'bad', public_key: 'nonsense' }],
    });
    expect(refused).toMatchObject({ status: 400, body: { error_code: 'invalidValue' } });
    expect(await get(id)).toEqual(before);
    expect(await eventsOf(id)).not.toContain('user_update');
  });

  testOnSqlite('that sends "ssh_keys" deletes the keys that it does not include', async () => {
    const { _id: id } = await make('keys', { ssh_keys: [{ name: 'one', public_key: sshKey(1) }] });
    const [first] = (await get(id)).ssh_keys;
    api.directory.clock.advance(1_000);
    const two = { name: 'two', public_key: sshKey(2) };
    const { ssh_keys: both } = (await put(id, { ssh_keys: [first, two] })).body;
    expect(both).toMatchObject([first, two]);
    expect((await put(id, { ssh_keys: [two] })).body.ssh_keys).toEqual([both[1]]);
    expect((await put(id, { ssh_keys: [] })).body.ssh_keys).toEqual([]);
    const many = (count: number) =>
      Array.from({ length: count }, (_, index) => ({ name: String(index), public_key: sshKey(index) }));
    expect((await put(id, { ssh_keys: many(SSH_KEYS_MAX) })).status).toBe(200);
    expect((await put(id, { ssh_keys: many(SSH_KEYS_MAX + 1) })).status).toBe(409);
  });

  test('can exempt the user from the second factor until a given time, and records an event', async () => {
    const { _id: id } = await make('mfa', { mfa: { exclusion: true, exclusionDays: 7 } });
    const { clock } = api.directory;
    expect((await get(id)).mfa).toEqual({
      configured: false,
      exclusion: true,
      exclusionUntil: new Date(clock.now().getTime() + 7 * 86_400_000).toISOString(),
    });
    expect((await put(id, { mfa: { exclusion: false } })).body.mfa).toEqual({ configured: false, exclusion: false });
    expect(await eventsOf(id)).toEqual(['user_update', 'user_update', 'user_create']);
    expect((await put(id, { mfa: { exclusion: true } })).body.message).toContain('exclusionDays');
    expect((await put(id, { mfa: { exclusionUntil: '2020-01-01T00:00:00Z' } })).status).toBe(400);
    for (const [days, status] of [
      [0, 400],
      [1, 200],
      [3_650, 200],
      [3_651, 400],
    ] as const) {
      const answer = await api.send('POST', `${base}/${id}/resetmfa`, { exclusion: true, exclusionDays: days });
      expect(answer.status, String(days)).toBe(status);
    }
  });

  testOnSqlite('is refused if its fields "state" and "suspended" contradict each other', async () => {
    const { _id: id } = await make('pairs');
    const pairs = [
      ['ACTIVATED', true],
      ['SUSPENDED', false],
      ['STAGED', true],
    ] as const;
    for (const [state, suspended] of pairs) {
      expect((await put(id, { state, suspended })).body.error_code).toBe('stateTransition');
      const created = { username: 'pair', email: 'pair@example.com', state, suspended };
      expect((await api.send('POST', base, created)).body.error_code).toBe('stateTransition');
    }
  });

  testOnSqlite('that is repeated records only one event', async () => {
    const { _id: id } = await make('twice', { password: 'a long enough sentence' });
    for (const action of ['expire', 'expire', 'unlock']) await api.send('POST', `${base}/${id}/${action}`);
    await put(id, { account_locked: true });
    await put(id, { account_locked: true });
    for (const action of ['unlock', 'unlock']) await api.send('POST', `${base}/${id}/${action}`);
    expect(await eventsOf(id)).toEqual(['user_unlocked', 'user_lockout', 'user_password_expired', 'user_create']);
  });

  test('is not lost if other fields are changed at the same time; if the same field is changed, one of the values remains', async () => {
    const { _id: id } = await make('race');
    const fields = ['department', 'company', 'jobTitle', 'costCenter'];
    await Promise.all(fields.map(async (field) => expect((await put(id, { [field]: 'new' })).status).toBe(200)));
    expect(await get(id)).toMatchObject(Object.fromEntries(fields.map((field) => [field, 'new'])));
    const names = await Promise.all(['x', 'y', 'z'].map((department) => put(id, { department })));
    expect(names.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(['x', 'y', 'z']).toContain((await get(id)).department);
    const same = await Promise.all(['r1', 'r2', 'r3'].map((name) => make(name)));
    const taken = await Promise.all(same.map((user) => put(user._id, { employeeIdentifier: 'E-race' })));
    expect(taken.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(taken.filter(({ status }) => status === 409)).toHaveLength(2);
  });
});

describe('deleting a manager', () => {
  test('moves the reports to the named manager, and makes no user their own manager', async () => {
    const top = await make('top');
    const boss = await make('mid', { manager: top._id });
    const next = await make('heir', { manager: boss._id });
    const report = await make('leaf', { manager: boss._id });
    const remove = async (query: string) => await api.send('DELETE', `${base}/${boss._id}${query}`);
    expect((await remove(`?cascade_manager=${boss._id}`)).status).toBe(400);
    expect((await remove('?cascade_manager=missing')).status).toBe(404);
    expect((await remove(`?cascade_manager=${next._id}`)).status).toBe(200);
    expect((await get(report._id)).manager).toBe(next._id);
    expect((await get(next._id)).manager).toBe(top._id);
    expect((await remove('')).status).toBe(404);
  });
});

testOnSqlite(
  'a resend emails each listed user once, or no user if any listed user does not exist, and an activation fails if its email cannot be sent',
  async () => {
    const { _id: id } = await make('mailed', { state: 'STAGED' });
    const { _id: active } = await make('pending');
    const before = (await api.mails()).length;
    const resend = async (body: object) => (await api.send('POST', `${base}/reactivate`, body)).status;
    expect(await resend({ models: [{ _id: active }, { _id: 'none' }] })).toBe(404);
    expect(await resend({ isSelectAll: true, models: [] })).toBe(400);
    expect(await api.mails()).toHaveLength(before);
    expect(await resend({ isSelectAll: false, models: [{ _id: active }, { _id: active }] })).toBe(200);
    expect(await api.mails()).toHaveLength(before + 1);
    // The activation and its email succeed or fail together: if the address is invalid, the state does not change.
    expect((await api.send('POST', `${base}/${id}/state/activate`, { email: 'no address' })).status).toBe(400);
    expect((await get(id)).state).toBe('STAGED');
    api.directory.clock.advance(1_000);
    const activated = await api.send('POST', `${base}/${id}/state/activate`, { email: 'home@example.org' });
    expect(activated.body.state).toBe('ACTIVATED');
    expect((await api.mails())[0]).toMatchObject({ recipient: 'home@example.org', kind: 'activate_user_custom' });
    // This email cannot be sent to a user if the source manages the user's password, so the state does not change.
    const { deps, caller } = api.directory;
    const emails = [{ value: 'kept@example.com', type: 'work', primary: true }];
    const kept = await createUser(deps, caller, {
      document: { userName: 'kept', emails },
      ignored: [],
      state: 'STAGED',
    });
    const settings = await findSettings(deps.database, api.organizationId);
    await updateSettings(deps.database, api.organizationId, { ...settings, externalPasswordAuthority: 'scim' });
    const refused = await api.send('POST', `${base}/${kept.id}/state/activate`, { email: true });
    expect(refused).toMatchObject({ status: 403, body: { error_code: 'passwordManaged' } });
    expect(await get(kept.id)).toMatchObject({ state: 'STAGED', passwordStatus: 'Managed by the source' });
    expect(await eventsOf(kept.id)).not.toContain('user_activated');
    await updateSettings(deps.database, api.organizationId, settings);
  },
);
