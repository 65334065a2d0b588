import { TOTP, Secret } from 'otpauth';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describeOnSqlite, testOnSqlite } from '../../tests/support/on-sqlite.ts';
import { openAuthenticator } from '#accounts/authenticator.fixture.ts';
import { updateAdministratorPassword } from '#admins/administrator-store.ts';
import { hashPassword } from '#directory/password-hash.ts';
import { cookieName } from '#base/cookies.ts';
import { openTestRestApi, type TestRestApi } from './rest-api.fixture.ts';

let api: TestRestApi;
let passwordHash: string;
const password = 'a heron waits in the mist';
const origin = 'http://localhost:8080';
const MINUTE_MS = 60_000;

beforeAll(async () => {
  api = await openTestRestApi();
  passwordHash = await hashPassword(password, api.directory.deps.passwordCost);
});
afterAll(() => api[Symbol.asyncDispose]());

type Method = Parameters<TestRestApi['send']>[0];
const sendWith = (headers: Record<string, string>) => (method: Method, path: string, body?: unknown) =>
  api.send(method, path, body, headers);
const bearer = (token: string) => sendWith({ authorization: `Bearer ${token}` });
const anonymous = sendWith({});

/** Creates an administrator who has a password. */
async function administrator(role = 'Administrator With Billing') {
  const { id } = await api.administratorOf(role);
  const { database, clock } = api.directory.deps;
  await updateAdministratorPassword(database, id, passwordHash, clock.now());
  const { email } = (await api.send('GET', `/api/users/${id}`)).body;
  const signIn = (more: object = {}, from?: string) =>
    api.send('POST', '/api/auth/sign-in', { email, password, ...more }, {}, from);
  return { id, email, signIn };
}

/** Advances the clock, so that the next attempt does not fall into the same minute and the authenticator app shows a new code. */
const later = (ms = MINUTE_MS) => api.directory.clock.advance(ms);
const codeOf = (secret: string) =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: api.directory.clock.now().getTime() });

async function enrolled() {
  const who = await administrator();
  const session = bearer((await who.signIn()).body.token);
  const { secret, uri } = (await session('POST', '/api/auth/totp', { password })).body;
  expect(uri).toContain('otpauth://totp/');
  const done = await session('PUT', '/api/auth/totp', { code: codeOf(secret) });
  expect(done.status).toBeLessThan(300);
  later();
  return { ...who, session, secret };
}

describe('sign-in by password', () => {
  testOnSqlite('returns a token and a cookie that scripts and other sites cannot use', async () => {
    const { signIn, id, email } = await administrator();
    const answer = await signIn();
    expect(answer).toMatchObject({
      status: 200,
      body: { token: expect.stringMatching(/^tns_/), mustEnroll: false, account: { id, email } },
    });
    const cookie = String(answer.headers['set-cookie']);
    expect(cookie).toMatch(
      /^tanhua_session=tns_[\w-]+; Path=\/; HttpOnly; SameSite=Lax; Max-Age=\d+,tanhua_device=v1\.[\w-]+; Path=\/; HttpOnly; SameSite=Lax; Max-Age=\d+$/,
    );
    const [pair = ''] = cookie.split(';', 1);
    expect((await sendWith({ cookie: pair })('GET', '/api/auth/session')).body.email).toBe(email);
    expect((await bearer(answer.body.token)('GET', '/api/systemusers')).status).toBe(200);
    // Each sign-in creates a new token, so an attacker cannot plant a known token beforehand.
    expect((await sendWith({ cookie: pair })('POST', '/api/auth/sign-in', { email, password })).body.token).not.toBe(
      answer.body.token,
    );
    expect(cookieName('https://directory.example', 'session')).toBe('__Host-tanhua_session');
  });

  testOnSqlite(
    'fails with the same error for an unknown address, a wrong password and a suspended administrator',
    async () => {
      later();
      const { id, email, signIn } = await administrator();
      const unknown = await anonymous('POST', '/api/auth/sign-in', { email: 'nobody@example.com', password });
      const wrong = await signIn({ password: 'wrong' });
      await api.send('PUT', `/api/users/${id}`, { suspended: true });
      const suspended = await signIn();
      const known = (body: Record<string, unknown>) => ({ ...body, request_id: undefined });
      expect(known(unknown.body)).toMatchObject({ error_code: 'signInFailed', code: 401 });
      expect(known(wrong.body)).toEqual(known(unknown.body));
      expect(known(suspended.body)).toEqual(known(unknown.body));
      const events = await api.send('POST', '/insights/directory/v1/events', {
        service: 'all',
        start_time: '2020-01-01T00:00:00Z',
        search_term: { event_type: 'admin_login_attempt', success: false, 'resource.name': email },
      });
      expect(events.body.map((event: { error_message: string }) => event.error_message)).toEqual([
        expect.stringContaining('wrong'),
        expect.stringContaining('suspended'),
      ]);
    },
  );

  test('locks the account temporarily after too many wrong passwords if lockout is on, even if maxLoginAttempts is 0', async () => {
    later();
    const { signIn } = await administrator();
    const path = `/api/organizations/${api.organizationId}`;
    await api.send('PUT', path, { settings: { accountLockout: true, maxLoginAttempts: 0 } });
    await Promise.all(Array.from({ length: 10 }, () => signIn({ password: 'wrong' })));
    // This request comes from an address without failed attempts.
    expect((await signIn({}, '192.0.2.99')).status).toBe(401);
    later(901_000);
    expect((await signIn()).status).toBe(200);
    await api.send('PUT', path, { settings: { accountLockout: false, maxLoginAttempts: 10 } });
  });
});

describeOnSqlite('the protection against cross-site requests', () => {
  test.for([
    [{ origin: 'https://evil.example' }, 403],
    [{ 'sec-fetch-site': 'cross-site' }, 403],
    [{ 'sec-fetch-site': 'same-site' }, 403],
    [{ origin: 'null' }, 403],
    [{ origin }, 204],
    [{ 'sec-fetch-site': 'same-origin' }, 204],
    [{}, 204],
    // An additional Authorization header does not prove that the sender knows the cookie.
    [{ origin: 'https://evil.example', authorization: 'Basic eDp5' }, 403],
  ] as const)('responds to a DELETE that has the headers %j with the status %d', async ([headers, status]) => {
    later();
    const { signIn } = await administrator();
    const [cookie = ''] = String((await signIn()).headers['set-cookie']).split(';', 1);
    const answer = await sendWith({ cookie, ...headers })('DELETE', '/api/auth/sessions');
    expect(answer.status, answer.text).toBe(status);
    if (status === 403) expect(answer.body.error_code).toBe('crossOrigin');
  });

  test('refuses a cross-site sign-in, sign-out, or change through GET, but allows reads', async () => {
    later();
    const { id, email, signIn } = await administrator();
    const evil = { origin: 'https://evil.example' };
    expect((await sendWith(evil)('POST', '/api/auth/sign-in', { email, password })).body.error_code).toBe(
      'crossOrigin',
    );
    const [cookie = ''] = String((await signIn()).headers['set-cookie']).split(';', 1);
    expect((await sendWith({ ...evil, cookie })('POST', '/api/auth/sign-out')).body.error_code).toBe('crossOrigin');
    const site = { 'sec-fetch-site': 'cross-site', cookie };
    expect((await sendWith(site)('GET', `/api/users/reactivate/${id}`)).status).toBe(405);
    expect((await sendWith(site)('GET', '/api/auth/session')).status).toBe(200);
  });
});

describe('the authenticator app', () => {
  test('is required for sign-in once it is set up, and each code is accepted only once, even in two simultaneous requests', async () => {
    const { signIn, secret } = await enrolled();
    expect((await signIn()).body.error_code).toBe('secondFactor');
    expect((await signIn({ totp: '000000' })).body.error_code).toBe('secondFactor');
    const totp = codeOf(secret);
    const answers = await Promise.all([signIn({ totp }), signIn({ totp })]);
    expect(answers.map(({ status }) => status).toSorted((one, other) => one - other)).toEqual([200, 401]);
    expect((await signIn({ totp })).status).toBe(401);
    later();
    expect((await signIn({ totp: codeOf(secret) })).status).toBe(200);
  });

  test('makes an unknown device wait after too many wrong codes', async () => {
    const { signIn, secret } = await enrolled();
    const wrong = Array.from({ length: 10 }, (_, index) => signIn({ totp: String(index).padStart(6, '0') }));
    await Promise.all(wrong);
    expect(await signIn({ totp: codeOf(secret) })).toMatchObject({
      status: 429,
      body: { error_code: 'tooManyAttempts' },
      headers: { 'retry-after': '15' },
    });
    later(15_000);
    expect((await signIn({ totp: codeOf(secret) })).status).toBe(200);
  });

  testOnSqlite('cannot be removed or replaced with only the session and the password', async () => {
    const { id, session, secret, signIn } = await enrolled();
    expect((await session('POST', '/api/auth/totp', { password })).status).toBeGreaterThanOrEqual(400);
    expect((await session('DELETE', '/api/auth/totp', { code: '000000' })).body.error_code).toBe('secondFactor');
    expect((await session('POST', `/api/users/resettotp/${id}`, { password })).body.error_code).toBe('ownAccount');
    expect((await session('DELETE', '/api/auth/totp', { code: codeOf(secret) })).status).toBe(204);
    later();
    expect((await signIn()).status).toBe(200);
  });

  testOnSqlite(
    'can be removed by another administrator, and can be required of all administrators by the organization',
    async () => {
      const { id, signIn } = await enrolled();
      expect((await api.send('POST', `/api/users/resettotp/${id}`)).body.totpEnrolled).toBe(false);
      const path = `/api/organizations/${api.organizationId}`;
      await api.send('PUT', path, { settings: { requireAdministratorMfa: true } });
      const answer = await signIn();
      expect(answer.body.mustEnroll).toBe(true);
      const session = bearer(answer.body.token);
      expect((await session('GET', '/api/systemusers')).body.error_code).toBe('secondFactor');
      const { secret } = (await session('POST', '/api/auth/totp', { password })).body;
      await session('PUT', '/api/auth/totp', { code: codeOf(secret) });
      expect((await session('GET', '/api/systemusers')).status).toBe(200);
      await api.send('PUT', path, { settings: { requireAdministratorMfa: false } });
      later();
    },
  );
});

describe('passkeys', () => {
  const authenticator = () => openAuthenticator(origin);
  const begin = async (session: ReturnType<typeof bearer>) =>
    (await session('POST', '/api/auth/passkeys/options', { password })).body;
  const add = async (session: ReturnType<typeof bearer>, key: ReturnType<typeof openAuthenticator>) => {
    const { state, options } = await begin(session);
    return await session('POST', '/api/auth/passkeys', {
      state,
      name: 'Laptop',
      response: key.register(options.challenge),
    });
  };
  const challenge = async () => (await anonymous('POST', '/api/auth/sign-in/passkey/options', {})).body;
  const answer = (state: string, response: unknown) =>
    anonymous('POST', '/api/auth/sign-in/passkey', { state, response });

  test('can be added, listed, removed, and used to sign in without a password, which counts as two factors', async () => {
    later();
    const { signIn, email } = await administrator();
    const session = bearer((await signIn()).body.token);
    const key = authenticator();
    expect((await add(session, key)).status).toBe(201);
    const { state, options } = await challenge();
    const signedIn = await answer(state, key.answer(options.challenge));
    expect(signedIn).toMatchObject({ status: 200, body: { account: { email }, mustEnroll: false } });
    const own = bearer(signedIn.body.token);
    const sessions = (await own('GET', '/api/auth/sessions')).body;
    expect(sessions.find((one: { current: boolean }) => one.current).authMethods).toContain('mfa');
    const [passkey] = (await own('GET', '/api/auth/passkeys')).body;
    expect(passkey).toMatchObject({ name: 'Laptop', lastUsedAt: expect.any(String) });
    expect((await own('DELETE', `/api/auth/passkeys/${passkey.id}`, { password })).status).toBe(204);
    const again = await challenge();
    expect((await answer(again.state, key.answer(again.options.challenge))).body.error_code).toBe('signInFailed');
  });

  test('can be used to sign in only with a response to the current challenge, only once, and only within a few minutes', async () => {
    later();
    const { signIn } = await administrator();
    const key = authenticator();
    await add(bearer((await signIn()).body.token), key);
    const first = await challenge();
    const response = key.answer(first.options.challenge);
    const answers = await Promise.all([answer(first.state, response), answer(first.state, response)]);
    expect(answers.map(({ status }) => status).toSorted((one, other) => one - other)).toEqual([200, 400]);
    const other = await challenge();
    expect((await answer(other.state, response)).body.error_code).toBe('signInFailed');
    expect((await answer(`${other.state}x`, key.answer(other.options.challenge))).body.error_code).toBe('signInFailed');
    later(6 * MINUTE_MS);
    expect((await answer(other.state, key.answer(other.options.challenge))).body.error_code).toBe('tokenUsed');
  });

  testOnSqlite(
    'cannot be added with a response from another site or server, or without user verification',
    async () => {
      later();
      const { signIn } = await administrator();
      const session = bearer((await signIn()).body.token);
      for (const key of [
        openAuthenticator('https://evil.example', { rpId: 'localhost' }),
        openAuthenticator(origin, { rpId: 'evil.example' }),
        openAuthenticator(origin, { isChecked: false }),
      ]) {
        expect((await add(session, key)).body).toMatchObject({
          error_code: 'invalidValue',
        });
      }
      expect((await session('GET', '/api/auth/passkeys')).body).toEqual([]);
    },
  );

  test('can be added only once, only in the session that requested the options, and not to a second account', async () => {
    later();
    const [ann, bob] = [await administrator(), await administrator()];
    const [one, two, theirs] = [
      bearer((await ann.signIn()).body.token),
      bearer((await ann.signIn()).body.token),
      bearer((await bob.signIn()).body.token),
    ];
    const key = authenticator();
    const { state, options } = await begin(one);
    const body = { state, name: 'x', response: key.register(options.challenge) };
    for (const session of [two, theirs]) {
      expect((await session('POST', '/api/auth/passkeys', body)).body.error_code).toBe('tokenUsed');
    }
    expect((await one('POST', '/api/auth/passkeys', body)).status).toBe(201);
    expect((await one('POST', '/api/auth/passkeys', body)).body.error_code).toBe('tokenUsed');
    expect((await add(theirs, key)).body).toMatchObject({
      error_code: 'invalidValue',
      message: 'The passkey could not be verified.',
    });
    expect((await add(one, key)).body.error_code).toBe('conflict');
    expect((await one('POST', '/api/auth/passkeys/options', { password: 'wrong' })).body.error_code).toBe(
      'signInFailed',
    );
    // The other sessions of the account have ended.
    expect((await two('GET', '/api/auth/passkeys')).status).toBe(401);
  });

  testOnSqlite('do not let a suspended administrator sign in', async () => {
    later();
    const { id, signIn } = await administrator();
    const key = authenticator();
    await add(bearer((await signIn()).body.token), key);
    await api.send('PUT', `/api/users/${id}`, { suspended: true });
    const { state, options } = await challenge();
    expect((await answer(state, key.answer(options.challenge))).body.error_code).toBe('signInFailed');
  });
});

describe('sessions', () => {
  test('are listed with address and user agent, and can be ended individually, by signing out, or all except the current one', async () => {
    later();
    const { id, signIn } = await administrator();
    const tokens = [];
    for (let index = 0; index < 4; index += 1) tokens.push(bearer((await signIn()).body.token));
    const [own, second, third, fourth] = tokens;
    if (own === undefined || second === undefined || third === undefined || fourth === undefined) return;
    const list = (await own('GET', '/api/auth/sessions')).body;
    expect(list).toHaveLength(4);
    expect(list[0]).toMatchObject({ clientIp: '127.0.0.1', authMethods: ['pwd'], userAgent: expect.any(String) });
    expect(list.filter((one: { current: boolean }) => one.current)).toHaveLength(1);
    const status = async (session: typeof own) => (await session('GET', '/api/auth/session')).status;
    const current = (await second('GET', '/api/auth/sessions')).body.find((one: { current: boolean }) => one.current);
    expect((await own('DELETE', `/api/auth/sessions/${current.id}`)).status).toBe(204);
    expect([await status(own), await status(second), await status(third)]).toEqual([200, 401, 200]);
    await third('POST', '/api/auth/sign-out');
    expect(await status(third)).toBe(401);
    expect((await own('DELETE', '/api/auth/sessions')).status).toBe(204);
    expect([await status(own), await status(fourth)]).toEqual([200, 401]);
    const stranger = bearer((await (await administrator()).signIn()).body.token);
    const mine = (await own('GET', '/api/auth/sessions')).body[0];
    expect((await stranger('DELETE', `/api/auth/sessions/${mine.id}`)).status).toBe(404);
    await api.send('PUT', `/api/users/${id}`, { suspended: true });
    await api.send('PUT', `/api/users/${id}`, { suspended: false });
    // Lifting the suspension does not revive the session.
    expect(await status(own)).toBe(401);
  });

  testOnSqlite('end after about an hour without a request, and after seven days even when in use', async () => {
    later();
    const { signIn } = await administrator();
    const session = bearer((await signIn()).body.token);
    const status = async () => (await session('GET', '/api/auth/session')).status;
    for (let minutes = 0; minutes < 7 * 24 * 60 - 60; minutes += 60) {
      later(59 * MINUTE_MS);
      expect(await status()).toBe(200);
      later(MINUTE_MS);
    }
    later(60 * MINUTE_MS);
    expect(await status()).toBe(401);
    const idle = bearer((await signIn()).body.token);
    later(62 * MINUTE_MS);
    expect((await idle('GET', '/api/auth/session')).body.error_code).toBe('keyExpired');
  });
});
