import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { insertAdministrator } from '#admins/administrator-store.ts';
import { hashPassword } from '#directory/password-hash.ts';
import { openTestAccounts, OTHER_PASSWORD, PASSWORD, type TestAccounts } from './accounts.fixture.ts';
import { FAILURES_PER_MINUTE_MAX, FAILURES_WITHOUT_DELAY_MAX } from './attempts.ts';

/** All clients share this address, as behind a proxy that TANHUA_TRUSTED_PROXIES does not list. */
const SHARED = '127.0.0.1';
const WRONG = 'not the password at all';
const ADMIN = 'admin@localhost';

let accounts: TestAccounts;
let client: { id: string; key: string };
let cookie: string;
beforeAll(async () => {
  accounts = await openTestAccounts();
  const { api } = accounts;
  const { database, clock, passwordCost } = api.directory.deps;
  const passwordHash = await hashPassword(PASSWORD, passwordCost);
  const administrator = { organizationId: api.organizationId, email: ADMIN, name: 'Admin', role: 'Administrator' };
  await insertAdministrator(database, clock, { ...administrator, passwordHash });
  const [{ id }] = (await api.send('GET', '/api/integrations')).body;
  client = (await api.send('POST', `/api/integrations/${id}/tokens`, { name: 'Entra' })).body;
  // The cookie that an administrator's browser has from before the attack.
  cookie = deviceOf(await admin(PASSWORD, { from: '192.0.2.200' }));
});
afterAll(() => accounts[Symbol.asyncDispose]());
beforeEach(async () => {
  await accounts.api.directory.deps.database.deleteFrom('attempts').execute();
});

type Answer = Awaited<ReturnType<TestAccounts['signIn']>>;
const admin = (password: string, { from = SHARED, cookies = '' } = {}) =>
  accounts.api.send('POST', '/api/auth/sign-in', { email: ADMIN, password }, { cookie: cookies }, from);
const user = (username: string, password = PASSWORD) =>
  accounts.api.send('POST', '/api/portal/sign-in', { username, password }, {});
const token = (secret: string) => {
  const fields = { grant_type: 'client_credentials', client_id: client.id, client_secret: secret };
  return accounts.api.send('POST', '/oauth2/token', fields, {});
};
function deviceOf({ headers }: Answer): string {
  const found = [headers['set-cookie']].flat().find((one) => String(one).startsWith('tanhua_device='));
  return String(found).split(';', 1)[0] ?? '';
}
const times = <Result>(count: number, work: (index: number) => Promise<Result>): Promise<readonly Result[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => work(index)));
const waits = (answer: Answer) => {
  expect(answer).toMatchObject({ status: 429, body: { error_code: 'tooManyAttempts' } });
  return Number(answer.headers['retry-after']);
};

describe('failed sign-ins of clients that share an address', () => {
  test('do not cause the refusal of a correct sign-in, link, forgotten-password request or client secret', async () => {
    const id = await accounts.newUser('shared', { password: PASSWORD });
    const linked = await accounts.sendLink(id);
    const failures = await times(FAILURES_PER_MINUTE_MAX + 1, (index) => user(`unknown${index}`));
    expect(new Set(failures.map(({ status }) => status))).toEqual(new Set([401]));
    expect((await user('shared')).status).toBe(200);
    expect((await admin(PASSWORD)).status).toBe(200);
    expect((await accounts.page('GET', `/portal/activate?token=${linked}`)).status).toBe(200);
    expect((await accounts.page('POST', '/portal/forgot', { email: 'shared@example.com' })).status).toBe(303);
    const answers = await times(35, () => token(client.key));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  });

  test('beyond the limit are refused for names that have already failed, and the response says how long to wait', async () => {
    await times(FAILURES_PER_MINUTE_MAX, (index) => user(`sprayed${index}`));
    await times(3, () => user('repeated'));
    expect(waits(await user('repeated'))).toBe(60);
  });

  test('beyond the limit get status 429 from the token endpoint, but correct credentials do not', async () => {
    await times(FAILURES_PER_MINUTE_MAX, () => token('wrong'));
    expect(await token('wrong')).toMatchObject({ status: 429, headers: { 'retry-after': '60' } });
    expect((await token(client.key)).status).toBe(200);
  });

  test('do not include forgotten-password requests: after many of them, users can still sign in and open links', async () => {
    const id = await accounts.newUser('forgetful', { password: PASSWORD });
    const linked = await accounts.sendLink(id);
    await times(FAILURES_PER_MINUTE_MAX + 1, (index) =>
      accounts.page('POST', '/portal/forgot', { email: `unknown${index}@example.com` }),
    );
    expect((await user('forgetful')).status).toBe(200);
    expect((await accounts.page('GET', `/portal/activate?token=${linked}`)).status).toBe(200);
    const again = () => accounts.page('POST', '/portal/forgot', { email: 'unknown1@example.com' });
    await times(2, again);
    const refused = await again();
    expect(refused).toMatchObject({ status: 429, headers: { 'retry-after': '60' } });
    expect(refused.text).toContain('Try again in 60 seconds');
  });
});

describe('wrong passwords for one name', () => {
  const attack = (from = SHARED) => times(FAILURES_WITHOUT_DELAY_MAX, () => admin(WRONG, { from }));

  test('make the client that sent them wait, and do not lock the account for other clients', async () => {
    await attack('198.51.100.7');
    expect(waits(await admin(PASSWORD, { from: '198.51.100.7' }))).toBe(15);
    expect((await admin(PASSWORD, { from: '203.0.113.5' })).status).toBe(200);
    const { database } = accounts.api.directory.deps;
    const row = database.selectFrom('administrators').select('locked_at').where('email', '=', ADMIN);
    expect(await row.executeTakeFirstOrThrow()).toEqual({ locked_at: null });
    const found = database.selectFrom('events').select('body').where('type', '=', 'admin_login_attempt');
    const errors = (await found.execute()).map(({ body }) => body);
    expect(errors.filter((error) => error.includes('from 198.51.100.7 are refused until'))).toHaveLength(1);
  });

  test('do not delay a device at the same address on which the account has signed in before', async () => {
    await attack();
    expect(waits(await admin(PASSWORD))).toBe(15);
    expect((await admin(PASSWORD, { cookies: cookie })).status).toBe(200);
    // Failures on the device itself do make it wait.
    const own = await times(FAILURES_WITHOUT_DELAY_MAX, () => admin(WRONG, { cookies: cookie }));
    expect(new Set(own.map(({ status }) => status))).toEqual(new Set([401]));
    expect(waits(await admin(PASSWORD, { cookies: cookie }))).toBe(15);
  });

  test('end no session, and do not prevent a signed-in user from confirming the password', async () => {
    await accounts.newUser('busy', { password: PASSWORD });
    const send = await accounts.signedIn('busy');
    await times(FAILURES_WITHOUT_DELAY_MAX, () => user('busy', WRONG));
    expect(waits(await user('busy'))).toBe(15);
    const change = { currentPassword: PASSWORD, newPassword: OTHER_PASSWORD };
    expect((await send('POST', '/api/portal/password', change)).status).toBe(204);
  });

  test('get the same responses for an existing and an unknown name, also while the client has to wait', async () => {
    const answersFor = async (email: string) => {
      const sign = () => accounts.api.send('POST', '/api/auth/sign-in', { email, password: WRONG }, {}, '192.0.2.44');
      const answers = [...(await times(FAILURES_WITHOUT_DELAY_MAX, sign)), await sign(), await sign()];
      return answers.map(({ status, headers, body }) => [status, headers['retry-after'], { ...body, request_id: '' }]);
    };
    expect(await answersFor(ADMIN)).toEqual(await answersFor('unknown@localhost'));
  });

  test('are also limited on a device that is known only for an account with the same email address in another organization', async () => {
    const { api } = accounts;
    const { organizationId } = (await api.directory.newCaller('Other')).origin;
    const { database, clock } = api.directory.deps;
    const passwordHash = await hashPassword(OTHER_PASSWORD, accounts.api.directory.deps.passwordCost);
    const twin = { organizationId, email: ADMIN, name: 'Twin', role: 'Administrator' };
    await insertAdministrator(database, clock, { ...twin, passwordHash });
    const device = deviceOf(await admin(OTHER_PASSWORD, { from: '192.0.2.66' }));
    await attack('192.0.2.66');
    expect(waits(await admin(PASSWORD, { from: '192.0.2.66', cookies: device }))).toBe(15);
    expect((await admin(OTHER_PASSWORD, { from: '192.0.2.66', cookies: device })).status).toBe(200);
  });

  test('do not delay a device on which the user has set a new password with a link', async () => {
    const id = await accounts.newUser('mailed', { password: PASSWORD });
    await times(FAILURES_WITHOUT_DELAY_MAX, () => user('mailed', WRONG));
    const set = { token: await accounts.sendLink(id), password: OTHER_PASSWORD };
    const known = deviceOf(await accounts.api.send('POST', '/api/portal/reset', set, {}));
    expect(waits(await user('mailed', OTHER_PASSWORD))).toBe(15);
    const body = { username: 'mailed', password: OTHER_PASSWORD };
    expect((await accounts.api.send('POST', '/api/portal/sign-in', body, { cookie: known })).status).toBe(200);
  });
});

test.for([
  ['a cookie that was changed', (): string => `${cookie.slice(0, -4)}AAAA`],
  ['a cookie that this server did not create', (): string => 'tanhua_device=v1.xyz'],
  ['a cookie with another name', (): string => cookie.replace('tanhua_device', 'other')],
] as const)('%s does not make a device known', async ([, sent]) => {
  await times(FAILURES_WITHOUT_DELAY_MAX, () => admin(WRONG));
  expect(waits(await admin(PASSWORD, { cookies: sent() }))).toBe(15);
});

test('a device stays known for 180 days after the last sign-in on it', async () => {
  const known = deviceOf(await admin(PASSWORD, { from: '192.0.2.201' }));
  accounts.api.directory.clock.advance(180 * 86_400_000 - 1);
  await times(FAILURES_WITHOUT_DELAY_MAX, () => admin(WRONG));
  expect((await admin(PASSWORD, { cookies: known })).status).toBe(200);
  accounts.api.directory.clock.advance(1);
  await times(FAILURES_WITHOUT_DELAY_MAX, () => admin(WRONG));
  expect(waits(await admin(PASSWORD, { cookies: known }))).toBeGreaterThan(0);
});
