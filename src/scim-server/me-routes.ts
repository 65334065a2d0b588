import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { refusal } from '#base/reasons/refusal.ts';
import type { Query } from './query.ts';
import type { Scope } from './resource-endpoint.ts';
import { patch, read, replace } from './resource-operations.ts';
import type { Operation, Outcome } from './operation.ts';
import { operationOf, sendOutcome } from './resource-routes.ts';

interface MeRoute {
  Querystring: Query;
}

/** Adds the routes of /Me, an alias for the resource of the user who owns the token of the request (RFC 7644 §3.11). */
export function meRoutes(app: FastifyInstance, scopeOf: (request: FastifyRequest) => Scope): void {
  const route =
    (run: (scope: Scope, operation: Operation) => Promise<Outcome>) =>
    async (request: FastifyRequest<MeRoute>, reply: FastifyReply) => {
      const scope = scopeOf(request);
      const outcome = await run(scope, operationOf('User', requireSelf(scope), request));
      // The user's own URL, for which /Me is an alias.
      if (outcome.location !== undefined) reply.header('content-location', outcome.location);
      return sendOutcome(reply, outcome);
    };
  const options = { config: { openToUsers: true, openToSessions: true } };
  app.get<MeRoute>('/Me', options, route(read));
  app.put<MeRoute>('/Me', options, route(replace));
  app.patch<MeRoute>('/Me', options, route(patch));
  // Users may not create or delete themselves: only their source may. A caller that is not a user gets the error that it has no /Me.
  app.route({ method: ['POST', 'DELETE'], url: '/Me', handler: async (request) => requireSelf(scopeOf(request)) });
}

/** Returns the id of the user who sends the request. Throws `notSupported` (501) for a credential that does not belong to a user. */
function requireSelf({ caller }: Scope): string {
  const { type, id } = caller.origin.actor;
  if (type === 'user' && id !== null) return id;
  throw refusal('meNeedsUser', {});
}
