import { z } from 'zod';
import { countClients } from '#radius/servers/client-store.ts';
import { explainReplies } from '#radius/servers/connections.ts';
import { listServers, type RadiusServer } from '#radius/servers/server-store.ts';
import {
  changeServer,
  createServer,
  removeServer,
  requireServer,
  serverTag,
  shownClientSecret,
  type ServerChange,
} from '#radius/servers/servers.ts';
import { requireUser } from '#directory/system-users.ts';
import { identityOf, originOf, type Context } from '../context.ts';
import { describeFields } from '../describe-fields.ts';
import { pageOf } from '../list-query.ts';
import {
  radiusPreviewAnswer,
  radiusServerAnswer,
  radiusServerIdParams,
  radiusServerPost,
  radiusServerShape,
} from '../radius-schemas.ts';
import { changeBody, route, type Route } from '../route.ts';
import { listAnswer, pageQuery } from '../schemas.ts';

const tag = 'RADIUS';
const base = '/api/radiusservers';

const versionHeader = {
  ETag: { description: 'The version of the settings, for If-Match.', example: '"pYqPzSFIXHgE2wRyMpeZVg"' },
} as const;
const ifMatchHeader = { 'if-match': 'The version of the settings that is changed, from ETag. Default: any version.' };
const isStale = { 412: { description: 'The settings have changed since they were read.' } };

/** Answers a server with its version. */
function versioned({ reply }: Context, server: RadiusServer, clients: number) {
  reply.header('etag', serverTag(server));
  return shown(server, clients);
}

function shown(server: RadiusServer, clients: number) {
  const { id, organizationId, createdAt, modifiedAt, entra, ...settings } = server;
  const { sealedClientSecret: _, ...shownEntra } = entra;
  return {
    _id: id,
    id,
    organization: organizationId,
    ...settings,
    entra: { ...shownEntra, clientSecret: shownClientSecret(server) },
    clients,
    created: createdAt.toISOString(),
    lastModified: modifiedAt.toISOString(),
  };
}

async function clientsOf(context: Context, { id }: RadiusServer): Promise<number> {
  const { deps, organizationId } = identityOf(context);
  return (await countClients(deps.database, organizationId, [id])).get(id) ?? 0;
}

/** The routes of RADIUS servers, with the paths of the legacy directory. */
export const radiusServerRoutes: readonly Route[] = [
  route(
    {
      method: 'GET',
      path: base,
      tag,
      summary: 'List RADIUS servers',
      access: 'radius.read',
      query: pageQuery,
      answer: listAnswer(radiusServerAnswer),
    },
    async (context, { query }) => {
      const { deps, organizationId } = identityOf(context);
      const { skip, limit } = pageOf(query);
      const servers = await listServers(deps.database, organizationId);
      const shownServers = servers.slice(skip, skip + limit);
      const ids = shownServers.map(({ id }) => id);
      const clients = await countClients(deps.database, organizationId, ids);
      const results = shownServers.map((server) => shown(server, clients.get(server.id) ?? 0));
      return { totalCount: servers.length, results };
    },
  ),
  route(
    {
      method: 'POST',
      path: base,
      tag,
      summary: 'Create a RADIUS server',
      access: 'radius.write',
      body: radiusServerPost,
      answer: radiusServerAnswer,
      answerHeaders: versionHeader,
      status: 201,
    },
    async (context, { body }) => {
      const server = await createServer(identityOf(context).deps, originOf(context), {
        ...(body as ServerChange),
        name: body.name,
      });
      return versioned(context, server, 0);
    },
  ),
  route(
    {
      method: 'GET',
      path: `${base}/:id`,
      tag,
      summary: 'Show a RADIUS server',
      access: 'radius.read',
      params: radiusServerIdParams,
      answer: radiusServerAnswer,
      answerHeaders: versionHeader,
    },
    async (context, { params }) => {
      const { deps, organizationId } = identityOf(context);
      const server = await requireServer(deps.database, organizationId, params.id);
      return versioned(context, server, await clientsOf(context, server));
    },
  ),
  route(
    {
      method: 'PUT',
      path: `${base}/:id`,
      tag,
      summary: 'Change a RADIUS server; fields that are not sent keep their values',
      access: 'radius.write',
      params: radiusServerIdParams,
      headers: ifMatchHeader,
      body: changeBody(radiusServerShape, radiusServerAnswer),
      answer: radiusServerAnswer,
      answerHeaders: versionHeader,
      refusals: isStale,
    },
    async (context, { params, body }) => {
      const { name, identityProvider, methods, lockedAccounts, expiredPasswords, entra } = body;
      const change = { name, identityProvider, methods, lockedAccounts, expiredPasswords, entra } as ServerChange;
      const { 'if-match': ifMatch } = context.request.headers;
      const { deps } = identityOf(context);
      const server = await changeServer(deps, originOf(context), params.id, change, ifMatch);
      return versioned(context, server, await clientsOf(context, server));
    },
  ),
  route(
    {
      method: 'DELETE',
      path: `${base}/:id`,
      tag,
      summary: 'Delete a RADIUS server with its clients',
      access: 'radius.write',
      params: radiusServerIdParams,
      headers: ifMatchHeader,
      answer: radiusServerAnswer,
      refusals: isStale,
    },
    async (context, { params }) => {
      const { 'if-match': ifMatch } = context.request.headers;
      const { deps } = identityOf(context);
      return shown(await removeServer(deps, originOf(context), params.id, ifMatch), 0);
    },
  ),
  route(
    {
      method: 'GET',
      path: `${base}/:id/reply`,
      tag,
      summary: 'Show the reply attributes that a user would get, with the group of each',
      access: 'radius.read',
      params: radiusServerIdParams,
      query: describeFields(z.object({ user: z.string().max(100) }), { user: 'The id of the user.' }),
      answer: radiusPreviewAnswer,
    },
    async (context, { params, query }) => {
      const { deps, organizationId } = identityOf(context);
      const server = await requireServer(deps.database, organizationId, params.id);
      const user = await requireUser(deps, organizationId, query.user);
      const { groups, replies, overridden } = await explainReplies(deps.database, server, user.id);
      return {
        user: user.id,
        mayConnect: groups.length > 0,
        groups: groups.map(({ groupId: id, display: name }) => ({ id, name })),
        replies,
        overridden,
      };
    },
  ),
];
