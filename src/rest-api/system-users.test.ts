import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createUser } from '#directory/users.ts';
import { openTestRestApi, type RestAnswer, type TestRestApi } from './rest-api.fixture.ts';
import { updateSettings, findSettings } from '#organizations/organization-store.ts';

let api: TestRestApi;
beforeAll(async () => {
  api = await openTestRestApi();
});
afterAll(() => api[Symbol.asyncDispose]());

const post = async (body: object) => await api.send('POST', '/api/systemusers', body);
const make = async (username: string, more: object = {}) => {
  const created = await post({ username, email: `${username}@example.com`, ...more });
  expect(created.status, created.text).toBe(200);
  return created.body;
};
const put = async (id: string, body: object) => await api.send('PUT', `/api/systemusers/${id}`, body);
const scim = async (id: string) => (await api.send('GET', `/scim/v2/Users/${id}`)).body;
/** Creates a user as the integration. */
const pushed = async (userName: string) => {
  const { deps, caller } = api.directory;
  const document = {
    userName,
    displayName: 'From Entra',
    emails: [{ value: `${userName}@example.com`, type: 'work', primary: true }],
  };
  return await createUser(deps, caller, { document, ignored: [] });
};

describe('a user', () => {
  test('keeps the values sent in the legacy directory’s fields, and is unchanged when it is written back', async () => {
    const sent = {
      firstname: 'Ann',
      middlename: 'M',
      lastname: 'Lee',
      displayname: 'Ann Lee',
      jobTitle: 'Engineer',
      department: 'R&D',
      costCenter: '42',
      company: 'Example',
      employeeType: 'Employee',
      employeeIdentifier: 'E-1',
      location: 'Berlin',
      description: 'A note',
      alternateEmail: 'ann@home.example',
      managedAppleId: 'ann@apple.example',
      sudo: true,
      unix_uid: 5001,
      addresses: [{ type: 'work', streetAddress: 'Street 1', locality: 'Berlin', country: 'DE', poBox: '7' }],
      phoneNumbers: [{ type: 'mobile', number: '+49 1' }],
      attributes: [{ name: 'shirt', value: 'M' }],
    };
    const created = await make('ann', sent);
    const { addresses, phoneNumbers, ...plain } = sent;
    expect(created).toMatchObject({ username: 'ann', email: 'ann@example.com', state: 'ACTIVATED', ...plain });
    expect(created.addresses).toMatchObject(addresses);
    expect(created.phoneNumbers).toMatchObject(phoneNumbers);
    expect(created).toMatchObject({ activated: false, suspended: false, passwordStatus: 'Password Pending' });
    expect((await api.send('GET', `/api/systemusers/${created._id}`)).body).toEqual(created);
    // A client that writes back what it read changes nothing.
    expect((await put(created._id, created)).body).toEqual(created);
    const cleared = await put(created._id, { description: '', department: null, sudo: false, phoneNumbers: [] });
    expect(cleared.body).toMatchObject({ sudo: false, phoneNumbers: [], jobTitle: 'Engineer' });
    expect(cleared.body).not.toHaveProperty('description');
    expect(cleared.body).not.toHaveProperty('department');
    expect((await scim(created._id)).addresses).toMatchObject([{ locality: 'Berlin' }]);
  });

  test('is accepted at each limit, and refused past a limit with a list of all invalid fields', async () => {
    const long = 'x'.repeat(1_024);
    expect((await post({ username: 'long', email: 'long@example.com', description: long })).status).toBe(200);
    const refused = await post({
      username: 'bad',
      email: 'b@example.com',
      description: `${long}x`,
      nonsense: 1,
      unix_uid: 0,
    });
    expect(refused.status).toBe(400);
    expect(refused.body).toMatchObject({ code: 400, status: 'INVALID_ARGUMENT', error_code: 'invalidBody' });
    const fields = refused.body.details[0].fieldViolationsList.map(({ field }: { field: string }) => field);
    expect(fields.toSorted()).toEqual(['description', 'nonsense', 'unix_uid']);
    expect((await post({ username: 'bad' })).status).toBe(400);
    expect((await post({ username: 'bad@example.com', email: 'b@example.com' })).body.error_code).toBe(
      'userNameNotAllowed',
    );
    expect((await post({ username: 'bad', email: 'none' })).body.error_code).toBe('emailInvalid');
    expect(
      (await post({ username: 'e256', email: 'e256@example.com', employeeIdentifier: 'e'.repeat(256) })).status,
    ).toBe(200);
    expect(
      (await post({ username: 'e257', email: 'e257@example.com', employeeIdentifier: 'e'.repeat(257) })).status,
    ).toBe(400);
    expect((await api.send('GET', '/api/systemusers?filter=username:$eq:bad')).body.totalCount).toBe(0);
  });

  test('must have a unique username, email and employeeIdentifier', async () => {
    await make('uma', { employeeIdentifier: 'U-1' });
    expect(await post({ username: 'UMA', email: 'other@example.com' })).toMatchObject({
      status: 409,
      body: { status: 'ALREADY_EXISTS', error_code: 'userNameTaken' },
    });
    expect((await post({ username: 'uma2', email: 'UMA@example.com' })).body.error_code).toBe('emailTaken');
    expect(
      (await post({ username: 'uma2', email: 'uma2@example.com', employeeIdentifier: 'u-1' })).body.error_code,
    ).toBe('employeeNumberTaken');
  });

  test('is refused if its password breaks a rule, and the error lists each broken rule on request', async () => {
    const body = { username: 'pat', email: 'pat@example.com', password: 'password' };
    const plain = await post(body);
    expect(plain).toMatchObject({ status: 400, body: { error_code: 'passwordPolicy' } });
    const detailed = await api.send('POST', '/api/systemusers?fullValidationDetails=password', body);
    expect(detailed.body).toMatchObject({ code: 400, message: 'Password validation fail', status: 'INVALID_ARGUMENT' });
    expect(detailed.body.details[0]).toMatchObject({
      '@type': 'type.googleapis.com/google.rpc.BadRequest',
      fieldViolationsList: [{ field: 'password', description: 'commonlyUsedPassword' }],
    });
    const good = await post({ ...body, password: 'a long enough sentence' });
    expect(good.body).toMatchObject({ activated: true, passwordStatus: 'Active' });
    expect(good.text).not.toContain('a long enough sentence');
  });
});

describe('user states', () => {
  test('set through REST appear in SCIM immediately, and vice versa', async () => {
    const { _id: id } = await make('sue');
    expect((await scim(id)).active).toBe(true);
    expect((await put(id, { state: 'SUSPENDED' })).body).toMatchObject({ state: 'SUSPENDED', suspended: true });
    expect((await scim(id)).active).toBe(false);
    const patch = {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: [{ op: 'replace', path: 'active', value: true }],
    };
    expect((await api.send('PATCH', `/scim/v2/Users/${id}`, patch)).status).toBeLessThan(300);
    expect((await api.send('GET', `/api/systemusers/${id}`)).body).toMatchObject({
      state: 'ACTIVATED',
      suspended: false,
    });
  });

  test('change only through the allowed transitions', async () => {
    const { _id: id } = await make('stan', { state: 'STAGED' });
    expect((await scim(id)).active).toBe(true);
    expect((await api.send('POST', `/api/systemusers/${id}/state/activate`, {})).body.state).toBe('ACTIVATED');
    expect((await api.send('POST', `/api/systemusers/${id}/state/activate`, {})).body.error_code).toBe(
      'stateTransition',
    );
    expect((await put(id, { state: 'STAGED' })).body.error_code).toBe('stateTransition');
    expect((await put(id, { state: 'ACTIVATED', suspended: true })).body.error_code).toBe('stateTransition');
    expect((await put(id, { state: 'SUSPENDED', suspended: false })).body.error_code).toBe('stateTransition');
    expect((await put(id, { suspended: true })).body.state).toBe('SUSPENDED');
    const timeline = await api.send('GET', `/api/systemusers/${id}/timeline`);
    const types = timeline.body.results.map((event: { event_type: string }) => event.event_type);
    expect(types.filter((type: string) => type.startsWith('user_'))).toEqual([
      'user_suspended',
      'user_activated',
      'user_create',
    ]);
  });

  test('include a lock and an expired password, which are independent, and a password that was never set cannot expire', async () => {
    const { _id: id } = await make('lou', { password: 'a long enough sentence' });
    const act = (action: string) => api.send('POST', `/api/systemusers/${id}/${action}`, {});
    expect((await put(id, { account_locked: true })).body).toMatchObject({
      account_locked: true,
      passwordStatus: 'Locked',
    });
    expect((await act('expire')).body).toMatchObject({ password_expired: true, account_locked: true });
    expect((await scim(id)).active).toBe(false);
    expect((await act('unlock')).body).toMatchObject({ account_locked: false, passwordStatus: 'Expired' });
    expect((await put(id, { password: 'another long sentence' })).body).toMatchObject({ passwordStatus: 'Active' });
    expect((await scim(id)).active).toBe(true);
    const pending = await make('penny');
    const refused = await api.send('POST', `/api/systemusers/${pending._id}/expire`, {});
    expect(refused).toMatchObject({
      status: 400,
      body: { status: 'FAILED_PRECONDITION', error_code: 'passwordPending' },
    });
    expect(refused.body.message).toContain('has not set one yet');
  });
});

describe('fields that an integration owns', () => {
  test('cannot be changed until they are released, and the error names the integration', async () => {
    const user = await pushed('owen');
    const shown = (await api.send('GET', `/api/systemusers/${user.id}`)).body;
    const owned = shown.restrictedFields.map(({ field }: { field: string }) => field);
    expect(owned.toSorted()).toEqual(['displayname', 'email', 'username']);
    expect(shown.restrictedFields[0]).toMatchObject({ type: 'scim', id: user.integrationId });
    expect(shown.creationSource).toBe('tanhua:scim');
    const refused = await put(user.id, { displayname: 'Local' });
    expect(refused).toMatchObject({ status: 403, body: { error_code: 'fieldOwned' } });
    expect(refused.body.message).toContain('Entra ID');
    // A field that the source does not set can be changed, and an unchanged value is accepted.
    expect((await put(user.id, { department: 'Local', displayname: 'From Entra' })).status).toBe(200);
    expect((await put(user.id, { department: 'Still local' })).body.department).toBe('Still local');
    const kept = shown.restrictedFields.filter(({ field }: { field: string }) => field !== 'displayname');
    expect((await put(user.id, { displayname: 'Local', restrictedFields: kept })).body.displayname).toBe('Local');
    expect((await put(user.id, { username: 'other' })).status).toBe(403);
    expect((await put(user.id, { state: 'SUSPENDED' })).status).toBe(200);
  });

  test('include the password if the organization’s settings say so', async () => {
    const user = await pushed('pia');
    const { database } = api.directory.deps;
    const settings = await findSettings(database, api.organizationId);
    await updateSettings(database, api.organizationId, { ...settings, externalPasswordAuthority: 'scim' });
    expect((await api.send('GET', `/api/systemusers/${user.id}`)).body.passwordStatus).toBe('Managed by the source');
    const password = 'a long enough sentence';
    expect((await put(user.id, { password })).body.error_code).toBe('passwordManaged');
    expect(
      (await api.send('POST', '/api/systemusers/reactivate', { models: [{ _id: user.id }] })).body.error_code,
    ).toBe('passwordManaged');
    expect((await put(user.id, { externally_managed: false, password })).body.passwordStatus).toBe('Active');
    await updateSettings(database, api.organizationId, settings);
  });
});

describe('lists of users', () => {
  const names = async (path: string) =>
    (await api.send('GET', path)).body.results.map(({ username }: { username: string }) => username);

  test('can be filtered, searched, sorted, paged and limited to some fields', async () => {
    for (const [index, department] of ['Sales', 'Sales', 'Legal'].entries()) {
      await make(`list${index}`, { department, lastname: `Zürcher${index}`, unix_uid: 100 + index });
    }
    expect(await names('/api/systemusers?filter=department:$eq:Sales&sort=-username')).toEqual(['list1', 'list0']);
    expect(await names('/api/systemusers?filter[0]=department:$eq:Sales&filter[1]=unix_uid:$gt:100')).toEqual([
      'list1',
    ]);
    expect(
      await names('/api/systemusers?filter[or][0]=username:$eq:list0&filter[or][1]=department:$eq:Legal&sort=username'),
    ).toEqual(['list0', 'list2']);
    expect(await names('/api/systemusers?search=zürcher&sort=username&limit=1&skip=1')).toEqual(['list1']);
    expect(await names('/api/systemusers?filter=username:$in:list0|list2&sort=username')).toEqual(['list0', 'list2']);
    const picked = await api.send('GET', '/api/systemusers?filter=username:$eq:list0&fields=email%20department');
    expect(Object.keys(picked.body.results[0]).toSorted()).toEqual(['_id', 'department', 'email', 'id']);
    expect((await api.send('GET', '/api/systemusers?filter=color:$eq:blue')).status).toBe(400);
    expect((await api.send('GET', '/api/systemusers?filter=nonsense')).body.message).toContain('field:$eq:value');
    expect((await api.send('GET', '/api/systemusers?limit=1000')).body.results.length).toBeLessThanOrEqual(100);
  });

  test('from POST /api/search/systemusers can be filtered with objects, and can include the groups of each user', async () => {
    const group = (await api.send('POST', '/api/v2/usergroups', { name: 'Lawyers' })).body;
    const [lawyer] = (await api.send('GET', '/api/systemusers?filter=department:$eq:Legal')).body.results;
    const add = { op: 'add', type: 'user', id: lawyer._id };
    expect((await api.send('POST', `/api/v2/usergroups/${group.id}/members`, add)).status).toBe(204);
    const found = await api.send('POST', '/api/search/systemusers', {
      filter: { or: [{ department: 'Legal' }, { department: { $eq: 'Nobody' } }] },
      searchFilter: { searchTerm: ['LIST'], fields: ['username'] },
      fields: 'username memberof',
    });
    expect(found.body).toEqual({
      totalCount: 1,
      results: [{ _id: lawyer._id, id: lawyer._id, username: 'list2', memberof: [group.id] }],
    });
    const membership = await api.send('GET', `/api/v2/usergroups/${group.id}/membership`);
    expect(membership.body).toMatchObject([{ id: lawyer._id, type: 'user' }]);
    expect((await api.send('GET', `/api/v2/users/${lawyer._id}/memberof`)).body).toMatchObject([
      { id: group.id, name: 'Lawyers' },
    ]);
    const remove = { op: 'remove', type: 'user', id: lawyer._id };
    expect((await api.send('POST', `/api/v2/usergroups/${group.id}/members`, remove)).status).toBe(204);
    expect((await api.send('GET', `/api/v2/usergroups/${group.id}/members`)).body).toEqual([]);
  });
});

test('errors name the refused fields as the REST API does, not as SCIM does', async () => {
  const fieldsOf = ({ body }: RestAnswer) =>
    body.details?.[0]?.fieldViolationsList.map(({ field }: { field: string }) => field);
  const post = async (body: unknown) => fieldsOf(await api.send('POST', '/api/systemusers', body));
  const kim = { username: 'kim', email: 'kim@contoso.example', employeeIdentifier: 'K-1' };
  await post(kim);
  expect(await post({ ...kim, email: 'other@contoso.example', employeeIdentifier: 'K-2' })).toEqual(['username']);
  expect(await post({ ...kim, username: 'other', employeeIdentifier: 'K-2' })).toEqual(['email']);
  expect(await post({ ...kim, username: 'other', email: 'other@contoso.example' })).toEqual(['employeeIdentifier']);
  expect(await post({ username: 'other', email: 'nope' })).toEqual(['email']);
  expect(await post({ username: 'a%b', email: 'other@contoso.example' })).toEqual(['username']);
  expect(await post({ username: 'other', email: 'other@contoso.example', firstname: 'a\u{d800}' })).toEqual([
    'firstname',
  ]);
  await api.send('POST', '/api/v2/usergroups', { name: 'Kims' });
  expect(fieldsOf(await api.send('POST', '/api/v2/usergroups', { name: 'kims' }))).toEqual(['name']);
});

test('a filter with the key __proto__ and a limit that is not a number are refused', async () => {
  const filter = JSON.parse('{"__proto__": {"username": "kim"}}');
  const search = await api.send('POST', '/api/search/systemusers', { filter });
  expect([search.status, search.body.error_code]).toEqual([400, 'forbiddenKey']);
  const page = await api.send('GET', '/api/systemusers?limit=abc');
  expect(page.body.message).toBe('The query of the request is not valid: limit: must be a whole number.');
});

test('deleting a manager moves the reports to another manager or leaves them without one, as requested', async () => {
  const boss = await make('boss');
  const next = await make('next');
  const report = await make('report', { manager: boss._id });
  expect((await put(report._id, { manager: 'nobody' })).status).toBe(400);
  const gone = await api.send('DELETE', `/api/systemusers/${boss._id}?cascade_manager=${next._id}`);
  expect(gone).toMatchObject({ status: 200, body: { username: 'boss' } });
  expect((await api.send('GET', `/api/systemusers/${report._id}`)).body.manager).toBe(next._id);
  await api.send('DELETE', `/api/systemusers/${next._id}?cascade_manager=null`);
  expect((await api.send('GET', `/api/systemusers/${report._id}`)).body).not.toHaveProperty('manager');
  expect((await api.send('GET', `/api/systemusers/${boss._id}`)).status).toBe(404);
});

test('a user can have only public SSH keys, each with a unique name', async () => {
  const { _id: id } = await make('sshuser');
  const path = `/api/systemusers/${id}/sshkeys`;
  const head = Buffer.from('0000000b7373682d6564323535313900000020', 'hex');
  const blob = Buffer.concat([head, Buffer.alloc(32)]).toString('base64');
  const key = { name: 'laptop', public_key: `ssh-ed25519 ${blob} me@laptop` };
  expect((await api.send('POST', path, key)).status).toBe(200);
  expect((await api.send('POST', path, key)).status).toBe(409);
  expect(
    (await api.send('POST', path, { name: 'x', public_key: '-----BEGIN OPENSSH PRIVATE KEY-----' })).body.message,
  ).toContain('private');
  expect((await api.send('POST', path, { name: 'x', public_key: 'ssh-rsa AAAA' })).status).toBe(400);
  const [listed] = (await api.send('GET', path)).body;
  expect(listed).toMatchObject({ name: 'laptop' });
  expect((await api.send('GET', `/api/systemusers/${id}`)).body.ssh_keys).toHaveLength(1);
  expect((await api.send('DELETE', `${path}/${listed._id}`)).body).toEqual([]);
  expect((await api.send('DELETE', `${path}/${listed._id}`)).status).toBe(404);
});
