import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError, quote } from '#base/errors.ts';
import { fold } from '#base/fold.ts';
import type { JsonObject } from '#base/json.ts';
import type { Database } from '#database/database.ts';
import { addSchema, removeSchema, replaceSchema, type OnSchemaWritten } from '#schemas/custom-schemas.ts';
import type { SchemaDefinition } from '#scim/schema/attribute.ts';
import { readSchemaDefinition } from '#schemas/read-definition.ts';
import { representSchema } from '#scim/schema/represent.ts';
import { recordOf } from './request-record.ts';
import type { Scope } from './resource-endpoint.ts';
import { callerOf } from './scim-request.ts';

interface ItemRoute {
  Params: { id: string };
}

/** Schemas belong to the whole organization, so the permission to provision users is not enough. */
const options = { config: { permission: 'schemas' } } as const;

/**
 * Adds the routes for the custom schemas of an organization. RFC 7644 §3.2 defines only reading /Schemas. The methods for
 * writing are the same as for other resources.
 */
export function schemaRoutes(app: FastifyInstance, scopeOf: (request: FastifyRequest) => Scope): void {
  const locationOf = (scope: Scope, id: string) => `${scope.baseUrl}/Schemas/${id}`;
  app.post('/Schemas', options, async (request, reply: FastifyReply) => {
    const scope = scopeOf(request);
    const schema = readSchemaDefinition(request.body);
    const location = locationOf(scope, schema.definition.id);
    const answer = representSchema(schema.definition, location);
    await addSchema(scope.deps, scope.caller.origin, schema, logged(request, 201, answer, { location }));
    reply.code(201).header('location', location);
    return answer;
  });
  app.put<ItemRoute>('/Schemas/:id', options, async (request) => {
    const scope = scopeOf(request);
    const schema = readSchemaDefinition(request.body);
    const { id } = schema.definition;
    if (fold(id) !== fold(request.params.id)) {
      throw new AppError(
        'schemaInvalid',
        `id is ${quote(id)}, but the URL names ${quote(request.params.id)}: both must be the same.`,
        {
          attribute: 'id',
        },
      );
    }
    const shown = (definition: SchemaDefinition) => representSchema(definition, locationOf(scope, definition.id));
    const keep = async (transaction: Database, definition: SchemaDefinition) =>
      await logged(request, 200, shown(definition))(transaction, definition);
    const { definition } = await replaceSchema(scope.deps, scope.caller.origin, schema, keep);
    return shown(definition);
  });
  app.delete<ItemRoute>('/Schemas/:id', options, async (request, reply: FastifyReply) => {
    const scope = scopeOf(request);
    await removeSchema(scope.deps, scope.caller.origin, request.params.id, logged(request, 204, undefined));
    return await reply.code(204).send();
  });
}

/** Returns a function that stores the request with its answer, if the settings of the organization say so. */
function logged(
  request: FastifyRequest,
  status: number,
  answer: JsonObject | undefined,
  answerHeaders?: Readonly<Record<string, string>>,
): OnSchemaWritten {
  return async (transaction, { id, name }) => {
    const record = recordOf(request);
    if (!record.keepsContent('accepted')) return;
    await record.keep(transaction, callerOf(request).origin, {
      outcome: 'accepted',
      status,
      target: { id, name },
      answer: answer && JSON.stringify(answer),
      answerHeaders,
    });
  };
}
