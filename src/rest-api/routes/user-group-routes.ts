import { z } from 'zod';
import { blankPattern } from '#base/invisible.ts';
import { findGroupsOf } from '#directory/membership-store.ts';
import { listGroups } from '#directory/group-list-store.ts';
import { listGroupMembers, listNestedUsers } from '#directory/group-member-store.ts';
import { requireUser } from '#directory/system-users.ts';
import {
  changeMembership,
  changeUserGroup,
  createUserGroup,
  deleteUserGroup,
  requireUserGroup,
  restrictableGroupFields,
  userGroup,
} from '#directory/user-groups.ts';
import { identityOf } from '../context.ts';
import { parseConditions } from '../list-filter.ts';
import { listQuerySchema, pageOf, pickFields, sortOf, wordsOf } from '../list-query.ts';
import { idParams, route, type Route } from '../route.ts';
import { userGroupAnswer } from '../schemas.ts';

const tag = 'Groups';
const base = '/api/v2/usergroups';

const attributesSchema = z.looseObject({
  radius: z
    .looseObject({
      reply: z
        .array(z.strictObject({ name: z.string().min(1).max(253), value: z.string().max(253) }))
        .max(100)
        .nullish(),
    })
    .nullish(),
});

const isStatic = 'must be STATIC: the members of groups are named here, no query finds them';
const groupShape = {
  description: z.string().max(1_024).nullish(),
  email: z.string().max(1_024).nullish(),
  attributes: attributesSchema.nullish(),
  membershipMethod: z.enum(['STATIC', 'NOTSET'], isStatic).nullish(),
  memberQuery: z.union([z.null(), z.strictObject({})], isStatic).optional(),
  restrictedFields: z.array(z.looseObject({ field: z.enum(restrictableGroupFields) })).nullish(),
};
const nameSchema = z
  .string()
  .min(1)
  .max(1_024)
  .refine((name) => !blankPattern.test(name), 'must have more than blanks');
const groupPost = z.looseObject({ name: nameSchema, ...groupShape });
const groupPut = z.looseObject({ name: nameSchema.optional(), ...groupShape });

const memberAnswer = z.looseObject({ to: z.object({ id: z.string(), type: z.string() }) });
const objectAnswer = z.looseObject({ id: z.string(), type: z.string() });

/** One step of a path that tells why somebody is a member. */
function edgeTo(id: string, type: 'user' | 'user_group') {
  return { attributes: null, to: { attributes: null, id, type } };
}

/** The body of a group as the directory takes it. */
function bodyOf(body: z.output<typeof groupPut>) {
  const { name, description, email, attributes, restrictedFields } = body;
  return {
    name,
    description,
    email,
    restrictedFields,
    attributes: attributes === undefined || attributes === null ? attributes : JSON.parse(JSON.stringify(attributes)),
  };
}

export const userGroupRoutes: readonly Route[] = [
  route(
    {
      method: 'GET',
      path: base,
      tag,
      summary: 'List groups',
      access: 'groups.read',
      query: listQuerySchema,
      answer: z.array(userGroupAnswer),
    },
    async (context, { query }) => {
      const { deps, organizationId } = identityOf(context);
      const wanted = {
        all: parseConditions([query.filter ?? []].flat()),
        sort: sortOf(query.sort),
        ...pageOf(query),
      };
      const { total, groups } = await listGroups(deps.database, organizationId, wanted);
      context.reply.header('x-total-count', total);
      return groups.map((group) => pickFields(userGroup(group), wordsOf(query.fields)));
    },
  ),
  route(
    {
      method: 'POST',
      path: base,
      tag,
      summary: 'Create a group',
      access: 'groups.write',
      body: groupPost,
      answer: userGroupAnswer,
      status: 201,
    },
    async (context, { body }) => {
      const { deps, caller } = identityOf(context);
      return userGroup(await createUserGroup(deps, caller, { ...bodyOf(body), name: body.name }));
    },
  ),
  route(
    {
      method: 'GET',
      path: `${base}/:id`,
      tag,
      summary: 'Show a group',
      access: 'groups.read',
      params: idParams,
      answer: userGroupAnswer,
    },
    async (context, { params }) => {
      const { deps, organizationId } = identityOf(context);
      return userGroup(await requireUserGroup(deps, organizationId, params.id));
    },
  ),
  ...(['PUT', 'PATCH'] as const).map((method) =>
    route(
      {
        method,
        path: `${base}/:id`,
        tag,
        summary: 'Change a group',
        access: 'groups.write',
        params: idParams,
        body: groupPut,
        answer: userGroupAnswer,
      },
      async (context, { params, body }) => {
        const { deps, caller } = identityOf(context);
        return userGroup(await changeUserGroup(deps, caller, params.id, bodyOf(body)));
      },
    ),
  ),
  route(
    {
      method: 'DELETE',
      path: `${base}/:id`,
      tag,
      summary: 'Delete a group; its members stay',
      access: 'groups.write',
      params: idParams,
      answer: userGroupAnswer,
    },
    async (context, { params }) => {
      const { deps, caller } = identityOf(context);
      return userGroup(await deleteUserGroup(deps, caller, params.id));
    },
  ),
  route(
    {
      method: 'GET',
      path: `${base}/:id/members`,
      tag,
      summary: 'List the direct members of a group',
      access: 'groups.read',
      params: idParams,
      query: listQuerySchema,
      answer: z.array(memberAnswer),
    },
    async (context, { params, query }) => {
      const { deps, organizationId } = identityOf(context);
      const group = await requireUserGroup(deps, organizationId, params.id);
      const members = await listGroupMembers(deps.database, group.id, pageOf(query));
      return members.map(({ id, type }) => ({
        attributes: null,
        from: { attributes: null, id: group.id, type: 'user_group' },
        to: { attributes: null, id, type: type === 'User' ? 'user' : 'user_group' },
      }));
    },
  ),
  route(
    {
      method: 'POST',
      path: `${base}/:id/members`,
      tag,
      summary: 'Add a member to a group, or remove one',
      access: 'groups.write',
      params: idParams,
      body: z.looseObject({
        op: z.enum(['add', 'remove', 'update']),
        type: z.enum(['user', 'user_group']).optional(),
        id: z.string().min(1).max(100),
      }),
      status: 204,
    },
    async (context, { params, body }) => {
      const { deps, caller } = identityOf(context);
      const op = body.op === 'remove' ? 'remove' : 'add';
      const memberType = body.type === undefined ? undefined : body.type === 'user' ? 'User' : 'Group';
      await changeMembership(deps, caller, params.id, { op, memberId: body.id, memberType });
    },
  ),
  route(
    {
      method: 'GET',
      path: `${base}/:id/membership`,
      tag,
      summary: 'List all members of a group, those of nested groups too, and by which path',
      access: 'groups.read',
      params: idParams,
      query: listQuerySchema,
      answer: z.array(objectAnswer),
    },
    async (context, { params, query }) => {
      const { deps, organizationId } = identityOf(context);
      const group = await requireUserGroup(deps, organizationId, params.id);
      const users = await listNestedUsers(deps.database, group.id, pageOf(query));
      return users.map(({ id, through }) => ({
        id,
        type: 'user',
        compiledAttributes: {},
        paths: [[...through.slice(1).map((groupId) => edgeTo(groupId, 'user_group')), edgeTo(id, 'user')]],
      }));
    },
  ),
  route(
    {
      method: 'GET',
      path: '/api/v2/users/:id/memberof',
      tag,
      summary: 'List the groups of a user, direct and by nesting',
      access: 'groups.read',
      params: idParams,
      query: listQuerySchema,
      answer: z.array(objectAnswer),
    },
    async (context, { params, query }) => {
      const { deps, organizationId } = identityOf(context);
      const user = await requireUser(deps, organizationId, params.id);
      const { skip, limit } = pageOf(query);
      const groups = await findGroupsOf(deps.database, [user.id]);
      context.reply.header('x-total-count', groups.length);
      return groups.slice(skip, skip + limit).map(({ groupId, display, direct, through }) => ({
        id: groupId,
        type: 'user_group',
        name: display,
        compiledAttributes: {},
        paths: [through.map((id) => edgeTo(id, 'user_group'))],
        direct,
      }));
    },
  ),
];
