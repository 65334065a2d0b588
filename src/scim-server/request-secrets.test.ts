import { expect, test } from 'vitest';
import { insertAdministrator } from '#admins/administrator-store.ts';
import { newApiKey, newToken } from '#admins/api-key.ts';
import { insertApiKey } from '#admins/api-key-store.ts';
import { SECRET_MASK } from '#scim/resource/secret-values.ts';
import { openTestScimServer, type TestScimServer } from './scim-server.fixture.ts';
import { linesWith } from './log-lines.fixture.ts';
import { loggedRequests, newLoggedOrganization, placesOf, type LoggedOrganization } from './request-log.fixture.ts';

const CORE = 'urn:ietf:params:scim:schemas:core:2.0:User';
const BADGE = 'urn:contoso:secrets:User';
const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const mail = (name: string) => [{ type: 'work', value: `${name}@contoso.example`, primary: true }];
const userOf = (name: string) => ({ schemas: [CORE], userName: name, displayName: name, emails: mail(name) });

const badge = {
  id: BADGE,
  name: 'Badge',
  attributes: [
    { name: 'floor', type: 'string' },
    { name: 'door', type: 'string', mutability: 'writeOnly', returned: 'never' },
    { name: 'code', type: 'integer', returned: 'never' },
    { name: 'spares', type: 'string', multiValued: true, returned: 'never' },
    {
      name: 'lock',
      type: 'complex',
      subAttributes: [
        { name: 'wall', type: 'string' },
        { name: 'combination', type: 'string', mutability: 'writeOnly', returned: 'never' },
      ],
    },
    {
      name: 'vaults',
      type: 'complex',
      multiValued: true,
      subAttributes: [
        { name: 'value', type: 'string' },
        { name: 'opening', type: 'string', mutability: 'writeOnly', returned: 'never' },
      ],
    },
  ],
};

/** Characters that precede a token: it must be found inside a word, too. */
const tokenPrefixes = ['', 'a', '7', '_', 'req_', 'x-', 'n', '.'];

/** Secrets that were sent, each a different text that nothing else contains. */
class Canaries {
  readonly texts: string[] = [];
  readonly #credential: string | undefined;
  #tokens = 0;

  /** @param credential The key of the requests, if it is sent in the place of tokens. */
  constructor(credential?: string) {
    this.#credential = credential;
  }

  next(): string {
    this.texts.push(`Canary-${this.texts.length}-bird!Xq7`);
    return this.texts.at(-1) ?? '';
  }

  number(): number {
    const number = 9_182_736_450_000 + this.texts.length;
    this.texts.push(String(number));
    return number;
  }

  token(): string {
    const text = this.#credential ?? newToken((['session', 'access'] as const)[this.#tokens % 2] ?? 'session');
    this.texts.push(text);
    this.#tokens += 1;
    return `${tokenPrefixes[this.#tokens % tokenPrefixes.length]}${text}`;
  }
}

const patchOf = (...operations: readonly object[]) => ({ schemas: [PATCH], Operations: operations });
const query = (text: string) => encodeURIComponent(text);

/** A key that an administrator set by hand (TANHUA_BOOTSTRAP_SECRET_TOKEN), without the prefix of generated keys. */
const CHOSEN_KEY = 'Hand-set.key+of=Contoso_2026';

test.for([
  ['a secret that a client sent', newApiKey(), undefined],
  ['the credential of the request, if it was set by hand', CHOSEN_KEY, CHOSEN_KEY],
] as const)('neither the database nor the log contains %s, wherever it was', async ([, key, sentAsToken]) => {
  const lines: string[] = [];
  await using server = await openTestScimServer(undefined, undefined, undefined, lines);
  const own = await newLoggedOrganization(server, { requestLog: 'all' }, key);
  const canaries = new Canaries(sentAsToken);
  canaries.texts.push(own.key);
  await defineSchema(server, own, canaries);
  const accepted = await sendInBodies(own, canaries);
  await sendInRefusedBodies(own, canaries);
  await sendInBulk(own, canaries);
  await sendTokensInFields(own, canaries);
  await sendAtMe(server, own, canaries);
  await sendInUrlsAndHeaders(own, canaries);
  await server.app.close();
  const texts = [...new Set(canaries.texts)];
  expect([...(await placesOf(server, texts)), ...linesWith(lines, texts)]).toEqual([]);
  expect(Math.min(canaries.texts.length, lines.length)).toBeGreaterThan(200);
  const rows = await loggedRequests(server, own.organizationId);
  const masked = rows.filter(({ id }) => accepted.has(id));
  expect(masked.length).toBe(accepted.size);
  for (const { body, detail } of masked) {
    expect(detail?.body).toBe('masked');
    expect(body).toContain(SECRET_MASK);
  }
});

/** Creates the custom schema, with a key of an administrator. */
async function defineSchema({ directory }: TestScimServer, own: LoggedOrganization, canaries: Canaries): Promise<void> {
  const { database, clock } = directory.deps;
  const { organizationId } = own;
  const administrator = { organizationId, email: 'it@contoso.example', name: 'IT', role: 'Administrator' } as const;
  const { id } = await insertAdministrator(database, clock, { ...administrator, passwordHash: null });
  const key = newApiKey();
  canaries.texts.push(key);
  const owner = { kind: 'administrator', administratorId: id, integrationId: null } as const;
  await insertApiKey(database, clock, { organizationId, owner, name: 'it', key, expiresAt: null });
  expect((await own.send('POST', '/Schemas', badge, { authorization: `Bearer ${key}` })).status).toBe(201);
}

/** Sends secrets in every part of a body that is accepted. Returns the ids of the entries of these requests. */
async function sendInBodies({ send }: LoggedOrganization, canaries: Canaries): Promise<ReadonlySet<string>> {
  const entries = new Set<string>();
  const accept = async (...[method, path, body]: Parameters<typeof send>) => {
    const answer = await send(method, path, body);
    expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
    const id = String(answer.headers['x-request-id']);
    entries.add(path === '/Bulk' ? `${id}:0` : id);
    return answer.body?.id;
  };
  const id = await accept('POST', '/Users', fullUser('ann', canaries));
  await accept('PUT', `/Users/${id}`, fullUser('ann', canaries));
  for (const operation of secretOperations(canaries)) await accept('PATCH', `/Users/${id}`, patchOf(operation));
  const data = { ...userOf('bob'), password: canaries.next() };
  await accept('POST', '/Bulk', {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
    Operations: [{ method: 'POST', path: '/Users', bulkId: '1', data }],
  });
  return entries;
}

/** Returns a user with a secret in every attribute that has one. */
function fullUser(name: string, canaries: Canaries) {
  return { ...userOf(name), schemas: [CORE, BADGE], password: canaries.next(), [BADGE]: badgeSecrets(canaries) };
}

function badgeSecrets(canaries: Canaries) {
  return {
    door: canaries.next(),
    code: canaries.number(),
    spares: [canaries.next(), canaries.next()],
    lock: { wall: 'north', combination: canaries.next() },
    vaults: [{ value: '1', opening: canaries.next() }],
  };
}

/** Returns PATCH operations, with and without a path, each with secrets. They change a user that `fullUser` returned. */
function secretOperations(canaries: Canaries): readonly object[] {
  return [
    { op: 'replace', path: 'password', value: canaries.next() },
    { op: 'Replace', path: 'PassWord', value: canaries.next() },
    { op: 'replace', path: `${CORE}:password`, value: canaries.next() },
    { op: 'replace', value: { password: canaries.next() } },
    { op: 'replace', value: { [`${CORE}:password`]: canaries.next() } },
    { op: 'replace', path: `${BADGE}:door`, value: canaries.next() },
    { op: 'replace', path: `${BADGE}:lock.combination`, value: canaries.next() },
    { op: 'replace', value: { [`${BADGE}:lock.combination`]: canaries.next() } },
    { op: 'replace', value: { [BADGE]: badgeSecrets(canaries) } },
    { op: 'replace', path: BADGE, value: badgeSecrets(canaries) },
    { op: 'replace', path: `${BADGE}:code`, value: canaries.number() },
    { op: 'replace', path: `${BADGE}:spares`, value: [canaries.next()] },
    { op: 'add', path: `${BADGE}:spares`, value: [canaries.next(), { value: canaries.next() }] },
    { op: 'add', value: { [`${BADGE}:spares`]: [canaries.next()] } },
    { op: 'add', path: `${BADGE}:vaults[value eq "1"].opening`, value: canaries.next() },
    { op: 'add', path: `${BADGE}:vaults`, value: [{ value: '2', opening: canaries.next() }] },
  ];
}

/** Returns PATCH operations that the directory refuses, each with secrets. */
function refusedOperations(canaries: Canaries): readonly unknown[] {
  const nested = () => JSON.stringify({ id: '1', password: canaries.next() });
  return [
    { op: 'move', path: 'password', value: canaries.next() },
    { op: 'replace', path: 'password', value: { value: canaries.next() } },
    { op: 'replace', path: 'password', value: [canaries.next(), 7] },
    { op: 'replace', path: `${BADGE}:code`, value: canaries.next() },
    { op: 'replace', path: `${BADGE}:code`, value: String(canaries.number()) + '.5' },
    { op: 'replace', path: 'active', value: nested() },
    { op: 'replace', value: nested() },
    { op: 'add', path: 'roles', value: [nested(), { value: nested(), primary: 'x' }] },
    { op: 'add', value: [{ password: canaries.next() }, canaries.next()] },
    { op: 'replace', value: canaries.next() },
    { op: 'remove', path: `emails[password eq "${canaries.next()}"]` },
    { op: 'remove', path: `${BADGE}:vaults[opening eq "${canaries.next()}" and (value eq "1"]` },
    { op: 'remove', path: `${BADGE}:spares[value eq "${canaries.next()}"]` },
    { op: 'replace', path: 'title', value: { apiKey: canaries.next() } },
    { op: 'replace', path: 'title', value: 'x', secret: { deep: [canaries.next()] } },
    { op: 'replace', path: canaries.token(), value: 'x' },
    { op: canaries.token(), path: 'title', value: 'x' },
    canaries.next(),
    [canaries.next()],
  ];
}

const BULK = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';

/** Sends secrets in operations of bulk requests: those that `sendInBodies` and `sendInRefusedBodies` send, and in their members. */
async function sendInBulk({ send }: LoggedOrganization, canaries: Canaries): Promise<void> {
  const bulk = async (...operations: readonly object[]): Promise<readonly { status: string; location?: string }[]> =>
    (await send('POST', '/Bulk', { schemas: [BULK], Operations: operations })).body.Operations;
  const [created] = await bulk({ method: 'POST', path: '/Users', bulkId: '1', data: fullUser('emil', canaries) });
  const path = `/Users/${created?.location?.split('/').at(-1)}`;
  const accepted = await bulk(
    { method: 'PUT', path, data: fullUser('emil', canaries) },
    ...secretOperations(canaries).map((operation) => ({ method: 'PATCH', path, data: [operation] })),
    ...secretOperations(canaries).map((operation) => ({ method: 'PATCH', path, data: { Operations: [operation] } })),
    { method: 'PATCH', path, version: canaries.token(), data: secretOperations(canaries) },
    { method: 'DELETE', path, data: { password: canaries.next(), [BADGE]: badgeSecrets(canaries) } },
  );
  expect(accepted.map(({ status }) => status).filter((status) => !status.startsWith('2'))).toEqual(['412']);
  const post = (data: object, more: object = {}) => ({ method: 'POST', path: '/Users', bulkId: '1', data, ...more });
  const refused = await bulk(
    post(fullUser('ann', canaries), { bulkId: canaries.token() }),
    post(
      { ...userOf('carl'), active: 'perhaps', clientSecret: canaries.next() },
      { bulkId: '2', token: canaries.next() },
    ),
    ...refusedOperations(canaries).map((operation) => ({ method: 'PATCH', path: '/Users/missing', data: [operation] })),
    ...secretOperations(canaries).map((operation) => ({ method: 'PATCH', path: '/Users/gone', data: [operation] })),
    { method: 'PUT', path: `/Users/${canaries.token()}`, data: fullUser('carl', canaries) },
    { method: 'PATCH', path: `/Users/bulkId:${canaries.token()}`, data: [] },
    {
      method: 'PATCH',
      path: '/Groups/missing',
      data: patchOf({ op: 'add', path: 'members', value: [{ value: `bulkId:${canaries.token()}` }] }),
    },
    { method: canaries.token(), path: '/Users', data: { password: canaries.next() } },
    { method: 'DELETE', path: `/${canaries.token()}` },
    { method: 'DELETE', path: '/Users/missing', version: canaries.token(), password: canaries.next() },
  );
  expect(refused.map(({ status }) => status).filter((status) => status.startsWith('2'))).toEqual([]);
}

/** Sends tokens in every field of users and groups that are refused, and as the names of members that the directory ignores. */
async function sendTokensInFields({ send }: LoggedOrganization, canaries: Canaries): Promise<void> {
  const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
  const fields = (): readonly object[] => [
    { userName: canaries.token() },
    { displayName: canaries.token() },
    { externalId: canaries.token() },
    { name: { familyName: canaries.token(), formatted: canaries.token() } },
    { emails: [{ type: 'work', value: `${canaries.token()}@contoso.example` }] },
    { phoneNumbers: [{ value: canaries.token() }] },
    { active: canaries.token() },
    { schemas: [CORE, canaries.token()] },
    { schemas: canaries.token() },
    { id: canaries.token(), meta: { location: canaries.token() } },
    { [ENTERPRISE]: { employeeNumber: canaries.token(), manager: { value: canaries.token() } } },
    { [BADGE]: { floor: canaries.token(), code: canaries.token() } },
    { [canaries.token()]: canaries.token(), [`urn:${canaries.token()}:User`]: { [canaries.token()]: 1 } },
  ];
  const invalid = (index: number, field: object) => ({
    ...userOf(`invalid${index}`),
    photos: [{ value: 'x', primary: 'perhaps' }],
    ...field,
  });
  for (const [index, field] of fields().entries()) {
    expect((await send('POST', '/Users', invalid(index, field))).status).toBe(400);
  }
  await send('POST', '/Groups', { displayName: canaries.token(), externalId: canaries.token(), members: 7 });
  await send('POST', '/Groups', {
    displayName: 'Members',
    members: [{ value: canaries.token(), display: canaries.token() }, 7],
  });
  const operations = fields().map((field, index) => {
    return { method: 'POST', path: '/Users', bulkId: String(index), data: invalid(index, field) };
  });
  await send('POST', '/Bulk', { schemas: [BULK], Operations: operations });
  const ignored = { [canaries.token()]: 'x', [`x.${canaries.token()}`]: { y: 1 } };
  const { id } = (await send('POST', '/Users', { ...userOf('fritz'), ...ignored })).body;
  expect(id).toBeDefined();
  await send('PUT', `/Users/${id}`, { ...userOf('fritz'), ...ignored });
  await send('PATCH', `/Users/${id}`, patchOf({ op: 'replace', value: { ...ignored, title: 'Head' } }));
  await send('PATCH', `/Users/${id}`, patchOf({ op: 'replace', path: canaries.token(), value: 'x' }));
  await send('GET', `/Users/${id}?attributes=${canaries.token()}`);
}

/** Sends secrets in bodies that are refused. */
async function sendInRefusedBodies({ send }: LoggedOrganization, canaries: Canaries): Promise<void> {
  const refuse = async (...sent: Parameters<typeof send>) => {
    expect((await send(...sent)).status).toBeGreaterThanOrEqual(400);
  };
  await refuse('POST', '/Users', { ...userOf('ann'), password: canaries.next() });
  const role = JSON.stringify({ id: '1', password: canaries.next() });
  await refuse('POST', '/Users', { ...userOf('carl'), roles: [{ value: role }] });
  await refuse('POST', '/Users', { ...userOf('carl'), password: { value: canaries.next() } });
  await refuse('POST', '/Users', { ...userOf('carl'), password: [canaries.next()], clientSecret: canaries.next() });
  await refuse('POST', '/Users', { ...userOf('ann'), note: canaries.token() });
  await refuse('PATCH', '/Users/missing', patchOf({ op: 'replace', path: 'password', value: canaries.next() }));
  await refuse('PATCH', '/Users/missing', patchOf({ op: 'remove', path: `emails[password eq "${canaries.next()}"]` }));
  await refuse(
    'PATCH',
    '/Users/missing',
    patchOf({ op: 'remove', path: `${BADGE}:vaults[opening eq "${canaries.next()}"]` }),
  );
  await refuse('POST', '/Users/.search', {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'],
    filter: `password eq "${canaries.next()}"`,
  });
  for (const operation of refusedOperations(canaries)) {
    await refuse('PATCH', '/Users/missing', { schemas: [PATCH], Operations: [operation] });
  }
  await refuse('PATCH', '/Users/missing', { schemas: [PATCH], Operations: canaries.next() });
  await refuse('PATCH', '/Users/missing', { schemas: [PATCH], Operations: { value: canaries.next() } });
  await refuse('PATCH', '/Users/missing', [{ op: 'replace', path: 'password', value: canaries.next() }]);
  await refuse('POST', '/Bulk', { Operations: 7, password: canaries.next() });
  await refuse('POST', '/Bulk', {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
    Operations: [
      { method: 'POST', path: '/Users', bulkId: '1', data: { schemas: [CORE], password: canaries.next() } },
      { method: 'FETCH', path: '/Users', data: { password: canaries.next() } },
    ],
    failOnErrors: 'x',
  });
}

async function sendAtMe(
  { directory }: TestScimServer,
  { organizationId, send }: LoggedOrganization,
  canaries: Canaries,
) {
  const { id } = (await send('POST', '/Users', userOf('dora'))).body;
  const key = newApiKey();
  canaries.texts.push(key);
  const { database, clock } = directory.deps;
  const owner = { kind: 'user', userId: id } as const;
  await insertApiKey(database, clock, { organizationId, owner, name: 'own', key, expiresAt: null });
  const headers = { authorization: `Bearer ${key}` };
  await send('PATCH', '/Me', patchOf({ op: 'replace', path: 'password', value: canaries.next() }), headers);
  await send('PUT', '/Me', { ...userOf('dora'), password: canaries.next() }, headers);
}

/** Sends secrets in URLs and in headers. */
async function sendInUrlsAndHeaders({ key, send }: LoggedOrganization, canaries: Canaries): Promise<void> {
  await send('GET', `/Users?filter=${query(`password eq "${canaries.next()}"`)}`);
  await send('GET', `/Users?filter=${query(`${BADGE}:door eq "${canaries.next()}"`)}`);
  await send('GET', `/Users?access_token=${query(canaries.next())}&count=1`);
  await send('GET', `/Users?access%5Ftoken=${query(canaries.next())}&count=1`);
  await send('GET', `/Users?count=1&x=${canaries.token().replaceAll('_', '%5F')}`);
  await send('GET', `/Users/${canaries.token()}`);
  const secretQuery = () =>
    `?api_key=${canaries.next()}&x=${canaries.token()}&filter=${query(`password co "${canaries.next()}"`)}#${canaries.token()}`;
  for (const path of ['/Users', '/Groups', '/Schemas', '/Me', '/Unknown', '/ServiceProviderConfig']) {
    await send('GET', `${path}${secretQuery()}`);
  }
  for (const method of ['PUT', 'PATCH', 'DELETE'] as const) {
    await send(method, `/Users/missing${secretQuery()}`, method === 'DELETE' ? undefined : userOf('ann'));
  }
  await send('POST', `/Bulk${secretQuery()}`, {
    schemas: [BULK],
    Operations: [{ method: 'DELETE', path: '/Users/none' }],
  });
  await send('POST', `/.search${secretQuery()}`, { filter: `password eq ${canaries.next()}` });
  await send('POST', '/Users', userOf('ann'), { 'x-api-key': canaries.token(), cookie: `session=${canaries.next()}` });
  await send('POST', '/Users', userOf('ann'), { 'user-agent': `curl ${canaries.token()}`, accept: canaries.token() });
  const { id } = (await send('POST', '/Users', userOf('gustav'))).body;
  const sentNames = [
    'client-request-id',
    'x-request-id',
    'if-match',
    'if-none-match',
    'user-agent',
    'accept',
    'referer',
  ];
  for (const name of [...sentNames, 'x-forwarded-for', 'origin', 'prefer', 'x-csrf-token', 'content-language']) {
    await send('PUT', '/Users/missing', userOf('ann'), { [name]: canaries.token() });
    await send('GET', '/Users?count=1', undefined, { [name]: canaries.token() });
    await send('PUT', `/Users/${id}`, userOf('gustav'), { [name]: canaries.token() });
    const operation = { method: 'DELETE', path: `/Users/${name}` };
    await send('POST', '/Bulk', { schemas: [BULK], Operations: [operation] }, { [name]: canaries.token() });
  }
  for (const value of [`ActivityId:${canaries.token()}`, `ActivityId: ${canaries.token()}, Date:x`, canaries.token()]) {
    await send('PUT', '/Users/missing', userOf('ann'), { adscimversion: value });
  }
  await send('POST', '/Users', userOf('ann'), { 'content-type': `application/scim+json; x=${canaries.token()}` });
  await send('POST', '/Users', userOf('ann'), { 'content-type': canaries.token() });
  const basic = Buffer.from(`ann:${canaries.next()}`).toString('base64');
  canaries.texts.push(basic);
  await send('POST', '/Users', userOf('ann'), { authorization: `Basic ${basic}` });
  await send('POST', '/Users', userOf('ann'), { authorization: '', 'x-api-key': key });
  await send('POST', '/Users', userOf('ann'), { authorization: `Bearer ${canaries.token()}` });
}
