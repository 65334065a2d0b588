import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listEvents } from '#audit/event-store.ts';
import { restoreUser } from '#directory/trash.ts';
import { openTestRestApi, type TestRestApi } from './rest-api.fixture.ts';

const URN = 'urn:contoso:scim:schemas:extension:canary:2.0:User';
const GROUP_URN = 'urn:contoso:scim:schemas:extension:canary:2.0:Group';
const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const BULK = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';
/** A text that every secret in this test contains. It is too long to occur by chance, and short enough to survive truncation. */
const CANARY = 'cAnary7391';

const attributes = [
  { name: 'shown' },
  { name: 'pin', mutability: 'writeOnly', returned: 'never' },
  { name: 'hidden', returned: 'never', caseExact: true },
  { name: 'limit', type: 'integer', returned: 'never' },
  { name: 'since', type: 'dateTime', returned: 'never' },
  { name: 'codes', multiValued: true, returned: 'never' },
  {
    name: 'door',
    type: 'complex',
    multiValued: true,
    subAttributes: [{ name: 'value' }, { name: 'code', mutability: 'writeOnly', returned: 'never' }],
  },
  { name: 'safe', type: 'complex', returned: 'never', subAttributes: [{ name: 'code' }, { name: 'place' }] },
];

let api: TestRestApi;
let id: string;
let groupId: string;

beforeAll(async () => {
  api = await openTestRestApi();
  for (const urn of [URN, GROUP_URN]) {
    await api.send('POST', '/scim/v2/Schemas', { id: urn, attributes }, scim());
  }
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
});

const scim = () => ({ authorization: `Bearer ${api.key}`, 'content-type': 'application/scim+json' });
const person = (userName: string) => ({
  userName,
  emails: [{ value: `${userName}@example.com`, primary: true }],
});
const secrets = (mark: string) => ({
  shown: 'in clear text',
  pin: `${CANARY}-pin-${mark}`,
  hidden: `${CANARY}-hidden-${mark}`,
  codes: [`${CANARY}-one-${mark}`, `${CANARY}-two-${mark}`],
  door: [{ value: 'front', code: `${CANARY}-door-${mark}` }],
  safe: { code: `${CANARY}-safe-${mark}`, place: `${CANARY}-place-${mark}` },
});
const operations = (...list: readonly unknown[]) => ({ schemas: [PATCH], Operations: list });

/** Returns every row of every table as text. */
async function databaseText(): Promise<string> {
  const { database } = api.directory.deps;
  const tables = await database.introspection.getTables();
  const texts = await Promise.all(
    tables.map(
      async ({ name }) =>
        `${name}: ${JSON.stringify((await sql`select * from ${sql.table(name)}`.execute(database)).rows)}`,
    ),
  );
  expect(texts.length).toBeGreaterThan(20);
  return texts.join('\n');
}

async function changesOf(type: string): Promise<readonly { field: string; from: unknown; to: unknown }[]> {
  const [event] = await listEvents(api.directory.deps.database, { type, limit: 1 });
  return event?.['changes'] as readonly { field: string; from: unknown; to: unknown }[];
}

describe('values that are never returned', () => {
  test('appear neither in the response to a write nor in its event, which only says that the values changed', async () => {
    const created = await api.send('POST', '/scim/v2/Users', { ...person('canary'), [URN]: secrets('a') }, scim());
    expect(created.status).toBe(201);
    expect(created.text).not.toContain(CANARY);
    expect(created.body[URN]).toEqual({ shown: 'in clear text', door: [{ value: 'front' }] });
    id = created.body.id;
    expect(await changesOf('user_create')).toContainEqual({ field: `${URN}:pin`, from: null, to: '********' });
    const replaced = await api.send(
      'PUT',
      `/scim/v2/Users/${id}`,
      { ...person('canary'), [URN]: secrets('b') },
      scim(),
    );
    expect(replaced.status).toBe(200);
    const changes = await changesOf('user_update');
    expect(changes).toContainEqual({ field: `${URN}:pin`, from: '********', to: '********' });
    expect(changes).toContainEqual({ field: `${URN}:safe.code`, from: '********', to: '********' });
    expect(changes).toContainEqual({
      field: `${URN}:codes`,
      from: ['********', '********'],
      to: ['********', '********'],
    });
    expect(JSON.stringify(changes)).not.toContain('digest');
    const same = await api.send('PUT', `/scim/v2/Users/${id}`, { ...person('canary'), [URN]: secrets('b') }, scim());
    expect(same.body.meta.version).toBe(replaced.body.meta.version);
  });

  test.each([
    ['add', { op: 'add', path: `${URN}:pin`, value: `${CANARY}-added` }, true],
    ['add the same again', { op: 'add', path: `${URN}:pin`, value: `${CANARY}-added` }, false],
    ['replace', { op: 'replace', path: `${URN}:hidden`, value: `${CANARY}-replaced` }, true],
    ['replace without a path', { op: 'replace', value: { [`${URN}:pin`]: `${CANARY}-flat` } }, true],
    ['replace the extension', { op: 'replace', value: { [URN]: { pin: `${CANARY}-whole` } } }, true],
    ['add an element', { op: 'add', path: `${URN}:codes`, value: [`${CANARY}-three`] }, true],
    ['add the same element', { op: 'add', path: `${URN}:codes`, value: [`${CANARY}-three`] }, false],
    ['remove all elements', { op: 'remove', path: `${URN}:codes` }, true],
    [
      'replace in an element',
      { op: 'replace', path: `${URN}:door[value eq "front"].code`, value: `${CANARY}-code` },
      true,
    ],
    ['replace in a complex attribute', { op: 'replace', path: `${URN}:safe.code`, value: `${CANARY}-sub` }, true],
    ['replace a number', { op: 'replace', path: `${URN}:limit`, value: 73_917_391 }, true],
    ['replace a date', { op: 'replace', path: `${URN}:since`, value: '2031-07-03T09:01:00Z' }, true],
    ['remove', { op: 'remove', path: `${URN}:pin` }, true],
  ])('can be sent in a PATCH operation (%s), and are not stored in clear text', async (_name, operation, changes) => {
    const version = async () => (await api.send('GET', `/scim/v2/Users/${id}`, undefined, scim())).body.meta.version;
    const before = await version();
    const answer = await api.send('PATCH', `/scim/v2/Users/${id}`, operations(operation), scim());
    expect(answer.status).toBeLessThan(300);
    expect((await version()) !== before).toBe(changes);
    const text = await databaseText();
    for (const secret of [CANARY, '73917391', '2031-07-03']) expect(text).not.toContain(secret);
  });

  test('cannot be guessed by removing them: a correct and a wrong value are refused in the same way', async () => {
    const path = `${URN}:codes`;
    await api.send('PATCH', `/scim/v2/Users/${id}`, operations({ op: 'add', path, value: ['right'] }), scim());
    const remove = async (value: unknown) => {
      const answer = await api.send('PATCH', `/scim/v2/Users/${id}`, operations({ op: 'remove', path, value }), scim());
      return [answer.status, answer.body.detail];
    };
    const refused = [400, expect.stringContaining('codes are never returned, so they cannot be removed by')];
    for (const value of ['right', 'wrong', [{ value: 'right' }], [{ value: 'wrong' }], ['right']]) {
      expect(await remove(value)).toEqual(refused);
    }
  });

  test('stay unchanged when the REST API changes something else', async () => {
    const before = await changesOf('user_update');
    const answer = await api.send('PUT', `/api/systemusers/${id}`, { attributes: [{ name: 'desk', value: '4' }] });
    expect(answer.status).toBe(200);
    const changes = await changesOf('user_update');
    expect(changes).not.toEqual(before);
    expect(JSON.stringify(changes)).not.toContain(URN);
  });

  test('are also kept secret in groups and bulk requests, and passwords are kept secret like them', async () => {
    const bulk = await api.send(
      'POST',
      '/scim/v2/Bulk',
      {
        schemas: [BULK],
        Operations: [
          {
            method: 'POST',
            path: '/Users',
            bulkId: 'a',
            data: { ...person('bulk'), password: `${CANARY}-Aa1!`, [URN]: secrets('c') },
          },
          {
            method: 'POST',
            path: '/Groups',
            bulkId: 'b',
            data: { displayName: 'Canaries', [GROUP_URN]: secrets('d') },
          },
          {
            method: 'PATCH',
            path: `/Users/${id}`,
            data: operations({ op: 'add', path: `${URN}:pin`, value: `${CANARY}-e` }),
          },
          {
            method: 'PUT',
            path: '/Users/bulkId:a',
            data: { ...person('bulk'), [URN]: { ...secrets('f'), limit: CANARY } },
          },
        ],
      },
      scim(),
    );
    expect(bulk.body.Operations.map((one: { status: string }) => one.status)).toEqual(['201', '201', '200', '400']);
    expect(bulk.text).not.toContain(CANARY);
    groupId = bulk.body.Operations[1].location.split('/').at(-1);
    const patched = operations({ op: 'replace', path: `${GROUP_URN}:pin`, value: `${CANARY}-g` });
    expect((await api.send('PATCH', `/scim/v2/Groups/${groupId}`, patched, scim())).status).toBeLessThan(300);
    expect(await changesOf('group_update')).toEqual([{ field: `${GROUP_URN}:pin`, from: '********', to: '********' }]);
    const described = { name: 'Canaries', description: 'Birds' };
    expect((await api.send('PUT', `/api/v2/usergroups/${groupId}`, described)).status).toBe(200);
    expect(JSON.stringify(await changesOf('group_update'))).not.toContain('digest');
  });
});

describe('a refused request', () => {
  const body = (own: unknown) => ({ ...person('refused'), [URN]: own });
  const filters = [
    `${URN}:pin eq "${CANARY}"`,
    `${URN}:pin sw "${CANARY}"`,
    `${URN}:pin pr`,
    `not (${URN}:hidden eq "${CANARY}")`,
    `${URN}:door[code eq "${CANARY}"]`,
    `${URN}:safe.code eq "${CANARY}"`,
    `${URN}:codes eq "${CANARY}"`,
    `userName pr and ${URN}:limit gt 73917391`,
    `${URN}:since gt "2031-07-03T09:01:00Z"`,
  ];
  const refused: readonly (readonly [string, 'GET' | 'POST' | 'PATCH' | 'PUT', string, unknown])[] = [
    ...['pin', 'hidden', 'limit', 'since', 'codes'].map(
      (name) => [`an object as ${name}`, 'POST', '/scim/v2/Users', body({ [name]: { a: CANARY } })] as const,
    ),
    ['a text as a number', 'POST', '/scim/v2/Users', body({ limit: CANARY })],
    ['a text as a date', 'POST', '/scim/v2/Users', body({ since: CANARY })],
    ['a text as a complex value', 'POST', '/scim/v2/Users', body({ safe: CANARY })],
    ['a text that is too long', 'POST', '/scim/v2/Users', body({ pin: CANARY.repeat(10_000) })],
    ['a NUL', 'POST', '/scim/v2/Users', body({ pin: `${CANARY}\0` })],
    ['a text as the extension', 'POST', '/scim/v2/Users', body(CANARY)],
    ['a password as an object', 'POST', '/scim/v2/Users', { ...person('refused'), password: { value: CANARY } }],
    ['a weak password', 'POST', '/scim/v2/Users', { ...person('refused'), password: CANARY.slice(0, 4) }],
    [
      'a text as a number in a PATCH operation',
      'PATCH',
      '/scim/v2/Users/ID',
      operations({ op: 'add', path: `${URN}:limit`, value: CANARY }),
    ],
    [
      'a filter in a path',
      'PATCH',
      '/scim/v2/Users/ID',
      operations({ op: 'add', path: `${URN}:codes[value eq "${CANARY}"]`, value: 'a' }),
    ],
    [
      'a filter on a sub-attribute',
      'PATCH',
      '/scim/v2/Users/ID',
      operations({ op: 'remove', path: `${URN}:door[code eq "${CANARY}"]` }),
    ],
    ['an operation without an object', 'PATCH', '/scim/v2/Users/ID', { schemas: [PATCH], Operations: [CANARY] }],
    ['an unknown user', 'PUT', '/scim/v2/Users/0123456789abcdef01234567', body({ pin: CANARY })],
    ['a taken name', 'POST', '/scim/v2/Users', { ...person('canary'), [URN]: secrets('x') }],
    ...filters.map(
      (filter) =>
        [
          `the filter ${filter.replaceAll(CANARY, '…')}`,
          'GET',
          `/scim/v2/Users?filter=${encodeURIComponent(filter)}`,
          undefined,
        ] as const,
    ),
    ...filters.map(
      (filter) =>
        [`a search by ${filter.replaceAll(CANARY, '…')}`, 'POST', '/scim/v2/Users/.search', { filter }] as const,
    ),
    ['sorting by a secret attribute', 'GET', `/scim/v2/Users?sortBy=${URN}:hidden`, undefined],
    ['sorting by a secret sub-attribute', 'GET', `/scim/v2/Users?sortBy=${URN}:safe.code`, undefined],
    ['truncated JSON for the REST API', 'POST', '/api/systemusers', undefined],
  ];

  test.each(refused)('with %s does not repeat a value that is never returned', async (_name, method, path, sent) => {
    const isScim = path.startsWith('/scim');
    const answer =
      sent === undefined && method !== 'GET'
        ? await cutJson(path)
        : await api.send(method, path.replace('ID', id), sent, isScim ? scim() : undefined);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    expect(answer.text).not.toContain(CANARY.slice(0, 4));
  });

  async function cutJson(path: string) {
    const { statusCode, body: text } = await api.app.inject({
      method: 'POST',
      url: path,
      headers: { 'x-api-key': api.key, 'content-type': 'application/json' },
      payload: `{"password": ${CANARY}`,
    });
    return { status: statusCode, text };
  }
});

test('no table, export, timeline or list contains a value that is never returned', async () => {
  await api.send('DELETE', `/scim/v2/Users/${id}`, undefined, scim());
  await api.send('DELETE', `/scim/v2/Groups/${groupId}`, undefined, scim());
  for (const restored of [false, true]) {
    if (restored) await restoreUser(api.directory.deps, api.directory.caller.origin, id);
    const text = await databaseText();
    expect(text).toContain('in clear text');
    expect(text.toLowerCase()).not.toContain(CANARY.toLowerCase());
  }
  for (const path of [
    '/api/systemusers',
    '/api/export/users.csv',
    '/api/events/export?start_time=2000-01-01T00:00:00Z&format=csv',
    '/api/events/export?start_time=2000-01-01T00:00:00Z&format=jsonl',
    '/scim/v2/Users',
    '/scim/v2/Groups',
    '/scim/v2/Schemas',
    `/api/systemusers/${id}/timeline`,
    '/api/v2/usergroups',
    '/api/mail/outbox',
    '/api/jobs',
  ]) {
    const answer = await api.send('GET', path, undefined, { authorization: `Bearer ${api.key}` });
    expect([path, answer.status]).toEqual([path, 200]);
    expect(answer.text.toLowerCase()).not.toContain(CANARY.toLowerCase());
    expect(answer.text).not.toContain('digest:');
  }
});

test('a schema change that affects whether an attribute is returned is refused while values of the attribute are stored', async () => {
  await api.send('POST', '/scim/v2/Users', { ...person('keeper'), [URN]: secrets('z') }, scim());
  for (const [name, returned] of [
    ['hidden', 'default'],
    ['shown', 'never'],
  ]) {
    const changed = attributes.map((one) => (one.name === name ? { ...one, returned } : one));
    const answer = await api.send('PUT', `/scim/v2/Schemas/${URN}`, { id: URN, attributes: changed }, scim());
    expect(answer).toMatchObject({ status: 409, body: { detail: expect.stringContaining(`${URN}:${name}`) } });
  }
});
