import fastify, {
  LogController,
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import { logRequest } from '#access/refusal-log.ts';
import { echoedIds, sentIds } from '#access/sent-ids.ts';
import { UnnamedProxies } from '#access/unnamed-proxies.ts';
import type { Log } from '#base/log.ts';
import { newRequestId } from '#base/request-ids.ts';
import { retryHeaders } from '#base/retry-after.ts';
import { AppError } from '#base/errors.ts';
import { TranslatedError } from '#base/translated-error.ts';
import { migrationStates } from '#database/migrate.ts';
import { StorageError } from '#database/storage-error.ts';
import { WriteProbe } from '#database/write-probe.ts';
import type { DirectoryDeps } from '#directory/stored.ts';
import type { EntraServices } from '#entra/graph-api/entra-services.ts';
import { graphApi, graphApiOff, refusalOf } from '#entra/graph-api/graph-api.ts';
import { ENTRA_PREFIX, GRAPH_PREFIX } from '#entra/graph-api/graph-prefix.ts';
import { tokenEndpoint } from '#entra/sign-in/token-routes.ts';
import { allRoutes } from '#rest-api/all-routes.ts';
import type { RestServices } from '#rest-api/context.ts';
import { restApi } from '#rest-api/plugin.ts';
import { scimServer } from '#scim-server/plugin.ts';
import { SCIM_PREFIX } from '#scim-server/scim-path.ts';
import { repairUrl } from '#scim-server/query.ts';
import { consolePages, consoleShower } from '#console/console-pages.ts';
import { portalPages, portalShower } from '#console/portal-pages.ts';
import { namedOrigin } from '#accounts/account.ts';
import { isPortalOrganization } from '#accounts/portal-organization.ts';
import { linkPages } from '#user-portal/link-page.ts';
import { answerBrokenRequest, HEADER_BYTES_MAX, refuse } from './refusals.ts';
import { releaseMemory } from './release-memory.ts';
import { addSecurityHeaders, securityHeaders } from './security-headers.ts';
import { closeSlowClients, httpTimeouts, type HttpTimeouts } from './slow-clients.ts';
import { answerUnknownAddresses } from './unknown-addresses.ts';

/** The maximum length of an id in a path, in characters. An id of the directory has 24 characters; any other id gets a 404 response. */
const PATH_PARAMETER_LENGTH_MAX = 1_024;

export interface HttpServerOptions {
  readonly deps: DirectoryDeps;
  /** The services for mail, accounts, jobs, and access control, which the REST API and the pages use. */
  readonly people: RestServices;
  /** The services of the Entra ID stand-in. */
  readonly entra: EntraServices;
  /** Addresses of the proxies whose X-Forwarded-For is trusted. */
  readonly trustedProxies: readonly string[];
  readonly log: Log;
  /** Returns the URL under which clients reach the server, without a trailing slash. */
  readonly publicUrl: () => string;
  /** True if the first start has created everything that requests need. */
  readonly isPrepared: () => boolean;
  /** Returns the names of the databases that could not be reached yet. */
  readonly missingShards: () => readonly string[];
  /** How long clients may take to send requests and read responses. Tests set shorter times. */
  readonly timeouts?: HttpTimeouts;
}

/** Creates the HTTP server with all its interfaces. It does not listen yet. */
export async function createHttpServer(options: HttpServerOptions): Promise<FastifyInstance> {
  const { deps, people, entra, log, publicUrl, trustedProxies, timeouts = httpTimeouts } = options;
  const loggerInstance: FastifyBaseLogger = log;
  const app = fastify({
    loggerInstance,
    trustProxy: trustedProxies.length === 0 ? false : [...trustedProxies],
    // Each log line about a request also has the ids that the client sent.
    childLoggerFactory: (logger, bindings, childOptions, raw) =>
      logger.child({ ...bindings, ...sentIds(raw.headers) }, childOptions),
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => newRequestId(deps.clock.now()),
    requestTimeout: timeouts.requestMs,
    keepAliveTimeout: timeouts.keepAliveMs,
    http: {
      maxHeaderSize: HEADER_BYTES_MAX,
      headersTimeout: timeouts.headersMs,
      connectionsCheckingInterval: timeouts.checkMs,
      // Node.js would refuse a request without a Host header with an empty response. `requireOneHost` sends an error body.
      requireHostHeader: false,
    },
    routerOptions: {
      ignoreTrailingSlash: true,
      ignoreDuplicateSlashes: true,
      caseSensitive: false,
      maxParamLength: PATH_PARAMETER_LENGTH_MAX,
    },
    // Fastify would load a JSON Schema compiler (ajv, 110 modules), but no route has a JSON Schema.
    schemaController: { compilersFactory: { buildValidator: refuseSchemas, buildSerializer: refuseSchemas } },
    rewriteUrl: (request) => repairUrl(request.url ?? '/'),
    clientErrorHandler: (error, socket) => answerBrokenRequest(error, socket, publicUrl()),
    // `refuseWhenClosing` sends these responses, in the format of all other refusals.
    return503OnClosing: false,
    frameworkErrors: (error, request, reply: FastifyReply) => {
      // Hooks do not run for a request whose URL cannot be read.
      reply.headers(securityHeaders(publicUrl()));
      void refuse(request, reply, new AppError('invalidQuery', `The URL cannot be read: ${error.message}.`));
    },
  });
  addSecurityHeaders(app, publicUrl);
  closeSlowClients(app, timeouts);
  releaseMemory(app);
  refuseWhenClosing(app);
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(echoedIds(sentIds(request.headers)));
    done();
  });
  app.addHook('onRequest', requireOneHost);
  noteProxies(app, options);
  app.addHook('onResponse', (request, reply, done) => {
    logRequest(log, request, reply);
    done();
  });
  const pageOptions = { loopbackOrigin: () => namedOrigin(people.accounts) };
  const shown = { showConsole: consoleShower(pageOptions), showPortal: portalShower(pageOptions) };
  answerUnknownAddresses(app, { deps, tenants: people.tenants, publicUrl, ...shown });
  healthRoutes(app, options);
  await app.register(scimServer, { prefix: SCIM_PREFIX, deps, tenants: people.tenants, publicUrl });
  await app.register(restApi, { services: people, routes: allRoutes });
  await app.register(consolePages, pageOptions);
  const isOrganization = (name: string) => isPortalOrganization(people.fleet, name);
  await app.register(portalPages, { ...pageOptions, isOrganization });
  if (entra.mode === 'off') await app.register(graphApiOff, { prefix: ENTRA_PREFIX, services: people, entra });
  else {
    await app.register(graphApi, { prefix: GRAPH_PREFIX, services: people, entra });
    await app.register(tokenEndpoint, { prefix: ENTRA_PREFIX, services: people, refuse: refusalOf(entra) });
  }
  await app.register(linkPages, { deps: { ...people.accounts, fleet: people.fleet }, attempts: people.attempts });
  return app;
}

/** Notes proxies that are not trusted, so that the log can warn of them. */
function noteProxies(app: FastifyInstance, { deps, log, trustedProxies }: HttpServerOptions): void {
  const proxies = new UnnamedProxies({ database: deps.database, clock: deps.clock, log }, trustedProxies);
  app.addHook('onRequest', (request, _reply, done) => {
    void proxies.note(request.socket.remoteAddress, request.headers);
    done();
  });
}

function refuseSchemas(): never {
  throw new Error('Requests and responses are checked by zod: a route has no JSON Schema.');
}

/** Refuses requests that arrive over open connections while the server is stopping. */
function refuseWhenClosing(app: FastifyInstance): void {
  let isClosing = false;
  app.addHook('preClose', (done) => {
    isClosing = true;
    done();
  });
  app.addHook('onRequest', (request, reply, done) => {
    if (!isClosing) {
      done();
      return;
    }
    reply.header('connection', 'close');
    refuse(request, reply, new TranslatedError('unavailable', ({ admin }) => admin.server.stopping));
  });
}

/** Refuses a request without exactly one Host header (RFC 9112 §3.2): of two headers, a proxy and this server could use different ones. */
function requireOneHost(request: FastifyRequest, reply: FastifyReply, done: () => void): void {
  const { rawHeaders, httpVersion } = request.raw;
  let hosts = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) if (isHost(rawHeaders[index] ?? '')) hosts += 1;
  if (hosts === 1 || (hosts === 0 && httpVersion === '1.0')) done();
  else refuse(request, reply, new AppError('invalidBody', `The request has ${hosts} Host headers: send one.`));
}

function isHost(name: string): boolean {
  return name.length === 'host'.length && name.toLowerCase() === 'host';
}

function healthRoutes(app: FastifyInstance, { deps, isPrepared, missingShards }: HttpServerOptions): void {
  const probe = new WriteProbe(deps.database, deps.clock);
  app.get('/healthz', async () => ({ status: 'alive' }));
  app.get('/readyz', async (request, reply) => {
    const states = await migrationStates(deps.database).catch((error: unknown) => {
      request.log.warn({ err: error }, 'not ready');
      return undefined;
    });
    if (states === undefined) return reply.code(503).send({ status: 'the database cannot be reached', missing: [] });
    const waiting = states.filter((migration) => migration.executedAt === null);
    if (waiting.length === 0 && isPrepared()) {
      // Missing shards do not make the server unready: the organizations of the other shards are served.
      const missing = missingShards();
      const failure = await probe.failure();
      if (failure !== undefined) {
        request.log.warn({ err: failure }, 'not ready: a write fails');
        return reply
          .code(503)
          .headers(retryHeaders(new AppError('unavailable', '')))
          .send({ status: describeFailedWrite(failure), missing: [] });
      }
      return { status: 'ready', ...(missing.length > 0 && { missingShards: missing }) };
    }
    const status = waiting.length === 0 ? 'the first start is under way' : 'migrations are missing';
    return reply.code(503).send({ status, missing: waiting.map(({ name }) => name) });
  });
}

function describeFailedWrite(failure: unknown): string {
  return failure instanceof StorageError ? `a write fails: ${failure.fault}` : 'a write fails';
}
