import fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestDirectory, type TestDirectory } from '../../tests/support/directory.ts';
import { insertAdministrator } from '#admins/administrator-store.ts';
import { hashApiKey, newApiKey } from '#admins/api-key.ts';
import { insertApiKey, markRevoked } from '#admins/api-key-store.ts';
import { roles, type Permission, type Role } from '#admins/roles.ts';
import { listEvents } from '#audit/event-store.ts';
import { DAY_MS } from '#base/clock.ts';
import { createGroup } from '#directory/groups.ts';
import type { Caller } from '#directory/stored.ts';
import { createUser } from '#directory/users.ts';
import { TenantRouter } from '#access/tenant-router.ts';
import { createFleet } from '#shards/fleet.ts';
import { newRequestId } from '#base/request-ids.ts';
import { scimServer } from './plugin.ts';

/** A route of the server. All routes are collected from the server, so that a new route is tested without being named here. */
interface Route {
  readonly method: string;
  readonly path: string;
}

/** The permission that a route requires. */
const permissionOf = ({ method, path }: Route): Permission =>
  method !== 'GET' && path.includes('/Schemas') ? 'schemas' : 'scim';

let directory: TestDirectory;
let app: FastifyInstance;
let stranger: Caller;
let userId: string;
let groupId: string;
const routes: Route[] = [];
const keys = new Map<string, string>();

beforeAll(async () => {
  directory = await openTestDirectory();
  const { deps, caller } = directory;
  stranger = await directory.newCaller('Stranger');
  userId = (await createUser(deps, caller, { document: { userName: 'bob', displayName: 'staff' }, ignored: [] })).id;
  groupId = (await createGroup(deps, caller, { document: { displayName: 'staff' }, ignored: [] })).id;
  for (const role of Object.keys(roles) as Role[]) keys.set(role, await administratorKey(caller, role));
  keys.set('stranger', await administratorKey(stranger, 'Administrator With Billing'));
  keys.set('integration token', await integrationToken(caller, null));
  keys.set('user', await userToken(caller, userId));
  keys.set('expired', await integrationToken(caller, new Date(directory.clock.now().getTime() + DAY_MS)));
  directory.clock.advance(DAY_MS);

  app = fastify({ logger: false, genReqId: () => newRequestId(deps.clock.now()) });
  app.addHook('onRoute', ({ method, url }) => {
    for (const one of [method].flat()) if (one !== 'HEAD' && one !== 'OPTIONS') routes.push({ method: one, path: url });
  });
  await app.register(scimServer, {
    prefix: '/scim/v2',
    deps,
    tenants: new TenantRouter(deps, createFleet(deps.clock, deps.database)),
    publicUrl: () => 'http://x',
  });
  await app.ready();
});
afterAll(async () => {
  await app.close();
  await directory[Symbol.asyncDispose]();
});

async function administratorKey({ origin }: Caller, role: Role): Promise<string> {
  const { database, clock } = directory.deps;
  const { organizationId } = origin;
  const email = `${role}-${organizationId}@localhost`;
  const { id } = await insertAdministrator(database, clock, {
    organizationId,
    email,
    name: role,
    role,
    passwordHash: null,
  });
  const key = newApiKey();
  const owner = { kind: 'administrator', administratorId: id, integrationId: null } as const;
  await insertApiKey(database, clock, { organizationId, owner, name: role, key, expiresAt: null });
  return key;
}

async function integrationToken({ origin }: Caller, expiresAt: Date | null): Promise<string> {
  const { database, clock } = directory.deps;
  const key = newApiKey();
  const owner = { kind: 'integration', integrationId: origin.integration?.id ?? '' } as const;
  await insertApiKey(database, clock, { organizationId: origin.organizationId, owner, name: 'token', key, expiresAt });
  return key;
}

async function userToken({ origin }: Caller, id: string): Promise<string> {
  const { database, clock } = directory.deps;
  const key = newApiKey();
  const owner = { kind: 'user', userId: id } as const;
  await insertApiKey(database, clock, {
    organizationId: origin.organizationId,
    owner,
    name: 'own',
    key,
    expiresAt: null,
  });
  return key;
}

async function send({ method, path }: Route, key: string | undefined) {
  const id = path.includes('/Groups') ? groupId : userId;
  const answer = await app.inject({
    method: method as 'GET',
    url: path.replace(':id', id),
    headers: key === undefined ? {} : { authorization: `Bearer ${key}` },
    ...(method !== 'GET' && { payload: bodies[method] ?? {} }),
  });
  return answer;
}

/** Valid bodies, so that a refusal comes from the permission check and not from the parser. */
const bodies: Readonly<Record<string, object>> = {
  PUT: { userName: 'bob', displayName: 'staff' },
  PATCH: {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
    Operations: [{ op: 'replace', path: 'displayName', value: 'taken over' }],
  },
};

const eventCount = async (organizationId: string) =>
  (
    await directory.deps.database
      .selectFrom('events')
      .select((expression) => expression.fn.countAll<number>().as('count'))
      .where('organization_id', '=', organizationId)
      .executeTakeFirstOrThrow()
  ).count;

describe('every route', () => {
  test('is covered by these tests', () => {
    const known = routes.map(({ method, path }) => `${method} ${path}`);
    expect(known).toEqual(
      expect.arrayContaining(['POST /scim/v2/Users', 'PATCH /scim/v2/Groups/:id', 'GET /scim/v2/Schemas/:id']),
    );
    expect(known.length).toBeGreaterThan(20);
  });

  test('except ServiceProviderConfig refuses a request with no key, an unknown key, or an expired key', async () => {
    // RFC 7643 §5: a client can read ServiceProviderConfig before it has a key.
    const closed = routes.filter(({ path }) => !path.endsWith('/ServiceProviderConfig'));
    for (const route of closed) {
      for (const key of [undefined, 'unknown', newApiKey(), keys.get('expired')]) {
        const answer = await send(route, key);
        expect(answer.statusCode, `${route.method} ${route.path}`).toBe(401);
        expect(answer.headers['www-authenticate']).toMatch(/^Bearer/);
        expect(answer.headers['content-type']).toContain('application/scim+json');
      }
    }
  });

  test('refuses every role that lacks the permission for the route, and records an event', async () => {
    const { organizationId } = directory.caller.origin;
    for (const [role, permissions] of Object.entries(roles)) {
      for (const route of routes) {
        if (new Set<Permission>(permissions).has(permissionOf(route))) continue;
        const before = await eventCount(organizationId);
        const answer = await send(route, keys.get(role));
        expect(answer.statusCode, `${role}: ${route.method} ${route.path}`).toBe(403);
        expect(answer.json()).toMatchObject({ status: '403', detail: expect.stringContaining(role) });
        expect(await eventCount(organizationId)).toBe(before + 1);
      }
    }
  });

  test('except discovery and /Me refuses the token of a user, and records an event', async () => {
    const { organizationId } = directory.caller.origin;
    const open = /^(GET .*\/(Schemas|ResourceTypes|ServiceProviderConfig)(\/:id)?|(GET|PUT|PATCH) .*\/Me)$/;
    const opened = routes.filter(({ method, path }) => open.test(`${method} ${path}`));
    expect(opened).toHaveLength(8);
    for (const route of routes) {
      const before = await eventCount(organizationId);
      const answer = await send(route, keys.get('user'));
      const name = `${route.method} ${route.path}`;
      // The body of the PATCH changes an attribute that the user may not change, so the PATCH is refused after the permission check.
      if (opened.includes(route) && route.method !== 'PATCH') {
        expect(answer.statusCode, name).not.toBeOneOf([401, 403]);
        if (route.path.endsWith('/Me')) expect(answer.json(), name).toMatchObject({ id: userId, userName: 'bob' });
      } else {
        expect(answer.statusCode, name).toBe(403);
        const reason = opened.includes(route) ? 'displayName belongs to the integration "Entra ID"' : 'the user "bob"';
        expect(answer.json(), name).toMatchObject({ detail: expect.stringContaining(reason) });
        expect(await eventCount(organizationId), name).toBe(before + 1);
      }
    }
    expect((await send({ method: 'GET', path: '/scim/v2/Nothing' }, keys.get('user'))).statusCode).toBe(403);
  });

  test('does not let a caller from another organization see or change users and groups', async () => {
    for (const route of routes.filter(({ path }) => /\/(Users|Groups)(\/:id)?$/.test(path))) {
      const answer = await send(route, keys.get('stranger'));
      if (route.path.endsWith(':id')) expect(answer.statusCode, `${route.method} ${route.path}`).toBe(404);
      expect(answer.body).not.toContain('bob');
      expect(answer.body).not.toContain('staff');
    }
    expect((await send({ method: 'GET', path: '/scim/v2/Users/:id' }, keys.get('Manager'))).json()).toMatchObject({
      userName: 'bob',
    });
    expect((await send({ method: 'GET', path: '/scim/v2/Groups/:id' }, keys.get('Manager'))).json()).toMatchObject({
      displayName: 'staff',
    });
  });

  test('accepts managers, administrators, and integration tokens, but only administrators may change schemas', async () => {
    // Leaves out DELETE, because later tests need the user and the group.
    const harmless = routes.filter(({ method }) => method !== 'DELETE');
    for (const who of ['Administrator With Billing', 'Administrator', 'Manager', 'integration token']) {
      for (const route of harmless) {
        const answer = await send(route, keys.get(who));
        const name = `${who}: ${route.method} ${route.path}`;
        const mayDefine = who.startsWith('Administrator');
        if (permissionOf(route) === 'scim' || mayDefine) expect(answer.statusCode, name).not.toBeOneOf([401, 403]);
        else expect(answer.statusCode, name).toBe(403);
      }
    }
  });
});

test('each request that changes data records one event, in the organization of its caller', async () => {
  const { organizationId } = directory.caller.origin;
  const key = keys.get('integration token') ?? '';
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/scim+json' };
  const theirs = await eventCount(stranger.origin.organizationId);
  const created = await app.inject({
    method: 'POST',
    url: '/scim/v2/Users',
    headers,
    payload: { userName: 'eve', displayName: 'Eve' },
  });
  const url = `/scim/v2/Users/${created.json<{ id: string }>().id}`;
  await app.inject({
    method: 'PATCH',
    url,
    headers,
    payload: {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: [{ op: 'replace', path: 'displayName', value: 'Eva' }],
    },
  });
  await app.inject({ method: 'PUT', url, headers, payload: { userName: 'eve', title: 'Engineer' } });
  await app.inject({ method: 'DELETE', url, headers });
  await app.inject({ method: 'DELETE', url, headers });
  const events = await listEvents(directory.deps.database, {
    organizationId,
    target: url.split('/').at(-1) ?? '',
    limit: 10,
  });
  expect(events.map((event) => event['event_type'])).toEqual([
    'request_refused',
    'user_delete',
    'user_update',
    'user_update',
    'user_create',
  ]);
  expect(events[3]).toMatchObject({
    changes: [{ field: 'displayName', from: 'Eve', to: 'Eva' }],
    initiated_by: {
      type: 'integration',
      name: 'Entra ID',
      source: 'tanhua:scim',
      source_metadata: { name: 'Entra ID' },
    },
    integration: { name: 'Entra ID' },
    request: { method: 'PATCH', path: url, header: 'bearer' },
    client_ip: '127.0.0.1',
    success: true,
  });
  expect(events[0]).toMatchObject({
    success: false,
    error_code: 'resourceNotFound',
    message_chain: { response_code: 404 },
  });
  expect(await eventCount(stranger.origin.organizationId)).toBe(theirs);
});

test('the use of a revoked key is recorded as an event of the organization of the key', async () => {
  const { database, clock } = directory.deps;
  const { organizationId } = directory.caller.origin;
  const key = await integrationToken(directory.caller, null);
  const row = await database
    .selectFrom('api_keys')
    .select('id')
    .where('hash', '=', hashApiKey(key))
    .executeTakeFirstOrThrow();
  await markRevoked(database, organizationId, row.id, clock.now());
  await send({ method: 'GET', path: '/scim/v2/Users' }, key);
  const [event] = await listEvents(database, { organizationId, limit: 1 });
  expect(event).toMatchObject({ event_type: 'sign_in_refused', error_code: 'keyRevoked' });
});
