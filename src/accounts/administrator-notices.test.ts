import { Secret, TOTP } from 'otpauth';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TestRestApi } from '../rest-api/rest-api.fixture.ts';
import { updateAdministratorPassword } from '#admins/administrator-store.ts';
import { hashPassword } from '#directory/password-hash.ts';
import { openTestAccounts, OTHER_PASSWORD, PASSWORD, type TestAccounts } from './accounts.fixture.ts';
import { openAuthenticator } from './authenticator.fixture.ts';
import { mailedEvents, mailsAbout } from './security-notices.fixture.ts';

/** Checks who gets an email about a change to an administrator's address or sign-in, and which sessions stay open. */

const STEP_MS = 30_000;
type Send = TestRestApi['send'];

let accounts: TestAccounts;
beforeAll(async () => {
  accounts = await openTestAccounts();
});
afterAll(() => accounts[Symbol.asyncDispose]());

let count = 0;

const codeOf = (secret: string) =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: accounts.api.directory.clock.now().getTime() });

async function mailsTo(recipient: string): Promise<readonly { readonly kind: string; readonly text: string }[]> {
  return (await accounts.api.mails()).filter((mail) => mail.recipient === recipient);
}

describe('an administrator', () => {
  async function newAdministrator() {
    const { api } = accounts;
    const { id, key } = await api.administratorOf('Administrator With Billing');
    const { database, clock, passwordCost } = api.directory.deps;
    await updateAdministratorPassword(database, id, await hashPassword(PASSWORD, passwordCost), clock.now());
    const { email } = (await api.send('GET', `/api/users/${id}`)).body;
    const signIn = async (): Promise<Send> => {
      const { body, text } = await accounts.postAnonymously('/api/auth/sign-in', { email, password: PASSWORD });
      expect(body.token, text).toBeTruthy();
      return (method, path, sent) => api.send(method, path, sent, { authorization: `Bearer ${body.token}` });
    };
    return { id, key, email: String(email), send: await signIn(), other: await signIn() };
  }
  const isSignedIn = async (send: Send) => (await send('GET', '/api/auth/session')).status === 200;
  const body = () => ({ email: `new-admin${(count += 1)}@example.com` });

  test('can change their own address only in a session and with the password, not with a key', async () => {
    const { id, key, email, send, other } = await newAdministrator();
    const byKey = await accounts.api.send(
      'PUT',
      `/api/users/${id}`,
      { ...body(), password: PASSWORD },
      { 'x-api-key': key },
    );
    expect(byKey.body).toMatchObject({ code: 403, error_code: 'ownAccount' });
    expect((await send('PUT', `/api/users/${id}`, body())).status).toBe(403);
    expect((await send('PUT', `/api/users/${id}`, { ...body(), password: 'wrong' })).status).toBe(401);
    expect(await mailsTo(email)).toEqual([]);
    const changed = await send('PUT', `/api/users/${id}`, { ...body(), password: PASSWORD });
    expect(changed.status, changed.text).toBe(200);
    expect(await mailsTo(email)).toMatchObject([{ kind: 'address_change_notice' }]);
    expect([await isSignedIn(send), await isSignedIn(other)]).toEqual([true, false]);
  });

  test('gets an email at the old address and is signed out if another administrator changes the address', async () => {
    const { id, email, send } = await newAdministrator();
    expect((await accounts.api.send('PUT', `/api/users/${id}`, body())).status).toBe(200);
    expect(await mailsTo(email)).toMatchObject([{ kind: 'address_change_notice' }]);
    expect(await isSignedIn(send)).toBe(false);
  });

  test('gets emails about an added passkey, a removed passkey, an authenticator app, and used and new recovery codes', async () => {
    const { email, send } = await newAdministrator();
    const begun = (await send('POST', '/api/auth/passkeys/options', { password: PASSWORD })).body;
    const response = openAuthenticator('http://localhost:8080').register(begun.options.challenge);
    const added = await send('POST', '/api/auth/passkeys', { state: begun.state, name: 'Phone', response });
    expect(added.status, added.text).toBe(201);
    const remove = (password: string) => send('DELETE', `/api/auth/passkeys/${added.body.id}`, { password });
    expect([(await remove('wrong')).status, (await remove(PASSWORD)).status]).toEqual([401, 204]);
    const { secret } = (await send('POST', '/api/auth/totp', { password: PASSWORD })).body;
    const [totp] = (await send('PUT', '/api/auth/totp', { code: codeOf(secret) })).body.recoveryCodes;
    expect((await accounts.postAnonymously('/api/auth/sign-in', { email, password: PASSWORD, totp })).status).toBe(200);
    // An app shows each code for a while, and each code is accepted once.
    accounts.api.directory.clock.advance(STEP_MS);
    expect((await send('POST', '/api/auth/recovery-codes', { code: codeOf(secret) })).status).toBe(200);
    expect((await mailsTo(email)).map(({ kind }) => kind).toSorted()).toEqual([
      'second_factor_notice',
      'second_factor_notice',
      'second_factor_notice',
      'security_notice',
      'security_notice',
    ]);
  });

  test('gets emails about a new password and about an authenticator app that is set up or reset, and sessions end', async () => {
    const { id, email, send, other } = await newAdministrator();
    const { secret } = (await send('POST', '/api/auth/totp', { password: PASSWORD })).body;
    expect((await send('PUT', '/api/auth/totp', { code: codeOf(secret) })).status).toBe(200);
    expect([await isSignedIn(send), await isSignedIn(other)]).toEqual([true, false]);
    accounts.api.directory.clock.advance(STEP_MS);
    const change = { currentPassword: PASSWORD, newPassword: OTHER_PASSWORD, totp: codeOf(secret) };
    const changed = await send('POST', '/api/auth/password', change);
    expect(changed.status, changed.text).toBe(204);
    expect((await accounts.api.send('POST', `/api/users/resettotp/${id}`)).status).toBe(200);
    expect(await isSignedIn(send)).toBe(false);
    expect((await mailsTo(email)).map(({ kind }) => kind).toSorted()).toEqual([
      'password_reset_confirmation',
      'second_factor_notice',
      'second_factor_notice',
    ]);
  });

  test('gets an email about a new API key', async () => {
    const { id, key } = await accounts.api.administratorOf('Manager');
    const { email } = (await accounts.api.send('GET', `/api/users/${id}`)).body;
    const created = await accounts.api.send('POST', '/api/keys', { name: 'script' }, { 'x-api-key': key });
    expect(created.status, created.text).toBe(201);
    const [mail] = await mailsTo(String(email));
    expect(mail?.text).toMatch(/The API key "script" was created.*by someone who has one of your keys/s);
  });
});

test.for(mailedEvents((type) => type.startsWith('admin_')))(
  'the event %s causes an email to the administrator',
  async (type) => {
    expect(await mailsAbout(accounts, type)).toBeGreaterThan(0);
  },
);
