import type { FastifyInstance } from 'fastify';

const YEAR_SECONDS = 31_536_000;

/**
 * Returns the headers of every response. Browsers then do not guess content types, caches do not store responses, and browsers
 * that used TLS once keep using it.
 */
export function securityHeaders(publicUrl: string): Readonly<Record<string, string>> {
  return {
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
    ...(publicUrl.startsWith('https:') && { 'strict-transport-security': `max-age=${YEAR_SECONDS}` }),
  };
}

/**
 * Adds the security headers to all responses. A route that sets its own `cache-control` keeps it. Responses that Fastify does not
 * send have to add the headers themselves: those to requests that are not HTTP. This function also adds them to the refusal of
 * an `Expect` header, which the HTTP server of Node.js sends.
 */
export function addSecurityHeaders(app: FastifyInstance, publicUrl: () => string): void {
  app.addHook('onSend', (_request, reply, payload, done) => {
    const { 'cache-control': cacheControl, ...always } = securityHeaders(publicUrl());
    reply.headers(always);
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', cacheControl);
    done(null, payload);
  });
  app.server.on('checkExpectation', (_request, response) => {
    response.writeHead(417, { ...securityHeaders(publicUrl()), connection: 'close' });
    response.end();
  });
}
