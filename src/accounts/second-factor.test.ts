import { Secret, TOTP } from 'otpauth';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testOnSqlite } from '../../tests/support/on-sqlite.ts';
import { createTestAdministrator, type TestRestApi } from '../rest-api/rest-api.fixture.ts';
import { openTestAccounts, PASSWORD, type TestAccounts } from './accounts.fixture.ts';
import { RECOVERY_CODES } from './recovery-codes.ts';

const STEP_MS = 30_000;

let accounts: TestAccounts;
beforeAll(async () => {
  accounts = await openTestAccounts();
});
afterAll(() => accounts[Symbol.asyncDispose]());

const advance = (ms: number) => accounts.api.directory.clock.advance(ms);

/** Returns a function that generates the codes of an app on a phone whose clock is off by `offMs`. */
function appOf(secret: string) {
  const totp = new TOTP({ secret: Secret.fromBase32(secret) });
  return (offMs = 0) => totp.generate({ timestamp: accounts.api.directory.clock.now().getTime() + offMs });
}

/** Creates a user, and sets up an authenticator app in the session `send`. */
async function enrolled(name: string) {
  const id = await accounts.newUser(name, { password: PASSWORD });
  const send = await accounts.signedIn(name);
  const started = await send('POST', '/api/portal/totp', { password: PASSWORD });
  expect(started.status, started.text).toBe(200);
  const app = appOf(started.body.secret);
  const finished = await send('PUT', '/api/portal/totp', { code: app() });
  expect(finished.status, finished.text).toBe(200);
  advance(STEP_MS);
  return { id, send, app, uri: String(started.body.uri), codes: finished.body.recoveryCodes as string[] };
}

test('removing the app of an administrator without an app records no removal', async () => {
  const { directory, send, organizationId } = accounts.api;
  const { id } = await createTestAdministrator(directory.deps, 'Manager', organizationId);
  expect((await send('POST', `/api/users/resettotp/${id}`)).body.totpEnrolled).toBe(false);
  expect((await send('GET', `/api/events?target=${id}`)).body.results).toEqual([]);
});

describe('an authenticator app', () => {
  test('is set up with its URI and a code, and is then required to sign in', async () => {
    const { id, app, uri } = await enrolled('phone');
    const url = new URL(uri);
    expect([url.protocol, url.host]).toEqual(['otpauth:', 'totp']);
    expect(decodeURIComponent(url.pathname)).toContain('phone@example.com');
    expect(Object.fromEntries(url.searchParams)).toMatchObject({ digits: '6', period: '30', algorithm: 'SHA1' });
    expect((await accounts.signIn('phone')).body).toMatchObject({ code: 401, error_code: 'secondFactor' });
    expect((await accounts.signIn('phone', PASSWORD, { totp: app() })).status).toBe(200);
    expect(await accounts.shown(id)).toMatchObject({ totp_enabled: true, mfa: { configured: true } });
  });

  testOnSqlite('has no effect before a correct code is sent, and its secret is stored encrypted', async () => {
    const id = await accounts.newUser('undecided', { password: PASSWORD });
    const send = await accounts.signedIn('undecided');
    const { secret } = (await send('POST', '/api/portal/totp', { password: PASSWORD })).body;
    expect((await send('PUT', '/api/portal/totp', { code: '000000' })).body).toMatchObject({
      error_code: 'secondFactor',
    });
    expect((await accounts.signIn('undecided')).status).toBe(200);
    expect(await accounts.shown(id)).toMatchObject({ totp_enabled: false });
    const { database } = accounts.api.directory.deps;
    expect(JSON.stringify(await database.selectFrom('user_security').selectAll().execute())).not.toContain(secret);
  });

  testOnSqlite.each([
    ['the step before', -STEP_MS, 200],
    ['the step after', STEP_MS, 200],
    ['two steps before', -2 * STEP_MS, 401],
    ['two steps after', 2 * STEP_MS, 401],
  ])('that sends the code of %s (%s ms off) gets the status %s at sign-in', async (what, offMs, status) => {
    const { app } = await enrolled(`clock${what.replaceAll(' ', '')}`);
    advance(3 * STEP_MS);
    expect((await accounts.signIn(`clock${what.replaceAll(' ', '')}`, PASSWORD, { totp: app(offMs) })).status).toBe(
      status,
    );
  });

  test('produces codes that are accepted only once, even if five requests send one concurrently, and never after a later code', async () => {
    const { app } = await enrolled('replayed');
    const totp = app();
    const answers = await Promise.all(Array.from({ length: 5 }, () => accounts.signIn('replayed', PASSWORD, { totp })));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    advance(STEP_MS);
    expect((await accounts.signIn('replayed', PASSWORD, { totp })).status).toBe(401);
    expect((await accounts.signIn('replayed', PASSWORD, { totp: app() })).status).toBe(200);
    expect((await accounts.signIn('replayed', PASSWORD, { totp: app(-STEP_MS) })).status).toBe(401);
  });

  testOnSqlite('causes a lockout of the account after several wrong codes, just as wrong passwords do', async () => {
    await accounts.set({ accountLockout: true, maxLoginAttempts: 3 });
    const { id, app } = await enrolled('guessed');
    for (let time = 0; time < 3; time += 1) await accounts.signIn('guessed', PASSWORD, { totp: '123456' });
    expect(await accounts.shown(id)).toMatchObject({ passwordStatus: 'Locked' });
    expect((await accounts.signIn('guessed', PASSWORD, { totp: app() })).body).toMatchObject({
      error_code: 'signInFailed',
    });
    await accounts.set({ accountLockout: false, maxLoginAttempts: 10 });
  });

  testOnSqlite('is replaced or removed only with one of its codes', async () => {
    const { id, send, app } = await enrolled('changer');
    expect((await send('POST', '/api/portal/totp', { password: PASSWORD })).status).toBe(401);
    const again = await send('POST', '/api/portal/totp', { password: PASSWORD, totp: app() });
    const other = appOf(again.body.secret);
    advance(STEP_MS);
    expect((await send('PUT', '/api/portal/totp', { code: other() })).status).toBe(200);
    advance(STEP_MS);
    expect((await send('DELETE', '/api/portal/totp', { code: app() })).status).toBe(401);
    expect((await send('DELETE', '/api/portal/totp', { code: other() })).status).toBe(204);
    expect((await accounts.signIn('changer')).status).toBe(200);
    expect(await accounts.eventsOf(id)).toContain('totp_delete_enrollment');
  });

  testOnSqlite('is needed to change the password', async () => {
    const { send, app } = await enrolled('careful');
    const change = { currentPassword: PASSWORD, newPassword: 'another four words here' };
    expect((await send('POST', '/api/portal/password', change)).body).toMatchObject({ error_code: 'secondFactor' });
    expect((await send('POST', '/api/portal/password', { ...change, totp: app() })).status).toBe(204);
  });
});

describe('a recovery code', () => {
  test('can be used once instead of a code from the authenticator app', async () => {
    const { id, codes } = await enrolled('loser');
    expect(codes).toHaveLength(RECOVERY_CODES);
    expect(new Set(codes).size).toBe(RECOVERY_CODES);
    const [code = '', other = ''] = codes;
    expect(code).toMatch(/^([A-Z2-7]{4}-){3}[A-Z2-7]{4}$/);
    expect((await accounts.signIn('loser', PASSWORD, { totp: code.toLowerCase() })).status).toBe(200);
    expect((await accounts.signIn('loser', PASSWORD, { totp: code })).status).toBe(401);
    expect((await accounts.signIn('loser', PASSWORD, { totp: other.replaceAll('-', '') })).status).toBe(200);
    expect((await accounts.eventsOf(id)).filter((type) => type === 'user_recovery_code_used')).toHaveLength(2);
  });

  testOnSqlite(
    'works only for its own account and only for the authenticator app that it was issued with',
    async () => {
      const first = await enrolled('owner');
      const second = await enrolled('thief');
      expect((await accounts.signIn('thief', PASSWORD, { totp: first.codes[0] })).status).toBe(401);
      advance(STEP_MS);
      const { body } = await second.send('POST', '/api/portal/totp', { password: PASSWORD, totp: second.app() });
      advance(STEP_MS);
      await second.send('PUT', '/api/portal/totp', { code: appOf(body.secret)() });
      expect((await accounts.signIn('thief', PASSWORD, { totp: second.codes[0] })).status).toBe(401);
    },
  );

  testOnSqlite('is deleted when an administrator removes the second factors', async () => {
    const { id, codes } = await enrolled('reset');
    await accounts.api.send('POST', `/api/systemusers/${id}/resetmfa`, {});
    expect((await accounts.signIn('reset')).status).toBe(200);
    const { database } = accounts.api.directory.deps;
    const left = await database.selectFrom('one_time_tokens').select('id').where('user_id', '=', id).execute();
    expect([codes.length, left.length]).toEqual([RECOVERY_CODES, 0]);
  });
});

describe('new recovery codes', () => {
  test('replace the earlier ones, are counted, and require a code', async () => {
    const { id, send, app, codes } = await enrolled('renewing');
    const left = async () => (await send('GET', '/api/portal/recovery-codes')).body.left;
    expect(await left()).toBe(RECOVERY_CODES);
    expect((await accounts.signIn('renewing', PASSWORD, { totp: codes[0] })).status).toBe(200);
    expect(await left()).toBe(RECOVERY_CODES - 1);
    const renew = (code: string) => send('POST', '/api/portal/recovery-codes', { code });
    expect((await renew('000000')).body).toMatchObject({ code: 401, error_code: 'secondFactor' });
    const renewed = await renew(app());
    expect(renewed.status, renewed.text).toBe(200);
    const fresh: readonly string[] = renewed.body.recoveryCodes;
    expect(new Set([...fresh, ...codes]).size).toBe(2 * RECOVERY_CODES);
    expect(await left()).toBe(RECOVERY_CODES);
    expect((await accounts.signIn('renewing', PASSWORD, { totp: codes[1] })).status).toBe(401);
    expect((await accounts.signIn('renewing', PASSWORD, { totp: fresh[0] })).status).toBe(200);
    expect(await accounts.eventsOf(id)).toContain('user_recovery_codes_create');
    expect((await accounts.newestMail('renewing@example.com')).kind).toBe('security_notice');
  });

  test('do not exist without an authenticator app', async () => {
    await accounts.newUser('appless', { password: PASSWORD });
    const send = await accounts.signedIn('appless');
    expect((await send('GET', '/api/portal/recovery-codes')).body).toEqual({ left: 0 });
    expect((await send('POST', '/api/portal/recovery-codes', { code: '123456' })).status).toBe(404);
  });
});

describe('a user who must have a second factor', () => {
  const reachable = async (send: TestRestApi['send']) =>
    await Promise.all(
      ['/api/portal/session', '/api/portal/me', '/api/portal/sshkeys'].map(
        async (path) => (await send('GET', path)).status,
      ),
    );

  test('must set it up before anything else', async () => {
    await accounts.newUser('obliged', { password: PASSWORD, enable_user_portal_multifactor: true });
    const answer = await accounts.signIn('obliged');
    expect(answer.body).toMatchObject({ mustEnroll: true });
    const send: TestRestApi['send'] = (method, path, body) =>
      accounts.api.send(method, path, body, { authorization: `Bearer ${answer.body.token}` });
    expect(await reachable(send)).toEqual([200, 401, 401]);
    expect((await send('GET', '/api/portal/session')).body).toMatchObject({ mustEnroll: true });
    expect((await send('PUT', '/api/portal/me', { firstname: 'X' })).body).toMatchObject({
      error_code: 'secondFactor',
    });
    const { secret } = (await send('POST', '/api/portal/totp', { password: PASSWORD })).body;
    expect((await send('PUT', '/api/portal/totp', { code: appOf(secret)() })).status).toBe(200);
    expect(await reachable(send)).toEqual([200, 200, 200]);
  });

  testOnSqlite('does not need one while an administrator excludes the user from the requirement', async () => {
    const id = await accounts.newUser('excused', { password: PASSWORD, enable_user_portal_multifactor: true });
    await accounts.api.send('POST', `/api/systemusers/${id}/resetmfa`, { exclusion: true, exclusionDays: 1 });
    const send = await accounts.signedIn('excused');
    expect(await reachable(send)).toEqual([200, 200, 200]);
    // The session works for as long as the exclusion lasts, and no longer.
    for (let hour = 0; hour < 24; hour += 4) {
      advance(4 * 3_600_000);
      expect((await send('GET', '/api/portal/session')).status).toBe(200);
    }
    expect(await reachable(send)).toEqual([200, 401, 401]);
  });
});
