import { openTestGraph, type TestGraph } from '../../entra/graph-api/graph-api.fixture.ts';
import { findSettings, updateSettings } from '#organizations/organization-store.ts';
import type { Settings } from '#organizations/settings.ts';
import { openTestEntraCheck, type TestEntraCheck } from '../credentials/entra-check.fixture.ts';
import type { EntraSettings } from '../credentials/entra-settings.ts';
import { createLocalCheck } from '../credentials/local-check.ts';
import type { AttemptDecision, PasswordAttempt, RadiusPolicy } from '../radius-types.ts';
import { addClient, testRadiusDirectory, type TestRadiusDirectory } from './radius-directory.fixture.ts';
import { createRadiusPolicy } from './radius-policy.ts';
import pino from 'pino';

export const LOCAL_PASSWORD = 'correct horse battery staple';
export const ENTRA_PASSWORD = 'pä55 wörd-🐎-密码';

/** A RADIUS policy on a real directory, for tests and bench/radius.ts, with servers in memory and the stand-in for Entra ID on a real port. */
export interface TestRadius extends AsyncDisposable {
  readonly graph: TestGraph;
  readonly servers: TestRadiusDirectory;
  readonly policy: RadiusPolicy;
  readonly entra: TestEntraCheck;
  /** How to ask the tenant Contoso of the stand-in. */
  readonly settings: EntraSettings;
  readonly tenantId: string;
  /** Asks the policy. By default: Ann with the right local password, at the client `ap`. */
  readonly ask: (change?: Partial<PasswordAttempt>) => Promise<AttemptDecision>;
  /** Creates a user who may connect, by default with LOCAL_PASSWORD. Returns the id. */
  readonly newUser: (username: string, more?: object) => Promise<string>;
  readonly put: (id: string, body: object) => Promise<void>;
  /** Creates a user of the tenant, with ENTRA_PASSWORD. Returns the object id. */
  readonly newEntraUser: (alias: string) => Promise<string>;
  /** Sets the fault of a user of the tenant. */
  readonly fault: (objectId: string, fault: object | null) => Promise<void>;
  readonly set: (settings: Partial<Settings>) => Promise<void>;
  /** Returns the attempts of the event log, newest first. */
  // oxlint-disable-next-line typescript/no-explicit-any -- tests read events of any shape
  readonly events: () => Promise<readonly any[]>;
}

const annAtHerDesk: PasswordAttempt = {
  clientId: 'ap',
  address: '192.0.2.7',
  userName: 'ann',
  password: LOCAL_PASSWORD,
  method: 'pap',
  outerName: null,
  callingStation: 'AA-BB-CC-00-11-22',
  calledStation: 'office:staff',
};

export async function openTestRadius(): Promise<TestRadius> {
  const graph = await openTestGraph();
  const servers = testRadiusDirectory();
  const entra = openTestEntraCheck();
  const { accounts, fleet, attempts } = graph.services;
  const policy = createRadiusPolicy({
    directory: servers,
    accounts: { ...accounts, fleet },
    attempts,
    checkLocal: createLocalCheck({ attempts }),
    entra: entra.entra,
    log: pino({ level: 'silent' }),
  });
  const client = graph.client();
  const tenant = await client.tenants.create({ displayName: 'Contoso', domain: 'contoso.example' });
  const { servicePrincipal } = await client.servicePrincipals.instantiate({ displayName: 'RADIUS' });
  const settings: EntraSettings = {
    authority: `${graph.url}/entra`,
    tenant: tenant.id,
    clientId: servicePrincipal.appId,
    clientSecret: null,
    cacheSeconds: 0,
  };
  addClient(servers, graph.organizationId);
  addClient(servers, graph.organizationId, {
    clientId: 'ap-entra',
    id: 'server-entra',
    identityProvider: 'entra',
    entra: settings,
  });
  const rest = restOf(graph);
  return {
    graph,
    servers,
    policy,
    entra,
    settings,
    tenantId: tenant.id,
    ask: async (change) => await policy.decide({ ...annAtHerDesk, ...change }),
    newUser: async (username, more = {}) => {
      const body = { username, email: `${username}@contoso.example`, password: LOCAL_PASSWORD, ...more };
      const { _id: id } = await rest('POST', '/api/systemusers', body);
      servers.members.add(id);
      return id;
    },
    put: async (id, body) => void (await rest('PUT', `/api/systemusers/${id}`, body)),
    newEntraUser: async (alias) =>
      (
        await client.users.create({
          displayName: alias,
          userPrincipalName: `${alias}@contoso.example`,
          passwordProfile: { password: ENTRA_PASSWORD },
        })
      ).id,
    fault: async (objectId, fault) => {
      const answer = await graph.send('PUT', `/users/${objectId}/signInFault`, { fault });
      if (answer.status !== 200) throw new Error(answer.text);
    },
    set: (change) => changeSettings(graph, change),
    events: () => eventsIn(graph),
    [Symbol.asyncDispose]: async () => {
      entra[Symbol.dispose]();
      await graph[Symbol.asyncDispose]();
    },
  };
}

async function changeSettings({ directory, organizationId }: TestGraph, change: Partial<Settings>): Promise<void> {
  const { database } = directory.deps;
  await updateSettings(database, organizationId, { ...(await findSettings(database, organizationId)), ...change });
}

/** Returns a function that sends requests to the REST API. */
function restOf(graph: TestGraph) {
  return async (method: 'POST' | 'PUT', url: string, body: object) => {
    const answer = await graph.app.inject({
      method,
      url,
      headers: { 'x-api-key': graph.key, 'content-type': 'application/json' },
      payload: JSON.stringify(body),
    });
    if (answer.statusCode >= 300) throw new Error(`${method} ${url}: ${answer.body}`);
    return JSON.parse(answer.body);
  };
}

async function eventsIn({ directory }: TestGraph) {
  const rows = await directory.deps.database
    .selectFrom('events')
    .select(['body', 'sequence'])
    .where('type', '=', 'radius_auth_attempt')
    .orderBy('sequence', 'desc')
    .execute();
  return rows.map(({ body }) => JSON.parse(body));
}
