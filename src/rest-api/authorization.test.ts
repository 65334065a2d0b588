import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testEngine } from '../../tests/support/test-database.ts';
import { insertLink } from '#admins/administrator-link-store.ts';
import { newApiKey } from '#admins/api-key.ts';
import { insertApiKey } from '#admins/api-key-store.ts';
import { permissions, permissionsOf, roleNames, type Permission } from '#admins/roles.ts';
import { createUser } from '#directory/users.ts';
import { allRoutes } from './all-routes.ts';
import { openTestRestApi, type TestRestApi } from './rest-api.fixture.ts';
import type { Route } from './route.ts';

let api: TestRestApi;
const keys = new Map<string, string>();
let strangerKey: string;
let strangerOrganization: string;
let userId: string;

beforeAll(async () => {
  api = await openTestRestApi();
  const { deps, caller } = api.directory;
  const stranger = await api.directory.newCaller('Stranger');
  strangerOrganization = stranger.origin.organizationId;
  strangerKey = await api.keyOf('Administrator With Billing', strangerOrganization);
  for (const role of roleNames) keys.set(role, await api.keyOf(role));
  const document = { userName: 'bob', emails: [{ value: 'bob@example.com', primary: true }] };
  userId = (await createUser(deps, caller, { document, ignored: [] })).id;
  for (const [name, owner] of [
    ['integration token', { kind: 'integration', integrationId: caller.origin.integration?.id ?? '' }],
    ['user token', { kind: 'user', userId }],
  ] as const) {
    const key = newApiKey();
    await insertApiKey(deps.database, deps.clock, {
      organizationId: api.organizationId,
      owner,
      name,
      key,
      expiresAt: null,
    });
    keys.set(name, key);
  }
});
afterAll(() => api[Symbol.asyncDispose]());

const guarded = allRoutes.filter(({ access }) => access !== 'anyone');
/** All routes on SQLite. On PostgreSQL, one route of each kind of access is enough: the decision does not depend on the database. */
const testedRoutes =
  testEngine() === 'sqlite'
    ? guarded
    : [...Map.groupBy(guarded, ({ access }) => access).values()].flatMap(([first]) => first ?? []);
const isPermission = (access: Route['access']): access is Permission => Object.hasOwn(permissions, access);
const nameOf = ({ method, path }: Route) => `${method} ${path}`;
/** Fills the path with an id that does not exist, because only the caller matters here. */
const pathOf = ({ path }: Route) => path.replaceAll(/:\w+/g, '0123456789abcdef01234567');
const ask = (route: Route, key: string | undefined, headers: Readonly<Record<string, string>> = {}) =>
  api.send(
    route.method,
    pathOf(route),
    route.method === 'GET' || route.method === 'DELETE' ? undefined : {},
    key === undefined ? headers : { 'x-api-key': key, ...headers },
  );
const eventCount = async () => {
  const events = api.directory.deps.database.selectFrom('events').where('organization_id', '=', api.organizationId);
  const { count } = await events.select(({ fn }) => fn.countAll().as('count')).executeTakeFirstOrThrow();
  return Number(count);
};

describe('REST API routes', () => {
  test('require a credential unless they are in the list of open routes', () => {
    expect(guarded.length).toBeGreaterThan(90);
    const open = allRoutes.filter(({ access }) => access === 'anyone').map(nameOf);
    expect(open.toSorted()).toEqual(
      [
        'GET /.well-known/oauth-authorization-server',
        'GET /api/docs',
        'GET /api/openapi.json',
        'POST /api/auth/sign-in/code',
        'GET /api/portal/organization',
        'POST /oauth2/token',
        ...['/api/auth', '/api/portal'].flatMap((prefix) =>
          [
            'activate',
            'forgot',
            'link',
            'reset',
            'sign-in',
            'sign-in/passkey',
            'sign-in/passkey/options',
            'sign-out',
          ].map((name) => `POST ${prefix}/${name}`),
        ),
      ].toSorted(),
    );
  });

  test.for(testedRoutes.map((route) => [nameOf(route), route] as const))(
    '%s refuses a request without a key or with an unknown key',
    async ([, route]) => {
      for (const key of [undefined, newApiKey()]) {
        const answer = await ask(route, key);
        expect(answer.status).toBe(401);
        expect(answer.headers['www-authenticate']).toContain('Bearer');
        expect(answer.body).toMatchObject({ code: 401, status: 'UNAUTHENTICATED' });
      }
    },
  );

  test.for(testedRoutes.map((route) => [nameOf(route), route] as const))(
    '%s is open to the roles with its permission and to no other role',
    async ([, route]) => {
      for (const role of roleNames) {
        const may =
          route.access === 'administrator' || (isPermission(route.access) && permissionsOf(role).has(route.access));
        const before = await eventCount();
        const answer = await ask(route, keys.get(role));
        const refusedByRole = answer.status === 403 && answer.body?.error_code === 'roleForbidden';
        expect(refusedByRole, `${role}: ${answer.text.slice(0, 200)}`).toBe(!may);
        expect(answer.status, answer.text).toBeLessThan(500);
        if (!may) expect(await eventCount()).toBe(before + 1);
      }
    },
  );

  test.for(testedRoutes.map((route) => [nameOf(route), route] as const))(
    '%s refuses tokens of integrations and tokens of users',
    async ([, route]) => {
      for (const name of ['integration token', 'user token']) {
        const answer = await ask(route, keys.get(name));
        expect([answer.status, answer.body.error_code], name).toEqual([403, 'roleForbidden']);
      }
    },
  );

  test.for(testedRoutes.filter(({ access }) => access !== 'user').map((route) => [nameOf(route), route] as const))(
    '%s refuses a request for an organization that the caller does not work for',
    async ([, route]) => {
      const answer = await ask(route, strangerKey, { 'x-org-id': api.organizationId });
      expect([400, 403, 404]).toContain(answer.status);
      expect(['organizationMismatch', 'organizationUnsupported', 'notFound']).toContain(answer.body.error_code);
    },
  );
});

test('an organization cannot read the users and events of another organization', async () => {
  for (const path of [
    `/api/systemusers/${userId}`,
    `/api/systemusers/${userId}/sshkeys`,
    `/api/v2/users/${userId}/memberof`,
  ]) {
    expect((await api.send('GET', path)).status, path).toBe(200);
    expect((await api.send('GET', path, undefined, { 'x-api-key': strangerKey })).status, path).toBe(404);
  }
  const own = await api.send('GET', '/api/systemusers', undefined, { 'x-api-key': strangerKey });
  expect(own.body).toEqual({ totalCount: 0, results: [] });
  const events = { service: ['all'], start_time: '2020-01-01T00:00:00Z', search_term: { 'resource.id': userId } };
  expect((await api.send('POST', '/insights/directory/v1/events', events)).body.length).toBeGreaterThan(0);
  const seen = await api.send('POST', '/insights/directory/v1/events', events, { 'x-api-key': strangerKey });
  // The other organization finds only its own refused requests, and no events of the user.
  expect(
    seen.body.map((event: { event_type: string; organization: string }) => [event.event_type, event.organization]),
  ).toEqual(seen.body.map(() => ['request_refused', strangerOrganization]));
});

test('a request with an invalid x-org-id header gets the documented errors', async () => {
  const send = (headers: Record<string, string>, path = '/api/systemusers') =>
    api.send('GET', path, undefined, { 'x-api-key': api.key, ...headers });
  expect((await send({ 'x-org-id': api.organizationId })).status).toBe(200);
  expect((await send({ 'x-org-id': 'nonsense' })).status).toBe(400);
  expect((await send({ 'x-org-id': '0'.repeat(24) })).status).toBe(404);
  expect((await send({ 'x-org-id': api.organizationId }, `/api/organizations/${'0'.repeat(24)}`)).status).toBe(400);
  expect((await send({ 'x-org-id': api.organizationId }, '/api/organizations')).status).toBe(403);
});

test('an administrator of two organizations must name one in each request, and has the role of that organization', async () => {
  const { id, key } = await api.administratorOf('Administrator With Billing');
  const link = `/api/users/${id}/organizationlinks/${strangerOrganization}`;
  // The caller does not work for the other organization, so it cannot let an administrator in there.
  expect(await api.send('PUT', link, { role: 'Read Only' })).toMatchObject({ status: 404 });
  const { database } = api.directory.deps;
  const home = { id, organizationId: api.organizationId };
  await insertLink(database, home, { organizationId: strangerOrganization, role: 'Read Only' });
  const as = (headers: Record<string, string>, method: 'GET' | 'POST' = 'GET') =>
    api.send(method, '/api/systemusers', method === 'POST' ? { username: 'x', email: 'x@example.com' } : undefined, {
      'x-api-key': key,
      ...headers,
    });
  expect(await as({})).toMatchObject({ status: 401, body: { error_code: 'organizationUnclear' } });
  expect((await as({ 'x-org-id': api.organizationId })).body.totalCount).toBe(1);
  expect((await as({ 'x-org-id': strangerOrganization })).body.totalCount).toBe(0);
  expect(await as({ 'x-org-id': strangerOrganization }, 'POST')).toMatchObject({
    status: 403,
    body: { error_code: 'roleForbidden' },
  });
  const own = await api.send('GET', '/api/organizations', undefined, { 'x-api-key': key });
  expect(own.body.results.map((one: { _id: string }) => one._id)).toEqual([api.organizationId, strangerOrganization]);
  expect((await api.send('DELETE', link)).status).toBe(204);
  expect((await as({})).status).toBe(200);
});
