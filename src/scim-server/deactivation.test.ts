import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testOnSqlite } from '../../tests/support/on-sqlite.ts';
import { ENTERPRISE_USER_SCHEMA } from '#scim/schema/enterprise-user.ts';
import { updateRules } from '#integrations/integration-store.ts';
import { presetRules, type Rules } from '#integrations/rules.ts';
import { openTestScimServer, type ScimAnswer, type TestScimServer } from './scim-server.fixture.ts';

const EMAIL = 'emails[type eq "work"].value';
const TAKEN = 'boss@example.com';
const NOTE =
  'The user is suspended, because the request sets active to false; nothing else in the request was applied.';

let server: TestScimServer;
let count = 0;

const user = (userName: string) => ({
  userName,
  emails: [{ type: 'work', value: `${userName}@example.com`, primary: true }],
});

beforeAll(async () => {
  server = await openTestScimServer('strict');
  await server.send('POST', '/Users', user('boss'));
});
afterAll(() => server[Symbol.asyncDispose]());

async function newUser(): Promise<string> {
  const created = await server.send('POST', '/Users', user(`leaver${(count += 1)}`));
  expect(created.status).toBe(201);
  return created.body.id;
}
async function setRules(rules: Partial<Rules>): Promise<void> {
  const { deps, caller } = server.directory;
  await updateRules(deps.database, caller.origin.integration?.id ?? '', { ...presetRules('strict'), ...rules });
}
async function eventsOf(id: string): Promise<readonly string[]> {
  const { database } = server.directory.deps;
  const found = database.selectFrom('events').select('type').where('target_id', '=', id).orderBy('sequence');
  return (await found.execute()).map(({ type }) => type);
}

const patch = (...Operations: readonly unknown[]) => ({ Operations });
const put = (id: string, more: object) => ({ userName: `renamed${id}`, active: false, ...more });
const taken = [{ type: 'work', value: TAKEN, primary: true }];

type Request = (id: string) => Promise<ScimAnswer>;
const patched =
  (body: unknown, flag = ''): Request =>
  (id) =>
    server.send('PATCH', `/Users/${id}${flag}`, body);

/** Requests that deactivate a user and give the user a value that belongs to another user. */
const conflicting: readonly (readonly [name: string, request: Request])[] = [
  [
    'PATCH as in RFC 7644',
    patched(patch({ op: 'replace', path: EMAIL, value: TAKEN }, { op: 'replace', path: 'active', value: false })),
  ],
  [
    'PATCH as Entra ID sends it without the flag',
    patched(patch({ op: 'Replace', path: EMAIL, value: TAKEN }, { op: 'Replace', path: 'active', value: 'False' })),
  ],
  [
    'PATCH as Entra ID sends it with the flag',
    patched(patch({ op: 'replace', value: { [EMAIL]: TAKEN, active: false } }), '?aadOptscim062020'),
  ],
  [
    'PATCH with a partial resource',
    patched({ schemas: ['urn:scim:schemas:core:1.0'], active: false, userName: 'boss' }),
  ],
  [
    'PATCH with the full name of the attribute',
    patched(
      patch(
        { op: 'replace', path: 'urn:ietf:params:scim:schemas:core:2.0:User:active', value: false },
        { op: 'replace', path: EMAIL, value: TAKEN },
      ),
    ),
  ],
  ['PUT', (id) => server.send('PUT', `/Users/${id}`, put(id, { emails: taken }))],
  [
    'PUT with a string instead of a boolean',
    (id) => server.send('PUT', `/Users/${id}`, put(id, { active: 'False', emails: taken })),
  ],
];

describe('a refused request that sets "active" to false', () => {
  // One case of each verb runs on both database engines: one transaction is rolled back, and a second transaction suspends the user.
  const isOfBoth = ([name]: (typeof conflicting)[number]) => name === 'PUT' || name === 'PATCH as in RFC 7644';
  const eventsOfSuspended = async ([, request]: (typeof conflicting)[number]) => {
    const id = await newUser();
    for (const attempt of [1, 2]) {
      const refused = await request(id);
      expect(refused, `attempt ${attempt}`).toMatchObject({ status: 409, body: { scimType: 'uniqueness' } });
      expect(refused.body.detail).toMatch(/^The user is suspended, .* already belongs to the user "boss" \(id/);
      expect(refused.body.detail).toContain(NOTE);
      const { body } = await server.send('GET', `/Users/${id}`);
      expect([body.active, body.userName, body.emails[0].value]).toEqual([
        false,
        `leaver${count}`,
        `leaver${count}@example.com`,
      ]);
    }
    return await eventsOf(id);
  };
  // The repeated request adds only an event for its refusal.
  const events = ['user_create', 'user_suspended', 'request_refused', 'request_refused'];
  test.for(conflicting.filter(isOfBoth))('suspends the user despite a conflict: %s', async (one) => {
    expect(await eventsOfSuspended(one)).toEqual(events);
  });
  testOnSqlite.for(conflicting.filter((one) => !isOfBoth(one)))(
    'suspends the user despite a conflict: %s',
    async (one) => {
      expect(await eventsOfSuspended(one)).toEqual(events);
    },
  );

  test('suspends the user in a bulk request, whether the operation is a PATCH or a PUT', async () => {
    const ids = [await newUser(), await newUser()];
    const [first, second] = ids;
    const email = { op: 'replace', path: EMAIL, value: TAKEN };
    const { status, body } = await server.send('POST', '/Bulk', {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
      Operations: [
        {
          method: 'PATCH',
          path: `/Users/${first}`,
          data: patch(email, { op: 'replace', path: 'active', value: false }),
        },
        { method: 'PUT', path: `/Users/${second}`, data: put(String(second), { emails: taken }) },
      ],
    });
    expect(status).toBe(200);
    for (const operation of body.Operations) {
      expect(operation).toMatchObject({ status: '409', response: { detail: expect.stringContaining(NOTE) } });
    }
    for (const id of ids) expect((await server.send('GET', `/Users/${id}`)).body.active).toBe(false);
  });

  testOnSqlite.for([
    ['PATCH that refers to a failed operation', 'PATCH', 'broken', 409],
    ['PUT that refers to a failed operation', 'PUT', 'broken', 409],
    ['PATCH that refers to an unknown bulkId', 'PATCH', 'nowhere', 400],
    ['PUT that refers to an unknown bulkId', 'PUT', 'nowhere', 400],
  ] as const)(
    'suspends the user in a bulk request with a reference that cannot be resolved: %s',
    async ([, method, reference, status]) => {
      const id = await newUser();
      const manager = { value: `bulkId:${reference}` };
      const data =
        method === 'PUT'
          ? put(id, { [ENTERPRISE_USER_SCHEMA]: { manager } })
          : patch(
              { op: 'replace', path: `${ENTERPRISE_USER_SCHEMA}:manager`, value: manager },
              { op: 'replace', path: 'active', value: false },
            );
      const { body } = await server.send('POST', '/Bulk', {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
        Operations: [
          { method: 'POST', path: '/Users', bulkId: 'broken', data: { title: 'has no userName' } },
          { method, path: `/Users/${id}`, data },
        ],
      });
      expect(body.Operations[1]).toMatchObject({
        status: String(status),
        response: { detail: expect.stringMatching(`^${NOTE} .*bulkId:${reference}`) },
      });
      const { body: now } = await server.send('GET', `/Users/${id}`);
      expect([now.active, now.userName]).toEqual([false, `leaver${count}`]);
      expect(await eventsOf(id)).toEqual(['user_create', 'user_suspended', 'request_refused']);
    },
  );

  testOnSqlite(
    'suspends the user in a bulk request that also creates the user and has a reference that cannot be resolved',
    async () => {
      const userName = `leaver${(count += 1)}`;
      const data = patch(
        { op: 'replace', path: 'active', value: false },
        { op: 'replace', path: `${ENTERPRISE_USER_SCHEMA}:manager`, value: { value: 'bulkId:nowhere' } },
      );
      const { body } = await server.send('POST', '/Bulk', {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
        Operations: [
          { method: 'POST', path: '/Users', bulkId: 'u1', data: user(userName) },
          { method: 'PATCH', path: '/Users/bulkId:u1', data },
        ],
      });
      expect(body.Operations).toMatchObject([
        { status: '201' },
        { status: '400', response: { detail: expect.stringMatching(`^${NOTE} .*bulkId:nowhere`) } },
      ]);
      const { body: found } = await server.send('GET', `/Users?filter=userName%20eq%20%22${userName}%22`);
      expect(found.Resources).toMatchObject([{ userName, active: false }]);
    },
  );

  testOnSqlite.for([
    ['a value that a rule refuses', { op: 'replace', path: 'userName', value: 'a b' }, 400],
    ['a value of the wrong type', { op: 'replace', path: 'title', value: { a: 1 } }, 400],
    ['the removal of a required attribute', { op: 'remove', path: 'userName' }, 400],
    ['a filter that matches no element', { op: 'replace', path: 'phoneNumbers[value eq "1"].value', value: '2' }, 400],
    ['a password that the policy refuses', { op: 'replace', path: 'password', value: 'x' }, 400],
  ] as const)('suspends the user despite %s', async ([, operation, status]) => {
    const id = await newUser();
    const refused = await patched(patch(operation, { op: 'replace', path: 'active', value: false }))(id);
    expect(refused.status).toBe(status);
    expect(refused.body.detail).toContain(NOTE);
    expect((await server.send('GET', `/Users/${id}`)).body.active).toBe(false);
  });

  testOnSqlite('suspends the user despite an unknown attribute that the rules reject', async () => {
    await setRules({ unknownAttributes: 'reject' });
    const id = await newUser();
    const unknown = { op: 'replace', path: `${ENTERPRISE_USER_SCHEMA}:nope`, value: 'x' };
    const refused = await patched(patch(unknown, { op: 'replace', path: 'active', value: false }))(id);
    await setRules({});
    expect([refused.status, refused.body.detail]).toEqual([400, expect.stringContaining(NOTE)]);
    expect((await server.send('GET', `/Users/${id}`)).body.active).toBe(false);
  });
});

describe('a refused request', () => {
  const email = { op: 'replace', path: EMAIL, value: TAKEN };
  const off = { op: 'replace', path: 'active', value: false };
  const remains: readonly (readonly [name: string, send: Request, status: number])[] = [
    ['PATCH without "active"', patched(patch(email)), 409],
    ['PATCH whose last operation sets "active" to true', patched(patch(off, email, { ...off, value: true })), 409],
    ['PATCH whose last operation removes "active"', patched(patch(off, email, { op: 'remove', path: 'active' })), 409],
    ['PATCH with a value of "active" that is not a boolean', patched(patch(email, { ...off, value: 'maybe' })), 400],
    ['PUT without "active"', (id) => server.send('PUT', `/Users/${id}`, { userName: `x${count}`, emails: taken }), 409],
    [
      'PATCH for an outdated version',
      (id) => server.send('PATCH', `/Users/${id}`, patch(email, off), { 'if-match': 'W/"99"' }),
      412,
    ],
  ];

  test.for(remains)('does not suspend the user: %s', async ([, send, status]) => {
    const id = await newUser();
    const refused = await send(id);
    expect(refused.status).toBe(status);
    expect(refused.body.detail).not.toContain('suspended');
    expect((await server.send('GET', `/Users/${id}`)).body.active).toBe(true);
  });

  test('does not suspend the user if the integration may not change users', async () => {
    const id = await newUser();
    await setRules({ update: false });
    const refused = await patched(patch(email, off))(id);
    await setRules({});
    expect([refused.status, refused.body.detail]).toEqual([403, expect.not.stringContaining('suspended')]);
    expect((await server.send('GET', `/Users/${id}`)).body.active).toBe(true);
  });
});
