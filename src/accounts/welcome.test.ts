import { afterAll, beforeAll, expect, test } from 'vitest';
import { testOnSqlite } from '../../tests/support/on-sqlite.ts';
import { openTestAccounts, PASSWORD, type TestAccounts } from './accounts.fixture.ts';
import { openTestRestApi } from '../rest-api/rest-api.fixture.ts';
import { runDueStates } from './scheduled-states.ts';
import { findIntegration, updateRules } from '#integrations/integration-store.ts';
import type { Rules } from '#integrations/rules.ts';

let accounts: TestAccounts;
beforeAll(async () => {
  accounts = await openTestAccounts();
});
afterAll(() => accounts[Symbol.asyncDispose]());

async function setRules(change: Partial<Rules>): Promise<void> {
  const { deps, caller } = accounts.api.directory;
  const id = caller.origin.integration?.id ?? '';
  const integration = await findIntegration(deps.database, accounts.api.organizationId, id);
  if (integration !== undefined) await updateRules(deps.database, id, { ...integration.rules, ...change });
}
const scim = (method: 'POST' | 'PATCH', path: string, body: object) =>
  accounts.api.send(method, `/scim/v2/Users${path}`, body, {
    'x-api-key': accounts.api.key,
    'content-type': 'application/scim+json',
  });
/** Creates a user as Entra ID does, and returns the id. */
async function push(userName: string, more: object = {}): Promise<string> {
  const emails = [{ value: `${userName}@example.com`, type: 'work', primary: true }];
  const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User'];
  const created = await scim('POST', '', { schemas, userName, emails, active: true, ...more });
  expect(created.status, created.text).toBe(201);
  return created.body.id;
}
const setActive = async (id: string, active: boolean) => {
  const schemas = ['urn:ietf:params:scim:api:messages:2.0:PatchOp'];
  const answer = await scim('PATCH', `/${id}`, {
    schemas,
    Operations: [{ op: 'Replace', path: 'active', value: active }],
  });
  expect(answer.status, answer.text).toBeLessThan(300);
};
const kindsTo = async (name: string) =>
  (await accounts.api.mails())
    .filter(({ recipient }) => recipient === `${name}@example.com`.toLowerCase())
    .map(({ kind }) => kind);

testOnSqlite('with activationMail=never, a user who is created or activated gets no email', async () => {
  await setRules({ activationMail: 'never' });
  const id = await push('quiet');
  await setActive(id, false);
  await setActive(id, true);
  expect(await kindsTo('quiet')).toEqual([]);
});

testOnSqlite.each(['onCreate', 'onActivate'] as const)(
  'with activationMail=%s, a user who is created as active gets one email',
  async (activationMail) => {
    await setRules({ activationMail, newUserState: 'ACTIVATED' });
    const id = await push(`new${activationMail}`);
    expect(await kindsTo(`new${activationMail}`)).toEqual(['activate_user_custom']);
    // Setting active to true again sends no second email.
    await setActive(id, true);
    const { body } = await accounts.api.send('GET', `/scim/v2/Users/${id}`);
    expect(body.active).toBe(true);
    expect(await accounts.eventsOf(id)).toEqual(['user_create', 'user_activation_email']);
  },
);

testOnSqlite.each([
  ['onCreate', []],
  ['onActivate', ['activate_user_custom']],
] as const)(
  'with activationMail=%s, a staged user whom an administrator activates gets the emails %j',
  async (activationMail, kinds) => {
    await setRules({ activationMail, newUserState: 'STAGED' });
    const name = `staged${activationMail}`;
    const id = await push(name);
    expect(await kindsTo(name)).toEqual([]);
    await accounts.api.send('POST', `/api/systemusers/${id}/state/activate`, {});
    expect(await kindsTo(name)).toEqual(kinds);
  },
);

test('an activation request that says whether to send an email overrides the rule activationMail and sends at most one email', async () => {
  await setRules({ activationMail: 'onActivate', newUserState: 'STAGED' });
  for (const [name, email, kinds] of [
    ['yes', true, ['activate_user_custom']],
    ['no', false, []],
  ] as const) {
    const id = await push(name);
    await accounts.api.send('POST', `/api/systemusers/${id}/state/activate`, { email });
    expect(await kindsTo(name)).toEqual(kinds);
  }
  const typed = await push('typed');
  await accounts.api.send('POST', `/api/systemusers/${typed}/state/activate`, { email: 'elsewhere@example.com' });
  expect(await kindsTo('typed')).toEqual([]);
  expect(await kindsTo('elsewhere')).toEqual(['activate_user_custom']);
});

test('a scheduled activation sends the requested email only once', async () => {
  await setRules({ activationMail: 'onActivate', newUserState: 'STAGED' });
  const ids = [await push('later'), await push('laterquiet')];
  const { clock } = accounts.api.directory;
  const start = new Date(clock.now().getTime() + 1_000).toISOString();
  const scheduled = await accounts.api.send('POST', '/api/v2/bulk/userstates', {
    user_ids: ids,
    state: 'ACTIVATED',
    start_date: start,
    send_activation_emails: true,
  });
  expect(scheduled.status, scheduled.text).toBeLessThan(300);
  clock.advance(1_000);
  await runDueStates(accounts.api.services.accounts);
  await runDueStates(accounts.api.services.accounts);
  expect(await kindsTo('later')).toEqual(['activate_user_custom']);
});

test('a reactivated user gets the email again only if the user never set a password', async () => {
  await setRules({ activationMail: 'onActivate', newUserState: 'ACTIVATED' });
  const id = await push('returning');
  const first = await accounts.newestMail('returning@example.com');
  await setActive(id, false);
  accounts.api.directory.clock.advance(1);
  await setActive(id, true);
  expect(await kindsTo('returning')).toHaveLength(2);
  const second = await accounts.newestMail('returning@example.com');
  const activate = (token: string) => accounts.postAnonymously('/api/portal/activate', { token, password: PASSWORD });
  expect((await activate(first.token)).status).toBe(400);
  expect((await activate(second.token)).status).toBe(200);
  await setActive(id, false);
  await setActive(id, true);
  expect(await kindsTo('returning')).toHaveLength(2);
  expect((await accounts.signIn('returning')).status).toBe(200);
});

testOnSqlite('a user whose password the source manages gets no email to set one', async () => {
  await setRules({ activationMail: 'onCreate', newUserState: 'ACTIVATED' });
  await accounts.set({ externalPasswordAuthority: 'scim', passwordExpirationDays: 1 });
  const id = await push('external');
  await accounts.postAnonymously('/api/portal/forgot', { email: 'external@example.com' });
  const resend = await accounts.api.send('POST', '/api/systemusers/reactivate', { models: [{ _id: id }] });
  expect(resend.body).toMatchObject({ error_code: 'passwordManaged' });
  expect(await kindsTo('external')).toEqual([]);
  expect(await accounts.shown(id)).toMatchObject({ passwordStatus: 'Managed by the source', active: true });
  await accounts.set({ externalPasswordAuthority: 'none', passwordExpirationDays: 0 });
});

testOnSqlite('a user who already has a password gets a welcome email that does not contain the password', async () => {
  await setRules({ activationMail: 'onCreate', newUserState: 'ACTIVATED' });
  await push('equipped', { password: PASSWORD });
  const mail = await accounts.newestMail('equipped@example.com');
  expect(mail).toMatchObject({ kind: 'welcome', token: '' });
  expect(mail.text).not.toContain(PASSWORD);
});

testOnSqlite(
  'creating a user does not read the integration from the database again to apply the rule activationMail',
  async () => {
    const observed: string[] = [];
    await using api = await openTestRestApi({ observe: ({ sql }) => observed.push(sql) });
    const create = async (userName: string) => {
      const headers = { 'x-api-key': api.key, 'content-type': 'application/scim+json' };
      const emails = [{ value: `${userName}@example.com`, type: 'work', primary: true }];
      expect((await api.send('POST', '/scim/v2/Users', { userName, emails }, headers)).status).toBe(201);
    };
    await create('first');
    observed.length = 0;
    await create('second');
    expect(observed.some((text) => text.includes('"users"'))).toBe(true);
    expect(observed.filter((text) => text.includes('"integrations"'))).toEqual([]);
  },
);
