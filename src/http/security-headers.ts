import type { FastifyInstance } from 'fastify';

const YEAR_SECONDS = 31_536_000;

/**
 * The headers of every answer: browsers take no content for another type, no cache keeps an answer, and browsers that came by
 * TLS come by TLS again.
 */
export function securityHeaders(publicUrl: string): Readonly<Record<string, string>> {
  return {
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
    ...(publicUrl.startsWith('https:') && { 'strict-transport-security': `max-age=${YEAR_SECONDS}` }),
  };
}

/**
 * Adds the security headers to all answers; a route that sets its own `cache-control` keeps it. Answers that Fastify does not
 * send have to add them: those to what is not HTTP, and to what the HTTP server of Node.js refuses (`Expect`).
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
