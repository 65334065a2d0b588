import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newApiKey } from '#admins/api-key.ts';
import { insertApiKey } from '#admins/api-key-store.ts';
import { permissionsOf, roleNames } from '#admins/roles.ts';
import { systemClock } from '#base/clock.ts';
import { createUser } from '#directory/users.ts';
import type { Route } from '#rest-api/route.ts';
import { loopbackAccess } from '../wire/loopback-access.fixture.ts';
import { graphRoutes } from './all-graph-routes.ts';
import { openTestGraph, type TestGraph } from './graph-api.fixture.ts';
import { OnDemandLimit } from './on-demand-limit.ts';
import { ManualCycles } from './manual-cycles.ts';

const routes = graphRoutes({
  onDemand: new OnDemandLimit(systemClock),
  cycles: new ManualCycles(),
  mode: 'on',
  offText: '',
  access: loopbackAccess(),
});
const named = routes.map((route) => [`${route.method} ${route.path}`, route] as const);

let graph: TestGraph;
let strangerKey: string;
const keys = new Map<string, string>();
/** Ids of objects that exist, so that a request is rejected because of its caller and not because of a missing object. */
const ids: Record<string, string> = {};

beforeAll(async () => {
  graph = await openTestGraph();
  const client = graph.client();
  const tenant = await client.tenants.create({ displayName: 'Contoso', domain: 'contoso.example' });
  const user = await client.users.create({ displayName: 'Ann', userPrincipalName: 'ann@contoso.example' });
  const group = await client.groups.create({ displayName: 'Pilots' });
  const { servicePrincipal } = await client.servicePrincipals.instantiate({ displayName: 'Tanhua' });
  const [job] = (await client.servicePrincipals.jobs(servicePrincipal.id)).value;
  const { id: assignmentId } = await client.assignments.create(servicePrincipal.id, { principalId: user.id });
  Object.assign(ids, {
    tenants: tenant.id,
    users: user.id,
    groups: group.id,
    servicePrincipals: servicePrincipal.id,
    jobId: job?.id,
    assignmentId,
    memberId: user.id,
  });
  const stranger = await graph.directory.newCaller('Stranger');
  strangerKey = await graph.keyOf('Administrator With Billing', stranger.origin.organizationId);
  for (const role of roleNames) keys.set(role, await graph.keyOf(role));
  const { deps, caller } = graph.directory;
  const document = { userName: 'bob', emails: [{ value: 'bob@example.com', primary: true }] };
  const { id: userId } = await createUser(deps, caller, { document, ignored: [] });
  const key = newApiKey();
  await insertApiKey(deps.database, deps.clock, {
    organizationId: graph.organizationId,
    owner: { kind: 'user', userId },
    name: 'user token',
    key,
    expiresAt: null,
  });
  keys.set('user token', key);
  keys.set('integration token', graph.scimKey);
});
afterAll(() => graph[Symbol.asyncDispose]());

const pathOf = ({ path }: Route) => {
  const [, kind = ''] = path.split('/');
  return path.replaceAll(/:(\w+)/g, (_, name: string) => ids[name === 'id' ? kind : name] ?? '0123456789abcdef');
};
const ask = (route: Route, key: string | undefined, headers: Readonly<Record<string, string>> = {}) =>
  graph.send(
    route.method,
    pathOf(route),
    route.method === 'GET' || route.method === 'DELETE' ? undefined : {},
    key === undefined ? headers : { 'x-api-key': key, ...headers },
  );

describe('Graph API routes', () => {
  test('require the permission entra.read for reads and entra.write for changes', () => {
    expect(routes.length).toBeGreaterThan(60);
    for (const { access, method, path } of routes) {
      expect(['entra.read', 'entra.write'], path).toContain(access);
      if (access === 'entra.read' && method !== 'GET') expect(path).toMatch(/(?:parse|explain)Expression$/);
      if (method === 'GET') expect(access, path).toBe('entra.read');
    }
  });

  test('each have a unique combination of method and path', () => {
    expect(new Set(named.map(([name]) => name)).size).toBe(named.length);
  });

  test.for(named)('%s rejects a request without a key or with an unknown key', async ([, route]) => {
    for (const key of [undefined, newApiKey()]) {
      const answer = await ask(route, key);
      expect(answer.status).toBe(401);
      expect(answer.headers['www-authenticate']).toContain('Bearer');
      expect(answer.body.error).toMatchObject({ code: 'InvalidAuthenticationToken', message: expect.any(String) });
    }
  });

  test.for(named)(
    '%s rejects roles without its permission, and tokens of users and integrations',
    async ([, route]) => {
      for (const [name, key] of keys) {
        const isPermitted = roleNames.some(
          (role) => role === name && permissionsOf(role).has(route.access as 'entra.read'),
        );
        // Skips permitted callers, because they would delete objects that other tests need. The tests at the end use permitted callers.
        if (isPermitted) continue;
        const answer = await ask(route, key);
        expect([answer.status, answer.body.error.innerError.error_code], name).toEqual([403, 'roleForbidden']);
        expect(answer.body.error.code).toBe('Authorization_RequestDenied');
      }
    },
  );

  test.for(named)('%s finds no objects of another organization', async ([, route]) => {
    const answer = await ask(route, strangerKey);
    // The other organization has no tenant, so its list of tenants is empty. A tenant cannot be created without a body.
    if (route.path === '/tenants') {
      expect(answer.status).toBe(route.method === 'GET' ? 200 : 400);
      if (route.method === 'GET') expect(answer.body.value).toEqual([]);
    } else {
      expect([400, 404], answer.text).toContain(answer.status);
    }
    const named = await ask(route, strangerKey, { 'x-entra-tenant': ids['tenants'] ?? '' });
    if (route.path !== '/tenants') expect([400, 404], named.text).toContain(named.status);
    const forced = await ask(route, strangerKey, { 'x-org-id': graph.organizationId });
    expect(forced.status).toBe(404);
    expect(answer.text + named.text).not.toContain('Contoso');
  });

  test.for(named.filter(([, { method }]) => method !== 'DELETE'))(
    '%s accepts every role that has its permission',
    async ([, route]) => {
      for (const role of roleNames.filter((name) => permissionsOf(name).has(route.access as 'entra.read'))) {
        const answer = await ask(route, keys.get(role));
        expect([401, 403], answer.text).not.toContain(answer.status);
        expect(answer.status, answer.text).toBeLessThan(500);
      }
    },
  );

  test.for(named.filter(([, { method }]) => method === 'DELETE').toReversed())(
    '%s accepts every role that has entra.write',
    async ([, route]) => {
      for (const role of roleNames.filter((name) => permissionsOf(name).has('entra.write'))) {
        const answer = await ask(route, keys.get(role));
        expect([200, 204, 404, 409], answer.text).toContain(answer.status);
      }
    },
  );
});

test('the Manager and Read Only roles may only read in the Graph API, and both administrator roles may also write', () => {
  const rolesWith = (permission: 'entra.read' | 'entra.write') =>
    roleNames.filter((role) => permissionsOf(role).has(permission));
  expect(rolesWith('entra.read')).toEqual(['Administrator With Billing', 'Administrator', 'Manager', 'Read Only']);
  expect(rolesWith('entra.write')).toEqual(['Administrator With Billing', 'Administrator']);
});
