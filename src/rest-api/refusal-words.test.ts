import { afterAll, beforeAll, expect, test } from 'vitest';
import { createUser } from '#directory/users.ts';
import { openTestRestApi, type TestRestApi } from './rest-api.fixture.ts';

let api: TestRestApi;

beforeAll(async () => {
  api = await openTestRestApi();
});
afterAll(() => api[Symbol.asyncDispose]());

const messageOf = (payload: string): unknown => (JSON.parse(payload) as { message?: unknown }).message;

test.each([
  ['a user name that is an address', { username: 'ann@contoso.example', email: 'ann@contoso.example' }, 'username'],
  ['a user name with a space', { username: 'ann meier', email: 'ann@contoso.example' }, 'username'],
  ['an email address without @', { username: 'ann', email: 'ann' }, 'email'],
])(
  '%s is refused with an error that names the REST field and gives no advice for Entra ID',
  async (_what, body, field) => {
    const refused = await api.send('POST', '/api/systemusers', body);
    expect(refused.status).toBe(400);
    const message = messageOf(JSON.stringify(refused.body));
    expect(message).toMatch(new RegExp(`^${field} "`));
    expect(message).not.toMatch(/Entra|integration/);
  },
);

test.each([
  [
    '/api/systemusers',
    { username: 'twice', email: 'twice@contoso.example' },
    { email: 'b@contoso.example' },
    'username',
  ],
  ['/api/systemusers', { username: 'third', email: 'third@contoso.example' }, { username: 'fourth' }, 'email'],
  ['/api/v2/usergroups', { name: 'Staff' }, {}, 'name'],
] as const)(
  '%s refuses a second %j with an error that names the REST field and gives no advice for Entra ID',
  async (url, body, other, field) => {
    await api.send('POST', url, body);
    const refused = await api.send('POST', url, { ...body, ...other });
    expect(refused.status).toBe(409);
    const message = messageOf(JSON.stringify(refused.body));
    expect(message).toMatch(new RegExp(`^${field} "[^"]+" already belongs to `));
    expect(message).not.toMatch(/Entra|mailNickname/);
  },
);

test.each([
  ['jörg.müller', 'NormalizeDiacritics([mailNickname])', 'jorg.muller'],
  ['9lives', 'Append("u", [mailNickname])', 'u9lives'],
  ['gina_fabrikam.example#EXT#', 'Replace([mailNickname], "#EXT#", , , "", , )', 'gina_fabrikam.example'],
] as const)(
  'the user name %s is refused with advice for Entra ID in SCIM, and with a suggested user name in REST and CSV',
  async (userName, expression, proposed) => {
    const email = 'one@contoso.example';
    const { deps, caller } = api.directory;
    const pushed = createUser(deps, caller, { document: { userName, emails: [{ value: email }] }, ignored: [] });
    await expect(pushed).rejects.toThrow(`In Entra ID, map the expression ${expression} to userName`);
    const sent = await api.send('POST', '/api/systemusers', { username: userName, email });
    const imported = await api.app.inject({
      method: 'POST',
      url: '/api/import/users/preview',
      headers: { 'x-api-key': api.key, 'content-type': 'text/csv' },
      payload: `username,email\n${userName},${email}\n`,
    });
    const { rows } = imported.json<{ rows: readonly { errors: readonly string[] }[] }>();
    for (const text of [messageOf(JSON.stringify(sent.body)), rows[0]?.errors.join(' ')]) {
      expect(text).toMatch(/^username ".+" (has|does not begin with)/);
      expect(text).toContain(`such as "${proposed}"`);
      expect(text).not.toMatch(/Entra|userName=any/);
    }
    const corrected = await api.send('POST', '/api/systemusers', {
      username: proposed,
      email: `${proposed}@contoso.example`,
    });
    expect(corrected.status).toBe(200);
  },
);

test('errors in a CSV row name columns of the file, not SCIM attributes', async () => {
  const long = 'x'.repeat(1_025);
  const refused = await api.app.inject({
    method: 'POST',
    url: '/api/import/users/preview',
    headers: { 'x-api-key': api.key, 'content-type': 'text/csv' },
    payload: `username,email,department\nann.one,nothing,Sales\nann.two,,Sales\nann.three,three@contoso.example,${long}\n`,
  });
  const { rows } = refused.json<{ rows: readonly { errors: readonly string[] }[] }>();
  expect(rows.map(({ errors }) => errors.join(' '))).toEqual([
    expect.stringMatching(/^email "nothing" is not an email address\./),
    expect.stringMatching(/^email\b.*is missing/),
    expect.stringMatching(/^department\b/),
  ]);
  expect(refused.body).not.toMatch(/emails\[|urn:ietf|Entra/);
});

test('a CSV file with an invalid row is refused with the number of invalid rows and the first error', async () => {
  const refused = await api.app.inject({
    method: 'POST',
    url: '/api/import/users',
    headers: { 'x-api-key': api.key, 'content-type': 'text/csv' },
    payload: 'username,email\ncarl,nothing\n',
  });
  expect(messageOf(refused.body)).toBe(
    '1 of 1 rows have errors, so none was imported; the first is line 2: email "nothing" is not an email address. Send one such as ann@contoso.example. Correct them, or import with mode=valid.',
  );
});

test('a refused import is in the language of the caller, and its event is in English', async () => {
  const refused = await api.app.inject({
    method: 'POST',
    url: '/api/import/users',
    headers: { 'x-api-key': api.key, 'content-type': 'text/csv', 'accept-language': 'zh' },
    payload: 'username,email\ndora,nowhere\ndora,nothing\n',
  });
  expect(messageOf(refused.body)).not.toMatch(/is not an email address|already/);
  const { results } = (await api.send('GET', '/api/events?limit=1')).body;
  expect(results[0]).toMatchObject({ success: false });
  const recorded = JSON.stringify(results[0]);
  expect(recorded).toContain('2 of 2 rows have errors');
  expect(recorded).not.toMatch(/\p{Script=Han}/u);
});

test('a refusal in Chinese has no English words besides names', async () => {
  const chinese = { 'x-api-key': api.key, 'accept-language': 'zh' };
  const id = '0123456789abcdef01234567';
  const source = await api.send('GET', `/api/integrations/${id}`, undefined, chinese);
  expect(source.body.message).toBe(`没有 ID 为 "${id}" 的数据源。`);
  const schema = await api.send('GET', '/api/schemas/urn:contoso:None', undefined, chinese);
  expect(schema.body.message).toBe('组织没有自定义架构 "urn:contoso:None"。其自定义架构：无。');
});

test('an empty CSV file is refused because its first line must name the columns', async () => {
  const refused = await api.app.inject({
    method: 'POST',
    url: '/api/import/users/preview',
    headers: { 'x-api-key': api.key, 'content-type': 'text/csv' },
    payload: '',
  });
  expect([refused.statusCode, messageOf(refused.body)]).toEqual([
    400,
    expect.stringContaining('its first line must name the columns'),
  ]);
});

test.each([
  ['GET', '/', 404, 'There is nothing at "/".'],
  ['GET', '/api/nothing/', 404, 'There is nothing at "/api/nothing".'],
  ['GET', '/insights/directory/v1/events/count', 405, 'use POST'],
  ['POST', '/api/systemusers/ID', 405, 'use GET, PUT, DELETE'],
] as const)(
  '%s %s gets the status %i and an error that names the path or the allowed methods',
  async (method, url, status, words) => {
    const refused = await api.app.inject({ method, url, headers: { 'x-api-key': api.key } });
    expect([refused.statusCode, messageOf(refused.body)]).toEqual([status, expect.stringContaining(words)]);
  },
);

test('a request without a key is refused with an error that says how to send one', async () => {
  const refused = await api.app.inject({ method: 'GET', url: '/api/systemusers' });
  expect([refused.statusCode, messageOf(refused.body)]).toEqual([
    401,
    expect.stringMatching(
      /^The request has no key\. Send one as "Authorization: Bearer KEY" or in the x-api-key header/,
    ),
  ]);
});
