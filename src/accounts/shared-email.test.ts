import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createUser } from '#directory/users.ts';
import { openTestAccounts, OTHER_PASSWORD, PASSWORD, type TestAccounts } from './accounts.fixture.ts';

/** In these tests, several users of one organization share an address, as the rules of their integration allow. */

const SHARED = 'desk@example.com';
const emails = [{ value: SHARED, type: 'work', primary: true }];
const HINT = 'If several users share an email address, sign in with the username.';

let accounts: TestAccounts;
async function newSharingUser(userName: string): Promise<void> {
  const { deps, withRules } = accounts.api.directory;
  const document = { userName, emails, password: PASSWORD };
  await createUser(deps, withRules({ emailUnique: false }), { document, ignored: [] });
}

beforeAll(async () => {
  accounts = await openTestAccounts();
  await newSharingUser('ann');
  await newSharingUser('ann.admin');
  await accounts.newPushedUser('single', { password: PASSWORD });
});
afterAll(() => accounts[Symbol.asyncDispose]());
beforeEach(async () => {
  await accounts.api.directory.deps.database.deleteFrom('attempts').execute();
});

const mailsTo = async (recipient: string) =>
  (await accounts.api.mails()).filter((mail) => mail.recipient === recipient).length;

test('a sign-in with a shared address fails with the same message as with an unknown address', async () => {
  const answers = [];
  for (const [login, password] of [
    [SHARED, PASSWORD],
    [SHARED, OTHER_PASSWORD],
    ['unknown@example.com', PASSWORD],
    ['single@example.com', OTHER_PASSWORD],
  ] as const) {
    const { status, body } = await accounts.signIn(login, password);
    answers.push([status, { ...body, request_id: '' }]);
  }
  expect(answers[0]).toMatchObject([401, { error_code: 'signInFailed', message: expect.stringContaining(HINT) }]);
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
});

test('a user can sign in with the username, or with an address that is not shared', async () => {
  for (const login of ['ann', 'ann.admin', 'single', 'single@example.com']) {
    expect([login, (await accounts.signIn(login)).status]).toEqual([login, 200]);
  }
});

test('a user with a shared address can request a password reset by username, and all requests get the same response', async () => {
  const before = await mailsTo(SHARED);
  const ask = (email: string) => accounts.postAnonymously('/api/portal/forgot', { email });
  const page = (email: string) => accounts.page('POST', '/portal/forgot', { email });
  const [shared, unknown] = [await ask(SHARED), await ask('unknown@example.com')];
  expect(shared).toMatchObject({ status: 202, body: { message: expect.stringContaining('send the username') } });
  expect(shared.body).toEqual(unknown.body);
  const [sharedPage, unknownPage] = [await page(SHARED), await page('unknown@example.com')];
  expect(sharedPage.headers['location']).toBe('/portal/forgot/requested');
  expect(unknownPage.headers['location']).toBe('/portal/forgot/requested');
  expect((await accounts.page('GET', '/portal/forgot/requested')).text).toContain(
    'If several users share the address, enter your user name instead.',
  );
  expect(await mailsTo(SHARED)).toBe(before);
  expect((await ask('ann.admin')).body).toEqual(shared.body);
  expect(await mailsTo(SHARED)).toBe(before + 1);
  expect((await accounts.newestMail(SHARED)).text).toContain('ann.admin');
});

test('a user of another organization can sign in with an address that several users of the first organization share', async () => {
  for (let index = 0; index < 5; index += 1) await newSharingUser(`many${index}`);
  const { api } = accounts;
  const other = (await api.directory.newCaller('Other')).origin.organizationId;
  const key = { 'x-api-key': await api.keyOf('Administrator With Billing', other) };
  const created = await api.send(
    'POST',
    '/api/systemusers',
    { username: 'zoe', email: SHARED, password: PASSWORD },
    key,
  );
  expect(created.status, created.text).toBe(200);
  expect((await accounts.signIn(SHARED)).status).toBe(200);
});

test('an import refuses a shared address in the manager column and accepts a username there', async () => {
  const preview = (manager: string) =>
    accounts.api.app.inject({
      method: 'POST',
      url: '/api/import/users/preview',
      headers: { 'x-api-key': accounts.api.key, 'content-type': 'text/csv' },
      payload: `username,email,manager\ncarl,carl@example.com,${manager}\n`,
    });
  expect((await preview('ann.admin')).json()).toMatchObject({ rows: [{ errors: [] }] });
  const refused = (await preview(SHARED)).json();
  expect(refused).toMatchObject({
    rows: [
      { errors: [expect.stringMatching(/users have the email "desk@example.com": .*Give the username or the id\.$/)] },
    ],
  });
});
