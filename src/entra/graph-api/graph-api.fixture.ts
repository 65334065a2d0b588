import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import pino from 'pino';
import { openTestDirectory, type TestDirectory } from '../../../tests/support/directory.ts';
import { createTestAdministrator, testServices } from '../../rest-api/rest-api.fixture.ts';
import { newApiKey } from '#admins/api-key.ts';
import { insertApiKey } from '#admins/api-key-store.ts';
import { readConfig } from '#base/config.ts';
import { createHttpServer } from '#http/server.ts';
import type { RestServices } from '#rest-api/context.ts';
import { graphClient, type GraphClient } from './client.ts';
import { GraphRefusal } from './client-transport.ts';
import { serverTargetAccess } from '../target-access.ts';
import { loopbackAccess } from '../wire/loopback-access.fixture.ts';
import type { EntraServices } from './entra-services.ts';
import { GRAPH_PREFIX } from './graph-prefix.ts';
import { OnDemandLimit } from './on-demand-limit.ts';
import { ManualCycles } from './manual-cycles.ts';

export interface GraphAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests read responses of any shape
  readonly body: any;
  readonly text: string;
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** The complete server with the Graph API, on a real port. Jobs can provision into the server's own directory. */
export interface TestGraph extends AsyncDisposable {
  readonly directory: TestDirectory;
  readonly app: FastifyInstance;
  readonly services: RestServices;
  readonly entra: EntraServices;
  readonly organizationId: string;
  readonly url: string;
  readonly scimUrl: string;
  /** The key of an Administrator With Billing. */
  readonly key: string;
  /** The token of an integration, for SCIM. */
  readonly scimKey: string;
  /** Sends a request to a path below GRAPH_PREFIX. Without `headers`, sends `key` as the API key. */
  readonly send: (
    method: Method,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<GraphAnswer>;
  readonly keyOf: (role: string, organizationId?: string) => Promise<string>;
  readonly client: (options?: { readonly key?: string; readonly tenant?: string }) => GraphClient;
}

export async function openTestGraph(): Promise<TestGraph> {
  const directory = await openTestDirectory('strict');
  const { deps, caller } = directory;
  const { organizationId } = caller.origin;
  let url = '';
  const services = testServices(directory, () => url);
  const wireOptions = { retries: { attemptsMax: 2, pauseMs: 5, retryAfterMaxMs: 1_000 } };
  const cycles = new ManualCycles();
  const { isLimitedKey } = serverTargetAccess(readConfig({}), services.tenants);
  const access = { ...loopbackAccess(), isLimitedKey };
  const entra = {
    onDemand: new OnDemandLimit(deps.clock),
    cycles,
    wire: { wireOptions },
    mode: 'local',
    offText: '',
    access,
  } as const;
  const app = await createHttpServer({
    deps,
    people: services,
    entra,
    trustedProxies: [],
    log: pino({ level: 'silent' }),
    publicUrl: () => url,
    isPrepared: () => true,
    missingShards: () => [],
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  const key = (await createTestAdministrator(deps, 'Administrator With Billing', organizationId)).key;
  return {
    directory,
    app,
    services,
    entra,
    organizationId,
    url,
    scimUrl: `${url}/scim/v2`,
    key,
    scimKey: await makeToken(directory),
    send: async (method, path, body, headers = { 'x-api-key': key }) => {
      const answer = await app.inject({
        method,
        url: `${GRAPH_PREFIX}${path}`,
        headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
        ...(body !== undefined && { payload: JSON.stringify(body) }),
      });
      const isJson = String(answer.headers['content-type']).includes('json') && answer.body !== '';
      return {
        status: answer.statusCode,
        headers: answer.headers,
        body: isJson ? JSON.parse(answer.body) : undefined,
        text: answer.body,
      };
    },
    keyOf: async (role, organization = organizationId) => (await createTestAdministrator(deps, role, organization)).key,
    client: ({ key: own = key, tenant } = {}) =>
      graphClient({ baseUrl: `${url}${GRAPH_PREFIX}`, key: own, ...(tenant !== undefined && { tenant }) }),
    [Symbol.asyncDispose]: async () => {
      await cycles.stop();
      await services.jobs.stop();
      await app.close();
      await directory[Symbol.asyncDispose]();
    },
  };
}

async function makeToken({ deps, caller }: TestDirectory): Promise<string> {
  const key = newApiKey();
  await insertApiKey(deps.database, deps.clock, {
    organizationId: caller.origin.organizationId,
    owner: { kind: 'integration', integrationId: caller.origin.integration?.id ?? '' },
    name: `token ${randomBytes(2).toString('hex')}`,
    key,
    expiresAt: null,
  });
  return key;
}

/** Returns the GraphRefusal that `work` fails with. Throws if `work` succeeds or fails in another way. */
export async function refusal(work: Promise<unknown>): Promise<GraphRefusal> {
  const error = await work.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  if (error instanceof GraphRefusal) return error;
  throw new Error('The request did not fail with a GraphRefusal.', { cause: error });
}
