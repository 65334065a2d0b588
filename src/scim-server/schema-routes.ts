import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError, quote } from '#base/errors.ts';
import { fold } from '#base/fold.ts';
import { addSchema, removeSchema, replaceSchema } from '#schemas/custom-schemas.ts';
import { readSchemaDefinition } from '#schemas/read-definition.ts';
import { representSchema } from '#scim/schema/represent.ts';
import type { Scope } from './resource-endpoint.ts';

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
    await addSchema(scope.deps, scope.caller.origin, schema);
    const location = locationOf(scope, schema.definition.id);
    reply.code(201).header('location', location);
    return representSchema(schema.definition, location);
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
    const { definition } = await replaceSchema(scope.deps, scope.caller.origin, schema);
    return representSchema(definition, locationOf(scope, definition.id));
  });
  app.delete<ItemRoute>('/Schemas/:id', options, async (request, reply: FastifyReply) => {
    const { deps, caller } = scopeOf(request);
    await removeSchema(deps, caller.origin, request.params.id);
    return await reply.code(204).send();
  });
}
