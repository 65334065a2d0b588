import { afterAll, beforeAll, expect, test } from 'vitest';
import { updateAdministratorSecurity } from '#admins/administrator-store.ts';
import { createTestAdministrator } from '../rest-api/rest-api.fixture.ts';
import { openTestAccounts, type TestAccounts } from './accounts.fixture.ts';
import { CONSOLE_CODE_MS, createConsoleCode } from './console-code.ts';

let accounts: TestAccounts;
beforeAll(async () => {
  accounts = await openTestAccounts();
});
afterAll(() => accounts[Symbol.asyncDispose]());

async function newAdministrator() {
  const { api } = accounts;
  const { id } = await createTestAdministrator(api.directory.deps, 'Manager', api.organizationId);
  return { id, organizationId: api.organizationId };
}
const newCode = (administrator: Parameters<typeof createConsoleCode>[1]) =>
  createConsoleCode(accounts.api.directory.deps, administrator);
const use = (code: string, from?: string) => accounts.api.send('POST', '/api/auth/sign-in/code', { code }, {}, from);
const ENDED = 'The code of the link was already used, or has expired. Open a newer link.';

test('a code signs in its administrator once, with one factor', async () => {
  const administrator = await newAdministrator();
  const code = await newCode(administrator);
  const signedIn = await use(code);
  expect(signedIn.status, signedIn.text).toBe(200);
  expect(signedIn.body).toMatchObject({ mustEnroll: false, account: { id: administrator.id, kind: 'administrator' } });
  const session = { authorization: `Bearer ${signedIn.body.token}` };
  const { body } = await accounts.api.send('GET', '/api/auth/sessions', undefined, session);
  expect(body).toMatchObject([{ authMethods: ['otp'], current: true }]);
  const again = await use(code);
  expect(again.body).toMatchObject({ code: 401, error_code: 'signInFailed', message: ENDED });
});

test('a code works for 60 seconds, and then has expired', async () => {
  const { clock } = accounts.api.directory;
  const administrator = await newAdministrator();
  const last = await newCode(administrator);
  clock.advance(CONSOLE_CODE_MS - 1);
  expect((await use(last)).status).toBe(200);
  const late = await newCode(administrator);
  clock.advance(CONSOLE_CODE_MS);
  expect((await use(late)).body).toMatchObject({ error_code: 'signInFailed', message: ENDED });
});

test('a code works only on the machine of the server, and is not used up by others', async () => {
  const code = await newCode(await newAdministrator());
  for (const from of ['192.0.2.7', '10.0.0.1', '2001:db8::1']) {
    expect((await use(code, from)).body).toMatchObject({
      error_code: 'signInFailed',
      message: 'The code of the link works only in a browser on the machine of the server.',
    });
  }
  expect((await use(code, '::1')).status).toBe(200);
});

test('a code does not replace the authenticator app of an account, and is used up', async () => {
  const { database, clock } = accounts.api.directory.deps;
  const administrator = await newAdministrator();
  const code = await newCode(administrator);
  const app = { totp_secret: 'sealed', totp_enrolled_at: clock.now().getTime() };
  await updateAdministratorSecurity(database, administrator.id, app);
  const refused = await use(code);
  expect(refused.body).toMatchObject({
    error_code: 'signInFailed',
    message: 'The code of the link is for an account that cannot be used with a link: sign in with its password.',
  });
  expect((await use(code)).body).toMatchObject({ message: ENDED });
  const { body: events } = await accounts.api.send('GET', `/api/events?target=${administrator.id}`);
  expect(events.results.map(({ event_type: type, success }: Record<string, unknown>) => [type, success])).toEqual([
    ['admin_login_attempt', false],
  ]);
});

test('a code does not open a suspended account, and is used up', async () => {
  const { database } = accounts.api.directory.deps;
  const administrator = await newAdministrator();
  const code = await newCode(administrator);
  const suspend = async (suspended: 0 | 1) => {
    await database.updateTable('administrators').set({ suspended }).where('id', '=', administrator.id).execute();
  };
  await suspend(1);
  expect((await use(code)).body.message).toContain('cannot be used with a link');
  await suspend(0);
  expect((await use(code)).body).toMatchObject({ message: ENDED });
  const { body: events } = await accounts.api.send('GET', `/api/events?target=${administrator.id}`);
  expect(events.results).toMatchObject([{ error_message: 'Not signed in: the account is suspended.' }]);
});

test('a code that was never created, and the token of an emailed link, are refused', async () => {
  const user = await accounts.newUser('linked');
  for (const code of ['unknown', await accounts.sendLink(user)]) {
    expect((await use(code)).body).toMatchObject({ error_code: 'signInFailed', message: ENDED });
  }
  const code = await newCode(await newAdministrator());
  expect((await accounts.postAnonymously('/api/auth/link', { token: code })).body).toMatchObject({
    error_code: 'tokenUsed',
  });
  expect((await use(code)).status).toBe(200);
});
