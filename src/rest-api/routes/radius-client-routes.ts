import { listClients, type RadiusClient } from '#radius/servers/client-store.ts';
import {
  addClient,
  changeClient,
  clientTag,
  removeClient,
  requireClient,
  rotateSecret,
  type ClientWithSecret,
} from '#radius/servers/clients.ts';
import { requireServer } from '#radius/servers/servers.ts';
import { identityOf, originOf, type Context } from '../context.ts';
import { pageOf } from '../list-query.ts';
import {
  radiusClientAnswer,
  radiusClientIdParams,
  radiusClientPost,
  radiusClientPutShape,
  radiusSecretAnswer,
  radiusSecretPost,
  radiusServerIdParams,
} from '../radius-schemas.ts';
import { changeBody, route, type Route } from '../route.ts';
import { listAnswer, pageQuery } from '../schemas.ts';

const tag = 'RADIUS';
const base = '/api/radiusservers/:id/clients';

const versionHeader = {
  ETag: { description: 'The version of the client, for If-Match.', example: '"pYqPzSFIXHgE2wRyMpeZVg"' },
} as const;
const ifMatchHeader = { 'if-match': 'The version of the client that is changed, from ETag. Default: any version.' };
const isStale = { 412: { description: 'The client has changed since it was read.' } };

function shown(client: RadiusClient) {
  return {
    id: client.id,
    server: client.serverId,
    name: client.name,
    network: client.network,
    insecure: client.isInsecure,
    nextSecretFrom: client.next?.from.toISOString() ?? null,
    created: client.createdAt.toISOString(),
    lastModified: client.modifiedAt.toISOString(),
  };
}

/** Answers a client with its version. */
function versioned({ reply }: Context, client: RadiusClient) {
  reply.header('etag', clientTag(client));
  return shown(client);
}

/** Answers a client with its version and, once, with its new shared secret. */
function withSecret(context: Context, { client, secret, changeAt, certainFrom }: ClientWithSecret) {
  return {
    ...versioned(context, client),
    sharedSecret: secret,
    changeAt: changeAt.toISOString(),
    certainFrom: certainFrom.toISOString(),
  };
}

const idsOf = ({ id, clientId }: { readonly id: string; readonly clientId: string }) => ({
  serverId: id,
  id: clientId,
});

function clientDeps(context: Context) {
  return { ...identityOf(context).deps, fleet: context.services.fleet };
}

/** The routes of the clients of RADIUS servers. A shared secret is only in the answer that creates it. */
export const radiusClientRoutes: readonly Route[] = [
  route(
    {
      method: 'GET',
      path: base,
      tag,
      summary: 'List the clients of a RADIUS server',
      access: 'radius.read',
      params: radiusServerIdParams,
      query: pageQuery,
      answer: listAnswer(radiusClientAnswer),
    },
    async (context, { params, query }) => {
      const { deps, organizationId } = identityOf(context);
      const { skip, limit } = pageOf(query);
      const server = await requireServer(deps.database, organizationId, params.id);
      const clients = await listClients(deps.database, organizationId, server.id);
      return { totalCount: clients.length, results: clients.slice(skip, skip + limit).map(shown) };
    },
  ),
  route(
    {
      method: 'POST',
      path: base,
      tag,
      summary: 'Add a client to a RADIUS server, and get its shared secret',
      access: 'radius.write',
      params: radiusServerIdParams,
      body: radiusClientPost,
      answer: radiusSecretAnswer,
      answerHeaders: versionHeader,
      status: 201,
    },
    async (context, { params, body: { name, network, insecure } }) => {
      const draft = { name, network, isInsecure: insecure };
      return withSecret(context, await addClient(clientDeps(context), originOf(context), params.id, draft));
    },
  ),
  route(
    {
      method: 'GET',
      path: `${base}/:clientId`,
      tag,
      summary: 'Show a client of a RADIUS server',
      access: 'radius.read',
      params: radiusClientIdParams,
      answer: radiusClientAnswer,
      answerHeaders: versionHeader,
    },
    async (context, { params }) => {
      const { deps, organizationId } = identityOf(context);
      return versioned(context, await requireClient(deps.database, { organizationId, ...idsOf(params) }));
    },
  ),
  route(
    {
      method: 'PUT',
      path: `${base}/:clientId`,
      tag,
      summary: 'Change a client of a RADIUS server; fields that are not sent keep their values',
      access: 'radius.write',
      params: radiusClientIdParams,
      headers: ifMatchHeader,
      body: changeBody(radiusClientPutShape, radiusClientAnswer),
      answer: radiusClientAnswer,
      answerHeaders: versionHeader,
      refusals: isStale,
    },
    async (context, { params, body: { name, network, insecure } }) => {
      const { 'if-match': ifMatch } = context.request.headers;
      const change = { name, network, isInsecure: insecure, ifMatch };
      return versioned(context, await changeClient(clientDeps(context), originOf(context), idsOf(params), change));
    },
  ),
  route(
    {
      method: 'DELETE',
      path: `${base}/:clientId`,
      tag,
      summary: 'Remove a client from a RADIUS server',
      access: 'radius.write',
      params: radiusClientIdParams,
      headers: ifMatchHeader,
      answer: radiusClientAnswer,
      refusals: isStale,
    },
    async (context, { params }) => {
      const { 'if-match': ifMatch } = context.request.headers;
      const { deps } = identityOf(context);
      return shown(await removeClient(deps, originOf(context), idsOf(params), ifMatch));
    },
  ),
  route(
    {
      method: 'POST',
      path: `${base}/:clientId/secret`,
      tag,
      summary: 'Generate a new shared secret for a RADIUS client, now or at a time',
      access: 'radius.write',
      params: radiusClientIdParams,
      headers: ifMatchHeader,
      body: radiusSecretPost,
      bodyOptional: true,
      answer: radiusSecretAnswer,
      answerHeaders: versionHeader,
      refusals: isStale,
    },
    async (context, { params, body }) => {
      const { 'if-match': ifMatch } = context.request.headers;
      const { deps } = identityOf(context);
      const changeAt = body?.changeAt === undefined ? undefined : new Date(body.changeAt);
      return withSecret(context, await rotateSecret(deps, originOf(context), idsOf(params), { changeAt, ifMatch }));
    },
  ),
];
