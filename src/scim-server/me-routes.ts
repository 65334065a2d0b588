import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { refusal } from '#base/reasons/refusal.ts';
import type { Query } from './query.ts';
import type { Scope } from './resource-endpoint.ts';
import { patch, read, replace, type Operation, type Outcome } from './resource-operations.ts';
import { operationOf, sendOutcome } from './resource-routes.ts';

interface MeRoute {
  Querystring: Query;
}

/** The user whose own token the request carries, under an alias (RFC 7644 §3.11). */
export function meRoutes(app: FastifyInstance, scopeOf: (request: FastifyRequest) => Scope): void {
  const route =
    (run: (scope: Scope, operation: Operation) => Promise<Outcome>) =>
    async (request: FastifyRequest<MeRoute>, reply: FastifyReply) => {
      const scope = scopeOf(request);
      const outcome = await run(scope, operationOf('User', requireSelf(scope), request));
      // The permanent address of what /Me stands for.
      if (outcome.location !== undefined) reply.header('content-location', outcome.location);
      return sendOutcome(reply, outcome);
    };
  const options = { config: { openToUsers: true, openToSessions: true } };
  app.get<MeRoute>('/Me', options, route(read));
  app.put<MeRoute>('/Me', options, route(replace));
  app.patch<MeRoute>('/Me', options, route(patch));
  // Closed to users, whom the source makes and deletes; anybody else is told that there is no /Me for them.
  app.route({ method: ['POST', 'DELETE'], url: '/Me', handler: async (request) => requireSelf(scopeOf(request)) });
}

/** The id of the user who sends the request. Throws notSupported (501) for a credential that does not belong to a user. */
function requireSelf({ caller }: Scope): string {
  const { type, id } = caller.origin.actor;
  if (type === 'user' && id !== null) return id;
  throw refusal('meNeedsUser', {});
}
