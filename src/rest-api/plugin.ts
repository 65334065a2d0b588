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
import type { Context, RestServices } from './context.ts';
import { identify, type Found } from './identify.ts';
import { answerRestError, restErrorBody, type ErrorBody } from './rest-error.ts';
import { readPart } from './read-part.ts';
import { RawAnswer, type Route } from './route.ts';

/** Bytes of a body, where a route does not say otherwise. */
export const BODY_BYTES_MAX = 1_048_576;

declare module 'fastify' {
  interface FastifyRequest {
    /** What is known of the sender of a request to the REST API. */
    restFound: Found | undefined;
  }

  interface FastifyContextConfig {
    /** Whether the body is a form or JSON by what it looks like, whatever its media type says. */
    anyMediaType?: boolean;
  }
}

export interface RestApiOptions {
  readonly services: RestServices;
  readonly routes: readonly Route[];
  /** What errors are answered with, where it is not the original directory's shape. */
  readonly errorBody?: ErrorBody;
  /** Where one reads what there is. */
  readonly help?: string;
  /** Refuses requests to any of the routes, and to what is not there; undefined for those that are let in. */
  readonly refuse?: (request: FastifyRequest) => AppError | undefined;
}

/** Mounts routes. Nothing in them is reached without a credential unless its contract says `anyone`. */
export async function restApi(app: FastifyInstance, options: RestApiOptions): Promise<void> {
  const { services, routes, errorBody = restErrorBody, help = 'GET /api/openapi.json', refuse } = options;
  const paths = routes.map(({ method, path }) => ({ method, path: `${app.prefix}${path}` }));
  app.decorateRequest('restFound', undefined);
  parseBodies(app);
  app.addHook('onRequest', async (request, reply) => {
    request.restFound = { origin: undefined };
    reply.header('x-request-id', request.id).header('cache-control', 'no-store');
    const refusal = refuse?.(request);
    // Before the body is read: its media type and its size say nothing where nothing takes it.
    if (refusal === undefined && request.is404) throw notFound(paths, help, request, reply);
    if (refusal === undefined) return;
    // The organization of a caller that has a key sees the refusal.
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
  for (const route of routes) mount(app, services, route);
}

/** Stands for any route, to find out who sends a request that is refused anyway. */
const refusedRoute: Route = {
  method: 'GET',
  path: '',
  tag: '',
  summary: '',
  access: 'administrator',
  handle: () => Promise.resolve(),
};

/** Nothing there, or nothing for this method, in the shape of every other refusal. */
function notFound(
  routes: readonly Pick<Route, 'method' | 'path'>[],
  help: string,
  request: FastifyRequest,
  reply: FastifyReply,
): AppError {
  const path = (request.url.split('?', 1)[0] ?? '').replace(/(?!^)\/+$/, '');
  const pattern = (whole: string) =>
    whole.split('/').map((part) => (part.startsWith(':') ? '[^/]+' : RegExp.escape(part)));
  const isThere = (route: Pick<Route, 'path'>) => new RegExp(`^${pattern(route.path).join('/')}$`, 'i').test(path);
  const allowed = [...new Set(routes.filter(isThere).map(({ method }) => method))].join(', ');
  if (allowed === '') {
    return new AppError('routeNotFound', `There is nothing at ${quote(path)}. ${help} lists what there is.`);
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
    // Before the body is read: whoever may not call the route need not send one.
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
    const { Readable } = await import('node:stream');
    return reply.send(Readable.from(result.body));
  }
  if (result === undefined) return reply.code(route.status ?? 204).send();
  reply.code(reply.statusCode === 200 ? (route.status ?? 200) : reply.statusCode);
  return reply.type('application/json; charset=utf-8').send(JSON.stringify(result));
}

/** JSON, forms (RFC 6749 asks for them), and CSV; anything else is refused. */
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

/** RFC 9110 §8.3.1: the parameter `charset` of a media type. */
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
  // In JSON a NUL is always an escape: most bodies need no second look.
  if (text.includes('\\u0000')) requireNoNull(parsed, 'body');
  return parsed;
}

function requireNoNull(value: unknown, name: string): void {
  withoutNull(value, name);
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) requireNoNull(inner, key);
}

/** The parameters of a path or of a query. */
function requireText(parameters: unknown): unknown {
  for (const [name, value] of Object.entries(parameters ?? {})) [value].flat().map((one) => withoutNull(one, name));
  return parameters;
}

/** No database keeps U+0000 in a text. */
function withoutNull(value: unknown, name: string): unknown {
  if (typeof value !== 'string' || !value.includes('\0')) return value;
  throw new AppError('invalidBody', `${quote(name)} has the character U+0000, which no text may have.`, {
    attribute: name,
  });
}
