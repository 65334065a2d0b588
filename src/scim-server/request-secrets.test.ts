import { expect, test } from 'vitest';
import { insertAdministrator } from '#admins/administrator-store.ts';
import { newApiKey, newToken } from '#admins/api-key.ts';
import { insertApiKey } from '#admins/api-key-store.ts';
import { SECRET_MASK } from '#scim/resource/secret-values.ts';
import { openTestScimServer, type TestScimServer } from './scim-server.fixture.ts';
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

/** Secrets that were sent, each a different text that nothing else contains. */
class Canaries {
  readonly texts: string[] = [];

  next(): string {
    const text = `Canary-${this.texts.length}-bird!Xq7`;
    this.texts.push(text);
    return text;
  }

  token(): string {
    const text = newToken('session');
    this.texts.push(text);
    return text;
  }
}

const patchOf = (...operations: readonly object[]) => ({ schemas: [PATCH], Operations: operations });
const query = (text: string) => encodeURIComponent(text);

test('no table of the database contains a secret that a client sent, wherever it was', async () => {
  await using server = await openTestScimServer();
  const own = await newLoggedOrganization(server, { requestLog: 'all' });
  const canaries = new Canaries();
  canaries.texts.push(own.key);
  await defineSchema(server, own, canaries);
  const accepted = await sendInBodies(own, canaries);
  await sendInRefusedBodies(own, canaries);
  await sendAtMe(server, own, canaries);
  await sendInUrlsAndHeaders(own, canaries);
  await server.app.close();
  expect(await placesOf(server, canaries.texts)).toEqual([]);
  expect(canaries.texts.length).toBeGreaterThan(30);
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
  const secrets = () => ({
    door: canaries.next(),
    lock: { wall: 'north', combination: canaries.next() },
    vaults: [{ value: '1', opening: canaries.next() }],
  });
  const full = () => ({
    ...userOf('ann'),
    schemas: [CORE, BADGE],
    password: canaries.next(),
    [BADGE]: secrets(),
  });
  const id = await accept('POST', '/Users', full());
  await accept('PUT', `/Users/${id}`, full());
  const operations = [
    { op: 'replace', path: 'password', value: canaries.next() },
    { op: 'Replace', path: 'PassWord', value: canaries.next() },
    { op: 'replace', path: `${CORE}:password`, value: canaries.next() },
    { op: 'replace', value: { password: canaries.next() } },
    { op: 'replace', value: { [`${CORE}:password`]: canaries.next() } },
    { op: 'replace', path: `${BADGE}:door`, value: canaries.next() },
    { op: 'replace', path: `${BADGE}:lock.combination`, value: canaries.next() },
    { op: 'replace', value: { [`${BADGE}:lock.combination`]: canaries.next() } },
    { op: 'replace', value: { [BADGE]: secrets() } },
    { op: 'add', path: `${BADGE}:vaults[value eq "1"].opening`, value: canaries.next() },
    { op: 'add', path: `${BADGE}:vaults`, value: [{ value: '2', opening: canaries.next() }] },
  ];
  for (const operation of operations) await accept('PATCH', `/Users/${id}`, patchOf(operation));
  const data = { ...userOf('bob'), password: canaries.next() };
  await accept('POST', '/Bulk', {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
    Operations: [{ method: 'POST', path: '/Users', bulkId: '1', data }],
  });
  return entries;
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
  await send('GET', `/Users?count=1&x=${canaries.token().replace('_', '%5F')}`);
  await send('GET', `/Users/${canaries.token()}`);
  await send('POST', '/Users', userOf('ann'), { 'x-api-key': canaries.token(), cookie: `session=${canaries.next()}` });
  await send('POST', '/Users', userOf('ann'), { 'user-agent': `curl ${canaries.token()}`, accept: canaries.token() });
  for (const name of ['client-request-id', 'x-request-id', 'if-match', 'if-none-match', 'adscimversion']) {
    const value = name === 'adscimversion' ? `ActivityId:${canaries.token()}` : canaries.token();
    await send('PUT', '/Users/missing', userOf('ann'), { [name]: value });
  }
  const basic = Buffer.from(`ann:${canaries.next()}`).toString('base64');
  canaries.texts.push(basic);
  await send('POST', '/Users', userOf('ann'), { authorization: `Basic ${basic}` });
  await send('POST', '/Users', userOf('ann'), { authorization: '', 'x-api-key': key });
  await send('POST', '/Users', userOf('ann'), { authorization: `Bearer ${canaries.token()}` });
}
