import { randomUUIDv7 } from 'node:crypto';
import type { Socket } from 'node:net';
import fastify, {
  LogController,
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import { UnnamedProxies } from '#access/unnamed-proxies.ts';
import type { Log } from '#base/log.ts';
import { AppError } from '#base/errors.ts';
import { retryHeaders } from '#base/retry-after.ts';
import { migrationStates } from '#database/migrate.ts';
import type { DirectoryDeps } from '#directory/stored.ts';
import type { EntraServices } from '#entra/graph-api/entra-services.ts';
import { graphApi, graphApiOff } from '#entra/graph-api/graph-api.ts';
import { ENTRA_PREFIX, GRAPH_PREFIX } from '#entra/graph-api/graph-prefix.ts';
import { allRoutes } from '#rest-api/all-routes.ts';
import type { RestServices } from '#rest-api/context.ts';
import { restApi } from '#rest-api/plugin.ts';
import { SCIM_PREFIX, scimServer } from '#scim-server/plugin.ts';
import { repairUrl } from '#scim-server/query.ts';
import { linkPages } from '#user-portal/link-page.ts';
import { addSecurityHeaders, securityHeaders } from './security-headers.ts';
import { SCIM_MEDIA_TYPE } from '#scim-server/json-body.ts';
import { errorBody } from '#scim-server/scim-error.ts';

/** How long one request may take to arrive, so that slow senders cannot hold connections for ever. */
const REQUEST_TIMEOUT_MS = 60_000;
const KEEP_ALIVE_TIMEOUT_MS = 75_000;
/** Bytes of the request line and the headers; a long filter is in the request line. */
const HEADER_BYTES_MAX = 65_536;
/** An id in a path; ours have 24 characters, and others simply are not found. */
const PATH_PARAMETER_LENGTH_MAX = 1_024;

export interface HttpServerOptions {
  readonly deps: DirectoryDeps;
  /** Mail, accounts and jobs, and who may ask where. */
  readonly people: RestServices;
  /** Of the stand-in for Entra ID. */
  readonly entra: EntraServices;
  /** Proxies whose X-Forwarded-For is believed. */
  readonly trustedProxies: readonly string[];
  readonly log: Log;
  /** The URL that others use, without a trailing slash. */
  readonly publicUrl: () => string;
  /** Whether the first start has made what requests need. */
  readonly isPrepared: () => boolean;
  /** Databases that could not be reached yet. */
  readonly missingShards: () => readonly string[];
}

/** The HTTP server with all its faces mounted, not yet listening. */
export async function createHttpServer(options: HttpServerOptions): Promise<FastifyInstance> {
  const { deps, people, entra, log, publicUrl, trustedProxies } = options;
  const loggerInstance: FastifyBaseLogger = log;
  const app = fastify({
    loggerInstance,
    trustProxy: trustedProxies.length === 0 ? false : [...trustedProxies],
    logController: new LogController({ disableRequestLogging: true }),
    // In the order of time: the index of events by request is written at its end, and not all over.
    genReqId: () => randomUUIDv7(),
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    // Without a Host header, Node.js would answer by itself, without a body: `requireOneHost` does.
    http: { maxHeaderSize: HEADER_BYTES_MAX, requireHostHeader: false },
    routerOptions: {
      ignoreTrailingSlash: true,
      ignoreDuplicateSlashes: true,
      caseSensitive: false,
      maxParamLength: PATH_PARAMETER_LENGTH_MAX,
    },
    // Fastify would load a compiler of JSON Schemas (ajv), of which no route has one: 110 modules.
    schemaController: { compilersFactory: { buildValidator: refuseSchemas, buildSerializer: refuseSchemas } },
    rewriteUrl: (request) => repairUrl(request.url ?? '/'),
    clientErrorHandler: (error, socket) => answerBrokenRequest(error, socket, publicUrl()),
    // `refuseWhenClosing` answers, in the shape of every other refusal.
    return503OnClosing: false,
    frameworkErrors: (error, _request, reply: FastifyReply) => {
      // No hook runs for it.
      reply.headers(securityHeaders(publicUrl()));
      void refuse(reply, new AppError('invalidQuery', `The URL cannot be read: ${error.message}.`));
    },
  });
  addSecurityHeaders(app, publicUrl);
  refuseWhenClosing(app);
  app.addHook('onRequest', requireOneHost);
  const proxies = new UnnamedProxies({ database: deps.database, clock: deps.clock, log }, trustedProxies);
  app.addHook('onRequest', (request, _reply, done) => {
    void proxies.note(request.socket.remoteAddress, request.headers);
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    if (log.isLevelEnabled('info')) {
      const { method, url } = request;
      // The query is left out: filters hold personal data.
      const path = url.split('?', 1)[0];
      request.log.info({ method, path, status: reply.statusCode, ms: Math.round(reply.elapsedTime) }, 'request');
    }
    done();
  });
  healthRoutes(app, options);
  await app.register(scimServer, { prefix: SCIM_PREFIX, deps, tenants: people.tenants, publicUrl });
  await app.register(restApi, { services: people, routes: allRoutes });
  if (entra.mode === 'off') await app.register(graphApiOff, { prefix: ENTRA_PREFIX, services: people, entra });
  else await app.register(graphApi, { prefix: GRAPH_PREFIX, services: people, entra });
  await app.register(linkPages, { door: { ...people.accounts, fleet: people.fleet }, attempts: people.attempts });
  return app;
}

function refuseSchemas(): never {
  throw new Error('Requests and answers are checked by zod: a route has no JSON Schema.');
}

/** Refuses requests that come over open connections while the server stops. */
function refuseWhenClosing(app: FastifyInstance): void {
  let isClosing = false;
  app.addHook('preClose', (done) => {
    isClosing = true;
    done();
  });
  app.addHook('onRequest', (_request, reply, done) => {
    if (!isClosing) {
      done();
      return;
    }
    reply.header('connection', 'close');
    refuse(reply, new AppError('unavailable', 'The server is stopping. Nothing was changed: try again.'));
  });
}

/** RFC 9112 §3.2: of two hosts, a proxy in front of us may believe the other one. */
function requireOneHost({ raw }: FastifyRequest, reply: FastifyReply, done: () => void): void {
  const { rawHeaders } = raw;
  let hosts = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) if (isHost(rawHeaders[index] ?? '')) hosts += 1;
  if (hosts === 1 || (hosts === 0 && raw.httpVersion === '1.0')) done();
  else refuse(reply, new AppError('invalidBody', `The request has ${hosts} Host headers: send one.`));
}

function isHost(name: string): boolean {
  return name.length === 'host'.length && name.toLowerCase() === 'host';
}

/** Answers what is refused before it reaches a face. */
function refuse(reply: FastifyReply, error: AppError): FastifyReply {
  const { status } = error.definition;
  return reply
    .code(status)
    .headers({ ...retryHeaders(error), 'content-type': SCIM_MEDIA_TYPE })
    .send(errorBody(error));
}

function healthRoutes(app: FastifyInstance, { deps, isPrepared, missingShards }: HttpServerOptions): void {
  app.get('/healthz', async () => ({ status: 'alive' }));
  app.get('/readyz', async (request, reply) => {
    const states = await migrationStates(deps.database).catch((error: unknown) => {
      request.log.warn({ err: error }, 'not ready');
      return undefined;
    });
    if (states === undefined) return reply.code(503).send({ status: 'the database cannot be reached', missing: [] });
    const waiting = states.filter((migration) => migration.executedAt === null);
    if (waiting.length === 0 && isPrepared()) {
      // The organizations of the other shards are served.
      const missing = missingShards();
      return { status: 'ready', ...(missing.length > 0 && { missingShards: missing }) };
    }
    const status = waiting.length === 0 ? 'the first start is under way' : 'migrations are missing';
    return reply.code(503).send({ status, missing: waiting.map(({ name }) => name) });
  });
}

/** A request that is no HTTP, or whose headers are too large, never reaches a route: it is answered on the socket. */
function answerBrokenRequest(error: Error & { code?: string }, socket: Socket, publicUrl: string): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const tooLarge = error.code === 'HPE_HEADER_OVERFLOW';
  const refusal = tooLarge
    ? new AppError(
        'filterTooComplex',
        `The request line and the headers are larger than ${HEADER_BYTES_MAX} bytes: send a shorter filter.`,
      )
    : new AppError('invalidBody', 'The request is not valid HTTP.');
  const body = JSON.stringify(errorBody(refusal));
  const headers = {
    'content-type': SCIM_MEDIA_TYPE,
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
    ...securityHeaders(publicUrl),
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 400 Bad Request\r\n${lines.join('')}\r\n${body}`);
}
