import fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import pino from 'pino';
import { openTestDirectory, type TestDirectory } from '../../tests/support/directory.ts';
import type { TestDatabaseOptions } from '../../tests/support/test-database.ts';
import { newApiKey } from '#admins/api-key.ts';
import { insertApiKey } from '#admins/api-key-store.ts';
import type { DirectoryDeps } from '#directory/stored.ts';
import type { RulePreset } from '#integrations/rules.ts';
import { logRequest } from '#access/refusal-log.ts';
import { sentIds } from '#access/sent-ids.ts';
import { TenantRouter } from '#access/tenant-router.ts';
import { createFleet } from '#shards/fleet.ts';
import { newRequestId } from '#base/request-ids.ts';
import { scimServer } from './plugin.ts';
import { withSchemas } from '../../tests/support/with-schemas.ts';

export interface ScimAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into answers of any shape
  readonly body: any;
}

/** The SCIM server on a test directory, without a network connection. */
export interface TestScimServer extends AsyncDisposable {
  readonly directory: TestDirectory;
  readonly app: FastifyInstance;
  readonly key: string;
  /** Sends a request. Adds `schemas` to the body of a user, a group or a PATCH if it is missing. */
  readonly send: (
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<ScimAnswer>;
}

/**
 * Opens a server. `hooksOf` returns what a server has in addition to the directory, such as the hooks that queue emails. The server adds the
 * lines of its log to `lines`.
 */
export async function openTestScimServer(
  preset?: RulePreset,
  options?: TestDatabaseOptions,
  hooksOf: (deps: DirectoryDeps) => Partial<DirectoryDeps> = () => ({}),
  lines?: string[],
): Promise<TestScimServer> {
  const directory = await openTestDirectory(preset, options);
  const { caller } = directory;
  const deps = { ...directory.deps, ...hooksOf(directory.deps) };
  const key = newApiKey();
  await insertApiKey(deps.database, deps.clock, {
    organizationId: caller.origin.organizationId,
    owner: { kind: 'integration', integrationId: caller.origin.integration?.id ?? '' },
    name: 'test',
    key,
    expiresAt: null,
  });
  const genReqId = () => newRequestId(deps.clock.now());
  const app = lines === undefined ? fastify({ logger: false, genReqId }) : fastifyWithLog(lines, genReqId);
  await app.register(scimServer, {
    prefix: '/scim/v2',
    deps,
    tenants: new TenantRouter(deps, createFleet(deps.clock, deps.database)),
    publicUrl: () => 'http://x',
  });
  await app.ready();
  return {
    directory: { ...directory, deps },
    app,
    key,
    send: async (method, path, body, headers = {}) => {
      const answer = await app.inject({
        method,
        url: `/scim/v2${path}`,
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/scim+json', ...headers },
        ...(body !== undefined && { payload: JSON.stringify(withSchemas(method, path, body)) }),
      });
      return {
        status: answer.statusCode,
        headers: answer.headers,
        body: answer.body === '' ? undefined : JSON.parse(answer.body),
      };
    },
    [Symbol.asyncDispose]: async () => {
      await app.close();
      await directory[Symbol.asyncDispose]();
    },
  };
}

/** Returns a server that logs as the HTTP server does. */
function fastifyWithLog(lines: string[], genReqId: () => string): FastifyInstance {
  const log = pino({ level: 'info' }, { write: (line) => void lines.push(line) });
  const loggerInstance: FastifyBaseLogger = log;
  const app = fastify({
    loggerInstance,
    genReqId,
    childLoggerFactory: (logger, bindings, options, raw) =>
      logger.child({ ...bindings, ...sentIds(raw.headers) }, options),
    logController: new LogController({ disableRequestLogging: true }),
  });
  app.addHook('onResponse', (request, reply, done) => {
    logRequest(log, request, reply);
    done();
  });
  return app;
}
