import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openTestAccounts, PASSWORD, type TestAccounts } from '#accounts/accounts.fixture.ts';
import { insertOrganization } from '#organizations/organization-store.ts';

const MINUTE_MS = 60_000;
const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ4Tq7cWlyCjnqD3Ry1sN8kqXy6Wm8y3Vq0m8pQ0Zb2M hacker';

let accounts: TestAccounts;
beforeAll(async () => {
  accounts = await openTestAccounts();
});
afterAll(() => accounts[Symbol.asyncDispose]());
beforeEach(() => accounts.set({ portalReadOnly: false, portalIdleMinutes: 480 }));

const newUser = (name: string, more: object = {}) => accounts.newUser(name, { password: PASSWORD, ...more });

describe('the portal profile', () => {
  test('shows users their own data, and accepts changes to the fields that they may edit', async () => {
    const id = await newUser('ann', { firstname: 'Ann', jobTitle: 'Engineer', sudo: true });
    const send = await accounts.signedIn('ann');
    const { body } = await send('GET', '/api/portal/me');
    expect(body).toMatchObject({ username: 'ann', jobTitle: 'Engineer', passwordStatus: 'Active', state: 'ACTIVATED' });
    expect(body.editableFields).toEqual(expect.arrayContaining(['firstname', 'alternateEmail', 'phoneNumbers']));
    expect(body).not.toHaveProperty('sudo');
    const changed = await send('PUT', '/api/portal/me', {
      firstname: 'Anna',
      phoneNumbers: [{ type: 'mobile', number: '+49 30 1' }],
    });
    expect(changed.body).toMatchObject({ firstname: 'Anna', phoneNumbers: [{ number: '+49 30 1' }] });
    expect(await accounts.shown(id)).toMatchObject({ firstname: 'Anna', jobTitle: 'Engineer' });
  });

  test.each([
    ['sudo', { sudo: true }],
    ['state', { state: 'SUSPENDED' }],
    ['email', { email: 'mine@example.com' }],
    ['username', { username: 'root' }],
    ['password', { password: 'another four words here' }],
    ['restrictedFields', { restrictedFields: [] }],
    ['enable_user_portal_multifactor', { enable_user_portal_multifactor: false }],
    ['password_never_expires', { password_never_expires: true }],
  ])('refuses a change to the field %s', async (field, body) => {
    const id = await newUser(`refused${field.toLowerCase().replaceAll('_', '')}`);
    const before = await accounts.shown(id);
    const send = await accounts.signedIn(before.username);
    const answer = await send('PUT', '/api/portal/me', body);
    expect(answer.body).toMatchObject({ code: 400, error_code: 'invalidBody' });
    expect(answer.text).toContain(field);
    expect(await accounts.shown(id)).toEqual(before);
  });

  test('is read-only if the organization’s settings say so', async () => {
    await newUser('reader');
    const send = await accounts.signedIn('reader');
    await accounts.set({ portalReadOnly: true });
    expect((await send('GET', '/api/portal/me')).body.editableFields).toEqual([]);
    expect((await send('PUT', '/api/portal/me', { firstname: 'X' })).body).toMatchObject({ code: 403 });
  });

  test('refuses a change to a field that an integration owns', async () => {
    const id = await accounts.newPushedUser('pushed', { name: { givenName: 'Pia' } });
    await accounts.put(id, { password: PASSWORD });
    const send = await accounts.signedIn('pushed');
    const { editableFields } = (await send('GET', '/api/portal/me')).body;
    expect(editableFields).toContain('lastname');
    expect(editableFields).not.toContain('firstname');
    expect((await send('GET', '/api/portal/me')).body).toMatchObject({ sourceName: 'Entra ID', groups: [] });
    expect((await send('PUT', '/api/portal/me', { firstname: 'Mia' })).body).toMatchObject({
      error_code: 'fieldOwned',
    });
    expect((await send('PUT', '/api/portal/me', { lastname: 'Lee' })).body).toMatchObject({ lastname: 'Lee' });
    expect(await accounts.shown(id)).toMatchObject({ firstname: 'Pia', lastname: 'Lee' });
  });
});

describe('the organization of a portal address', () => {
  const ask = (query = '') => accounts.api.send('GET', `/api/portal/organization${query}`, undefined, {});

  test('is the only one, or is named by its name in any letter case or by its id', async () => {
    const { organizationId } = accounts.api;
    const { body } = await ask();
    expect(body).toMatchObject({ id: organizationId, isOnly: true });
    for (const name of [organizationId, organizationId.toUpperCase()]) {
      expect((await ask(`?name=${name}`)).body).toMatchObject({ id: organizationId });
    }
    const unknown = await ask('?name=nowhere');
    expect(unknown.status).toBe(404);
    expect(unknown.body.message).toContain('your email address is enough');
    expect(unknown.body.message).not.toContain(organizationId);
  });

  test('has to be named if there are several, and by its id if two have the same name', async () => {
    const { deps } = accounts.api.directory;
    const first = await insertOrganization(deps.database, deps.clock, 'Ünited');
    expect((await ask()).body).toEqual({ id: null, name: 'Tanhua', isOnly: false });
    expect((await ask(`?name=${encodeURIComponent('üNITED')}`)).body).toEqual({
      id: first.id,
      name: 'Ünited',
      isOnly: false,
    });
    await insertOrganization(deps.database, deps.clock, 'ünited');
    expect((await ask(`?name=${encodeURIComponent('ünited')}`)).status).toBe(404);
    expect((await ask(`?name=${first.id}`)).body).toMatchObject({ id: first.id });
  });
});

describe('a new password in the portal', () => {
  test('has its rules shown before, and is checked while it is typed', async () => {
    await newUser('typist');
    const send = await accounts.signedIn('typist');
    const { passwordRules } = (await send('GET', '/api/portal/password')).body;
    expect(passwordRules).toContainEqual({ rule: 'minLength', must: 'have at least 8 characters' });
    const check = async (password: string) => (await send('POST', '/api/portal/password/check', { password })).body;
    expect(await check('typist')).toEqual({ broken: ['minLength', 'userName'], unchecked: [], strength: 'weak' });
    expect(await check('four other words entirely')).toEqual({ broken: [], unchecked: [], strength: 'strong' });
    await accounts.set({ passwordHistory: 2 });
    expect(await check(PASSWORD)).toMatchObject({ broken: [], unchecked: ['history'] });
    await accounts.set({ passwordHistory: 0 });
  });
});

describe('portal sessions', () => {
  test('are listed, and can be ended one at a time, or all at once except the current one', async () => {
    const id = await newUser('many');
    const here = await accounts.signedIn('many');
    const others = [await accounts.signedIn('many'), await accounts.signedIn('many')];
    const listed = (await here('GET', '/api/portal/sessions')).body;
    expect(listed).toHaveLength(3);
    expect(listed.filter((session: { current: boolean }) => session.current)).toHaveLength(1);
    const other = listed.find((session: { current: boolean }) => !session.current);
    expect((await here('DELETE', `/api/portal/sessions/${other.id}`)).status).toBe(204);
    expect((await here('DELETE', `/api/portal/sessions/${other.id}`)).status).toBe(404);
    expect((await here('DELETE', '/api/portal/sessions')).status).toBe(204);
    for (const send of others) expect((await send('GET', '/api/portal/session')).status).toBe(401);
    expect((await here('GET', '/api/portal/session')).status).toBe(200);
    expect(await accounts.eventsOf(id)).not.toContain('user_delete');
  });

  test('cannot be ended by another user', async () => {
    await newUser('victim');
    await newUser('attacker');
    const victim = await accounts.signedIn('victim');
    const attacker = await accounts.signedIn('attacker');
    const [session] = (await victim('GET', '/api/portal/sessions')).body;
    expect((await attacker('DELETE', `/api/portal/sessions/${session.id}`)).status).toBe(404);
    expect((await victim('GET', '/api/portal/session')).status).toBe(200);
  });

  test.each([1, 480])(
    'with an idle limit in minutes of %i end soon after that time without a request, and never earlier',
    async (minutes) => {
      await accounts.set({ portalIdleMinutes: minutes });
      const name = `idle${minutes}`;
      await newUser(name);
      const send = await accounts.signedIn(name);
      const { clock } = accounts.api.directory;
      const status = async () => (await send('GET', '/api/portal/session')).status;
      for (let count = 0; count < 5; count += 1) {
        clock.advance((minutes * MINUTE_MS * 2) / 3);
        expect(await status()).toBe(200);
      }
      clock.advance(minutes * MINUTE_MS);
      expect(await status()).toBe(200);
      clock.advance(minutes * MINUTE_MS + Math.min(minutes * MINUTE_MS * 0.1, MINUTE_MS) + 1);
      expect(await status()).toBe(401);
    },
  );

  test('last at most a week, even when in use', async () => {
    await accounts.set({ portalIdleMinutes: 129_600 });
    await newUser('busy');
    const send = await accounts.signedIn('busy');
    const { clock } = accounts.api.directory;
    clock.advance(7 * 24 * 60 * MINUTE_MS - 1);
    expect((await send('GET', '/api/portal/session')).status).toBe(200);
    clock.advance(1);
    expect((await send('GET', '/api/portal/session')).status).toBe(401);
  });

  test.each([
    [
      'suspended',
      (id: string) => accounts.put(id, { state: 'SUSPENDED' }),
      (id: string) => accounts.put(id, { state: 'ACTIVATED' }),
    ],
  ])('end permanently when the user is %s', async (what, end, back) => {
    const id = await newUser(`ended${what}`);
    const send = await accounts.signedIn(`ended${what}`);
    await end(id);
    expect((await send('GET', '/api/portal/session')).status).toBe(401);
    await back(id);
    expect((await send('GET', '/api/portal/session')).status).toBe(401);
    expect((await accounts.signIn(`ended${what}`)).status).toBe(200);
  });

  test('with the token in a cookie cannot be used by other sites or read by scripts', async () => {
    await newUser('browser');
    const signedIn = await accounts.signIn('browser');
    const cookie = String(signedIn.headers['set-cookie']);
    expect(cookie).toMatch(/; HttpOnly; SameSite=Lax/);
    const [pair = ''] = cookie.split(';');
    const put = (headers: Readonly<Record<string, string>>) =>
      accounts.api.send('PUT', '/api/portal/me', { firstname: 'B' }, { cookie: pair, ...headers });
    expect((await put({ origin: 'https://evil.example' })).body).toMatchObject({ error_code: 'crossOrigin' });
    expect((await put({ 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await put({ origin: 'http://localhost:8080' })).status).toBe(200);
    const out = await accounts.api.send('POST', '/api/portal/sign-out', {}, { cookie: pair });
    expect(out.status).toBe(204);
    expect((await accounts.api.send('GET', '/api/portal/me', undefined, { cookie: pair })).status).toBe(401);
  });

  test('give no access to administrator routes, and administrator keys give no access to the portal', async () => {
    await newUser('curious');
    const send = await accounts.signedIn('curious');
    for (const path of ['/api/systemusers', '/api/mail/outbox', '/api/auth/session', '/api/users']) {
      expect((await send('GET', path)).status).toBe(403);
    }
    expect((await accounts.api.send('GET', '/api/portal/me')).status).toBe(403);
  });
});

test('a user can list and delete only their own SSH keys', async () => {
  await newUser('hacker');
  const send = await accounts.signedIn('hacker');
  const added = await send('POST', '/api/portal/sshkeys', { name: 'laptop', public_key: KEY });
  expect(added.status, added.text).toBe(201);
  expect((await send('GET', '/api/portal/sshkeys')).body).toMatchObject([{ name: 'laptop' }]);
  await newUser('neighbor');
  const other = await accounts.signedIn('neighbor');
  expect((await other('DELETE', `/api/portal/sshkeys/${added.body._id}`)).status).toBe(404);
  expect((await send('DELETE', `/api/portal/sshkeys/${added.body._id}`)).status).toBe(204);
  expect((await send('GET', '/api/portal/sshkeys')).body).toEqual([]);
});
