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
import { describeFields } from '../describe-fields.ts';
import { pageOf, pickFields, sortOf, wordsOf } from '../list-query.ts';
import { route, type Route } from '../route.ts';
import {
  groupIdParams,
  groupListQuery,
  pageQuery,
  totalCountHeader,
  userGroupAnswer,
  userIdParams,
} from '../schemas.ts';

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

const isStatic = 'must be STATIC: members are added individually, not by a query';
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
  .refine((name) => !blankPattern.test(name), 'must not consist only of blanks');
const groupTexts = {
  name: 'The display name, unique among the groups of the organization: 1 to 1,024 characters, not only blanks.',
  description: 'A free note about the group: at most 1,024 characters.',
  email: 'The email address of the group: at most 1,024 characters.',
  attributes: 'Further data about the group; stored for clients of the legacy directory.',
  'attributes.radius': 'Data for RADIUS servers.',
  'attributes.radius.reply': 'RADIUS reply attributes, at most 100.',
  'attributes.radius.reply.name': 'The name of the reply attribute: 1 to 253 characters.',
  'attributes.radius.reply.value': 'The value of the reply attribute: at most 253 characters.',
  membershipMethod: 'STATIC or NOTSET: members are added individually. Default: STATIC.',
  memberQuery: 'null or an empty object: members are not found by a query.',
  restrictedFields:
    'The fields that the integration keeps: a field that is left out of the list is released and can be changed here.',
  'restrictedFields.field': 'The name of the field: name or members.',
} as const;
const groupPost = describeFields(z.looseObject({ name: nameSchema, ...groupShape }), groupTexts);
const groupPut = describeFields(z.looseObject({ name: nameSchema.optional(), ...groupShape }), groupTexts);

const memberBody = describeFields(
  z.looseObject({
    op: z.enum(['add', 'remove', 'update']),
    type: z.enum(['user', 'user_group']).optional(),
    id: z.string().min(1).max(100),
  }),
  {
    op: 'add or update adds the member; remove removes it.',
    type: 'The kind of member: user or user_group. Default: the kind of object that has the id.',
    id: 'The id of the user or group: 24 hexadecimal digits.',
  },
);

const attributesText = 'Always null: memberships have no attributes.';
const endTexts = {
  id: 'The id of the user or group: 24 hexadecimal digits.',
  type: 'user or user_group.',
  attributes: attributesText,
} as const;
const endSchema = describeFields(
  z.looseObject({ id: z.string(), type: z.enum(['user', 'user_group']), attributes: z.null() }),
  endTexts,
);
const edgeSchema = describeFields(z.looseObject({ attributes: z.null(), to: endSchema }), {
  attributes: attributesText,
  to: 'The user or group that the step leads to.',
});
const memberAnswer = describeFields(z.looseObject({ attributes: z.null(), from: endSchema, to: endSchema }), {
  attributes: attributesText,
  from: 'The group.',
  to: 'The direct member of the group: a user or another group.',
});
const compiledText = 'Always an empty object: memberships have no attributes.';
const memberPathsText =
  'The paths of memberships from the group in the request, which is not in them: each is a list of steps to nested groups, and to the user.';
const groupPathsText = 'The paths of memberships, each as a list of steps from group to group.';
const nestedMemberAnswer = describeFields(
  z.looseObject({
    id: z.string(),
    type: z.literal('user'),
    compiledAttributes: z.looseObject({}),
    paths: z.array(z.array(edgeSchema)),
  }),
  {
    id: 'The id of the user: 24 hexadecimal digits.',
    type: 'Always user.',
    compiledAttributes: compiledText,
    paths: memberPathsText,
  },
);
const groupOfUserAnswer = describeFields(
  z.looseObject({
    id: z.string(),
    type: z.literal('user_group'),
    name: z.string().nullable(),
    direct: z.boolean(),
    compiledAttributes: z.looseObject({}),
    paths: z.array(z.array(edgeSchema)),
  }),
  {
    id: 'The id of the group: 24 hexadecimal digits.',
    type: 'Always user_group.',
    name: 'The display name of the group.',
    direct: 'True if the user is a direct member; false for a membership by nesting only.',
    compiledAttributes: compiledText,
    paths: groupPathsText,
  },
);

/** Returns one step of a path that explains why a user is a member. */
function edgeTo(id: string, type: 'user' | 'user_group') {
  return { attributes: null, to: { attributes: null, id, type } };
}

/** Converts the body of a request to the form that the directory's functions accept. */
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
      query: groupListQuery,
      answer: z.array(userGroupAnswer),
      answerHeaders: totalCountHeader,
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
      params: groupIdParams,
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
        summary: 'Change a group; fields that are not sent keep their values',
        access: 'groups.write',
        params: groupIdParams,
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
      summary: 'Delete a group, but not its members',
      access: 'groups.write',
      params: groupIdParams,
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
      params: groupIdParams,
      query: pageQuery,
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
      summary: 'Add a member to a group, or remove a member',
      access: 'groups.write',
      params: groupIdParams,
      body: memberBody,
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
      summary: 'List all users in a group and its nested groups, with the paths of their memberships',
      access: 'groups.read',
      params: groupIdParams,
      query: pageQuery,
      answer: z.array(nestedMemberAnswer),
    },
    async (context, { params, query }) => {
      const { deps, organizationId } = identityOf(context);
      const group = await requireUserGroup(deps, organizationId, params.id);
      const users = await listNestedUsers(deps.database, [group.id], pageOf(query));
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
      params: userIdParams,
      query: pageQuery,
      answer: z.array(groupOfUserAnswer),
      answerHeaders: totalCountHeader,
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
