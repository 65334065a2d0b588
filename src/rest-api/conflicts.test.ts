import { afterAll, beforeAll, expect, test } from 'vitest';
import { errorTable } from '#base/error-table.ts';
import { openTestRestApi, type TestRestApi } from './rest-api.fixture.ts';

/** A 409 response mentions only objects of the caller's organization, because names and addresses are unique within one organization. */

let api: TestRestApi;
let otherKey: string;
let otherId: string;

beforeAll(async () => {
  api = await openTestRestApi();
  otherId = (await api.directory.newCaller('Other')).origin.organizationId;
  otherKey = await api.keyOf('Administrator With Billing', otherId);
});
afterAll(() => api[Symbol.asyncDispose]());

const user = (more: object) => ({ username: 'ann', email: 'ann@example.com', ...more });
const scimUser = (userName: string) => ({ userName, emails: [{ value: `${userName}@example.com`, primary: true }] });
const schema = {
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:Schema'],
  id: 'urn:contoso:scim:schemas:extension:badges:2.0:User',
  name: 'Badges',
  attributes: [{ name: 'badgeId', type: 'string', multiValued: false, required: false }],
};

/** For each route: a body, a second body that conflicts with the first, and the error code of the conflict. */
const creations = [
  ['POST /api/systemusers', user({}), user({ email: 'b@example.com' }), 'userNameTaken'],
  [
    'POST /api/systemusers',
    user({ username: 'c', email: 'c@example.com' }),
    user({ username: 'd', email: 'c@example.com' }),
    'emailTaken',
  ],
  [
    'POST /api/systemusers',
    user({ username: 'e', email: 'e@example.com', employeeIdentifier: '7' }),
    user({ username: 'f', email: 'f@example.com', employeeIdentifier: '7' }),
    'employeeNumberTaken',
  ],
  ['POST /api/v2/usergroups', { name: 'Pilots' }, { name: 'PILOTS' }, 'groupNameTaken'],
  ['POST /api/users', { email: 'boss@example.com' }, { email: 'BOSS@example.com' }, 'idTaken'],
  [
    'POST /api/v2/roles',
    { name: 'Auditor', scopes: ['users.read'] },
    { name: 'auditor', scopes: ['users.read'] },
    'conflict',
  ],
  ['POST /api/integrations', { name: 'Okta' }, { name: 'OKTA' }, 'conflict'],
  ['POST /scim/v2/Users', scimUser('zoe'), scimUser('ZOE'), 'userNameTaken'],
  ['POST /scim/v2/Groups', { displayName: 'Crew' }, { displayName: 'CREW' }, 'groupNameTaken'],
  ['POST /scim/v2/Schemas', schema, schema, 'schemaTaken'],
] as const;

/** Errors with status 409 that a name or address of another object never causes, each with the reason. */
const withoutNames: Readonly<Record<string, string>> = {
  bulkReference: 'names a bulkId of the same request',
  schemaInUse: 'counts values in the same organization',
  tooManySchemas: 'counts schemas in the same organization',
  lastAdministrator: 'counts administrators in the same organization',
};

test('this file has a case for every error with the status 409', () => {
  const codes = Object.entries(errorTable).flatMap(([code, { status }]) => (status === 409 ? [code] : []));
  const covered = new Set<string>([...creations.map(([, , , code]) => code), ...Object.keys(withoutNames)]);
  expect(codes.filter((code) => !covered.has(code))).toEqual([]);
});

test.for(creations)(
  'objects created by %s conflict only within the same organization (case %#)',
  async ([name, body, same, code]) => {
    const [, path = ''] = name.split(' ');
    const createBy = (key: string, what: object) => api.send('POST', path, what, { 'x-api-key': key });
    const theirs = await createBy(otherKey, body);
    expect(theirs.status, theirs.text).toBeLessThan(300);
    const own = await createBy(api.key, body);
    expect(own.status, own.text).toBeLessThan(300);
    const refused = await createBy(api.key, same);
    expect(refused.status, refused.text).toBe(409);
    expect(refused.body.error_code ?? code).toBe(code);
    const theirId = theirs.body._id ?? theirs.body.id;
    if (theirId !== schema.id) expect(refused.text).not.toContain(theirId);
    expect(refused.text).not.toContain(otherId);
  },
);

test('two organizations may have the same name', async () => {
  // Roles do not include the permission to create organizations, so the test sets it in the database.
  await api.directory.deps.database.updateTable('administrators').set({ creates_organizations: 1 }).execute();
  for (const key of [api.key, otherKey]) {
    const created = await api.send('POST', '/api/organizations', { name: 'Fabrikam' }, { 'x-api-key': key });
    expect(created.status, created.text).toBe(201);
  }
});

test('of two administrators who change the same version of a custom schema, the second one is refused', async () => {
  const urn = 'urn:contoso:scim:schemas:extension:versions:2.0:User';
  const definition = (name: string) => ({ id: urn, attributes: [{ name }] });
  await api.send('POST', '/api/schemas', definition('floor'));
  const path = `/api/schemas/${urn}`;
  const { etag } = (await api.send('GET', path)).headers;
  const ifMatch = { 'if-match': String(etag) };
  const change = (name: string) => api.send('PUT', path, definition(name), { 'x-api-key': api.key, ...ifMatch });
  const answers = await Promise.all([change('desk'), change('seat')]);
  expect(answers.map(({ status }) => status).toSorted((one, other) => one - other)).toEqual([200, 412]);
  const refused = answers.find(({ status }) => status === 412);
  expect(refused?.body.error_code).toBe('versionMismatch');
  expect(refused?.body.message).toContain('has changed since it was read');
  const now = await api.send('GET', path);
  expect(now.headers['etag']).not.toBe(etag);
  expect(now.headers['etag']).toBe(answers.find(({ status }) => status === 200)?.headers['etag']);
});
