import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { JsonValue } from '#base/json.ts';
import type { ResourceTypeName } from '#scim/schema/resource-schema.ts';
import { sendJson } from './json-body.ts';
import type { Preconditions } from './precondition.ts';
import type { Query } from './query.ts';
import { type Scope } from './resource-endpoint.ts';
import { endpointPaths } from './scim-path.ts';
import { reportIgnored } from './ignored-header.ts';
import { create, patch, read, remove, replace } from './resource-operations.ts';
import type { Operation, Outcome } from './operation.ts';

interface ItemRoute {
  Params: { id?: string };
  Querystring: Query;
}

/** Adds the routes of one resource type (RFC 7644 §3.3 to §3.6). */
export function resourceRoutes(
  app: FastifyInstance,
  type: ResourceTypeName,
  scopeOf: (request: FastifyRequest) => Scope,
): void {
  const collection = endpointPaths[type];
  const item = `${collection}/:id`;
  const route =
    (run: (scope: Scope, operation: Operation) => Promise<Outcome>) =>
    async (request: FastifyRequest<ItemRoute>, reply: FastifyReply) =>
      sendOutcome(reply, await run(scopeOf(request), operationOf(type, request.params.id ?? '', request)));
  app.post<ItemRoute>(collection, route(create));
  app.get<ItemRoute>(item, route(read));
  app.put<ItemRoute>(item, route(replace));
  app.patch<ItemRoute>(item, route(patch));
  app.delete<ItemRoute>(item, route(remove));
}

/** Converts a request to an operation on the resource with this id. */
export function operationOf(
  type: ResourceTypeName,
  id: string,
  request: FastifyRequest<{ Querystring: Query }>,
): Operation {
  return {
    type,
    id,
    query: request.query,
    body: request.body as JsonValue | undefined,
    ...preconditionsOf(request),
  };
}

function preconditionsOf(request: Pick<FastifyRequest, 'headers'>): Preconditions {
  return { ifMatch: request.headers['if-match'], ifNoneMatch: request.headers['if-none-match'] };
}

/** Sends the response for the result of an operation. */
export function sendOutcome(reply: FastifyReply, outcome: Outcome): FastifyReply {
  const { status, resource, tag, location, ignored = [] } = outcome;
  reply.code(status);
  if (tag !== undefined) reply.header('etag', tag);
  if (location !== undefined) reply.header('location', location);
  reportIgnored(reply, ignored);
  return resource === undefined ? reply.send() : sendJson(reply, resource.text);
}
