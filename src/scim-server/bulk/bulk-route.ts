import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { JsonValue } from '#base/json.ts';
import type { Scope } from '../resource-endpoint.ts';
import { logRefusal } from '#access/refusal-log.ts';
import { reportIgnored } from '../ignored-header.ts';
import { recordOf } from '../request-record.ts';
import { recordRefusal, refusedTarget } from '../scim-error.ts';
import { bulkParts, isUnreadable, unreadableParts } from './bulk-parts.ts';
import { readBulkRequest } from './bulk-request.ts';
import { runBulk, type OnFailure } from './run-bulk.ts';

/** Adds the route POST /Bulk (RFC 7644 §3.7). */
export function bulkRoute(app: FastifyInstance, scopeOf: (request: FastifyRequest) => Scope): void {
  app.post('/Bulk', async (request, reply) => {
    const scope = scopeOf(request);
    const onFailure: OnFailure = async (thrown, error, operation, index) => {
      const named = isUnreadable(operation) ? operation.target : operation;
      const target =
        named === undefined
          ? ({ type: 'user', id: null, name: null } as const)
          : refusedTarget(named.type === 'User' ? 'user' : 'group', named.id, operation.data);
      const bulk = isUnreadable(operation) ? unreadableParts(operation, index) : bulkParts(operation, index);
      const secrets = recordOf(request).secretsInMessage(scope.caller.origin, bulk);
      logRefusal(request, thrown, error, 'scim', secrets);
      await recordRefusal(scope.deps, request, { thrown, error, target, bulk });
    };
    const { results, ignored } = await runBulk(
      scope,
      readBulkRequest(request.body as JsonValue | undefined),
      onFailure,
    );
    reportIgnored(reply, ignored);
    return { schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkResponse'], Operations: results };
  });
}
