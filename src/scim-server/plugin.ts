import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError, quote } from '#base/errors.ts';
import type { JsonValue } from '#base/json.ts';
import { decodeBody, readJson } from '#base/read-json.ts';
import type { DirectoryDeps } from '#directory/stored.ts';
import { bulkRoute } from './bulk/bulk-route.ts';
import type { TenantRouter } from '#access/tenant-router.ts';
import { UnidentifiedRequests } from '#access/unidentified-requests.ts';
import { discoveryRoutes } from './discovery-routes.ts';
import { SCIM_MEDIA_TYPE } from './json-body.ts';
import { BODY_BYTES_MAX } from './limits.ts';
import { listRoutes } from './list-routes.ts';
import { requireReadable } from './readable-request.ts';
import { RequestRecord, recordOf } from './request-record.ts';
import { RequestWriter } from './request-writer.ts';
import { REQUEST_BODY_KILOBYTES_MAX } from '#organizations/settings.ts';
import { meRoutes } from './me-routes.ts';
import { resourceRoutes } from './resource-routes.ts';
import { answerError } from './scim-error.ts';
import { schemaRoutes } from './schema-routes.ts';
import { SCIM_PREFIX } from './scim-path.ts';
import type { Scope } from './resource-endpoint.ts';
import { isDoubled, wrongTenantUrl } from './wrong-tenant-url.ts';
import { callerOf, directoryOf, identify, identifyClient, isOpen } from './scim-request.ts';

export interface ScimServerOptions {
  readonly deps: DirectoryDeps;
  /** Finds the caller of a request, and the database of the caller's organization. */
  readonly tenants: TenantRouter;
  /** Returns the URL under which clients reach the server, without a trailing slash. */
  readonly publicUrl: () => string;
}

/** Adds the SCIM 2.0 server, under /scim/v2. Only routes that are marked `openToAnyone` are accessible without a credential. */
export async function scimServer(app: FastifyInstance, { deps, tenants, publicUrl }: ScimServerOptions): Promise<void> {
  const baseUrl = () => `${publicUrl()}${SCIM_PREFIX}`;
  parseBodies(app);
  app.decorateRequest('scimCaller', undefined);
  app.decorateRequest('scimAccess', undefined);
  app.decorateRequest('scimSchemas', undefined);
  app.decorateRequest('scimRecord', undefined);
  app.addHook('onRequest', (request, reply, done) => {
    request.scimRecord = new RequestRecord(request, reply);
    done();
  });
  app.addHook('onRequest', async (request, reply) => {
    if (!isOpen(request)) await identify(tenants, request);
    // Checked before the body is read: the media type and the size of the body do not matter if no route accepts the request.
    if (request.is404 || isDoubled(pathOf(request))) throw notFound(request, reply, baseUrl());
    requireReadable(request);
  });
  app.addHook('preHandler', (request, _reply, done) => {
    identifyClient(request);
    done();
  });
  app.addHook('onSend', (request, reply, payload, done) => {
    if (reply.statusCode !== 204 && reply.statusCode !== 304) reply.header('content-type', SCIM_MEDIA_TYPE);
    reply.header('x-request-id', request.id);
    request.scimRecord?.noteAnswer(payload);
    done(null, payload);
  });
  const unidentified = new UnidentifiedRequests({ database: deps.database, clock: deps.clock, log: app.log });
  app.addHook('onClose', async () => await unidentified.close());
  const writer = new RequestWriter(app.log);
  app.addHook('onResponse', async (request, reply) => await writer.note(request, reply.statusCode));
  app.addHook('onClose', async () => await writer.close());
  app.setErrorHandler((error, request, reply) => {
    unidentified.note(request, error);
    return answerError(deps, error, request, reply);
  });
  // The hook above throws this error first. Without this handler, Fastify would not run the hooks of this prefix for unknown paths.
  app.setNotFoundHandler(async (request, reply) => {
    throw notFound(request, reply, baseUrl());
  });
  const scopeOf = (request: FastifyRequest): Scope => ({
    deps: directoryOf(request),
    caller: callerOf(request),
    baseUrl: baseUrl(),
    observer: recordOf(request),
  });
  listRoutes(app, scopeOf);
  resourceRoutes(app, 'User', scopeOf);
  resourceRoutes(app, 'Group', scopeOf);
  meRoutes(app, scopeOf);
  bulkRoute(app, scopeOf);
  discoveryRoutes(app, scopeOf, baseUrl);
  schemaRoutes(app, scopeOf);
}

/** Parses bodies with the media types of RFC 7644 §3.1. A body without a media type is also parsed as JSON. */
function parseBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser<Buffer>(
    /^application\/(?:[\w.-]+\+)?json\b/i,
    { parseAs: 'buffer', bodyLimit: BODY_BYTES_MAX },
    async (request: FastifyRequest, body: Buffer) => readBody(request, body),
  );
  app.addContentTypeParser<Buffer>(
    '*',
    { parseAs: 'buffer', bodyLimit: BODY_BYTES_MAX },
    async (request: FastifyRequest, body: Buffer) => {
      const mediaType = request.headers['content-type'];
      if (mediaType === undefined || mediaType === '' || body.length === 0) return readBody(request, body);
      throw new AppError(
        'unsupportedMediaType',
        `The body has the media type ${quote(mediaType)}: send application/scim+json.`,
        {
          attribute: 'content-type',
          value: mediaType,
        },
      );
    },
  );
}

/** Parses a body, and remembers its text for the request log if it is short enough to be kept. */
function readBody(request: FastifyRequest, body: Buffer): JsonValue | undefined {
  const text = decodeBody(body);
  if (body.length <= REQUEST_BODY_KILOBYTES_MAX * 1_024) recordOf(request).bodyText = text;
  return readJson(text, 'ignoreCase');
}

/** The methods of each endpoint (RFC 7644 §3.2), by a pattern for its path below the base URL. */
const allowedMethods: readonly (readonly [RegExp, string])[] = [
  [/^(?:\/(?:Users|Groups))?\/\.search\/?$|^\/Bulk\/?$/i, 'POST'],
  [/^\/(Users|Groups)\/?$/i, 'GET, POST'],
  [/^\/(Users|Groups)\/[^/]+\/?$/i, 'GET, PUT, PATCH, DELETE'],
  [/^\/Schemas\/?$/i, 'GET, POST'],
  [/^\/Schemas\/[^/]+\/?$/i, 'GET, PUT, DELETE'],
  [/^\/ResourceTypes(\/[^/]+)?\/?$/i, 'GET'],
  [/^\/Me\/?$/i, 'GET, PUT, PATCH'],
  [/^\/ServiceProviderConfig\/?$/i, 'GET'],
];

function notFound(request: FastifyRequest, reply: FastifyReply, baseUrl: string): AppError {
  const path = pathOf(request);
  const below = path.replace(/^\/+scim\/+v2/i, '').replaceAll(/\/{2,}/g, '/');
  const allowed = isDoubled(path) ? undefined : allowedMethods.find(([pattern]) => pattern.test(below))?.[1];
  if (allowed !== undefined) {
    reply.header('allow', allowed);
    return new AppError(
      'methodNotAllowed',
      `${request.method} is not allowed at ${quote(path)}; use ${allowed} (RFC 7644 §3.2).`,
    );
  }
  return wrongTenantUrl(path, baseUrl);
}

function pathOf({ url }: FastifyRequest): string {
  return url.split('?', 1)[0] ?? '';
}
