import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { FAILURES_WITHOUT_DELAY_MAX } from '#accounts/attempts.ts';
import { describeEvent } from '#audit/event-words.ts';
import { TARGET_REFUSALS_MAX } from '#audit/refusal-store.ts';
import { createUser } from '#directory/users.ts';
import { hashWifiPassword, newWifiPassword } from '../credentials/wifi-password.ts';
import { LOCAL_PASSWORD, openTestRadius, type TestRadius } from './radius.fixture.ts';
import { addClient } from './radius-directory.fixture.ts';
import { RADIUS_TEXT_LENGTH_MAX } from './radius-policy.ts';

/** Decisions about passwords of this directory. The decisions with Entra ID are in entra-policy.test.ts. */

let radius: TestRadius;
let ann: string;
beforeAll(async () => {
  radius = await openTestRadius();
  ann = await radius.newUser('ann', { displayname: 'Ann' });
});
afterAll(() => radius[Symbol.asyncDispose]());
beforeEach(() => {
  // Ends windows of repeated refusals and waits of devices.
  radius.graph.directory.clock.advance(2 * 86_400_000);
});

const refused = { kind: 'reject', isLocked: false, message: null };
const newest = async () => (await radius.events())[0];

describe('an attempt with a password of this directory', () => {
  test('is accepted by username and by email address, with the replies of the groups and an event', async () => {
    const replies = [{ name: 'Tunnel-Private-Group-Id', tag: 0, value: '42' }];
    radius.servers.replies.push(...replies);
    for (const userName of ['ann', 'ANN', ' ann ', 'Ann@Contoso.example']) {
      expect(await radius.ask({ userName })).toEqual({ kind: 'accept', userName: 'ann', replies });
    }
    radius.servers.replies.pop();
    const event = await newest();
    expect(event).toMatchObject({
      success: true,
      client_ip: '192.0.2.7',
      resource: { type: 'user', id: ann },
      radius: {
        reason: 'accepted',
        client: { id: 'ap', name: 'Access point ap' },
        server: { id: 'server', name: 'Office' },
        identity_provider: 'directory',
        method: 'pap',
        credential: 'password',
        device: 'AA-BB-CC-00-11-22',
        network: 'office:staff',
        outer_name: null,
        aadsts: null,
      },
    });
    expect(describeEvent(event, { name: '' })).toBe('ann connected to the network at Access point ap.');
    expect(describeEvent(event, { name: '' }, 'zh')).toBe('ann 已在 Access point ap 连接到网络。');
  });

  test('is refused in the same way with a wrong password and for an unknown name, and only the event says which', async () => {
    for (const [change, reason] of [
      [{ password: 'wrong' }, 'wrongPassword'],
      [{ userName: 'nobody' }, 'userUnknown'],
    ] as const) {
      expect(await radius.ask(change)).toEqual(refused);
      const event = await newest();
      expect(event).toMatchObject({ success: false, error_code: 'signInFailed', radius: { reason, credential: null } });
    }
    expect((await newest()).resource).toMatchObject({ id: null, username: 'nobody' });
    await radius.ask({ password: 'wrong' });
    expect(describeEvent(await newest(), { name: '' })).toBe(
      'ann did not connect to the network at Access point ap. The password is wrong.',
    );
    expect(describeEvent(await newest(), { name: '' }, 'zh')).toBe('ann 没有在 Access point ap 连接到网络。密码错误。');
  });

  test.for([
    [{ method: 'unsupported' }, 'methodUnsupported'],
    [{ userName: null }, 'nameInvalid'],
    [{ userName: ' ' }, 'nameInvalid'],
    [{ userName: 'a'.repeat(RADIUS_TEXT_LENGTH_MAX) }, 'userUnknown'],
    [{ userName: 'a'.repeat(RADIUS_TEXT_LENGTH_MAX + 1) }, 'nameInvalid'],
    [{ password: null }, 'passwordInvalid'],
    [{ password: '' }, 'passwordInvalid'],
    [{ password: 'x'.repeat(RADIUS_TEXT_LENGTH_MAX) }, 'wrongPassword'],
    [{ password: 'x'.repeat(RADIUS_TEXT_LENGTH_MAX + 1) }, 'passwordInvalid'],
  ] as const)('%j is refused: %s', async ([change, reason]) => {
    expect(await radius.ask(change)).toEqual(refused);
    expect((await newest()).radius.reason).toBe(reason);
  });

  test('is refused with a method that the server does not allow', async () => {
    addClient(radius.servers, radius.graph.organizationId, { clientId: 'wired', methods: ['eapTtlsPap'] });
    expect(await radius.ask({ clientId: 'wired' })).toEqual(refused);
    expect((await newest()).radius.reason).toBe('methodNotAllowed');
    expect((await radius.ask({ clientId: 'wired', method: 'eapTtlsPap' })).kind).toBe('accept');
  });

  test('gets no answer and no event at a client that was removed', async () => {
    const before = (await radius.events()).length;
    expect(await radius.ask({ clientId: 'removed' })).toEqual({ kind: 'silence' });
    expect(await radius.events()).toHaveLength(before);
  });

  test('finds only users of the organization of the client', async () => {
    const { origin } = await radius.graph.directory.newCaller('Other');
    addClient(radius.servers, origin.organizationId, { clientId: 'other' });
    expect(await radius.ask({ clientId: 'other' })).toEqual(refused);
    expect(await newest()).toMatchObject({ organization: origin.organizationId, radius: { reason: 'userUnknown' } });
  });

  test('is refused for an email address that several users share, but not for their usernames', async () => {
    const { deps, withRules } = radius.graph.directory;
    // The rule of the source allows the same address for several users.
    const caller = withRules({ emailUnique: false });
    for (const userName of ['cleo', 'dora']) {
      const emails = [{ value: 'shared@contoso.example', type: 'work', primary: true }];
      await createUser(deps, caller, { document: { userName, emails }, ignored: [] });
    }
    expect(await radius.ask({ userName: 'shared@contoso.example' })).toEqual(refused);
    expect(await newest()).toMatchObject({ resource: { id: null }, radius: { reason: 'nameUnclear' } });
    await radius.ask({ userName: 'cleo' });
    expect(await newest()).toMatchObject({ resource: { username: 'cleo' }, radius: { reason: 'passwordPending' } });
  });

  test('is refused to people who are not in a group of the server, even with the right password', async () => {
    const bob = await radius.newUser('bob');
    radius.servers.members.delete(bob);
    expect(await radius.ask({ userName: 'bob' })).toEqual(refused);
    expect(await newest()).toMatchObject({ radius: { reason: 'notMember', credential: 'password' } });
    expect(await radius.ask({ userName: 'bob', password: 'wrong' })).toEqual(refused);
    expect((await newest()).radius.reason).toBe('wrongPassword');
  });

  test('is refused to suspended and staged users as locked, with the right password', async () => {
    const id = await radius.newUser('sue');
    await radius.put(id, { state: 'SUSPENDED' });
    expect(await radius.ask({ userName: 'sue' })).toEqual({ ...refused, isLocked: true });
    expect((await newest()).radius.reason).toBe('userSuspended');
    expect(await radius.ask({ userName: 'sue', password: 'wrong' })).toEqual(refused);
    const staged = await radius.newUser('stan', { state: 'STAGED', password: undefined });
    radius.servers.wifiHashes.set(staged, hashWifiPassword('abcdefghijkmnpqrstuvwxyz'));
    expect(await radius.ask({ userName: 'stan', password: 'abcdefghijkmnpqrstuvwxyz' })).toMatchObject({
      isLocked: true,
    });
    expect((await newest()).radius.reason).toBe('userStaged');
  });

  test('counts toward the lockout of the account, with the setting of the server for locked accounts', async () => {
    await radius.set({ accountLockout: true, maxLoginAttempts: 3 });
    const id = await radius.newUser('lena');
    for (let count = 0; count < 2; count += 1) await radius.ask({ userName: 'lena', password: 'wrong' });
    // A right password resets the count, as in the portal.
    expect((await radius.ask({ userName: 'lena' })).kind).toBe('accept');
    for (let count = 0; count < 3; count += 1) await radius.ask({ userName: 'lena', password: 'wrong' });
    expect(await radius.ask({ userName: 'lena' })).toEqual({ ...refused, isLocked: true });
    expect((await newest()).radius.reason).toBe('userLocked');
    const portal = await radius.graph.app.inject({
      method: 'POST',
      url: '/api/portal/sign-in',
      headers: { 'content-type': 'application/json' },
      payload: JSON.stringify({ username: 'lena', password: LOCAL_PASSWORD }),
    });
    expect(portal.statusCode).toBe(401);
    addClient(radius.servers, radius.graph.organizationId, { clientId: 'lenient', lockedAccounts: 'allow' });
    expect((await radius.ask({ clientId: 'lenient', userName: 'lena' })).kind).toBe('accept');
    // Connecting does not unlock the account.
    expect((await radius.ask({ userName: 'lena' })).kind).toBe('reject');
    const events = await radius.graph.directory.deps.database
      .selectFrom('events')
      .select('type')
      .where('target_id', '=', id)
      .execute();
    expect(events.map(({ type }) => type)).toEqual(expect.arrayContaining(['user_lockout', 'radius_auth_attempt']));
    await radius.set({ accountLockout: false });
  });

  test('makes a device wait after too many wrong passwords for a name, but not other devices', async () => {
    for (let count = 0; count < FAILURES_WITHOUT_DELAY_MAX; count += 1)
      await radius.ask({ password: `wrong ${count}` });
    expect(await radius.ask()).toEqual(refused);
    expect((await newest()).radius.reason).toBe('tooManyAttempts');
    // The other notation is the same device, and the email address is the same user.
    expect(await radius.ask({ callingStation: 'aabb.cc00.1122', userName: 'ann@contoso.example' })).toEqual(refused);
    expect((await radius.ask({ callingStation: 'AA-BB-CC-00-11-23' })).kind).toBe('accept');
    expect((await radius.ask({ callingStation: null })).kind).toBe('accept');
    radius.graph.directory.clock.advance(16_000);
    expect((await radius.ask()).kind).toBe('accept');
  });

  test('shares an event of repeated failures by the reason', async () => {
    const before = (await radius.events()).length;
    const tries = TARGET_REFUSALS_MAX + 3;
    for (let count = 0; count < tries; count += 1) {
      await radius.ask({ password: `wrong ${count}`, callingStation: `00-00-00-00-00-0${count}` });
    }
    const events = await radius.events();
    expect(events).toHaveLength(before + TARGET_REFUSALS_MAX + 1);
    expect(events[0]).toMatchObject({ repeated: { count: 3 }, radius: { reason: 'wrongPassword' } });
    expect(describeEvent(events[0], { name: 'ann' })).toMatch(/^3 attempts to connect to the network at .* failed;/);
    await radius.ask({ password: null });
    expect(await newest()).not.toHaveProperty('repeated');
  });

  test('accepts a Wi-Fi password instead of the password, also while the device has to wait', async () => {
    const password = newWifiPassword();
    radius.servers.wifiHashes.set(ann, hashWifiPassword(password));
    expect((await radius.ask({ password })).kind).toBe('accept');
    expect((await newest()).radius.credential).toBe('wifiPassword');
    for (let count = 0; count < FAILURES_WITHOUT_DELAY_MAX; count += 1)
      await radius.ask({ password: newWifiPassword() });
    expect((await radius.ask()).kind).toBe('reject');
    expect((await radius.ask({ password })).kind).toBe('accept');
    expect((await radius.ask({ callingStation: null })).kind).toBe('accept');
    radius.servers.wifiHashes.clear();
  });

  test('is refused to a user without a password, who can connect with a Wi-Fi password', async () => {
    const id = await radius.newUser('pia', { password: undefined });
    expect(await radius.ask({ userName: 'pia' })).toEqual(refused);
    expect((await newest()).radius.reason).toBe('passwordPending');
    const password = newWifiPassword();
    radius.servers.wifiHashes.set(id, hashWifiPassword(password));
    expect((await radius.ask({ userName: 'pia', password })).kind).toBe('accept');
    radius.servers.wifiHashes.clear();
  });

  test('with an expired password tells the device so, unless the server allows it', async () => {
    await radius.set({ passwordExpirationDays: 1 });
    radius.graph.directory.clock.advance(2 * 86_400_000);
    const decision = await radius.ask();
    expect(decision).toEqual({ ...refused, message: expect.stringContaining('expired') });
    expect(await radius.ask({ password: 'wrong' })).toEqual(refused);
    addClient(radius.servers, radius.graph.organizationId, { clientId: 'old', expiredPasswords: 'allow' });
    expect((await radius.ask({ clientId: 'old' })).kind).toBe('accept');
    await radius.set({ passwordExpirationDays: 0 });
  });

  test('gets no answer if the directory has a fault', async () => {
    const { repliesFor } = radius.servers;
    const failing = { ...radius.servers, repliesFor: () => Promise.reject(new Error('the database is down')) };
    Object.assign(radius.servers, failing);
    expect(await radius.ask()).toEqual({ kind: 'silence' });
    Object.assign(radius.servers, { repliesFor });
    expect((await radius.ask()).kind).toBe('accept');
  });

  test('leaves no password in events', async () => {
    await radius.ask({ password: 'canary-of-the-password' });
    const { database } = radius.graph.directory.deps;
    const texts = JSON.stringify(await database.selectFrom('events').select('body').execute());
    for (const secret of ['canary-of-the-password', LOCAL_PASSWORD]) expect(texts).not.toContain(secret);
  });
});

test('the client at an address is that of the directory of servers', async () => {
  expect(await radius.policy.clientAt('192.0.2.1')).toMatchObject({ id: '192.0.2.1', secret: 'shared' });
});
