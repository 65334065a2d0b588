import { STATUS_CODES } from '#base/node-http.ts';
import type { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { logRefusal } from '#access/refusal-log.ts';
import { messageFor } from '#base/error-message.ts';
import { AppError } from '#base/errors.ts';
import type { JsonObject } from '#base/json.ts';
import { retryHeaders } from '#base/retry-after.ts';
import { graphErrorBody } from '#entra/graph-api/graph-error.ts';
import { ENTRA_PREFIX } from '#entra/graph-api/graph-prefix.ts';
import { allRoutes } from '#rest-api/all-routes.ts';
import { restErrorBody } from '#rest-api/rest-error.ts';
import { SCIM_MEDIA_TYPE } from '#scim-server/json-body.ts';
import { SCIM_PREFIX } from '#scim-server/scim-path.ts';
import { errorBody } from '#scim-server/scim-error.ts';
import { alertOf, pageHeaders, pageOf } from '#user-portal/page.ts';
import { pageLanguageOf } from '#user-portal/page-language.ts';
import { pageWordsIn } from '#user-portal/page-words.ts';
import { securityHeaders } from './security-headers.ts';

/** The maximum size of the request line and the headers together, in bytes. A long filter is part of the request line. */
export const HEADER_BYTES_MAX = 65_536;
/** How long a connection stays half open after the response to an unreadable request, so that the client can read the response. */
const LINGER_MS = 2_000;

const restRoots: ReadonlySet<string> = new Set(allRoutes.map(({ path }) => rootOf(path)));

function rootOf(path: string): string {
  return (/^\/+[^/?]*/.exec(path)?.[0] ?? '').replace(/^\/+/, '/').toLowerCase();
}

/** True if a path is below the first segment of a route of the REST API, such as /api. */
export function isRestPath(path: string): boolean {
  return restRoots.has(rootOf(path));
}

/** True if a path is below /portal or /console: a person sees the response, so the response is a page, regardless of Accept. */
export function isPagePath(path: string): boolean {
  return ['/portal', '/console'].includes(rootOf(path));
}

/** True if a browser sent the request to load a page. */
export function isBrowser({ method, headers }: FastifyRequest): boolean {
  return (method === 'GET' || method === 'HEAD') && /\btext\/html\b/i.test(headers.accept ?? '');
}

/**
 * Refuses a request before it reaches a route, in the error format of the interface that its path belongs to: SCIM, REST, Graph,
 * or a page.
 */
export function refuse(request: FastifyRequest, reply: FastifyReply, error: AppError): FastifyReply {
  logRefusal(request, error, error, 'portal');
  const { body, headers } = errorResponseOf(request, error);
  return reply
    .code(error.definition.status)
    .headers({ ...retryHeaders(error), ...headers, 'x-request-id': request.id })
    .send(body);
}

interface ErrorResponse {
  readonly body: JsonObject | string;
  readonly headers: Readonly<Record<string, string>>;
}

function errorResponseOf(request: FastifyRequest, error: AppError): ErrorResponse {
  const headers = { 'content-type': 'application/json; charset=utf-8' };
  const root = rootOf(request.url);
  if (root === ENTRA_PREFIX) return { body: graphErrorBody(error, request), headers };
  if (isRestPath(request.url)) return { body: restErrorBody(error, request), headers };
  if (isPagePath(request.url) || (isBrowser(request) && root !== rootOf(SCIM_PREFIX))) {
    const shown = pageLanguageOf(request);
    const { failed } = pageWordsIn(shown.language);
    const body = alertOf(messageFor(error, 'portal', shown.language));
    return { body: pageOf(shown, { title: failed, body }), headers: pageHeaders };
  }
  return { body: errorBody(error), headers: { 'content-type': SCIM_MEDIA_TYPE } };
}

/**
 * Responds directly on the socket to a request that is not HTTP, has headers that are too large, or arrives too slowly. These requests
 * never reach a route.
 */
export function answerBrokenRequest(error: Error & { code?: string }, socket: Socket, publicUrl: string): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const refusal = refusalOf(error.code);
  const { status } = refusal.definition;
  const body = JSON.stringify(errorBody(refusal));
  const headers = {
    'content-type': SCIM_MEDIA_TYPE,
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
    ...securityHeaders(publicUrl),
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n${body}`);
  // A client that is still sending would lose the response if the connection were closed at once.
  const closing = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once('close', () => clearTimeout(closing));
}

function refusalOf(code: string | undefined): AppError {
  if (code === 'HPE_HEADER_OVERFLOW') {
    return new AppError(
      'filterTooComplex',
      `The request line and the headers are larger than ${HEADER_BYTES_MAX} bytes: send a shorter filter.`,
    );
  }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return new AppError(
      'requestTimeout',
      'The request did not arrive in time. Nothing was changed: send it again, faster or in parts.',
    );
  }
  return new AppError('invalidBody', 'The request is not valid HTTP.');
}
