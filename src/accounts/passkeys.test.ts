import { afterAll, beforeAll, expect, test } from 'vitest';
import { testOnSqlite } from '../../tests/support/on-sqlite.ts';
import { openTestAccounts, PASSWORD, type TestAccounts } from './accounts.fixture.ts';
import { openAuthenticator } from './authenticator.fixture.ts';
import { PASSKEYS_MAX } from './passkeys.ts';

const ORIGIN = 'http://localhost:8080';

let accounts: TestAccounts;
beforeAll(async () => {
  accounts = await openTestAccounts();
});
afterAll(() => accounts[Symbol.asyncDispose]());

/** Creates a user with a passkey. */
async function withPasskey(name: string, more: object = {}) {
  const id = await accounts.newUser(name, { password: PASSWORD, ...more });
  const send = await accounts.signedIn(name);
  const authenticator = openAuthenticator(ORIGIN);
  const begun = await send('POST', '/api/portal/passkeys/options', { password: PASSWORD });
  expect(begun.status, begun.text).toBe(200);
  const { state, options } = begun.body;
  const body = { state, name: 'Phone', response: authenticator.register(options.challenge) };
  const added = await send('POST', '/api/portal/passkeys', body);
  expect(added.status, added.text).toBe(201);
  return { id, send, authenticator, body, passkeyId: String(added.body.id) };
}

const begin = async () => (await accounts.postAnonymously('/api/portal/sign-in/passkey/options', {})).body;
const finish = (state: string, response: object) =>
  accounts.postAnonymously('/api/portal/sign-in/passkey', { state, response });

test('a sign-in with a passkey counts as two factors, and each response of the passkey is accepted only once', async () => {
  const { id, authenticator } = await withPasskey('holder', { enable_user_portal_multifactor: true });
  const { state, options } = await begin();
  const response = authenticator.answer(options.challenge);
  const signedIn = await finish(state, response);
  expect(signedIn.status, signedIn.text).toBe(200);
  expect(signedIn.body).toMatchObject({ mustEnroll: false, account: { id } });
  const headers = { authorization: `Bearer ${signedIn.body.token}` };
  expect((await accounts.api.send('GET', '/api/portal/me', undefined, headers)).status).toBe(200);
  expect((await finish(state, response)).body).toMatchObject({ code: 400, error_code: 'tokenUsed' });
});

testOnSqlite(
  'adding a passkey requires the password, and its response is refused a second time and in another session',
  async () => {
    const { send, body } = await withPasskey('adder');
    expect((await send('POST', '/api/portal/passkeys/options', { password: 'not the password' })).body).toMatchObject({
      error_code: 'signInFailed',
    });
    expect((await send('POST', '/api/portal/passkeys', body)).body).toMatchObject({ error_code: 'tokenUsed' });
    const begun = await send('POST', '/api/portal/passkeys/options', { password: PASSWORD });
    const other = await accounts.signedIn((await accounts.newUser('other', { password: PASSWORD })) && 'other');
    const stolen = {
      state: begun.body.state,
      name: 'Theirs',
      response: openAuthenticator(ORIGIN).register(begun.body.options.challenge),
    };
    expect((await other('POST', '/api/portal/passkeys', stolen)).body).toMatchObject({ error_code: 'tokenUsed' });
  },
);

testOnSqlite.each([
  ['from another site', 'https://evil.example', true],
  ['from an authenticator that did not verify the user', ORIGIN, false],
])('a passkey response %s is refused', async (what, origin, verified) => {
  const { authenticator } = await withPasskey(`answer${what.length}`);
  const { state, options } = await begin();
  const response = (origin === ORIGIN ? authenticator : openAuthenticator(origin)).answer(options.challenge, {
    verified,
  });
  expect((await finish(state, response)).body).toMatchObject({ code: 401, error_code: 'signInFailed' });
});

testOnSqlite(
  'a passkey response is refused for another challenge, for an expired challenge, and from an unknown passkey',
  async () => {
    const { authenticator } = await withPasskey('lateness');
    const first = await begin();
    const second = await begin();
    const mixed = await finish(first.state, authenticator.answer(second.options.challenge));
    expect(mixed.body).toMatchObject({ error_code: 'signInFailed' });
    accounts.api.directory.clock.advance(5 * 60_000);
    const late = await finish(second.state, authenticator.answer(second.options.challenge));
    expect(late.body).toMatchObject({ error_code: 'tokenUsed' });
    const fresh = await begin();
    const stranger = await finish(fresh.state, openAuthenticator(ORIGIN).answer(fresh.options.challenge));
    expect(stranger.body).toMatchObject({ error_code: 'signInFailed' });
    expect((await finish('nonsense', stranger.body)).status).toBeLessThan(500);
  },
);

testOnSqlite(
  'a passkey does not work while its owner is suspended or after its removal, which requires the password',
  async () => {
    const { id, authenticator } = await withPasskey('leaving');
    await accounts.put(id, { state: 'SUSPENDED' });
    const attempt = async () => {
      const { state, options } = await begin();
      return (await finish(state, authenticator.answer(options.challenge))).status;
    };
    expect(await attempt()).toBe(401);
    await accounts.put(id, { state: 'ACTIVATED' });
    expect(await attempt()).toBe(200);
    const send = await accounts.signedIn('leaving');
    const [passkey] = (await send('GET', '/api/portal/passkeys')).body;
    expect(passkey).toMatchObject({ name: 'Phone', lastUsedAt: expect.any(String) });
    const remove = async (body?: object) => (await send('DELETE', `/api/portal/passkeys/${passkey.id}`, body)).status;
    expect([await remove(), await remove({}), await remove({ password: 'not the password' })]).toEqual([400, 400, 401]);
    expect(await attempt()).toBe(200);
    expect(await remove({ password: PASSWORD })).toBe(204);
    expect(await attempt()).toBe(401);
  },
);

testOnSqlite('resetting the second factors of a user removes the passkeys too', async () => {
  const { id, send } = await withPasskey('robbed');
  await accounts.api.send('POST', `/api/systemusers/${id}/resetmfa`, {});
  expect((await send('GET', '/api/portal/passkeys')).status).toBe(401);
  const again = await accounts.signedIn('robbed');
  expect((await again('GET', '/api/portal/passkeys')).body).toEqual([]);
});

test(`an account has at most ${PASSKEYS_MAX} passkeys, even if several are added concurrently`, async () => {
  const { send } = await withPasskey('collector');
  const begun = [];
  for (let index = 1; index <= PASSKEYS_MAX; index += 1) {
    begun.push((await send('POST', '/api/portal/passkeys/options', { password: PASSWORD })).body);
  }
  const answers = await Promise.all(
    begun.map(({ state, options }) =>
      send('POST', '/api/portal/passkeys', {
        state,
        name: 'One of many',
        response: openAuthenticator(ORIGIN).register(options.challenge),
      }),
    ),
  );
  expect(answers.map(({ status }) => status).filter((status) => status === 201)).toHaveLength(PASSKEYS_MAX - 1);
  expect((await send('POST', '/api/portal/passkeys/options', { password: PASSWORD })).status).toBe(409);
});
