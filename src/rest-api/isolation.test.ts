import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rowsOf } from '../../tests/support/rows-of.ts';
import { allRoutes } from './all-routes.ts';
import type { RestAnswer } from './rest-api.fixture.ts';
import type { Route } from './route.ts';
import {
  openTwoOrganizations,
  PASSWORD,
  type FilledOrganization,
  type Ids,
  type TwoOrganizations,
} from './two-organizations.fixture.ts';

/**
 * Organizations never see or change each other's objects. The two organizations have objects with the same names, so a
 * statement that does not filter by organization finds two rows instead of one. On PostgreSQL, row-level security would hide
 * this error, so SQLite is the engine that matters here.
 */

type Parameters = Readonly<Record<string, keyof Ids>>;

interface Case {
  /** The object that each parameter of the path names. */
  readonly ids: Parameters;
  readonly body?: unknown;
  /** The query, with placeholders for ids. */
  readonly query?: string;
  /** The status for an object of another organization; 404 by default. */
  readonly status?: number;
  /** The status for an object of the caller's own organization, if it is not 2xx. */
  readonly ownStatus?: number;
}

const user = { id: 'user' } as const;
const group = { id: 'group' } as const;
const administrator = { id: 'administrator' } as const;
const radiusServer = { id: 'radiusServer' } as const;
const radiusClient = { id: 'radiusServer', clientId: 'radiusClient' } as const;

/** Every route that names an object in its path. For each kind of object, the routes that delete come last. */
const cases: Readonly<Record<string, Case>> = {
  'GET /api/systemusers/:id': { ids: user },
  'PUT /api/systemusers/:id': { ids: user, body: { department: 'Taken' } },
  'POST /api/systemusers/:id/state/activate': { ids: user, body: {} },
  'POST /api/systemusers/:id/restore': {
    ids: { id: 'deleted' },
    body: { username: 'back', email: 'back@example.com' },
  },
  'POST /api/systemusers/:id/unlock': { ids: user },
  'POST /api/systemusers/:id/expire': { ids: user },
  'GET /api/systemusers/:id/sshkeys': { ids: user },
  'POST /api/systemusers/:id/sshkeys': { ids: user, body: { name: 'x', public_key: 'ssh-ed25519 AAAA' } },
  // Returns 200 for an unknown user too, because the timeline lists refused requests of the caller's own organization.
  'GET /api/systemusers/:id/timeline': { ids: user, status: 200 },
  'GET /api/groups/:id': { ids: group },
  'POST /api/groups/:id/removals': { ids: group, body: { people: { ids: ['$user'] }, expected: 1 } },
  'GET /api/v2/usergroups/:id': { ids: group },
  'PUT /api/v2/usergroups/:id': { ids: group, body: { name: 'Taken' } },
  'PATCH /api/v2/usergroups/:id': { ids: group, body: { description: 'Taken' } },
  'GET /api/v2/usergroups/:id/members': { ids: group },
  'GET /api/v2/usergroups/:id/membership': { ids: group },
  'POST /api/v2/usergroups/:id/members': { ids: group, body: { op: 'remove', type: 'user', id: '$user' } },
  'GET /api/v2/users/:id/memberof': { ids: user },
  'GET /api/radiusservers/:id': { ids: radiusServer },
  'PUT /api/radiusservers/:id': { ids: radiusServer, body: { name: 'Taken' } },
  'GET /api/radiusservers/:id/reply': { ids: radiusServer, query: '?user=$user' },
  'GET /api/radiusservers/:id/clients': { ids: radiusServer },
  'POST /api/radiusservers/:id/clients': { ids: radiusServer, body: { name: 'Taken', network: '192.0.2.1' } },
  'GET /api/radiusservers/:id/clients/:clientId': { ids: radiusClient },
  'PUT /api/radiusservers/:id/clients/:clientId': { ids: radiusClient, body: { name: 'Changed' } },
  'POST /api/radiusservers/:id/clients/:clientId/secret': { ids: radiusClient, body: {} },
  'GET /api/radiusservers/:id/users': { ids: radiusServer },
  'GET /api/v2/radiusservers/:id/users': { ids: radiusServer },
  'GET /api/radiusservers/:id/associations': { ids: radiusServer },
  'GET /api/v2/radiusservers/:id/associations': { ids: radiusServer },
  'GET /api/v2/users/:id/radiusservers': { ids: user },
  'GET /api/v2/usergroups/:id/radiusservers': { ids: group },
  'GET /api/v2/usergroups/:id/radius': { ids: group },
  'PUT /api/v2/usergroups/:id/radius': { ids: group, body: { replies: [] } },
  'POST /api/radiusservers/:id/associations': { ids: radiusServer, body: { op: 'remove', id: '$group' } },
  'POST /api/v2/radiusservers/:id/associations': { ids: radiusServer, body: { op: 'add', id: '$group' } },
  'DELETE /api/radiusservers/:id/clients/:clientId': { ids: radiusClient },
  'DELETE /api/radiusservers/:id': { ids: radiusServer },
  'GET /api/v2/bulk/users/:id/results': { ids: { id: 'job' } },
  'GET /api/jobs/:id': { ids: { id: 'job' } },
  'GET /api/jobs/:id/results.csv': { ids: { id: 'job' } },
  'GET /api/users/:id': { ids: administrator },
  'PUT /api/users/:id': { ids: { id: 'linked' }, body: { firstname: 'Taken' } },
  'POST /api/users/reactivate/:id': { ids: { id: 'linked' } },
  'GET /api/users/:id/sessions': { ids: administrator },
  'GET /api/v2/roles/:id': { ids: { id: 'role' } },
  'PUT /api/v2/roles/:id': { ids: { id: 'role' }, body: { name: 'Taken', description: '', scopes: ['users.read'] } },
  'GET /api/keys/:id': { ids: { id: 'key' } },
  'PUT /api/keys/:id': { ids: { id: 'key' }, body: { name: 'Taken' } },
  'POST /api/keys/:id/rotate': { ids: { id: 'key' }, body: {} },
  'GET /api/integrations/:id': { ids: { id: 'integration' } },
  'PUT /api/integrations/:id': { ids: { id: 'integration' }, body: { name: 'Taken' } },
  'GET /api/integrations/:id/tokens': { ids: { id: 'integration' } },
  'POST /api/integrations/:id/tokens': { ids: { id: 'integration' }, body: { name: 'Taken' } },
  'GET /api/organizations/:id': { ids: { id: 'organization' } },
  'GET /api/organizations/:id/settings': { ids: { id: 'organization' } },
  'GET /api/schemas/:id': { ids: { id: 'schema' } },
  'PUT /api/schemas/:id': { ids: { id: 'schema' }, body: { id: '$schema', attributes: [{ name: 'taken' }] } },
  'DELETE /api/schemas/:id': { ids: { id: 'schema' } },
  'PUT /api/organizations/:id': { ids: { id: 'organization' }, body: { displayName: 'Taken' } },
  'GET /api/users/:id/organizationlinks': { ids: { id: 'linked' } },
  // The caller may not manage administrators in the third organization, so the request is refused even for the caller's own administrator.
  'PUT /api/users/:id/organizationlinks/:organizationId': {
    ids: { id: 'linked', organizationId: 'third' },
    body: { role: 'Read Only' },
    ownStatus: 404,
  },
  'GET /api/events/:id': { ids: { id: 'event' } },
  'GET /api/requests/:id': { ids: { id: 'request' } },
  'POST /api/requests/:id/replay': { ids: { id: 'request' } },
  'POST /api/integrations/:id/preview': { ids: { id: 'integration' }, body: { rules: { email: 'optional' } } },
  'GET /api/mail/outbox/:id': { ids: { id: 'mail' } },
  'POST /api/mail/outbox/:id/resend': { ids: { id: 'mail' } },
  'POST /api/mail/outbox/:id/link': { ids: { id: 'mail' }, ownStatus: 403 },
  'PUT /api/auth/passkeys/:id': { ids: { id: 'passkey' }, body: { name: 'Taken' } },
  'PUT /api/portal/passkeys/:id': { ids: { id: 'userPasskey' }, body: { name: 'Taken' } },
  'DELETE /api/auth/passkeys/:id': { ids: { id: 'passkey' }, body: { password: PASSWORD } },
  'DELETE /api/auth/sessions/:id': { ids: { id: 'session' } },
  'DELETE /api/portal/passkeys/:id': { ids: { id: 'userPasskey' }, body: { password: PASSWORD } },
  'DELETE /api/portal/sshkeys/:id': { ids: { id: 'sshKey' } },
  'DELETE /api/portal/sessions/:id': { ids: { id: 'userSession' } },
  'POST /api/systemusers/:id/resetmfa': { ids: user, body: {} },
  'DELETE /api/systemusers/:id/sshkeys/:keyId': { ids: { id: 'user', keyId: 'secondSshKey' } },
  'DELETE /api/v2/bulk/userstates/:id': { ids: { id: 'schedule' } },
  'DELETE /api/users/:id/organizationlinks/:organizationId': { ids: { id: 'linked', organizationId: 'third' } },
  'DELETE /api/administratorlinks/:id': { ids: { id: 'guest' } },
  'DELETE /api/users/:id/sessions/:sessionId': { ids: { id: 'linked', sessionId: 'linkedSession' } },
  'DELETE /api/users/:id/sessions': { ids: administrator },
  'DELETE /api/v2/roles/:id': { ids: { id: 'role' } },
  'DELETE /api/keys/:id': { ids: { id: 'key' } },
  'POST /api/systemusers/:id/adopt': { ids: user, body: { integration: 'Entra ID' } },
  'POST /api/v2/usergroups/:id/adopt': { ids: { id: 'secondGroup' }, body: { integration: 'Entra ID' } },
  'DELETE /api/v2/usergroups/:id': { ids: group },
  'DELETE /api/systemusers/:id': { ids: user },
  // Ends the sessions of the administrator, so it comes after the routes that need these sessions.
  'POST /api/users/resettotp/:id': { ids: { id: 'linked' } },
  'DELETE /api/users/:id': { ids: { id: 'linked' } },
};

let two: TwoOrganizations;
let own: FilledOrganization;
let other: FilledOrganization;
/** The responses that `own` receives before the other organization exists. */
const alone = new Map<string, RestAnswer>();

const nameOf = ({ method, path }: Route) => `${method} ${path}`;
const routes = new Map(allRoutes.map((route) => [nameOf(route), route]));

function credentialFor(path: string, { key, session, userSession }: FilledOrganization) {
  if (path.startsWith('/api/portal/')) return { authorization: `Bearer ${userSession}` };
  return path.startsWith('/api/auth/') ? { authorization: `Bearer ${session}` } : { 'x-api-key': key };
}

/** Replaces placeholders such as `$user` with ids, even within longer texts. */
function filled(value: unknown, ids: Ids): unknown {
  return JSON.parse(
    JSON.stringify(value ?? null).replaceAll(/\$(\w+)/g, (_, name: string) => ids[name as keyof Ids] ?? ''),
  );
}

function pathOf(path: string, parameters: Parameters, about: Ids): string {
  return path.replaceAll(/:(\w+)/g, (_, name: string) => about[parameters[name] ?? 'user']);
}

async function ask(route: Route, { ids, body, query = '' }: Case, asked: { by: FilledOrganization; about: Ids }) {
  const path = `${pathOf(route.path, ids, asked.about)}${String(filled(query, asked.about))}`;
  const sent = body === undefined ? undefined : filled(body, asked.about);
  return await two.api.send(route.method, path, sent, credentialFor(route.path, asked.by));
}

const otherRows = async () => await rowsOf(two.api.directory.deps.database, other.ids.organization);
/** The rows of the other organization, which no test may change. */
let before: Awaited<ReturnType<typeof rowsOf>>;

/** Describes a request that `own` sends and that names no object of another organization. */
const request = (path: string, body?: unknown) => ({ path, body });
/** A search for events before the first request of the test. The end is fixed, because each export adds an event. */
const search = { service: ['all'], start_time: '2020-01-01T00:00:00Z', end_time: '2026-01-05T09:00:30Z' };
const lists = () => [
  ...allRoutes
    .filter(({ method, path, access }) => method === 'GET' && !path.includes(':') && access !== 'anyone')
    // What such a permission shows is about the whole installation.
    .filter(({ access }) => access !== 'organizations.create')
    .map(({ path }) =>
      request(path === '/api/v2/bulk/userstates/eventlist/next' ? `${path}?users=${own.ids.user}` : path),
    )
    .map((one) =>
      one.path === '/api/events/export'
        ? request(`${one.path}?start_time=${search.start_time}&end_time=${search.end_time}`)
        : one.path === '/api/events'
          ? request(`${one.path}?type=user_create`)
          : one.path === '/api/events/summary'
            ? // Before the requests of this test, some of which record an event.
              request(`${one.path}?from=2026-01-05T09:00:00Z&to=2026-01-05T09:01:00Z&bucket=minute`)
            : one.path === '/api/timeline'
              ? request(`${one.path}?person=ann`)
              : one,
    ),
  ...Object.entries(cases).flatMap(([name, { ids, query = '' }]) => {
    const { method, path } = routes.get(name) ?? {};
    return method !== 'GET' || path === undefined
      ? []
      : [request(`${pathOf(path, ids, own.ids)}${String(filled(query, own.ids))}`)];
  }),
  ...[
    'filter=username:$eq:ann',
    'filter=email:eq:ann@example.com',
    'filter=department:eq:Sales',
    'search=ann',
    'sort=username',
    'skip=1',
  ].map((query) => request(`/api/systemusers?${query}`)),
  ...['filter=name:eq:Pilots', 'search=pil'].map((query) => request(`/api/v2/usergroups?${query}`)),
  request('/api/search/systemusers', { filter: [{ department: 'Sales' }] }),
  request('/api/search/systemusers', { searchFilter: { searchTerm: 'ann', fields: ['username'] } }),
  request('/api/search/organizations', {}),
  request('/insights/directory/v1/events', search),
  request('/insights/directory/v1/events/count', search),
  request('/insights/directory/v1/events/distinct', { ...search, field: 'event_type' }),
  request('/insights/directory/v1/events/interval', {
    ...search,
    interval_unit: 'd',
    interval_value: 1,
    timezone: 'UTC',
  }),
];
/** Removes the position of live updates, which counts the events of all organizations. */
const comparable = (text: string) => text.replaceAll(/^id: .*$/gm, '');
const sendOwn = async ({ path, body }: { path: string; body?: unknown }) => {
  return await two.api.send(body === undefined ? 'GET' : 'POST', path, body, credentialFor(path, own));
};

beforeAll(async () => {
  two = await openTwoOrganizations();
  ({ own } = two);
  two.api.directory.clock.advance(61_000);
  // Uses each credential once before the comparison, because the lists of keys and sessions show the time of the last use.
  for (const path of ['/api/auth/sessions', '/api/keys', '/api/portal/sessions']) await sendOwn(request(path));
  for (const one of lists()) alone.set(JSON.stringify(one), await sendOwn(one));
  other = await two.fillOther();
  before = await otherRows();
});
afterAll(() => two[Symbol.asyncDispose]());

describe('an organization next to another organization that has objects with the same names', () => {
  test('gets the same response to every request as when it was the only organization', async () => {
    for (const one of lists()) {
      const answer = alone.get(JSON.stringify(one));
      expect(answer?.status, `${one.path}: ${answer?.text}`).toBe(200);
      expect(comparable((await sendOwn(one)).text), one.path).toBe(comparable(answer?.text ?? ''));
    }
  });

  test('has a test case for every route that names an object in its path', () => {
    const named = allRoutes.filter(({ path }) => /:(?!type)/.test(path)).map(nameOf);
    expect(Object.keys(cases).toSorted()).toEqual(named.toSorted());
  });

  test.for(Object.entries(cases))('%s finds and changes no objects of the other organization', async ([name, one]) => {
    const { ids, status = 404 } = one;
    const route = routes.get(name);
    if (route === undefined) throw new Error(`There is no route ${name}.`);
    // First, all ids in the path belong to the other organization. Then each id in turn does, such as only the id of the SSH key.
    const parameters = Object.keys(ids);
    for (const foreign of [parameters, ...(parameters.length > 1 ? parameters.map((one) => [one]) : [])]) {
      const about = {
        ...own.ids,
        ...Object.fromEntries(foreign.map((one) => [ids[one] ?? '', other.ids[ids[one] ?? 'user']])),
      };
      const answer = await ask(route, one, { by: own, about });
      if (foreign.every((one) => own.ids[ids[one] ?? 'user'] === other.ids[ids[one] ?? 'user'])) continue;
      expect(answer.status, `${foreign.join(' and ')} of the other organization: ${answer.text}`).toBe(status);
      if (!route.path.includes('/organizations/')) expect(answer.text).not.toContain(other.ids.organization);
    }
    expect(await otherRows()).toEqual(before);
  });
});

describe('a request body that names an object of another organization', () => {
  const refused: readonly (readonly [string, string, string, unknown, number])[] = [
    [
      'the member of a group',
      'POST',
      '/api/v2/usergroups/$group/members',
      { op: 'add', type: 'user', id: '$foreign.user' },
      404,
    ],
    [
      'the user of a schedule',
      'POST',
      '/api/v2/bulk/userstates',
      { user_ids: ['$foreign.user'], state: 'SUSPENDED', start_date: '2027-02-01T00:00:00Z' },
      404,
    ],
    ['the role of an administrator', 'POST', '/api/users', { email: 'new@example.com', role: '$foreign.role' }, 400],
    ['the role of an administrator', 'PUT', '/api/users/$linked', { role: '$foreign.role' }, 400],
    ['the manager of a user', 'PUT', '/api/systemusers/$manager', { manager: '$foreign.user' }, 400],
    [
      'the manager of a user',
      'POST',
      '/api/systemusers',
      { username: 'new', email: 'new@example.com', manager: '$foreign.user' },
      400,
    ],
    [
      'the linked organization',
      'PUT',
      '/api/users/$linked/organizationlinks/$foreign.organization',
      { role: 'Read Only' },
      404,
    ],
  ];

  const withForeign = (value: unknown): unknown =>
    JSON.parse(
      JSON.stringify(value).replaceAll(/\$foreign\.(\w+)/g, (_, name: string) => other.ids[name as keyof Ids]),
    );

  test.for(refused)('as %s is refused by %s %s', async ([, method, path, body, status]) => {
    const answer = await two.api.send(
      method as 'POST' | 'PUT',
      String(filled(withForeign(path), own.ids)),
      filled(withForeign(body), own.ids),
      { 'x-api-key': own.key },
    );
    expect(answer.status, answer.text).toBe(status);
    expect(await otherRows()).toEqual(before);
  });

  test('in a bulk job makes each row with a user of the other organization fail, and changes none of these users', async () => {
    for (const [method, path, row] of [
      ['PATCH', '/api/v2/bulk/users', { id: other.ids.user, department: 'Taken' }],
      ['POST', '/api/v2/bulk/user/unlocks', { id: other.ids.user }],
      ['POST', '/api/v2/bulk/user/expires', { id: other.ids.user }],
    ] as const) {
      const { body } = await two.api.send(method, path, [row]);
      await two.api.jobsDone();
      const { body: results } = await two.api.send('GET', `/api/v2/bulk/users/${body.jobId}/results`, undefined, {
        'x-api-key': own.key,
      });
      expect(results, path).toMatchObject([{ status: 'failed' }]);
    }
    expect(await otherRows()).toEqual(before);
  });
});

test('every route finds objects of the caller’s own organization, which shows that the ids in the tests above exist', async () => {
  for (const [name, one] of Object.entries(cases)) {
    const route = routes.get(name);
    if (route === undefined) throw new Error(`There is no route ${name}.`);
    const { ownStatus } = one;
    const answer = await ask(route, one, { by: other, about: other.ids });
    if (ownStatus !== undefined) expect(answer.status, `${name}: ${answer.text}`).toBe(ownStatus);
    else expect([401, 403, 404], `${name}: ${answer.text}`).not.toContain(answer.status);
  }
});
