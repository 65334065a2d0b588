import type { FastifyInstance } from 'fastify';
import { AppError, quote } from '#base/errors.ts';
import type { RestServices } from '#rest-api/context.ts';
import { restApi } from '#rest-api/plugin.ts';
import { graphRoutes } from './all-graph-routes.ts';
import { graphErrorBody, GraphError } from './graph-error.ts';
import { GRAPH_PREFIX } from './graph-prefix.ts';
import type { EntraServices } from './entra-services.ts';

export interface GraphApiOptions {
  readonly services: RestServices;
  readonly entra: EntraServices;
}

/** The subset of Microsoft Graph that provisioning needs, on the stand-in's own objects. Mount it with GRAPH_PREFIX. */
export async function graphApi(app: FastifyInstance, { services, entra }: GraphApiOptions): Promise<void> {
  app.addHook('onRequest', async (request, reply) => {
    reply.header('request-id', request.id).header('client-request-id', request.headers['client-request-id'] ?? request.id);
  });
  app.setNotFoundHandler(async (request, reply) => {
    const path = (request.url.split('?', 1)[0] ?? '').slice(GRAPH_PREFIX.length);
    const message = `Resource not found for the segment ${quote(path.split('/')[1] ?? '')}: ${request.method} ${path} is none of the stand-in's.`;
    const error = new GraphError('routeNotFound', message, { graphCode: 'BadRequest' });
    return await reply.code(error.definition.status).send(graphErrorBody(error, request));
  });
  app.setErrorHandler(async (error, request, reply) => {
    request.log.error({ err: error }, 'a request to the Graph API failed');
    const told = new AppError('internal', 'Something went wrong. Nothing was changed.', { cause: error });
    return await reply.code(500).send(graphErrorBody(told, request));
  });
  await app.register(restApi, { services, routes: graphRoutes(entra), errorBody: graphErrorBody });
}
