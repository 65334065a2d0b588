import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '#base/errors.ts';
import type { JsonValue } from '#base/json.ts';
import { entityTag, locationOf, type View } from '#directory/resources.ts';
import { parseFilter } from '#scim/filter/parse.ts';
import { typeFilter } from '#scim/filter/type-check.ts';
import { readPatchRequest } from '#scim/patch/read-patch-request.ts';
import { normaliseResource } from '#scim/resource/normalise.ts';
import { parseSelection } from '#scim/resource/project.ts';
import { ifMatch, isNotModified } from './precondition.ts';
import { pageParameters, textParameter, type Query } from './query.ts';
import type { ResourceEndpoint, Stored } from './resource-endpoint.ts';
import { callerOf } from './scim-request.ts';

const LIST_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';

interface ItemRoute {
  Params: { id: string };
  Querystring: Query;
}

/** The routes of one resource type (RFC 7644 §3.3 to §3.6). */
export function resourceRoutes<Resource extends Stored>(
  app: FastifyInstance,
  endpoint: ResourceEndpoint<Resource>,
  baseUrl: () => string,
): void {
  const { schema } = endpoint;
  const collection = schema.endpoint;
  const item = `${schema.endpoint}/:id`;

  const viewOf = (query: Query): View => ({
    baseUrl: baseUrl(),
    selection: parseSelection(schema, textParameter(query, 'attributes'), textParameter(query, 'excludedAttributes')),
  });
  const submittedOf = (request: FastifyRequest) => {
    const caller = callerOf(request);
    return normaliseResource(schema, bodyOf(request), {
      unknownAttributes: caller.rules.unknownAttributes,
      unsupported: endpoint.unsupported(caller),
    });
  };
  const answer = async (request: FastifyRequest<ItemRoute>, reply: FastifyReply, resource: Resource) => {
    const [body] = await endpoint.represent(callerOf(request), [resource], viewOf(request.query));
    tag(reply, resource);
    return body;
  };
  const tag = (reply: FastifyReply, resource: Resource) => {
    reply.header('etag', entityTag(resource.version)).header('location', locationOf(baseUrl(), schema, resource.id));
  };

  app.get<{ Querystring: Query }>(collection, async (request) => {
    const caller = callerOf(request);
    const { query } = request;
    const page = pageParameters(query);
    const filterText = textParameter(query, 'filter');
    const filter = filterText === undefined || filterText.trim() === '' ? undefined : typeFilter(schema, parseFilter(filterText));
    const { total, resources } = endpoint.isOn(caller)
      ? await endpoint.list(caller, filter, page)
      : { total: 0, resources: [] };
    const represented = await endpoint.represent(caller, resources, viewOf(query));
    return {
      schemas: [LIST_SCHEMA],
      totalResults: total,
      startIndex: page.startIndex,
      itemsPerPage: represented.length,
      Resources: represented,
    };
  });

  app.get<ItemRoute>(item, async (request, reply) => {
    const resource = await endpoint.find(callerOf(request), request.params.id);
    if (isNotModified(request.headers['if-none-match'], resource.version)) {
      tag(reply, resource);
      return reply.code(304).send();
    }
    return await answer(request, reply, resource);
  });

  app.post<ItemRoute>(collection, async (request, reply) => {
    const resource = await endpoint.create(callerOf(request), submittedOf(request));
    reply.code(201);
    return await answer(request, reply, resource);
  });

  app.put<ItemRoute>(item, async (request, reply) => {
    const submitted = submittedOf(request);
    const expectedVersion = ifMatch(request.headers['if-match']);
    const resource = await endpoint.replace(callerOf(request), request.params.id, { ...submitted, expectedVersion });
    return await answer(request, reply, resource);
  });

  app.patch<ItemRoute>(item, async (request, reply) => {
    const caller = callerOf(request);
    const patch = readPatchRequest(schema, bodyOf(request), {
      unknownAttributes: caller.rules.unknownAttributes,
      unsupported: endpoint.unsupported(caller),
    });
    const expectedVersion = ifMatch(request.headers['if-match']);
    const resource = await endpoint.patch(caller, request.params.id, { ...patch, expectedVersion });
    // RFC 7644 §3.5.2: the resource when attributes are asked for, else whichever the server likes.
    if (endpoint.patchAnswersResource || textParameter(request.query, 'attributes') !== undefined) {
      return await answer(request, reply, resource);
    }
    tag(reply, resource);
    return reply.code(204).send();
  });

  app.delete<ItemRoute>(item, async (request, reply) => {
    const expectedVersion = ifMatch(request.headers['if-match']);
    await endpoint.remove(callerOf(request), request.params.id, { expectedVersion });
    return reply.code(204).send();
  });
}

function bodyOf(request: FastifyRequest): JsonValue {
  if (request.body !== undefined && request.body !== null) return request.body as JsonValue;
  throw new AppError('invalidBody', `${request.method} needs a body: send the resource, or the operations, as JSON.`);
}
