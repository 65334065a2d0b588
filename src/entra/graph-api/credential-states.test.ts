import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestSession } from '../../rest-api/sessions.fixture.ts';
import { newApiKey, newToken } from '#admins/api-key.ts';
import { insertApiKey } from '#admins/api-key-store.ts';
import type { KeyOwner } from '#admins/key-record.ts';
import { insertSession } from '#admins/session-store.ts';
import { DAY_MS } from '#base/clock.ts';
import { createTestAdministrator } from '../../rest-api/rest-api.fixture.ts';
import { openTestGraph, type TestGraph } from './graph-api.fixture.ts';
import { GRAPH_PREFIX } from './graph-prefix.ts';

/** These tests send every kind of credential, in every state, to every interface, because one module identifies all callers. */

const interfaces = {
  scim: '/scim/v2/Users',
  me: '/scim/v2/Me',
  rest: '/api/systemusers',
  graph: `${GRAPH_PREFIX}/tenants`,
  administrator: '/api/organizations',
  portal: '/api/portal/me',
} as const;
type Interface = keyof typeof interfaces;
type Statuses = Readonly<Record<Interface, number>>;

/** The status with which each interface responds to a valid credential, by the kind of credential. */
const whenValid = {
  'key of an administrator': { scim: 200, me: 501, rest: 200, graph: 200, administrator: 200, portal: 403 },
  'access token of an administrator key': {
    scim: 200,
    me: 501,
    rest: 200,
    graph: 200,
    administrator: 200,
    portal: 403,
  },
  'session of an administrator': { scim: 403, me: 501, rest: 200, graph: 200, administrator: 200, portal: 403 },
  'token of an integration': { scim: 200, me: 501, rest: 403, graph: 403, administrator: 403, portal: 403 },
  'token of a user': { scim: 403, me: 200, rest: 403, graph: 403, administrator: 403, portal: 403 },
  'session of a user': { scim: 403, me: 200, rest: 403, graph: 403, administrator: 403, portal: 200 },
} as const satisfies Readonly<Record<string, Statuses>>;
type Kind = keyof typeof whenValid;
const kinds = Object.keys(whenValid) as readonly Kind[];

const states = ['valid', 'expired', 'owner suspended', 'must enroll', 'idle'] as const;
type State = (typeof states)[number];

function expected(kind: Kind, state: State): Statuses {
  const valid = whenValid[kind];
  const all = (change: (status: number) => number) =>
    Object.fromEntries(Object.entries(valid).map(([name, status]) => [name, change(status)])) as unknown as Statuses;
  const isSession = kind.startsWith('session');
  switch (state) {
    case 'expired':
      return all(() => 401);
    case 'owner suspended':
      // The owner of an integration's token is not a person, so it cannot be suspended.
      return kind === 'token of an integration' ? valid : all(() => 401);
    case 'must enroll':
      // If this kind of credential may never use a route, the route responds with 403 before it checks the second factor.
      return isSession ? all((status) => (status === 403 ? 403 : 401)) : valid;
    case 'idle':
      return isSession ? all(() => 401) : valid;
    case 'valid':
      return valid;
  }
}

let api: TestGraph;
beforeAll(async () => {
  api = await openTestGraph();
});
afterAll(() => api[Symbol.asyncDispose]());

const send = async (method: 'GET' | 'POST' | 'PUT', url: string, headers: Record<string, string>, payload?: object) =>
  await api.app.inject({ method, url, headers, ...(payload && { payload }) });
const asAdministrator = (method: 'POST' | 'PUT', url: string, payload: object) =>
  send(method, url, { 'x-api-key': api.key }, payload);

let count = 0;
async function makeUser(): Promise<string> {
  count += 1;
  const user = { username: `user${count}`, email: `user${count}@example.com` };
  return (await asAdministrator('POST', '/api/systemusers', user)).json()._id;
}

async function makeKey(owner: KeyOwner, expiresAt: Date): Promise<{ readonly id: string; readonly key: string }> {
  const { database, clock } = api.directory.deps;
  const key = newApiKey();
  const { organizationId } = api;
  const id = await insertApiKey(database, clock, { organizationId, owner, name: 'k', key, expiresAt });
  return { id, key };
}

/** Creates a credential and its owner. Returns the header that sends the credential, and the URL of the owner if the owner is a person. */
async function makeCredential(kind: Kind, days: number) {
  const { directory, organizationId } = api;
  const { database, clock } = directory.deps;
  const expiresAt = new Date(clock.now().getTime() + days * DAY_MS);
  if (kind === 'token of an integration') {
    const integrationId = directory.caller.origin.integration?.id ?? '';
    return { headers: { 'x-api-key': (await makeKey({ kind: 'integration', integrationId }, expiresAt)).key } };
  }
  if (kind.endsWith('user')) {
    const userId = await makeUser();
    const owner = { url: `/api/systemusers/${userId}`, enroll: { enable_user_portal_multifactor: true } };
    if (kind === 'session of a user') {
      return { headers: { ...(await openTestSession(directory, organizationId, { userId }, { days })) }, owner };
    }
    return { headers: { 'x-api-key': (await makeKey({ kind: 'user', userId }, expiresAt)).key }, owner };
  }
  const { id: administratorId } = await createTestAdministrator(
    directory.deps,
    'Administrator With Billing',
    organizationId,
  );
  const owner = { url: `/api/users/${administratorId}`, enroll: { enableMultiFactor: true } };
  if (kind === 'session of an administrator') {
    return { headers: { ...(await openTestSession(directory, organizationId, { administratorId }, { days })) }, owner };
  }
  const issued = await makeKey({ kind: 'administrator', administratorId, integrationId: null }, expiresAt);
  if (kind === 'key of an administrator') return { headers: { 'x-api-key': issued.key }, owner };
  const token = newToken('access');
  const place = { clientIp: undefined, userAgent: undefined, authMethods: [] };
  const access = { kind: 'access', keyId: issued.id } as const;
  await insertSession(database, clock, { organizationId, owner: access, token, expiresAt, ...place });
  return { headers: { authorization: `Bearer ${token}` }, owner };
}

async function enterState(state: State, owner: { readonly url: string; readonly enroll: object } | undefined) {
  if (state === 'idle') api.directory.clock.advance(DAY_MS / 2);
  const change =
    state === 'owner suspended' ? { suspended: true } : state === 'must enroll' ? owner?.enroll : undefined;
  if (owner === undefined || change === undefined) return;
  const answer = await asAdministrator('PUT', owner.url, change);
  expect(answer.statusCode, answer.body).toBe(200);
}

describe.for(kinds)('the credential "%s"', (kind) => {
  test.for(states)(
    'in the state "%s" gets the status listed in this file from each interface (SCIM, /Me, REST, Graph, portal)',
    async (state) => {
      const { headers, owner } = await makeCredential(kind, state === 'expired' ? 0 : 1);
      await enterState(state, owner);
      const statuses: Record<string, number> = {};
      for (const [name, url] of Object.entries(interfaces))
        statuses[name] = (await send('GET', url, headers)).statusCode;
      expect(statuses).toEqual(expected(kind, state));
    },
  );
});

test.for(['session of an administrator', 'session of a user'] as const)(
  'a %s who must set up a second factor can still read the session and list the passkeys',
  async (kind) => {
    const { headers, owner } = await makeCredential(kind, 1);
    await enterState('must enroll', owner);
    const place = kind === 'session of a user' ? 'portal' : 'auth';
    const answer = await send('GET', `/api/${place}/session`, headers);
    expect([answer.statusCode, answer.json().mustEnroll]).toEqual([200, true]);
    expect((await send('GET', `/api/${place}/passkeys`, headers)).statusCode).toBe(200);
  },
);
