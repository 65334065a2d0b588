import { expect, test } from 'vitest';
import { newApiKey, newToken } from '#admins/api-key.ts';
import { updateRules } from '#integrations/integration-store.ts';
import { SECRET_MASK } from '#scim/resource/secret-values.ts';
import { linesWith } from './log-lines.fixture.ts';
import { loggedRequests, newLoggedOrganization, placesOf } from './request-log.fixture.ts';
import { openTestScimServer, type TestScimServer } from './scim-server.fixture.ts';

const CANARY = 'Canary-bird!Xq7';
const CORE = 'urn:ietf:params:scim:schemas:core:2.0:User';
const SEARCH = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest';
const userOf = (name: string) => ({
  schemas: [CORE],
  userName: name,
  displayName: name,
  emails: [{ type: 'work', value: `${name}@contoso.example`, primary: true }],
});
const patchOf = (...Operations: readonly object[]) => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations,
});
const filter = (text: string) => `/Users?filter=${encodeURIComponent(text)}`;

/** Returns the places outside the directory itself that contain a text. The values of an accepted user are what the directory is for. */
async function logPlacesOf(server: TestScimServer, texts: readonly string[]): Promise<readonly string[]> {
  const places = await placesOf(server, texts);
  return places.filter((place) => /^(?:requests|events|event_names|refused_people)\./.test(place));
}

/** Fails unless each stored text that was JSON is still JSON. */
async function expectReadable(server: TestScimServer, organizationId: string): Promise<void> {
  const { database } = server.directory.deps;
  const events = await database
    .selectFrom('events')
    .select('body')
    .where('organization_id', '=', organizationId)
    .execute();
  const requests = await loggedRequests(server, organizationId);
  for (const text of [...events, ...requests, ...requests.map(({ answer: body }) => ({ body }))].map(
    ({ body }) => body,
  )) {
    expect(() => JSON.parse(text ?? 'null'), text ?? '').not.toThrow();
  }
}

/** Sends a secret in each field of requests that are accepted or refused, behind each character. */
async function sendInFields(send: TestScimServer['send'], secret: string): Promise<void> {
  for (const [index, before] of ['\n', '\t', 'a', '_', '7', '\\', '"', 'é', 'n', '%20', '%2F'].entries()) {
    const name = `user${index}`;
    const accepted = await send('POST', '/Users', { ...userOf(name), nickName: `see${before}${secret}` });
    expect(accepted.status, JSON.stringify(accepted.body)).toBe(201);
    const path = `/Users/${accepted.body.id}`;
    await send('PATCH', path, patchOf({ op: 'replace', path: 'title', value: `${before}${secret}` }));
    await send('PUT', path, { ...userOf(name), nickName: `${before}${secret}` });
    for (const field of ['userName', 'displayName', 'externalId'] as const) {
      await send('POST', '/Users', { ...userOf(`x${index}`), photos: 7, [field]: `a${before}${secret}` });
    }
    await send('POST', '/Users', { ...userOf(`${before}${secret}`), userName: `taken${index}` });
    await send('POST', '/Groups', { displayName: `${before}${secret}`, externalId: secret });
  }
  await send('POST', '/Users', { ...userOf('long'), photos: 7, userName: `${'x'.repeat(1_010)}${secret}` });
  const inUrl = encodeURIComponent(secret);
  const paths = [`/Users/%20${inUrl}`, `/Users/x%2F${inUrl}`, `/Users/a${inUrl}`, `/Users?x=a_${inUrl}`];
  for (const path of [...paths, `/Users?a_${inUrl}=1`, `/Unknown/n${inUrl}`]) {
    await send('GET', path);
    await send('DELETE', path);
  }
  for (const name of ['x-request-id', 'client-request-id', 'user-agent', 'if-match', 'accept']) {
    await send('DELETE', '/Users/missing', undefined, { [name]: `req_${secret}` });
  }
  await send('DELETE', '/Users/missing', undefined, { adscimversion: `ActivityId:a_${secret}` });
}

test.for([
  ['token of the product', undefined],
  ['credential that was set by hand', 'Hand-set.key+of=Contoso_2026'],
  ['credential with characters that JSON and URLs escape', String.raw`Hand"set\key/of%20Contoso&2026`],
] as const)('keeps no %s in the request log and in events, inside words and behind escapes', async ([, credential]) => {
  const lines: string[] = [];
  await using server = await openTestScimServer(undefined, undefined, undefined, lines);
  const own = await newLoggedOrganization(server, { requestLog: 'all' }, credential ?? newApiKey());
  const secret = credential ?? newToken('session');
  await sendInFields(own.send, secret);
  const escaped = Array.from(secret, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');
  await server.app.inject({
    method: 'POST',
    url: '/scim/v2/Users',
    headers: { authorization: `Bearer ${own.key}`, 'content-type': 'application/scim+json' },
    payload: JSON.stringify({ ...userOf('raw'), nickName: '?' }).replace('"?"', `"${escaped}"`),
  });
  const percent = Array.from(secret, (one) => `%${one.charCodeAt(0).toString(16)}`).join('');
  await own.send('DELETE', `/Users/${percent}`);
  await server.app.close();
  const forms = new Set([secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)]);
  expect(await logPlacesOf(server, [...forms])).toEqual([]);
  expect(linesWith(lines, [...forms])).toEqual([]);
  expect(lines.length).toBeGreaterThan(100);
  await expectReadable(server, own.organizationId);
});

/** Requests with a secret where only its form, or the name next to it, shows that it is one. */
const requests: readonly (readonly [method: 'GET' | 'POST' | 'PATCH', path: string, body?: unknown])[] = [
  // Paths, and names of members, that the directory does not know.
  ...[
    `vault[password eq "${CANARY}"].x`,
    `password.${CANARY}`,
    `password:${CANARY}`,
    `password=${CANARY}`,
    `emails[password eq "${CANARY}"].value`,
    `emails[password eq '${CANARY}'].value`,
    `emails[password eq 'a ${CANARY}'].value`,
    `emails[password eq ${CANARY}].value`,
    `emails[password eq "a" ${CANARY}"].value`,
    `password ${CANARY}`,
  ].flatMap((path) => [
    ['PATCH', '/Users/known', patchOf({ op: 'replace', path, value: 'x' })] as const,
    ['PATCH', '/Users/known', patchOf({ op: 'replace', value: { [path]: 'x', title: 'Head' } })] as const,
    ['PATCH', '/Users/known', patchOf({ op: 'replace', value: { [path]: null } })] as const,
    ['POST', '/Users', { ...userOf('members'), [path]: 'x' }] as const,
    ['POST', '/Users', { ...userOf('refused'), photos: 7, [path]: null }] as const,
    ['GET', `/Users/known?attributes=${encodeURIComponent(path)}`] as const,
    ['GET', `/Users?excludedAttributes=${encodeURIComponent(path)}`] as const,
    ['GET', `/Users?sortBy=${encodeURIComponent(path)}`] as const,
    ['GET', `/Users?${encodeURIComponent(path)}`] as const,
    ['GET', `/Users?${encodeURIComponent(path)}=1`] as const,
    ['POST', '/Users/.search', { schemas: [SEARCH], sortBy: path }] as const,
    ['POST', '/Users/.search', { schemas: [SEARCH], attributes: path, filter: 'x' }] as const,
    ['POST', '/Users/.search', { schemas: [SEARCH], attributes: [path], filter: 'x' }] as const,
  ]),
  // Filters.
  ...[
    `password eq 'a ${CANARY}'`,
    `password eq '${CANARY}'`,
    `password eq ${CANARY}`,
    `password eq "a" ${CANARY}"`,
    `password:${CANARY}`,
    `password.${CANARY} pr`,
    `password="${CANARY}"`,
    `password[x eq "${CANARY}"]`,
    `emails[password eq "${CANARY}" and type eq 'x']`,
    `not (password co "${CANARY}"`,
    `userName eq "x" and password ${CANARY} "x"`,
  ].flatMap((text) => [
    ['GET', filter(text)] as const,
    ['GET', `/Groups?sortBy=${encodeURIComponent(text)}`] as const,
    ['POST', '/Users/.search', { schemas: [SEARCH], filter: text }] as const,
    ['POST', '/Users/.search', { schemas: [SEARCH], sortBy: text }] as const,
  ]),
  // Queries that cannot be decoded.
  ['GET', `/Users?filter=%70assword%20eq%20%22${CANARY}%22%ZZ`],
  ['GET', `/Users?x=%ZZ&filter=%70assword%20eq%20%22${CANARY}%22`],
  ['GET', `/Users?filter=%70assword%20eq%20%22${CANARY}%22&%ZZ`],
  ['GET', `/Users?%70assword%20${CANARY}%ZZ`],
  // An empty path.
  ['PATCH', '/Users/missing', patchOf({ op: 'replace', path: '', value: CANARY })],
  ['PATCH', '/Users/missing', patchOf({ op: 'replace', path: ' ', value: [CANARY] })],
  // Members that no schema has.
  ...[
    'pwd',
    'pass',
    'bearer',
    'recoveryCode',
    'recovery_codes',
    'accessKey',
    'sharedKey',
    'cookie',
    'Set-Cookie',
    'sessionId',
  ].flatMap((name) => [
    ['POST', '/Users', { ...userOf('refused'), photos: 7, [name]: CANARY }] as const,
    ['POST', '/Users', { ...userOf('refused'), photos: 7, x: [{ [name]: { y: [CANARY] } }] }] as const,
    ['PATCH', '/Users/missing', patchOf({ op: 'replace', path: name, value: CANARY })] as const,
    ['GET', `/Users?${name}=${CANARY}`] as const,
  ]),
];

test.for(['ignore', 'reject'] as const)(
  'keeps no secret in a path, a filter, a name, a query or a message, if unknown attributes have the rule %s',
  async (unknownAttributes) => {
    const lines: string[] = [];
    await using server = await openTestScimServer(undefined, undefined, undefined, lines);
    const own = await newLoggedOrganization(server, { requestLog: 'all' });
    const { deps, caller } = server.directory;
    await updateRules(deps.database, own.integrationId, { ...caller.rules, unknownAttributes });
    const { id } = (await own.send('POST', '/Users', userOf('known'))).body;
    for (const [method, path, body] of requests) await own.send(method, path.replace('/known', `/${id}`), body);
    const operations = requests.flatMap(([method, path, data], index) =>
      method === 'GET' ? [] : [{ method, path: path.replace('/known', `/${id}`), bulkId: `b${index}`, data }],
    );
    await own.send('POST', '/Bulk', {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
      Operations: operations,
    });
    await server.app.close();
    expect(await placesOf(server, [CANARY, 'Canary-bird'])).toEqual([]);
    expect(linesWith(lines, [CANARY, 'Canary-bird'])).toEqual([]);
    expect(lines.length).toBeGreaterThan(requests.length);
    await expectReadable(server, own.organizationId);
    const masked = (await loggedRequests(server, own.organizationId)).filter(({ body, detail }) =>
      `${body}${JSON.stringify(detail)}`.includes(SECRET_MASK),
    );
    expect(masked.length).toBeGreaterThan(requests.length / 2);
  },
);
