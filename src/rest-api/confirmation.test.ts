import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { allRoutes } from './all-routes.ts';
import { PASSKEY_CONFIRMATION_MINUTES } from './confirmation.ts';
import { openTestRestApi, type TestRestApi } from './rest-api.fixture.ts';
import { openTestSession, setTestPassword, TEST_PASSWORD as password } from './sessions.fixture.ts';

let api: TestRestApi;
let administratorId: string;
let email: string;
type Headers = { readonly authorization: string };
let session: Headers;

beforeAll(async () => {
  api = await openTestRestApi();
  administratorId = (await api.administratorOf('Administrator With Billing')).id;
  email = (await api.send('GET', `/api/users/${administratorId}`)).body.email;
  await setTestPassword(api.directory, administratorId);
  // Roles do not include the permission to create organizations, so the test sets it in the database.
  await api.directory.deps.database.updateTable('administrators').set({ creates_organizations: 1 }).execute();
});
beforeEach(async () => {
  session = await sessionWith(['pwd']);
});
afterAll(() => api[Symbol.asyncDispose]());

const sessionWith = (authMethods: readonly string[]) =>
  openTestSession(api.directory, api.organizationId, { administratorId }, { authMethods });
const MINUTE_MS = 60_000;
interface FoundEvent {
  readonly request: { readonly id: string };
  readonly resource: { readonly id: string; readonly name: string };
}
async function search(term: object): Promise<readonly FoundEvent[]> {
  const body = { service: 'all', start_time: '2020-01-01T00:00:00Z', search_term: term };
  return (await api.send('POST', '/insights/directory/v1/events', body)).body;
}
const missing = { status: 403, body: { error_code: 'passwordConfirmation' } };

/** The routes for which a session must send the password. `body` is a request body that requires the password; `harmless` does not. */
const confirmed: Readonly<Record<string, { readonly body?: object; readonly harmless?: object }>> = {
  'POST /api/keys': { body: { name: 'k' } },
  'PUT /api/keys/:id': { body: { allowedIps: null }, harmless: { name: 'k' } },
  'POST /api/keys/:id/rotate': {},
  'POST /api/integrations/:id/tokens': { body: { name: 'k' } },
  'POST /api/mail/outbox/:id/link': {},
  'POST /api/organizations': { body: { name: 'Another' } },
  'PUT /api/organizations/:id': {
    body: { settings: { administratorIdleMinutes: 61 } },
    harmless: { settings: { administratorIdleMinutes: 60, requireAdministratorMfa: false, contactName: 'IT' } },
  },
  'POST /api/systemusers/:id/adopt': { body: { integration: 'Entra ID' } },
  'POST /api/users': { body: { email: 'new@example.com' } },
  'PUT /api/users/:id': { body: { role: 'Manager' }, harmless: { firstname: 'Ann' } },
  'POST /api/users/reactivate/:id': {},
  'POST /api/users/resettotp/:id': {},
  'PUT /api/users/:id/organizationlinks/:organizationId': { body: { role: 'Manager' } },
  'POST /api/v2/roles': { body: { name: 'r', scopes: ['users.read'] } },
  'PUT /api/v2/roles/:id': { body: { name: 'r', scopes: ['users.read'] } },
};

const routes = allRoutes.filter(({ confirms }) => confirms !== undefined);

test('exactly the routes in the table require a session to confirm with the password', () => {
  expect(routes.map(({ method, path }) => `${method} ${path}`).toSorted()).toEqual(Object.keys(confirmed).toSorted());
});

describe.for(Object.entries(confirmed))('%s', ([name, { body }]) => {
  const [method, path] = name.split(' ') as ['POST' | 'PUT', string];
  const filled = path.replaceAll(/:\w+/g, 'x');

  test('refuses a session that does not send the password, and records an event', async () => {
    const answer = await api.send(method, filled, body, session);
    expect(answer).toMatchObject(missing);
    const events = await search({ error_code: 'passwordConfirmation' });
    expect(events.map(({ request }) => request.id)).toContain(answer.body.request_id);
  });

  test('refuses a session that sends a wrong password', async () => {
    expect(await api.send(method, filled, { ...body, password: 'wrong' }, session)).toMatchObject({
      status: 401,
      body: { error_code: 'signInFailed' },
    });
  });

  test('does not require a password from a key', async () => {
    expect(await api.send(method, filled, body)).not.toMatchObject(missing);
  });
});

test.for(Object.entries(confirmed).filter(([, { harmless }]) => harmless !== undefined))(
  '%s requires no password for a change that grants no access',
  async ([name, { harmless }]) => {
    const [method, path] = name.split(' ') as ['POST' | 'PUT', string];
    const answer = await api.send(method, path.replaceAll(/:\w+/g, 'x'), harmless, session);
    expect(answer).not.toMatchObject(missing);
  },
);

test('a session can create a key if it sends the password', async () => {
  expect((await api.send('POST', '/api/keys', { name: 'k', password }, session)).status).toBe(201);
});

describe('the password of a session', () => {
  const methods = ['hwk', 'user', 'mfa'];

  test('is not required for 5 minutes after a sign-in with a passkey, and is required after that', async () => {
    const headers = await sessionWith(methods);
    api.directory.clock.advance(PASSKEY_CONFIRMATION_MINUTES * MINUTE_MS);
    expect((await api.send('POST', '/api/keys', { name: 'k' }, headers)).status).toBe(201);
    api.directory.clock.advance(1);
    expect(await api.send('POST', '/api/keys', { name: 'k' }, headers)).toMatchObject(missing);
    expect((await api.send('POST', '/api/keys', { name: 'k', password }, headers)).status).toBe(201);
  });

  test('is required even right after a sign-in with a password and an app code', async () => {
    const headers = await sessionWith(['pwd', 'otp', 'mfa']);
    expect(await api.send('POST', '/api/keys', { name: 'k' }, headers)).toMatchObject(missing);
  });
});

describe('the requirement of a second factor for administrators', () => {
  const path = () => `/api/organizations/${api.organizationId}`;
  const stored = async () => (await api.send('GET', path())).body.settings.requireAdministratorMfa;

  test.for([
    ["Tanhua's name", { requireAdministratorMfa: false }],
    ["the legacy directory's name", { requireAdminMFA: false }],
  ])('can be turned off in a session only with the password, under %s for the setting', async ([, settings]) => {
    await api.send('PUT', path(), { settings: { requireAdministratorMfa: true } });
    const headers = await sessionWith(['pwd', 'otp', 'mfa']);
    expect(await api.send('PUT', path(), { settings }, headers)).toMatchObject(missing);
    expect(await stored()).toBe(true);
    expect((await api.send('PUT', path(), { settings, password }, headers)).status).toBe(200);
    expect(await stored()).toBe(false);
  });
});

describe('the email outbox in a session', () => {
  const kinds = [
    ['an administrator', 'admin_change_password', '/api/auth/forgot', () => email],
    ['a user', 'user_change_password', '/api/portal/forgot', () => 'bob@example.com'],
  ] as const;

  test.for(kinds)('shows the link in an email to %s only with the password', async ([, kind, forgot, address]) => {
    const user = { username: 'bob', email: 'bob@example.com', password: 'a long enough sentence' };
    await api.send('POST', '/api/systemusers', user);
    expect((await api.send('POST', forgot, { email: address() }, {})).status).toBe(202);
    const mails: readonly { id: string; recipient: string; kind: string }[] = (
      await api.send('GET', '/api/mail/outbox', undefined, session)
    ).body;
    const mail =
      mails.find((one) => one.recipient === address() && one.kind === kind) ?? expect.fail('there is an email');
    const read = await api.send('GET', `/api/mail/outbox/${mail.id}`, undefined, session);
    expect(read.body.link).toBeNull();
    expect(read.text).not.toContain('token=');
    const link = `/api/mail/outbox/${mail.id}/link`;
    expect((await api.send('POST', link, { password }, session)).body.link).toContain('token=');
    const events = await search({ event_type: 'mail_link_show' });
    expect(events.map(({ resource }) => [resource.id, resource.name])).toContainEqual([mail.id, address()]);
  });

  test('does not show the link in an email to an administrator with more permissions', async () => {
    const { id } = await api.administratorOf('Manager');
    await setTestPassword(api.directory, id);
    const own = await openTestSession(api.directory, api.organizationId, { administratorId: id });
    const mails = (await api.send('GET', '/api/mail/outbox')).body;
    const mail = mails.find((one: { recipient: string }) => one.recipient === email);
    const answer = await api.send('POST', `/api/mail/outbox/${mail.id}/link`, { password }, own);
    expect([answer.status, answer.body.error_code]).toEqual([403, 'roleForbidden']);
    expect(answer.text).not.toContain('token=');
  });
});
