import { afterAll, beforeAll, expect, test } from 'vitest';
import { linkOf, openMailServer, type TestMailServer } from '../support/mail-server.ts';
import { startServer, type RunningServer } from '../support/start-server.ts';

/** Follows a user from creation by Entra ID to sign-ins, a lockout and a reset, and checks SCIM, REST, pages and emails at each step. */

const PASSWORD = 'correct horse battery staple';
const OTHER_PASSWORD = 'four other words entirely';
const ADDRESS = 'ann@contoso.example';

let mail: TestMailServer;
let server: RunningServer;
let userId: string;

beforeAll(async () => {
  mail = await openMailServer();
  server = await startServer({
    TANHUA_SMTP_URL: mail.url('?ignoreTLS=true'),
    TANHUA_MAIL_FROM: 'Contoso <no-reply@contoso.example>',
  });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await mail[Symbol.asyncDispose]();
});

interface Answer {
  readonly status: number;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests read responses of any shape
  readonly body: any;
  readonly text: string;
  readonly headers: Headers;
}

async function send(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const isForm = body instanceof URLSearchParams;
  const answer = await fetch(`${server.url}${path}`, {
    method,
    redirect: 'manual',
    headers: { ...(body !== undefined && !isForm && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: isForm ? body : JSON.stringify(body) }),
  });
  const text = await answer.text();
  const isJson = answer.headers.get('content-type')?.includes('json') === true;
  return {
    status: answer.status,
    body: isJson && text !== '' ? JSON.parse(text) : undefined,
    text,
    headers: answer.headers,
  };
}
const administrator = (method: string, path: string, body?: unknown) =>
  send(method, path, body, { 'x-api-key': server.key });
const entra = (method: string, path: string, body?: unknown) =>
  send(method, `/scim/v2${path}`, body, {
    authorization: `Bearer ${server.key}`,
    'content-type': 'application/scim+json',
  });
const signIn = (password: string) => send('POST', '/api/portal/sign-in', { email: ADDRESS, password });

/** Asserts that SCIM and the REST API report this state of the user. */
async function expectState(passwordStatus: string, active: boolean): Promise<void> {
  const rest = (await administrator('GET', `/api/systemusers/${userId}`)).body;
  expect(rest).toMatchObject({ passwordStatus, active });
  expect((await entra('GET', `/Users/${userId}`)).body.active).toBe(active);
}

test('1. Entra ID creates a user, who gets the activation email', async () => {
  expect((await server.cli('integration', 'set', 'Entra ID', 'activationMail=onCreate')).code).toBe(0);
  expect((await server.cli('organization', 'set', 'accountLockout=on', 'maxLoginAttempts=3')).code).toBe(0);
  const created = await entra('POST', '/Users', {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
    userName: 'ann',
    name: { givenName: 'Ann' },
    emails: [{ value: ADDRESS, type: 'work', primary: true }],
    active: true,
  });
  expect(created.status, created.text).toBe(201);
  userId = created.body.id;
  const [first] = await mail.waitFor(1, ADDRESS);
  expect(first?.from).toBe('no-reply@contoso.example');
  expect(first?.parsed.text).toContain('Welcome, Ann');
  await expectState('Password Pending', true);
  expect((await signIn(PASSWORD)).status).toBe(401);
});

test('2. opening the link does not use it up, even if programs such as mail scanners open it several times', async () => {
  const [first] = await mail.waitFor(1, ADDRESS);
  const { url } = linkOf(first ?? expect.fail('there is an email'));
  expect(url).toMatch(new RegExp(`^${server.url}/portal/activate\\?token=`));
  const path = url.slice(server.url.length);
  for (const method of ['GET', 'HEAD', 'GET']) expect((await send(method, path)).status).toBe(200);
  const page = await send('GET', path);
  expect(page.text).toContain('<strong>ann</strong>');
  expect(page.headers.get('content-security-policy')).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
  expect(page.headers.get('cache-control')).toBe('no-store');
  expect(page.headers.get('referrer-policy')).toBe('no-referrer');
  await expectState('Password Pending', true);
});

test('3. the form sets the password exactly once, even if it is sent four times concurrently', async () => {
  const [first] = await mail.waitFor(1, ADDRESS);
  const { url, token } = linkOf(first ?? expect.fail('there is an email'));
  const path = url.slice(server.url.length);
  const form = (password: string, again = password) =>
    send('POST', path, new URLSearchParams({ token, password, again }));
  const differing = await form(PASSWORD, OTHER_PASSWORD);
  expect(differing.status).toBe(303);
  const shown = async (refused: Answer) => await send('GET', refused.headers.get('location') ?? '');
  expect((await shown(differing)).text).toContain('The two passwords differ');
  const poor = await shown(await form('contoso'));
  expect(poor.text).toMatch(/aria-invalid="true" aria-describedby="password-error rules"/);
  expect(poor.text).toContain('The password must have at least 8 characters');
  expect(poor.text).not.toContain('contoso"');
  const answers = await Promise.all(Array.from({ length: 4 }, () => form(PASSWORD)));
  expect(answers.map(({ status }) => status).toSorted((one, other) => one - other)).toEqual([303, 410, 410, 410]);
  const done = answers.find(({ status }) => status === 303);
  expect(done?.headers.get('location')).toBe('/portal/password-set');
  expect((await send('GET', '/portal/password-set')).text).toContain('Your password is set');
  const again = await send('GET', path);
  expect(again.status).toBe(410);
  expect(again.text).toContain('href="/portal/forgot"');
  await expectState('Active', true);
  const events = (await administrator('GET', `/api/systemusers/${userId}/timeline`)).body.results;
  const types = events.map((event: { event_type: string }) => event.event_type);
  expect(types.filter((type: string) => type === 'user_password_set')).toHaveLength(1);
});

test('4. the user signs in, changes the password and gets an email about the change', async () => {
  const { status, body } = await signIn(PASSWORD);
  expect(status).toBe(200);
  const bearer = { authorization: `Bearer ${body.token}` };
  expect((await send('GET', '/api/portal/me', undefined, bearer)).body).toMatchObject({ username: 'ann' });
  const change = { currentPassword: PASSWORD, newPassword: OTHER_PASSWORD };
  expect((await send('POST', '/api/portal/password', change, bearer)).status).toBe(204);
  const [, second] = await mail.waitFor(2, ADDRESS);
  expect(second?.parsed.subject).toBe('Your password was changed');
  expect((await signIn(PASSWORD)).status).toBe(401);
  expect((await signIn(OTHER_PASSWORD)).status).toBe(200);
});

test('5. three wrong passwords lock the user, and an administrator unlocks the user', async () => {
  for (let time = 0; time < 3; time += 1) expect((await signIn('not the password')).status).toBe(401);
  await expectState('Locked', true);
  expect((await signIn(OTHER_PASSWORD)).status).toBe(401);
  const [, , third] = await mail.waitFor(3, ADDRESS);
  expect(third?.parsed.subject).toBe('The account ann is locked');
  expect((await administrator('POST', `/api/systemusers/${userId}/unlock`)).status).toBe(200);
  await expectState('Active', true);
  expect((await signIn(OTHER_PASSWORD)).status).toBe(200);
});

test('6. an expired password makes the user inactive until the user resets the password by email', async () => {
  await administrator('POST', `/api/systemusers/${userId}/expire`);
  await expectState('Expired', false);
  expect((await signIn(OTHER_PASSWORD)).body).toMatchObject({ error_code: 'passwordExpired' });
  const asked = await send('POST', '/portal/forgot', new URLSearchParams({ email: 'ANN@contoso.example' }));
  expect(asked.status).toBe(303);
  const mails = await mail.waitFor(4, ADDRESS);
  const { url, token } = linkOf(mails[3] ?? expect.fail('there is an email'));
  const body = new URLSearchParams({ token, password: PASSWORD, again: PASSWORD });
  expect((await send('POST', url.slice(server.url.length), body)).status).toBe(303);
  await expectState('Active', true);
  expect((await signIn(PASSWORD)).status).toBe(200);
});

test('7. a suspended user cannot sign in or use a session, and gets no reset email', async () => {
  // The last email is the notice about the preceding reset.
  await mail.waitFor(5, ADDRESS);
  const { body } = await signIn(PASSWORD);
  const sent = mail.received.length;
  const schemas = ['urn:ietf:params:scim:api:messages:2.0:PatchOp'];
  const operation = { op: 'Replace', path: 'active', value: 'False' };
  expect((await entra('PATCH', `/Users/${userId}`, { schemas, Operations: [operation] })).status).toBeLessThan(300);
  await expectState('Active', false);
  expect((await signIn(PASSWORD)).status).toBe(401);
  const bearer = { authorization: `Bearer ${body.token}` };
  expect((await send('GET', '/api/portal/me', undefined, bearer)).status).toBe(401);
  expect((await send('POST', '/portal/forgot', new URLSearchParams({ email: ADDRESS }))).status).toBe(303);
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(mail.received).toHaveLength(sent);
});

test('8. the log contains no link token and no password, and each email was delivered once', async () => {
  const tokens = mail.received.flatMap(({ parsed }) => /token=([\w-]+)/.exec(parsed.text ?? '')?.[1] ?? []);
  expect(tokens.length).toBeGreaterThanOrEqual(2);
  for (const token of tokens) expect(server.log()).not.toContain(token);
  expect(server.log()).not.toContain(PASSWORD);
  const ids = mail.received.map(({ parsed }) => parsed.messageId);
  expect(new Set(ids).size).toBe(ids.length);
});
