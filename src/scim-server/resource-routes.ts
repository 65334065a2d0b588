import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '#base/errors.ts';
import { isObject, type JsonValue } from '#base/json.ts';
import { entityTag, locationOf, type View } from '#directory/resources.ts';
import { parseFilter } from '#scim/filter/parse.ts';
import { typeFilter } from '#scim/filter/type-check.ts';
import { readPatchRequest } from '#scim/patch/read-patch-request.ts';
import { normaliseResource } from '#scim/resource/normalise.ts';
import { parseSelection } from '#scim/resource/project.ts';
import { listResponse } from './list-response.ts';
import { unqualifiedNames } from '#scim/resource/unqualified.ts';
import { ifMatch, isNotModified } from './precondition.ts';
import { pageParameters, textParameter, type Query } from './query.ts';
import type { ResourceEndpoint, Stored } from './resource-endpoint.ts';
import { callerOf } from './scim-request.ts';

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
  const face = resourceFace(endpoint, baseUrl);
  readRoutes(app, endpoint, face);
  createAndReplaceRoutes(app, endpoint, face);
  patchAndDeleteRoutes(app, endpoint, face);
}

type Face<Resource extends Stored> = ReturnType<typeof resourceFace<Resource>>;

/** What the routes of one resource type share: how bodies are read, and resources answered. */
function resourceFace<Resource extends Stored>(endpoint: ResourceEndpoint<Resource>, baseUrl: () => string) {
  const { schema } = endpoint;
  const view = (query: Query): View => ({
    baseUrl: baseUrl(),
    selection: parseSelection(schema, textParameter(query, 'attributes'), textParameter(query, 'excludedAttributes')),
  });
  /** The integration's rules for attributes that it does not know. */
  const options = (request: FastifyRequest) => {
    const caller = callerOf(request);
    return { unknownAttributes: caller.rules.unknownAttributes, unsupported: endpoint.unsupported(caller) };
  };
  const tag = (reply: FastifyReply, resource: Resource) => {
    reply.header('etag', entityTag(resource.version)).header('location', locationOf(baseUrl(), schema, resource.id));
  };
  return {
    collection: schema.endpoint,
    item: `${schema.endpoint}/:id`,
    view,
    tag,
    options,
    submitted: (request: FastifyRequest) => {
      const body = bodyOf(request);
      const unqualified = isObject(body) ? unqualifiedNames(schema, Object.keys(body)) : [];
      return { ...normaliseResource(schema, body, options(request)), unqualified };
    },
    answer: async (request: FastifyRequest, reply: FastifyReply, resource: Resource, shown: View) => {
      const [body] = await endpoint.represent(callerOf(request), [resource], shown);
      tag(reply, resource);
      return body;
    },
  };
}

function readRoutes<Resource extends Stored>(
  app: FastifyInstance,
  endpoint: ResourceEndpoint<Resource>,
  face: Face<Resource>,
): void {
  app.get<{ Querystring: Query }>(face.collection, async (request) => {
    const caller = callerOf(request);
    const { query } = request;
    const page = pageParameters(query);
    const view = face.view(query);
    const text = textParameter(query, 'filter')?.trim() ?? '';
    const filter = text === '' ? undefined : typeFilter(endpoint.schema, parseFilter(text));
    const { total, resources } = endpoint.isOn(caller)
      ? await endpoint.list(caller, filter, page)
      : { total: 0, resources: [] };
    const represented = await endpoint.represent(caller, resources, view);
    return listResponse(represented, total, page.startIndex);
  });

  app.get<ItemRoute>(face.item, async (request, reply) => {
    const view = face.view(request.query);
    const resource = await endpoint.find(callerOf(request), request.params.id);
    if (isNotModified(request.headers['if-none-match'], resource.version)) {
      face.tag(reply, resource);
      return reply.code(304).send();
    }
    return await face.answer(request, reply, resource, view);
  });
}

function createAndReplaceRoutes<Resource extends Stored>(
  app: FastifyInstance,
  endpoint: ResourceEndpoint<Resource>,
  face: Face<Resource>,
): void {
  app.post<ItemRoute>(face.collection, async (request, reply) => {
    // Read before anything is written: a query that cannot be read must not follow a change.
    const view = face.view(request.query);
    const resource = await endpoint.create(callerOf(request), face.submitted(request));
    reply.code(201);
    return await face.answer(request, reply, resource, view);
  });

  app.put<ItemRoute>(face.item, async (request, reply) => {
    const expectedVersion = ifMatch(request.headers['if-match']);
    const view = face.view(request.query);
    const submitted = { ...face.submitted(request), expectedVersion };
    const resource = await endpoint.replace(callerOf(request), request.params.id, submitted);
    return await face.answer(request, reply, resource, view);
  });
}

function patchAndDeleteRoutes<Resource extends Stored>(
  app: FastifyInstance,
  endpoint: ResourceEndpoint<Resource>,
  face: Face<Resource>,
): void {
  app.patch<ItemRoute>(face.item, async (request, reply) => {
    const view = face.view(request.query);
    const patch = readPatchRequest(endpoint.schema, bodyOf(request), face.options(request));
    const expectedVersion = ifMatch(request.headers['if-match']);
    const resource = await endpoint.patch(callerOf(request), request.params.id, { ...patch, expectedVersion });
    // RFC 7644 §3.5.2: the resource when attributes are asked for, else whichever the server likes.
    if (endpoint.patchAnswersResource || textParameter(request.query, 'attributes') !== undefined) {
      return await face.answer(request, reply, resource, view);
    }
    face.tag(reply, resource);
    return reply.code(204).send();
  });

  app.delete<ItemRoute>(face.item, async (request, reply) => {
    const expectedVersion = ifMatch(request.headers['if-match']);
    await endpoint.remove(callerOf(request), request.params.id, { expectedVersion });
    return reply.code(204).send();
  });
}

function bodyOf(request: FastifyRequest): JsonValue {
  if (request.body !== undefined && request.body !== null) return request.body as JsonValue;
  throw new AppError('invalidBody', `${request.method} needs a body: send the resource, or the operations, as JSON.`);
}
