import type { FastifyInstance } from 'fastify';
import type { RestServices } from '#rest-api/context.ts';
import { restApi } from '#rest-api/plugin.ts';
import { graphRoutes } from './all-graph-routes.ts';
import { graphErrorBody } from './graph-error.ts';
import type { EntraServices } from './entra-services.ts';

export interface GraphApiOptions {
  readonly services: RestServices;
  readonly entra: EntraServices;
}

/** The subset of Microsoft Graph that provisioning needs, on the stand-in's own objects. Mount it with GRAPH_PREFIX. */
export async function graphApi(app: FastifyInstance, { services, entra }: GraphApiOptions): Promise<void> {
  app.addHook('onRequest', async (request, reply) => {
    reply
      .header('request-id', request.id)
      .header('client-request-id', request.headers['client-request-id'] ?? request.id);
  });
  await app.register(restApi, {
    services,
    routes: graphRoutes(entra),
    errorBody: graphErrorBody,
    help: 'docs/guide/graph-api.md',
  });
}
