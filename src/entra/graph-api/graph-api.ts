import type { FastifyInstance, FastifyRequest } from 'fastify';
import { sentIds } from '#access/sent-ids.ts';
import type { AppError } from '#base/errors.ts';
import type { RestServices } from '#rest-api/context.ts';
import { restApi } from '#rest-api/plugin.ts';
import { entraOffError, remoteRequestError } from '../entra-mode.ts';
import { graphRoutes } from './all-graph-routes.ts';
import { graphErrorBody } from './graph-error.ts';
import type { EntraServices } from './entra-services.ts';

/** Returns a check of requests. The check returns an error if the stand-in is off, or if it is local and the request is remote. */
export function refusalOf({ mode, offText }: EntraServices) {
  return ({ headers }: FastifyRequest): AppError | undefined => {
    if (mode === 'off') return entraOffError(offText);
    return mode === 'local' ? remoteRequestError(headers) : undefined;
  };
}

export interface GraphApiOptions {
  readonly services: RestServices;
  readonly entra: EntraServices;
}

/**
 * The Fastify plugin with the subset of Microsoft Graph that provisioning needs. It serves the objects of the Entra ID stand-in. Register
 * it with the prefix GRAPH_PREFIX.
 */
export async function graphApi(app: FastifyInstance, { services, entra }: GraphApiOptions): Promise<void> {
  app.addHook('onRequest', async (request, reply) => {
    reply
      .header('request-id', request.id)
      .header('client-request-id', sentIds(request.headers).client_request_id ?? request.id);
  });
  await app.register(restApi, {
    services,
    routes: graphRoutes(entra),
    errorBody: graphErrorBody,
    help: 'docs/guide/graph-api.md',
    refuse: refusalOf(entra),
  });
}

/** The Fastify plugin for `/entra` when the stand-in is off. It has no routes; the error for every request says why the stand-in is off. */
export async function graphApiOff(app: FastifyInstance, { services, entra }: GraphApiOptions): Promise<void> {
  await app.register(restApi, { services, routes: [], errorBody: graphErrorBody, refuse: refusalOf(entra) });
}
