import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rowsOf } from '../../../tests/support/rows-of.ts';
import { newApiKey } from '#admins/api-key.ts';
import { insertApiKey } from '#admins/api-key-store.ts';
import { systemClock } from '#base/clock.ts';
import type { Caller } from '#directory/stored.ts';
import type { Route } from '#rest-api/route.ts';
import { loopbackAccess } from '../wire/loopback-access.fixture.ts';
import { graphRoutes } from './all-graph-routes.ts';
import { openTestGraph, type TestGraph } from './graph-api.fixture.ts';
import { OnDemandLimit } from './on-demand-limit.ts';
import { ManualCycles } from './manual-cycles.ts';

/** Tests that the Graph API isolates tenants. All tenants have objects with the same names. See rest-api/isolation.test.ts. */

interface Ids {
  readonly tenant: string;
  readonly user: string;
  readonly manager: string;
  readonly deleted: string;
  readonly group: string;
  readonly application: string;
  readonly assignment: string;
  readonly job: string;
  readonly log: string;
}

interface Filled {
  readonly organizationId: string;
  readonly key: string;
  readonly ids: Ids;
}

interface Case {
  readonly ids: Readonly<Record<string, keyof Ids>>;
  readonly body?: unknown;
  /** The status for the tenant's own object, if it is not 2xx. */
  readonly ownStatus?: number;
}

const user = { id: 'user' } as const;
const group = { id: 'group' } as const;
const application = { id: 'application' } as const;
const job = { id: 'application', jobId: 'job' } as const;
const jobPath = '/servicePrincipals/:id/synchronization/jobs/:jobId';
const reference = (name: keyof Ids) => ({ '@odata.id': `https://graph.microsoft.com/v1.0/users/$${name}` });
const subject = { subjects: [{ objectId: '$user', objectTypeName: 'User' }] };

/** A placeholder in request bodies. The test replaces it with the schema of the tenant's own job, so that the body is valid. */
const OWN_SCHEMA = 'the own schema';

/** Every route that names an object in its path. Routes that delete come last. */
const cases: Readonly<Record<string, Case>> = {
  'GET /tenants/:id': { ids: { id: 'tenant' } },
  'GET /users/:id': { ids: user },
  'PATCH /users/:id': { ids: user, body: { jobTitle: 'Taken' } },
  'GET /users/:id/signInFault': { ids: user },
  'PUT /users/:id/signInFault': { ids: user, body: { fault: { error: 50126 } } },
  'GET /tenants/:id/signInFault': { ids: { id: 'tenant' } },
  'PUT /tenants/:id/signInFault': { ids: { id: 'tenant' }, body: { fault: { error: 50126 } } },
  'GET /users/:id/manager': { ids: user },
  'PUT /users/:id/manager/$ref': { ids: user, body: reference('manager') },
  'GET /users/:id/memberOf': { ids: user },
  'GET /directory/deletedItems/:id': { ids: { id: 'deleted' } },
  'GET /groups/:id': { ids: group },
  'PATCH /groups/:id': { ids: group, body: { description: 'Taken' } },
  'GET /groups/:id/members': { ids: group },
  'GET /groups/:id/memberOf': { ids: group },
  'POST /groups/:id/members/$ref': { ids: group, body: reference('manager') },
  'GET /servicePrincipals/:id': { ids: application },
  'PATCH /servicePrincipals/:id': { ids: application, body: { displayName: 'Taken' } },
  'POST /servicePrincipals/:id/addPassword': { ids: application },
  'POST /servicePrincipals/:id/removePassword': { ids: application },
  'GET /servicePrincipals/:id/appRoleAssignedTo': { ids: application },
  'POST /servicePrincipals/:id/appRoleAssignedTo': { ids: application, body: { principalId: '$manager' } },
  'GET /servicePrincipals/:id/synchronization/secrets': { ids: application },
  'PUT /servicePrincipals/:id/synchronization/secrets': { ids: application, body: { value: [] } },
  'PATCH /servicePrincipals/:id/synchronization/connectivityParameters': { ids: application, body: { value: [] } },
  'GET /servicePrincipals/:id/synchronization/templates': { ids: application },
  'GET /servicePrincipals/:id/synchronization/jobs': { ids: application },
  'POST /servicePrincipals/:id/synchronization/jobs': {
    ids: application,
    body: { templateId: 'customappsso' },
    ownStatus: 409,
  },
  [`GET ${jobPath}`]: { ids: job },
  [`PATCH ${jobPath}`]: { ids: job, body: { schedule: { interval: 'PT50M' } } },
  [`POST ${jobPath}/validateCredentials`]: { ids: job, body: { useSavedCredentials: true } },
  [`POST ${jobPath}/start`]: { ids: job },
  [`POST ${jobPath}/pause`]: { ids: job },
  [`POST ${jobPath}/restart`]: { ids: job, body: { criteria: { resetScope: 'Full' } } },
  [`POST ${jobPath}/allowDeletes`]: { ids: job },
  [`POST ${jobPath}/provisionOnDemand`]: { ids: job, body: { parameters: [subject] } },
  [`GET ${jobPath}/settings`]: { ids: job },
  [`PATCH ${jobPath}/settings`]: { ids: job, body: {} },
  [`GET ${jobPath}/escrows`]: { ids: job },
  [`POST ${jobPath}/runCycle`]: { ids: job, body: { wait: true } },
  [`POST ${jobPath}/compare`]: { ids: job },
  [`GET ${jobPath}/schema`]: { ids: job },
  [`PUT ${jobPath}/schema`]: { ids: job, body: OWN_SCHEMA },
  [`POST ${jobPath}/schema/parseExpression`]: { ids: job, body: { expression: 'Trim([mail])' } },
  [`GET ${jobPath}/schema/functions`]: { ids: job },
  [`GET ${jobPath}/schema/filterOperators`]: { ids: job },
  'GET /auditLogs/provisioning/:id': { ids: { id: 'log' } },
  'GET /auditLogs/provisioning/:id/wire': { ids: { id: 'log' } },
  [`POST ${jobPath}/schema/explainExpression`]: {
    ids: job,
    body: { expression: '[displayName]', objectId: '$user' },
  },
  'POST /tenants/:id/generate': { ids: { id: 'tenant' }, body: { users: 1 } },
  'POST /tenants/:id/change': { ids: { id: 'tenant' }, body: { count: 1 } },
  'POST /tenants/:id/import': {
    ids: { id: 'tenant' },
    body: { csv: 'userPrincipalName,displayName\nimported@contoso.example,Imported' },
  },
  [`DELETE ${jobPath}/schema`]: { ids: job },
  'DELETE /users/:id/manager/$ref': { ids: user },
  'DELETE /groups/:id/members/:memberId/$ref': { ids: { id: 'group', memberId: 'user' } },
  'DELETE /servicePrincipals/:id/appRoleAssignedTo/:assignmentId': {
    ids: { id: 'application', assignmentId: 'assignment' },
  },
  [`DELETE ${jobPath}`]: { ids: job },
  'DELETE /servicePrincipals/:id': { ids: application },
  'DELETE /groups/:id': { ids: group },
  'DELETE /users/:id': { ids: user },
  'POST /directory/deletedItems/:id/restore': { ids: { id: 'deleted' } },
  'DELETE /directory/deletedItems/:id': { ids: { id: 'user' } },
  'DELETE /tenants/:id': { ids: { id: 'tenant' } },
};

const all = graphRoutes({
  onDemand: new OnDemandLimit(systemClock),
  cycles: new ManualCycles(),
  mode: 'on',
  offText: '',
  access: loopbackAccess(),
});
const routes = new Map(all.map((route) => [`${route.method} ${route.path}`, route]));
/** Application templates are the same for every tenant. Their route only creates an application, as POST /servicePrincipals does. */
const isObjectRoute = ({ path }: Route) => path.includes(':') && path !== '/applicationTemplates/:id/instantiate';

let graph: TestGraph;
let own: Filled;
let other: Filled;
/** A second tenant of the same organization, with objects that have the same names as those of the first. */
let second: Filled;
let schema: unknown;
let before: Awaited<ReturnType<typeof rowsOf>>;
const textsWhenAlone = new Map<string, string>();

async function fill(caller: Caller, name: string, organizationKey?: string): Promise<Filled> {
  const { deps } = graph.directory;
  const { organizationId, integration } = caller.origin;
  const key = organizationKey ?? (await graph.keyOf('Administrator With Billing', organizationId));
  const token = newApiKey();
  const owner = { kind: 'integration', integrationId: integration?.id ?? '' } as const;
  await insertApiKey(deps.database, deps.clock, { organizationId, owner, name: 'token', key: token, expiresAt: null });
  let headers: Readonly<Record<string, string>> = { 'x-api-key': key };
  const send = async (method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown) => {
    const answer = await graph.send(method, path, body, headers);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.body;
  };
  const { id: tenant } = await send('POST', '/tenants', { displayName: name, domain: 'contoso.example' });
  headers = { ...headers, 'x-entra-tenant': tenant };
  const addUser = async (alias: string): Promise<string> =>
    (
      await send('POST', '/users', {
        displayName: alias,
        userPrincipalName: `${alias}@contoso.example`,
        mailNickname: alias,
        givenName: alias,
        surname: 'Lee',
      })
    ).id;
  const [ann, boss, deleted] = [await addUser('ann'), await addUser('boss'), await addUser('gone')];
  await send('DELETE', `/users/${deleted}`);
  await send('PUT', `/users/${ann}/manager/$ref`, { '@odata.id': `/users/${boss}` });
  const { id: pilots } = await send('POST', '/groups', { displayName: 'Pilots' });
  await send('POST', `/groups/${pilots}/members/$ref`, { '@odata.id': `/users/${ann}` });
  const created = await send('POST', '/servicePrincipals', { displayName: 'Tanhua', preset: 'guide' });
  const principal = (created.servicePrincipal ?? created).id;
  const synchronization = `/servicePrincipals/${principal}/synchronization`;
  const { id: jobId } = await send('POST', `${synchronization}/jobs`, { templateId: 'customappsso' });
  const { id: assignment } = await send('POST', `/servicePrincipals/${principal}/appRoleAssignedTo`, {
    principalId: ann,
  });
  await send('PUT', `${synchronization}/secrets`, {
    value: [
      { key: 'BaseAddress', value: `${graph.scimUrl}/?aadOptscim062020` },
      { key: 'SecretToken', value: token },
    ],
  });
  await send('POST', `${synchronization}/jobs/${jobId}/runCycle`, { wait: true });
  const { value: logs } = await send('GET', '/auditLogs/provisioning');
  const ids = { tenant, user: ann, manager: boss, deleted, group: pilots, application: principal, assignment };
  return { organizationId, key, ids: { ...ids, job: jobId, log: logs[0].id } };
}

async function ask(route: Route, { ids, body }: Case, by: Filled, targetIds: Ids, tenant = by.ids.tenant) {
  const path = route.path.replaceAll(/:(\w+)/g, (_, name: string) => targetIds[ids[name] ?? 'user']);
  const names = /\$(user|manager)/g;
  const template = body === OWN_SCHEMA ? schema : body;
  const sent = JSON.parse(
    JSON.stringify(template ?? null).replaceAll(names, (_, name: 'user' | 'manager') => targetIds[name]),
  );
  return await graph.send(route.method, path, body === undefined ? undefined : sent, {
    'x-api-key': by.key,
    'x-entra-tenant': tenant,
  });
}

function pathsToRead(): readonly string[] {
  const named = Object.entries(cases).flatMap(([name, { ids }]) => {
    const path = name.startsWith('GET ') ? name.slice('GET '.length) : undefined;
    return path === undefined ? [] : [path.replaceAll(/:(\w+)/g, (_, id: string) => own.ids[ids[id] ?? 'user'])];
  });
  const filter = (path: string, text: string) => `${path}?$filter=${encodeURIComponent(text)}`;
  return [
    '/organization',
    '/users',
    '/users/$count',
    '/groups',
    '/groups/$count',
    '/directory/deletedItems',
    '/directory/deletedItems/microsoft.graph.user',
    '/servicePrincipals',
    '/auditLogs/provisioning',
    '/users?$expand=manager',
    filter('/users', "userPrincipalName eq 'ann@contoso.example'"),
    filter('/users', "startswith(displayName,'an')"),
    filter('/groups', "displayName eq 'Pilots'"),
    filter('/servicePrincipals', "displayName eq 'Tanhua'"),
    filter('/auditLogs/provisioning', "provisioningAction eq 'create'"),
    '/users/ann@contoso.example',
    '/users/ann@contoso.example/memberOf',
    ...named,
  ];
}

const answerTo = async (path: string, { key, ids } = own) =>
  await graph.send('GET', path, undefined, { 'x-api-key': key, 'x-entra-tenant': ids.tenant });

beforeAll(async () => {
  graph = await openTestGraph();
  own = await fill(graph.directory.caller, 'Contoso');
  graph.directory.clock.advance(61_000);
  for (const path of pathsToRead()) {
    const answer = await answerTo(path);
    if (answer.status !== 200) throw new Error(`${path}: ${answer.text}`);
    textsWhenAlone.set(path, answer.text);
  }
  const { application: principal, job: jobId } = own.ids;
  schema = (await answerTo(`/servicePrincipals/${principal}/synchronization/jobs/${jobId}/schema`)).body;
  other = await fill(await graph.directory.newCaller('Entra ID'), 'Contoso');
  second = await fill(graph.directory.caller, 'Fabrikam', own.key);
  before = await rowsOf(graph.directory.deps.database, other.organizationId);
});
afterAll(() => graph[Symbol.asyncDispose]());

describe('a tenant next to tenants that have objects with the same names', () => {
  test('gets the same response to every read as when it was the only tenant', async () => {
    for (const path of pathsToRead()) expect((await answerTo(path)).text, path).toBe(textsWhenAlone.get(path));
  });

  test('has a test case for every route that names an object in its path', () => {
    const named = all.filter(isObjectRoute).map(({ method, path }) => `${method} ${path}`);
    expect(Object.keys(cases).toSorted()).toEqual(named.toSorted());
  });

  test.for(Object.entries(cases))('%s finds and changes no objects of another tenant', async ([name, one]) => {
    const route = routes.get(name);
    if (route === undefined) throw new Error(`There is no route ${name}.`);
    const parameters = Object.values(one.ids);
    for (const foreign of [other, second]) {
      // Administrators may see all tenants of their organization.
      if (name.includes(' /tenants/:id') && foreign === second) continue;
      for (const wrong of [parameters, ...(parameters.length > 1 ? parameters.map((id) => [id]) : [])]) {
        const targetIds = { ...own.ids, ...Object.fromEntries(wrong.map((id) => [id, foreign.ids[id]])) };
        const answer = await ask(route, one, own, targetIds);
        expect(answer.status, `foreign ${wrong.join(' and ')}: ${answer.text}`).toBe(404);
      }
    }
    expect(
      (await ask(route, one, own, other.ids, other.ids.tenant)).status,
      'with the tenant of the other organization',
    ).toBe(404);
    expect(await rowsOf(graph.directory.deps.database, other.organizationId)).toEqual(before);
  });

  test.for([
    ['PUT', '/users/$own/manager/$ref', { '@odata.id': '/users/$foreign' }],
    ['POST', '/groups/$group/members/$ref', { '@odata.id': '/directoryObjects/$foreign' }],
    ['PATCH', '/groups/$group', { 'members@odata.bind': ['/users/$foreign'] }],
    ['POST', '/servicePrincipals/$application/appRoleAssignedTo', { principalId: '$foreign' }],
  ] as const)('%s %s rejects an object of another tenant in its body', async ([method, path, body]) => {
    for (const foreign of [other, second]) {
      const values: Readonly<Record<string, string>> = {
        own: own.ids.manager,
        foreign: foreign.ids.user,
        group: own.ids.group,
        application: own.ids.application,
      };
      const put = (text: string) =>
        text.replaceAll(/\$(own|foreign|group|application)/g, (_, name: string) => values[name] ?? '');
      const answer = await graph.send(method, put(path), JSON.parse(put(JSON.stringify(body))), {
        'x-api-key': own.key,
        'x-entra-tenant': own.ids.tenant,
      });
      expect([400, 404], answer.text).toContain(answer.status);
    }
    expect(await rowsOf(graph.directory.deps.database, other.organizationId)).toEqual(before);
  });

  test('finds its own objects with every route, which shows that the ids in the tests above exist', async () => {
    for (const [name, one] of Object.entries(cases)) {
      const route = routes.get(name);
      if (route === undefined) throw new Error(`There is no route ${name}.`);
      const answer = await ask(route, one, other, other.ids);
      if (one.ownStatus !== undefined) expect(answer.status, `${name}: ${answer.text}`).toBe(one.ownStatus);
      else expect(answer.status, `${name}: ${answer.text}`).toBeLessThan(300);
    }
  });
});
