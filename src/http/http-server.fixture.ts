import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import pino from 'pino';
import { openTestDirectory, type TestDirectory } from '../../tests/support/directory.ts';
import { createTestAdministrator, testServices } from '../rest-api/rest-api.fixture.ts';
import { OnDemandLimit } from '#entra/graph-api/on-demand-limit.ts';
import { ManualCycles } from '#entra/graph-api/manual-cycles.ts';
import { loopbackAccess } from '#entra/wire/loopback-access.fixture.ts';
import { createHttpServer } from './server.ts';
import { httpTimeouts, type HttpTimeouts } from './slow-clients.ts';

/** The HTTP server with all its interfaces, listening on a real port. */
export interface TestHttpServer extends AsyncDisposable {
  readonly directory: TestDirectory;
  readonly app: FastifyInstance;
  readonly url: string;
  /** The API key of an administrator with the role Administrator With Billing. */
  readonly key: string;
  /** Returns the log lines that were written so far, parsed as JSON. */
  readonly log: () => readonly Record<string, unknown>[];
}

export interface TestHttpServerOptions {
  readonly timeouts?: Partial<HttpTimeouts>;
  /** Adds routes before the server listens. */
  readonly routes?: (app: FastifyInstance) => void;
}

export async function openTestHttpServer({ timeouts, routes }: TestHttpServerOptions = {}): Promise<TestHttpServer> {
  const directory = await openTestDirectory('strict');
  const { deps, caller } = directory;
  const publicUrl = () => 'https://directory.example';
  const services = testServices(directory, publicUrl);
  const lines: string[] = [];
  const app = await createHttpServer({
    deps,
    people: services,
    entra: {
      onDemand: new OnDemandLimit(deps.clock),
      cycles: new ManualCycles(),
      mode: 'on',
      offText: '',
      access: loopbackAccess(),
    },
    trustedProxies: [],
    log: pino({ level: 'info' }, { write: (line) => void lines.push(line) }),
    publicUrl,
    isPrepared: () => true,
    missingShards: () => [],
    timeouts: { ...httpTimeouts, ...timeouts },
  });
  routes?.(app);
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { key } = await createTestAdministrator(deps, 'Administrator With Billing', caller.origin.organizationId, true);
  return {
    directory,
    app,
    url: `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`,
    key,
    log: () => lines.map((line) => JSON.parse(line)),
    [Symbol.asyncDispose]: async () => {
      await services.jobs.stop();
      app.server.closeAllConnections();
      await app.close();
      await directory[Symbol.asyncDispose]();
    },
  };
}
