import { z } from 'zod';
import { listNestedUsers } from '#directory/group-member-store.ts';
import { findGroupsOf } from '#directory/membership-store.ts';
import { requireUser } from '#directory/system-users.ts';
import { requireUserGroup } from '#directory/user-groups.ts';
import { findServersOfGroups, listServerGroups } from '#radius/servers/group-store.ts';
import {
  allowGroup,
  denyGroup,
  repliesTag,
  saveReplies,
  serversOfUser,
  showReplies,
} from '#radius/servers/connections.ts';
import { requireServer } from '#radius/servers/servers.ts';
import { identityOf, originOf } from '../context.ts';
import { describeFields } from '../describe-fields.ts';
import { pageOf } from '../list-query.ts';
import { radiusRepliesAnswer, radiusRepliesPut, radiusServerIdParams } from '../radius-schemas.ts';
import { route, type Route } from '../route.ts';
import { groupIdParams, pageQuery, userIdParams } from '../schemas.ts';

const tag = 'RADIUS';
/** The legacy directory has servers in both versions of its API, and their graph in the second one. */
const bases = ['/api/radiusservers', '/api/v2/radiusservers'] as const;
const groups = '/api/v2/usergroups';

const attributesText = 'Always null: the connections have no attributes.';
const compiledText = 'Always an empty object: the connections have no attributes.';
const endSchema = describeFields(
  z.looseObject({
    id: z.string(),
    type: z.enum(['user', 'user_group', 'radius_server']),
    attributes: z.null(),
  }),
  {
    id: 'The id of the user, group or RADIUS server: 24 hexadecimal digits.',
    type: 'user, user_group or radius_server.',
    attributes: attributesText,
  },
);
const edgeSchema = describeFields(z.looseObject({ attributes: z.null(), to: endSchema }), {
  attributes: attributesText,
  to: 'The user, group or RADIUS server that the step leads to.',
});
const associationAnswer = describeFields(z.looseObject({ attributes: z.null(), from: endSchema, to: endSchema }), {
  attributes: attributesText,
  from: 'The RADIUS server.',
  to: 'The group whose members may connect.',
});
const reachedAnswer = <Type extends 'user' | 'radius_server'>(type: Type, what: string) =>
  describeFields(
    z.looseObject({
      id: z.string(),
      type: z.literal(type),
      compiledAttributes: z.looseObject({}),
      paths: z.array(z.array(edgeSchema)),
    }),
    {
      id: `The id of the ${what}: 24 hexadecimal digits.`,
      type: `Always ${type}.`,
      compiledAttributes: compiledText,
      paths:
        'Why the connection is allowed: paths from the object in the request, which is not in them, each as a list of steps.',
    },
  );
const targetsQuery = describeFields(z.object({ targets: z.enum(['user_group']).optional() }), {
  targets: 'The kind of connected objects: user_group, because only groups are connected. Default: user_group.',
});
const associationBody = describeFields(
  z.looseObject({
    op: z.enum(['add', 'remove', 'update']),
    type: z.enum(['user_group']).optional(),
    id: z.string().min(1).max(100),
  }),
  {
    op: 'add or update lets the members of the group connect; remove ends it.',
    type: 'The kind of object: user_group. Default: user_group.',
    id: 'The id of the group: 24 hexadecimal digits.',
  },
);

type EndType = 'user' | 'user_group' | 'radius_server';
const end = (id: string, type: EndType) => ({ attributes: null, id, type });
const edge = (id: string, type: EndType) => ({ attributes: null, to: end(id, type) });
const reached = (id: string, type: EndType, paths: readonly (readonly ReturnType<typeof edge>[])[]) => ({
  id,
  type,
  compiledAttributes: {},
  paths,
});

const serverRoutes = bases.flatMap((base): readonly Route[] => [
  route(
    {
      method: 'GET',
      path: `${base}/:id/associations`,
      tag,
      summary: 'List the groups whose members may connect through a RADIUS server',
      access: 'radius.read',
      params: radiusServerIdParams,
      query: targetsQuery,
      answer: z.array(associationAnswer),
    },
    async (context, { params }) => {
      const { deps, organizationId } = identityOf(context);
      const server = await requireServer(deps.database, organizationId, params.id);
      const connected = await listServerGroups(deps.database, organizationId, server.id);
      return connected.map(({ id }) => ({
        attributes: null,
        from: end(server.id, 'radius_server'),
        to: end(id, 'user_group'),
      }));
    },
  ),
  route(
    {
      method: 'POST',
      path: `${base}/:id/associations`,
      tag,
      summary: 'Let the members of a group connect through a RADIUS server, or no longer',
      access: 'radius.write',
      params: radiusServerIdParams,
      body: associationBody,
      status: 204,
    },
    async (context, { params, body }) => {
      const { deps } = identityOf(context);
      await (body.op === 'remove' ? denyGroup : allowGroup)(deps, originOf(context), params.id, body.id);
    },
  ),
  route(
    {
      method: 'GET',
      path: `${base}/:id/users`,
      tag,
      summary: 'List the users who are in a group of a RADIUS server, with the paths of their memberships',
      access: 'radius.read',
      params: radiusServerIdParams,
      query: pageQuery,
      answer: z.array(reachedAnswer('user', 'user')),
    },
    async (context, { params, query }) => {
      const { deps, organizationId } = identityOf(context);
      const server = await requireServer(deps.database, organizationId, params.id);
      const connected = await listServerGroups(deps.database, organizationId, server.id);
      const roots = connected.map(({ id }) => id);
      const users = await listNestedUsers(deps.database, roots, pageOf(query));
      return users.map(({ id, through }) =>
        reached(id, 'user', [[...through.map((groupId) => edge(groupId, 'user_group')), edge(id, 'user')]]),
      );
    },
  ),
]);

/** The routes between RADIUS servers, groups and users, with the paths of the legacy directory. */
export const radiusGroupRoutes: readonly Route[] = [
  ...serverRoutes,
  route(
    {
      method: 'GET',
      path: '/api/v2/users/:id/radiusservers',
      tag,
      summary: 'List the RADIUS servers through which a user may connect, with the groups that allow it',
      access: 'radius.read',
      params: userIdParams,
      answer: z.array(reachedAnswer('radius_server', 'RADIUS server')),
    },
    async (context, { params }) => {
      const { deps, organizationId } = identityOf(context);
      const user = await requireUser(deps, organizationId, params.id);
      const servers = await serversOfUser(deps.database, organizationId, user.id);
      return servers.map(({ serverId, groups: own }) =>
        reached(
          serverId,
          'radius_server',
          own.map(({ through }) => [...through.map((id) => edge(id, 'user_group')), edge(serverId, 'radius_server')]),
        ),
      );
    },
  ),
  route(
    {
      method: 'GET',
      path: `${groups}/:id/radiusservers`,
      tag,
      summary: 'List the RADIUS servers through which the members of a group may connect',
      access: 'radius.read',
      params: groupIdParams,
      answer: z.array(reachedAnswer('radius_server', 'RADIUS server')),
    },
    async (context, { params }) => {
      const { deps, organizationId } = identityOf(context);
      const group = await requireUserGroup(deps, organizationId, params.id);
      // The members of a nested group are members of the groups that contain it.
      const containing = await findGroupsOf(deps.database, [group.id]);
      const through = new Map([
        [group.id, [] as readonly string[]],
        ...containing.map((one) => [one.groupId, one.through] as const),
      ]);
      const pairs = await findServersOfGroups(deps.database, organizationId, [...through.keys()]);
      return [...Map.groupBy(pairs, ({ serverId }) => serverId)].map(([serverId, own]) =>
        reached(
          serverId,
          'radius_server',
          own.map(({ groupId }) => [
            ...(through.get(groupId) ?? []).map((id) => edge(id, 'user_group')),
            edge(serverId, 'radius_server'),
          ]),
        ),
      );
    },
  ),
  route(
    {
      method: 'GET',
      path: `${groups}/:id/radius`,
      tag,
      summary: 'List the RADIUS reply attributes of a group',
      access: 'radius.read',
      params: groupIdParams,
      answer: radiusRepliesAnswer,
      answerHeaders: versionHeader(),
    },
    async (context, { params }) => {
      const { deps, organizationId } = identityOf(context);
      const group = await requireUserGroup(deps, organizationId, params.id);
      const replies = await showReplies(deps.database, group);
      context.reply.header('etag', repliesTag(replies));
      return { replies };
    },
  ),
  route(
    {
      method: 'PUT',
      path: `${groups}/:id/radius`,
      tag,
      summary: 'Replace the RADIUS reply attributes of a group, or its VLAN',
      access: 'radius.write',
      params: groupIdParams,
      headers: { 'if-match': 'The version of the attributes that are changed, from ETag. Default: any version.' },
      body: radiusRepliesPut,
      answer: radiusRepliesAnswer,
      answerHeaders: versionHeader(),
      refusals: { 412: { description: 'The attributes have changed since they were read.' } },
    },
    async (context, { params, body }) => {
      const { 'if-match': ifMatch } = context.request.headers;
      const { deps } = identityOf(context);
      const change = (before: readonly { name: string; tag: number | null; value: string }[]) => ({
        replies: body.replies ?? before,
        vlan: body.vlan,
      });
      const { replies } = await saveReplies(deps, originOf(context), params.id, change, ifMatch);
      context.reply.header('etag', repliesTag(replies));
      return { replies };
    },
  ),
];

function versionHeader() {
  return {
    ETag: { description: 'The version of the attributes, for If-Match.', example: '"pYqPzSFIXHgE2wRyMpeZVg"' },
  } as const;
}
