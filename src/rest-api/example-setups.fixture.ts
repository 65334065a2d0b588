import { noteUnidentifiedRequests } from '#audit/unidentified-request-store.ts';
import { insertLink } from '#admins/administrator-link-store.ts';
import { insertAdministrator } from '#admins/administrator-store.ts';
import type { JsonObject } from '#base/json.ts';
import { insertCounted } from '#request-log/request-store.ts';
import { createConsoleCode } from '#accounts/console-code.ts';
import { accountSetups, enrolls, realOf, type Setup } from './account-setups.fixture.ts';
import { allExamples } from './examples/all-examples.ts';
import { ids, placeholders } from './examples/example.ts';
import type { ExampleWorld } from './examples.fixture.ts';
import { radiusSetups } from './radius-setups.fixture.ts';
import { settingSetups } from './setting-setups.fixture.ts';

const { password } = placeholders;
const users = '/api/systemusers';
const groups = '/api/v2/usergroups';
const MINUTE_MS = 60_000;

const bodyOf = (key: keyof typeof allExamples) => allExamples[key]?.body;
const deletesUser: Setup = async (world) => await world.prepare('DELETE', `${users}/${realOf(world, ids.user)}`);
const deletesSshKey: Setup = async (world) =>
  await world.prepare('DELETE', `${users}/${realOf(world, ids.user)}/sshkeys/${realOf(world, ids.sshKey)}`);

/** Creates `newUser`, the user of the examples who has no password. */
async function createsNewUser(world: ExampleWorld, more: object = {}): Promise<void> {
  const { _id } = await world.prepare('POST', users, { ...(bodyOf(`POST ${users}`) as object), ...more });
  world.real.set(ids.newUser, _id);
}

const importsUsers: Setup = async (world) => {
  const { jobId } = await world.prepare('POST', '/api/import/users', bodyOf('POST /api/import/users'));
  await world.api.jobsDone();
  world.real.set(ids.job, jobId);
  const { body } = await world.send('GET', `${users}?filter=username:eq:carla.weiss`);
  world.real.set(ids.newUser, body.results[0]._id);
};

const createsMail: Setup = async (world) => {
  world.api.directory.clock.advance(1);
  await createsNewUser(world, { state: 'ACTIVATED' });
  await world.prepare('POST', `${users}/reactivate`, { models: [{ _id: realOf(world, ids.newUser) }] });
  const [mail] = await world.prepare('GET', '/api/mail/outbox');
  world.real.set(ids.mail, mail.id);
  const { text } = await world.prepare('GET', `/api/mail/outbox/${mail.id}`);
  world.real.set(placeholders.linkToken, /token=([\w-]+)/.exec(text)?.[1] ?? '');
};

const schedulesState: Setup = async (world) => {
  const sent = { user_ids: [realOf(world, ids.user)], state: 'SUSPENDED', start_date: '2026-04-01T00:00:00+02:00' };
  const [change] = await world.prepare('POST', '/api/v2/bulk/userstates', sent);
  world.real.set(ids.scheduledState, change.id);
  world.real.set(ids.job, change.scheduledJobId);
};

const sendsUnknownKey: Setup = async (world) => {
  const { database, clock } = world.api.directory.deps;
  const [{ prefix }] = await world.prepare('GET', '/api/keys');
  const request = { address: '203.0.113.7', reason: 'keyMistyped', prefix };
  await noteUnidentifiedRequests(database, request, { requests: 2, last: clock.now(), rowsMax: 1 });
};

async function createsToken(world: ExampleWorld): Promise<string> {
  const path = `/api/integrations/${realOf(world, ids.integration)}`;
  const sent = { name: 'Entra ID provisioning', expiresInDays: 365, allowedIps: null };
  const { id, key } = await world.prepare('POST', `${path}/tokens`, sent);
  world.real.set(ids.newToken, id);
  await world.send('GET', '/scim/v2/Users/x?aadOptscim062020', undefined, {
    authorization: `Bearer ${key}`,
  });
  const { rules } = bodyOf('PUT /api/integrations/:id') as JsonObject;
  await world.prepare('PUT', path, { rules });
  return key;
}

/** Tests the connection every 40 minutes, and then sends a user without an email address. */
const connects: Setup = async (world) => {
  const { database, clock } = world.api.directory.deps;
  const noted = [121, 81, 41, 1].map((minutesAgo) => ({
    summary: {
      organizationId: world.organizationId,
      at: new Date(clock.now().getTime() - minutesAgo * MINUTE_MS),
      integrationId: realOf(world, ids.integration),
      kind: 'connectionTest',
      method: 'GET',
      resourceType: 'User',
      outcome: 'accepted',
      status: 200,
      reason: undefined,
      client: undefined,
      requestId: `connection-test-${world.organizationId}-${minutesAgo}`,
      sentIds: {},
    } as const,
    count: 2,
  }));
  await insertCounted(database, noted);
  await sendsRefusedUser(world);
};

/** Sends a user without an email address as the integration, whose rules require one. */
const sendsRefusedUser: Setup = async (world) => {
  const key = await createsToken(world);
  await world.prepare('PUT', `/api/integrations/${realOf(world, ids.integration)}`, { rules: { email: 'required' } });
  const body = { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName: 'bob.moser' };
  await world.send('POST', '/scim/v2/Users', body, {
    authorization: `Bearer ${key}`,
    'user-agent': 'Mozilla/5.0 (compatible; azure-ad-scim-provisioning)',
    adscimversion: `Date:2026-02-03T14:05:00Z, ActivityId:${ids.activity}`,
    accept: 'application/scim+json',
  });
  const { results } = await world.prepare('GET', `/api/requests?id=${ids.activity}`);
  const { content } = await world.prepare('GET', `/api/requests/${results[0].id}`);
  world.real.set(ids.request, results[0].id);
  world.real.set(ids.newToken, content.credential.keyId);
};

const usesToken: Setup = async (world) => void (await createsToken(world));

const changesUser: Setup = async (world) => {
  world.api.directory.clock.advance(1);
  const key = { 'x-api-key': realOf(world, placeholders.apiKey), 'user-agent': 'curl/8.17.0' };
  await world.prepare('PUT', `${users}/${realOf(world, ids.user)}`, bodyOf(`PUT ${users}/:id`), key);
};

/** Creates the second organization that the administrators of the examples also work for. */
const createsOrganization: Setup = async (world) => {
  const sent = { name: 'Contoso Austria', linked: true };
  const { id } = await world.prepare('POST', '/api/organizations', sent);
  world.real.set(ids.otherOrganization, id);
  return { headers: { 'x-org-id': world.organizationId } };
};

const linksAdministrator: Setup = async (world) => {
  const extra = await createsOrganization(world);
  const path = `/api/users/${realOf(world, ids.administrator)}/organizationlinks/${realOf(world, ids.otherOrganization)}`;
  await world.prepare('PUT', path, { role: 'Help Desk' }, { ...world.headers.key, ...extra?.headers });
  return extra;
};

/** Links an administrator of another organization to this organization. */
const invitesGuest: Setup = async (world) => {
  const { api, organizationId } = world;
  const { origin } = await api.directory.newCaller('Contoso Austria');
  const { database, clock } = api.directory.deps;
  const { id } = await insertAdministrator(database, clock, {
    organizationId: origin.organizationId,
    email: 'it@contoso.com',
    name: 'Ivo Thaler',
    role: 'Manager',
    passwordHash: null,
  });
  const link = { organizationId, role: 'Help Desk' } as const;
  await insertLink(database, { id, organizationId: origin.organizationId }, link);
  world.real.set(ids.guest, id);
  world.real.set(ids.otherOrganization, origin.organizationId);
};

/** Changes the title of the user as Entra ID does. */
const changesTitle: Setup = async (world) => {
  const key = await createsToken(world);
  world.api.directory.clock.advance(1);
  const patch = {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
    Operations: [{ op: 'replace', path: 'title', value: 'Head of Purchasing' }],
  };
  const headers = { authorization: `Bearer ${key}` };
  await world.prepare('PATCH', `/scim/v2/Users/${realOf(world, ids.user)}?aadOptscim062020`, patch, headers);
  return { query: '?person=ann.meier&limit=1' };
};

/** Creates a user as an administrator, and then changes the user as the integration, which adopts the user by this first change. */
const adoptsUser: Setup = async (world) => {
  await createsNewUser(world, { state: 'ACTIVATED', password });
  const key = await createsToken(world);
  const patch = {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
    Operations: [{ op: 'replace', path: 'title', value: 'Buyer' }],
  };
  const headers = { authorization: `Bearer ${key}` };
  await world.prepare('PATCH', `/scim/v2/Users/${realOf(world, ids.newUser)}`, patch, headers);
};
const usesOwnKey: Setup = async (world) => ({ headers: { 'x-api-key': realOf(world, placeholders.apiKey) } });
const enrollsAdministrator: Setup = async (world) => {
  await enrolls(world, 'administrator');
  const { body } = await world.send(
    'POST',
    '/api/auth/sign-in',
    {
      email: 'it@contoso.com',
      password,
      totp: realOf(world, placeholders.code),
      organization: world.organizationId,
    },
    {},
  );
  if (body.token === undefined) throw new Error(JSON.stringify(body));
};

/** The setups of operations, by operation. An operation that is not listed needs only the example world. */
export const setups: Readonly<Record<string, Setup>> = {
  'POST /api/auth/sign-in/code': async (world) => {
    const { organizationId, api } = world;
    const administrator = { id: realOf(world, ids.administrator), organizationId };
    return { body: { code: await createConsoleCode(api.directory.deps, administrator) }, from: '127.0.0.1' };
  },
  ...accountSetups('administrator'),
  ...accountSetups('user'),
  [`POST ${users}/:id/state/activate`]: (world) => createsNewUser(world),
  [`POST ${users}/reactivate`]: async (world) =>
    await world.prepare('PUT', `${users}/${realOf(world, ids.otherUser)}`, { state: 'SUSPENDED' }),
  [`GET ${users}/deleted`]: deletesUser,
  [`POST ${users}/:id/restore`]: deletesUser,
  [`POST ${users}/:id/sshkeys`]: deletesSshKey,
  'POST /api/portal/sshkeys': deletesSshKey,
  [`GET ${users}`]: async () => ({ query: '?filter=username:eq:ann.meier' }),
  [`GET ${users}/:id/timeline`]: async (world) => {
    await changesUser(world);
    return { query: '?limit=1' };
  },
  'GET /api/adoptions': adoptsUser,
  [`POST ${groups}`]: async (world) => await world.prepare('DELETE', `${groups}/${realOf(world, ids.group)}`),
  'GET /api/v2/bulk/users/:id/results': importsUsers,
  'GET /api/jobs': importsUsers,
  'GET /api/jobs/:id': importsUsers,
  'GET /api/jobs/:id/results.csv': importsUsers,
  'GET /api/export/users.csv': async () => ({ query: '?filter=username:eq:ann.meier' }),
  'GET /api/export/people.csv': async () => ({ query: '?search=ann.meier' }),
  'GET /api/v2/bulk/userstates': schedulesState,
  'GET /api/v2/bulk/userstates/eventlist/next': schedulesState,
  'DELETE /api/v2/bulk/userstates/:id': schedulesState,
  'GET /api/users': async (world) => {
    await enrollsAdministrator(world);
    return { query: '?filter=email:eq:it@contoso.com' };
  },
  'POST /api/users': async (world) => await world.prepare('DELETE', `/api/users/${realOf(world, ids.administrator)}`),
  'GET /api/users/:id': enrollsAdministrator,
  'PUT /api/users/:id': enrollsAdministrator,
  'DELETE /api/users/:id': enrollsAdministrator,
  'POST /api/users/resettotp/:id': enrollsAdministrator,
  ...settingSetups,
  ...radiusSetups,
  'GET /api/keys': usesOwnKey,
  'POST /api/keys': usesOwnKey,
  'PUT /api/keys/:id': usesOwnKey,
  'POST /api/keys/:id/rotate': usesOwnKey,
  'GET /api/integrations/:id/tokens': usesToken,
  'GET /api/integrations': usesToken,
  'GET /api/integrations/activity': connects,
  'GET /api/integrations/:id': usesToken,
  'PUT /api/integrations/:id': usesToken,
  'GET /api/organizations/:id': async (world) =>
    await world.prepare('PUT', `/api/organizations/${world.organizationId}`, bodyOf('PUT /api/organizations/:id')),
  'DELETE /api/portal/sessions/:id': async (world) => {
    const [session] = await world.prepare('GET', '/api/portal/sessions', undefined, world.headers.user);
    world.real.set(ids.session, session.id);
  },
  'POST /api/integrations': async (world) =>
    await world.prepare('PUT', `/api/integrations/${realOf(world, ids.integration)}`, { name: 'Okta' }),
  'GET /api/users/:id/organizationlinks': linksAdministrator,
  'PUT /api/users/:id/organizationlinks/:organizationId': createsOrganization,
  'DELETE /api/users/:id/organizationlinks/:organizationId': linksAdministrator,
  'GET /api/administratorlinks': invitesGuest,
  'DELETE /api/administratorlinks/:id': invitesGuest,
  'POST /api/mail/test': async (world) => {
    await world.prepare('PUT', `/api/users/${realOf(world, ids.administrator)}`, { roleName: 'Administrator' });
    return { headers: { 'x-api-key': realOf(world, placeholders.apiKey) } };
  },
  'GET /api/mail/outbox': createsMail,
  'GET /api/mail/outbox/:id': createsMail,
  'POST /api/mail/outbox/:id/link': createsMail,
  'POST /api/mail/outbox/:id/resend': createsMail,
  'GET /api/requests': async (world) => {
    await sendsRefusedUser(world);
    return { query: `?id=${ids.activity}` };
  },
  'GET /api/requests/:id': sendsRefusedUser,
  'GET /api/requests/unidentified': sendsUnknownKey,
  'POST /api/requests/:id/replay': sendsRefusedUser,
  'POST /api/integrations/:id/preview': sendsRefusedUser,
  'GET /api/events': async () => ({ query: '?target=ann.mayer' }),
  'GET /api/events/:id': async (world) => {
    await changesUser(world);
    const { results } = await world.prepare('GET', '/api/events?type=user_update&limit=1');
    world.real.set(ids.event, results[0].id);
  },
  'GET /api/attention': sendsRefusedUser,
  'GET /api/timeline': changesTitle,
  'POST /insights/directory/v1/events': async (world) => {
    await changesUser(world);
    return { body: period };
  },
  'POST /insights/directory/v1/events/distinct': async () => ({ body: period }),
  'POST /insights/directory/v1/events/interval': async () => ({ body: period }),
  'GET /api/events/export': async (world) => {
    await changesUser(world);
    return { query: '?start_time=2026-01-01T00:00:00Z&q=Buys' };
  },
};

/** A period that contains the time of the test. It replaces the period in the examples. */
const period = { start_time: '2026-01-01T00:00:00Z', end_time: '2026-02-08T00:00:00Z' };
