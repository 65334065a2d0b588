import fastify, { type FastifyInstance } from 'fastify';
import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestDirectory, type TestDirectory } from '../../tests/support/directory.ts';
import { newApiKey } from '#admins/api-key.ts';
import { insertApiKey } from '#admins/api-key-store.ts';
import { ENTERPRISE_USER_SCHEMA } from '#scim/schema/enterprise-user.ts';
import { scimServer } from './plugin.ts';

const REQUESTS = 4_000;

let directory: TestDirectory;
let app: FastifyInstance;
let key: string;

beforeAll(async () => {
  directory = await openTestDirectory();
  const { deps, caller } = directory;
  key = newApiKey();
  await insertApiKey(deps.database, deps.clock, {
    organizationId: caller.origin.organizationId,
    owner: { kind: 'integration', integrationId: caller.origin.integration?.id ?? '' },
    name: 'fuzz',
    key,
    expiresAt: null,
  });
  app = fastify({ logger: false });
  await app.register(scimServer, { prefix: '/scim/v2', deps, publicUrl: () => 'http://x' });
  await app.ready();
});
afterAll(async () => {
  await app.close();
  await directory[Symbol.asyncDispose]();
});

const names = [
  'userName',
  'USERNAME',
  'name',
  'name.givenName',
  'emails',
  'emails[type eq "work"].value',
  'active',
  'title',
  'password',
  'externalId',
  'id',
  'meta',
  'schemas',
  'groups',
  'members',
  'members[value eq "x"]',
  'displayName',
  'roles',
  'manager',
  ENTERPRISE_USER_SCHEMA,
  `${ENTERPRISE_USER_SCHEMA}:manager`,
  `${ENTERPRISE_USER_SCHEMA}:employeeNumber`,
  'addresses',
  'addresses[type eq "work"].country',
  'x509Certificates',
  'photos.value',
  '__proto__',
  'constructor',
  'shoeSize',
  'emails[',
  '',
];
const name = fc.constantFrom(...names);
const texts = [
  '',
  'a',
  'ann',
  'ann@x.example',
  'True',
  'false',
  '\u0000',
  '\ud800',
  'x'.repeat(1_100),
  '{"value":"25"}',
  '2026-01-01',
  '1',
];
const scalar = fc.oneof(fc.constantFrom(...texts), fc.boolean(), fc.constant(null), fc.double(), fc.nat());
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    scalar,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(
      fc.oneof(name, fc.constantFrom('value', 'type', 'primary', '$ref', 'display', 'givenName')),
      tie('value'),
      { maxKeys: 4 },
    ),
  ),
}));
const resource = fc.dictionary(name, value, { maxKeys: 6 });
/** Half of them are sound, so that there is something for the others to meet. */
const sound = fc.record({
  userName: fc.constantFrom('ann', 'Bob', 'ann@x.example', 'Ünal', 'x1', 'x2'),
  displayName: fc.constantFrom('A', 'b', 'Ç'),
});
const operation = fc.record(
  { op: fc.constantFrom('add', 'Replace', 'REMOVE', 'drop', 1), path: fc.oneof(name, fc.constant(7)), value },
  { requiredKeys: ['op'] },
);
const body = fc.oneof(
  resource,
  fc.tuple(sound, resource).map(([one, other]) => ({ ...other, ...one })),
  fc.record({ Operations: fc.array(operation, { maxLength: 4 }) }),
  value,
);
const filterPart = fc.constantFrom(
  'userName',
  'eq',
  'pr',
  'and',
  'or',
  'not',
  '(',
  ')',
  '[',
  ']',
  '"ann"',
  'true',
  'emails',
  'type',
  'groups',
  'members',
  'co',
  'meta.lastModified',
  'gt',
  '"2026-01-01"',
  '.value',
);
const query = fc.oneof(
  fc.constant(''),
  fc.array(filterPart, { maxLength: 12 }).map((parts) => `?filter=${encodeURIComponent(parts.join(' '))}`),
  fc
    .tuple(
      fc.constantFrom('attributes', 'excludedAttributes', 'startIndex', 'count', 'filter'),
      fc.oneof(name, fc.constantFrom('-1', '2', 'x')),
    )
    .map(([parameter, text]) => `?${parameter}=${encodeURIComponent(text)}`),
);
const request = fc.record({
  method: fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'PATCH', 'DELETE'),
  kind: fc.constantFrom('Users', 'Groups'),
  /** Which of the resources that were made; beyond them an id that does not exist. */
  which: fc.nat({ max: 12 }),
  body,
  query,
});

test(
  `${REQUESTS} requests make no fault of ours, and leave a directory that is sound`,
  { timeout: 120_000 },
  async () => {
    const made: { Users: string[]; Groups: string[] } = { Users: [], Groups: [] };
    const statuses = new Map<number, number>();
    for (const one of fc.sample(request, REQUESTS)) {
      const { method, kind, which, body: payload } = one;
      const id = made[kind].at(-1 - which) ?? 'nobody';
      const isItem = method !== 'POST' && (method !== 'GET' || which > 3);
      const answer = await app.inject({
        method: method as 'GET',
        url: `/scim/v2/${kind}${isItem ? `/${id}` : ''}${one.query}`,
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/scim+json' },
        ...(method !== 'GET' && method !== 'DELETE' && { payload: JSON.stringify(payload ?? null) }),
      });
      expect(answer.statusCode, `${JSON.stringify(one)}\n${answer.body}`).toBeLessThan(500);
      if (answer.statusCode >= 400)
        expect(answer.json()).toMatchObject({
          status: String(answer.statusCode),
          detail: expect.stringMatching(/.{15}/),
        });
      if (answer.statusCode === 201) made[kind].push(answer.json<{ id: string }>().id);
      statuses.set(answer.statusCode, (statuses.get(answer.statusCode) ?? 0) + 1);
    }
    // The run met all kinds of answers, and so all kinds of paths.
    for (const status of [200, 201, 204, 400, 404, 409])
      expect(statuses.get(status) ?? 0, `status ${status}`).toBeGreaterThan(10);

    const { database } = directory.deps;
    const { rows: faults } = await sql<{ what: string }>`
    select 'a user without a userName' as what from users where user_name = '' or json_extract(document, '$.userName') <> user_name
    union all select 'a stored password' from users where document like '%"password"%'
    union all select 'a stored active' from users where json_extract(document, '$.active') is not null
    union all select 'a wrong externalId' from users where external_id is not json_extract(document, '$.externalId')
    union all select 'a group without a name' from groups where display_name = ''
    union all select 'stored members' from groups where json_extract(document, '$.members') is not null
    union all select 'a member that never was' from memberships where member_id not in (select id from users union select id from groups)
    union all select 'a null in a document' from users where document like '%:null%'
    union all select 'a user without an event' from users where id not in (select target_id from events where target_id is not null)`.execute(
      database,
    );
    expect(faults).toEqual([]);
    expect(Object.prototype).not.toHaveProperty('admin');
  },
);
