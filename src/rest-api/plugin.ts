import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { credentialOfBrowser, requireSameOrigin } from '#access/browser-credential.ts';
import { requestOrigin } from '#access/request-origin.ts';
import { pageUrlOf } from '#accounts/account.ts';
import { decodeFile, decodeUtf8 } from '#base/decode-text.ts';
import { AppError, quote } from '#base/errors.ts';
import { requireConfirmation } from './confirmation.ts';
import { readForm } from '#base/read-form.ts';
import { decodeBody, readJson } from '#base/read-json.ts';
import { withoutEnd } from '#base/without-ends.ts';
import type { Context, RestServices } from './context.ts';
import { identify, type OriginHolder } from './identify.ts';
import { answerRestError, restErrorBody, type ErrorBody } from './rest-error.ts';
import { readPart } from './read-part.ts';
import { RawAnswer, type Route } from './route.ts';

/** The maximum size of a body in bytes, unless the route sets `bodyBytesMax`. */
export const BODY_BYTES_MAX = 1_048_576;

declare module 'fastify' {
  interface FastifyRequest {
    /** Holds the origin of a request to the REST API once its caller is identified. */
    restFound: OriginHolder | undefined;
  }

  interface FastifyContextConfig {
    /** True to recognize a form or JSON by the first character of the body and to ignore its media type. */
    anyMediaType?: boolean;
  }
}

export interface RestApiOptions {
  readonly services: RestServices;
  readonly routes: readonly Route[];
  /** Builds the body of an error response. Default: `restErrorBody`. */
  readonly errorBody?: ErrorBody;
  /** The request or document that lists the operations. Errors about unknown paths and methods name it. Default: GET /api/openapi.json. */
  readonly help?: string;
  /** Returns the error if a request is refused, and undefined if it is accepted. Called for requests to unknown paths as well. */
  readonly refuse?: (request: FastifyRequest) => AppError | undefined;
}

/** A Fastify plugin that serves routes. A route requires a credential unless its contract has the access `anyone`. */
export async function restApi(app: FastifyInstance, options: RestApiOptions): Promise<void> {
  const { services, routes, errorBody = restErrorBody, help = 'GET /api/openapi.json', refuse } = options;
  const paths = routes.map(({ method, path }) => ({ method, path: `${app.prefix}${path}` }));
  app.decorateRequest('restFound', undefined);
  parseBodies(app);
  app.addHook('onRequest', async (request, reply) => {
    request.restFound = { origin: undefined };
    reply.header('x-request-id', request.id).header('cache-control', 'no-store');
    const refusal = refuse?.(request);
    // Checks the path before the body is read: for an unknown path, errors about the body's media type or size would be misleading.
    if (refusal === undefined && request.is404) throw notFound(paths, help, request, reply);
    if (refusal === undefined) return;
    // Identifies the caller, so that the refusal is recorded in the event log of the caller's organization.
    await identify(services, request, refusedRoute, request.restFound).catch(() => undefined);
    throw refusal;
  });
  app.setErrorHandler(async (error, request, reply) => {
    const bodyBytesMax = request.routeOptions.bodyLimit ?? BODY_BYTES_MAX;
    await answerRestError(services, request, reply, error, {
      origin: request.restFound?.origin,
      bodyBytesMax,
      errorBody,
    });
  });
  app.setNotFoundHandler(async (request, reply) => {
    throw notFound(paths, help, request, reply);
  });
  // Open streams would keep the server from closing.
  app.addHook('preClose', async () => await services.live.stop());
  for (const route of routes) mount(app, services, route);
}

/** A placeholder route. With it, the caller of a request that `refuse` refuses can be identified. */
const refusedRoute: Route = {
  method: 'GET',
  path: '',
  tag: '',
  summary: '',
  access: 'administrator',
  handle: () => Promise.resolve(),
};

/** Returns the error for an unknown path, or for a known path with another method. Sets the Allow header if the path is known. */
function notFound(
  routes: readonly Pick<Route, 'method' | 'path'>[],
  help: string,
  request: FastifyRequest,
  reply: FastifyReply,
): AppError {
  const sent = request.url.split('?', 1)[0] ?? '';
  const path = sent.slice(0, 1) + withoutEnd(sent.slice(1), (character) => character === '/');
  const pattern = (whole: string) =>
    whole.split('/').map((part) => (part.startsWith(':') ? '[^/]+' : RegExp.escape(part)));
  const isThere = (route: Pick<Route, 'path'>) => new RegExp(`^${pattern(route.path).join('/')}$`, 'i').test(path);
  const allowed = [...new Set(routes.filter(isThere).map(({ method }) => method))].join(', ');
  if (allowed === '') {
    return new AppError('routeNotFound', `There is nothing at ${quote(path)}. ${help} lists all operations.`);
  }
  reply.header('allow', allowed);
  return new AppError(
    'methodNotAllowed',
    `${request.method} is not allowed at ${quote(path)}; use ${allowed}. ${help} describes the operation.`,
  );
}

function mount(app: FastifyInstance, services: RestServices, route: Route): void {
  const identities = new WeakMap<FastifyRequest, Context['identity']>();
  app.route({
    method: route.method,
    url: route.path,
    bodyLimit: route.bodyBytesMax ?? BODY_BYTES_MAX,
    config: { anyMediaType: route.anyMediaType === true },
    // Checks access before the body is read, so that a caller without access does not have to send the whole body.
    onRequest: async (request) => {
      if (route.access === 'anyone') {
        if (route.method !== 'GET') requireSameOrigin(request, pageUrlOf(services.accounts));
        return;
      }
      identities.set(request, await identify(services, request, route, request.restFound ?? { origin: undefined }));
    },
    handler: async (request, reply) => {
      const context: Context = {
        services,
        request,
        reply,
        origin: requestOrigin(request, credentialOfBrowser(request, services.accounts.publicUrl())),
        identity: identities.get(request),
      };
      const input = {
        params: readPart(route.params ?? z.object({}), requireText(request.params), 'path'),
        query: readPart(route.query ?? z.object({}), requireText(request.query), 'query'),
        body: bodyOf(route, request),
      };
      await requireConfirmation(context, route, input.body);
      return answer(route, reply, await route.handle(context, input));
    },
  });
}

function bodyOf(route: Route, request: FastifyRequest): unknown {
  if (route.body === undefined) return undefined;
  const sent = request.body ?? undefined;
  if (sent === undefined && route.bodyOptional !== true) {
    throw new AppError('invalidBody', 'The request needs a body: send JSON.');
  }
  return readPart(route.body, sent ?? {}, 'body');
}

async function answer(route: Route, reply: FastifyReply, result: unknown): Promise<unknown> {
  if (result instanceof RawAnswer) {
    reply.headers(result.headers);
    if (typeof result.body === 'string') return reply.send(result.body);
    if ('pipe' in result.body) return reply.send(result.body);
    const { Readable } = await import('node:stream');
    return reply.send(Readable.from(result.body));
  }
  if (result === undefined) return reply.code(route.status ?? 204).send();
  reply.code(reply.statusCode === 200 ? (route.status ?? 200) : reply.statusCode);
  return reply.type('application/json; charset=utf-8').send(JSON.stringify(result));
}

/** Parses JSON bodies, forms (which RFC 6749 requires) and CSV files, and refuses other media types. */
function parseBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  const options = { parseAs: 'buffer' } as const;
  app.addContentTypeParser<Buffer>(
    /^application\/(?:[\w.-]+\+)?json\b/i,
    options,
    async (request: FastifyRequest, body: Buffer) => parseBy(parseJson, request, decodeBody(body)),
  );
  app.addContentTypeParser<Buffer>(
    /^application\/x-www-form-urlencoded\b/i,
    options,
    async (request: FastifyRequest, body: Buffer) =>
      parseBy(parseForm, request, decodeUtf8(body, 'The form', 'invalidBody')),
  );
  app.addContentTypeParser<Buffer>(/^text\/csv\b/i, options, async ({ headers }: FastifyRequest, body: Buffer) => {
    const { text, encoding } = decodeFile(body, charsetOf(headers['content-type']));
    return { csv: withoutNull(text, 'csv'), encoding };
  });
  app.addContentTypeParser<Buffer>('*', options, async (request: FastifyRequest, body: Buffer) => {
    if (body.length === 0) return undefined;
    return parseBy(parseOther, request, decodeBody(body));
  });
}

/** Returns the `charset` parameter of a media type (RFC 9110 §8.3.1), or '' if there is none. */
function charsetOf(mediaType = ''): string {
  return /;\s*charset\s*=\s*"?(?<charset>[\w.:-]+)/i.exec(mediaType)?.groups?.['charset'] ?? '';
}

function parseBy(
  parse: (text: string, request: FastifyRequest) => unknown,
  request: FastifyRequest,
  text: string,
): unknown {
  if (request.routeOptions.config.anyMediaType !== true) return parse(text, request);
  return text.trimStart().startsWith('{') ? parseJson(text) : parseForm(text);
}

function parseForm(text: string): unknown {
  return Object.fromEntries(readForm(text));
}

function parseOther(text: string, { headers }: FastifyRequest): unknown {
  const mediaType = headers['content-type'];
  if (mediaType === undefined) return parseJson(text);
  throw new AppError('unsupportedMediaType', `The body has the media type ${quote(mediaType)}: send application/json.`);
}

function parseJson(text: string): unknown {
  const parsed = readJson(text, 'exact');
  // JSON text always escapes U+0000, so the values need a check only if the body contains the escape sequence.
  if (text.includes('\\u0000')) requireNoNull(parsed, 'body');
  return parsed;
}

function requireNoNull(value: unknown, name: string): void {
  withoutNull(value, name);
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) requireNoNull(inner, key);
}

/** Returns the parameters of a path or a query unchanged. Throws `invalidBody` (400) for a value with U+0000. */
function requireText(parameters: unknown): unknown {
  for (const [name, value] of Object.entries(parameters ?? {})) [value].flat().map((one) => withoutNull(one, name));
  return parameters;
}

/** Returns the value unchanged. Throws `invalidBody` (400) for a text with U+0000, which PostgreSQL cannot store. */
function withoutNull(value: unknown, name: string): unknown {
  if (typeof value !== 'string' || !value.includes('\0')) return value;
  throw new AppError('invalidBody', `${quote(name)} contains the character U+0000, which is not allowed in texts.`, {
    attribute: name,
  });
}
