import type { FastifyInstance } from 'fastify';

const YEAR_SECONDS = 31_536_000;

/**
 * Returns the headers that every response has. With them, browsers do not guess content types, caches do not store responses, and
 * browsers that have used TLS once always use TLS.
 */
export function securityHeaders(publicUrl: string): Readonly<Record<string, string>> {
  return {
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
    ...(publicUrl.startsWith('https:') && { 'strict-transport-security': `max-age=${YEAR_SECONDS}` }),
  };
}

/**
 * Adds the security headers to all responses that Fastify sends. A route that sets its own `cache-control` keeps it. Also adds the
 * headers to the response that Node.js sends to refuse an `Expect` header. Code that writes directly to a socket, for requests that
 * are not HTTP, has to add the headers itself.
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
