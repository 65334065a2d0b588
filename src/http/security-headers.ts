import type { FastifyInstance } from 'fastify';

const YEAR_SECONDS = 31_536_000;

/** Adds the security headers that every answer has; a route that sets its own `cache-control` keeps it. */
export function addSecurityHeaders(app: FastifyInstance, publicUrl: () => string): void {
  app.addHook('onSend', (_request, reply, payload, done) => {
    reply.header('x-content-type-options', 'nosniff');
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
    if (publicUrl().startsWith('https:')) reply.header('strict-transport-security', `max-age=${YEAR_SECONDS}`);
    done(null, payload);
  });
}
