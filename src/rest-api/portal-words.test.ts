import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestAccounts, PASSWORD, type TestAccounts } from '#accounts/accounts.fixture.ts';
import { allRoutes } from './all-routes.ts';

/** Terms that only operators, administrators and developers know. */
const foreign =
  /Entra|mapping|Secret Token|\btanhua \w|TANHUA_|\b(?:GET|PUT|POST|PATCH|DELETE) |\/api\/|x-api-key|Bearer|restrictedFields/;

let accounts: TestAccounts;
let send: Awaited<ReturnType<TestAccounts['signedIn']>>;
beforeAll(async () => {
  accounts = await openTestAccounts();
  const id = await accounts.newPushedUser('pushed', { name: { givenName: 'Pia' } });
  await accounts.put(id, { password: PASSWORD });
  send = await accounts.signedIn('pushed');
});
afterAll(() => accounts[Symbol.asyncDispose]());

const routes = allRoutes.filter(({ path, access }) => path.startsWith('/api/portal/') && access === 'user');

test.each([
  [
    { firstname: 'Mia' },
    'First Name comes from your organization, and cannot be changed here. Ask your administrator to correct it.',
  ],
  [{ lastname: 3 }, 'Last Name must be a text, not a number.'],
] as const)('the portal refuses %j in terms that an end user understands', async (body, message) => {
  expect((await send('PUT', '/api/portal/me', body)).body).toMatchObject({ message });
});

test.each([
  ['no credential', {}],
  ['an unknown key', { 'x-api-key': 'unknown' }],
  ['another scheme', { authorization: 'Basic dXNlcjpwYXNz' }],
])('the portal asks a caller with %s to sign in', async (_what, headers) => {
  const answer = await accounts.api.app.inject({ url: '/api/portal/me', headers });
  expect(answer.json()).toMatchObject({ code: 401, message: 'You are not signed in. Sign in again.' });
});

// These tests come last, because some of the routes end the session.
test.each(routes.map(({ method, path }) => [method, path.replace(':id', 'nothing')] as const))(
  'a refusal by %s %s contains no terms that only administrators understand',
  async (method, path) => {
    const messages: string[] = [];
    for (const body of [undefined, {}, { firstname: 3, name: 3, password: 3, code: 3 }]) {
      const answer = await send(method, path, method === 'GET' ? undefined : body);
      if (answer.body?.error_code !== undefined) messages.push(String(answer.body.message));
    }
    expect(messages.filter((message) => foreign.test(message))).toEqual([]);
  },
);
