import { z } from 'zod';
import { createRole, removeRole, replaceRole, requireRole } from '#admins/custom-roles.ts';
import { listRoles, type CustomRole } from '#admins/role-store.ts';
import { findRole, rolePermissionNames, permissionsOf, roleNames, type Role } from '#admins/roles.ts';
import { roleDescriptionIn } from '#admins/role-words.ts';
import type { Language } from '#base/words/language.ts';
import { identityOf, languageOf, originOf } from '../context.ts';
import { describeFields } from '../describe-fields.ts';
import { changeBody, nameSchema, pathIds, route, type Route } from '../route.ts';
import { listAnswer } from '../schemas.ts';

const tag = 'Administrators';

const roleIdParams = pathIds({ id: 'The id of the role: 24 hexadecimal digits, or the name of a built-in role.' });
const roleAnswer = describeFields(
  z.object({
    id: z.string(),
    name: z.string(),
    description: z.string(),
    scopes: z.array(z.string()),
    builtIn: z.boolean(),
  }),
  {
    id: 'The id of the role: 24 hexadecimal digits, or the name of a built-in role.',
    name: 'The name of the role.',
    description: 'What the role is for; may be empty.',
    scopes: 'The names of the permissions of the role, listed in docs/reference/roles.md.',
    builtIn: 'True for a role of the product, which cannot be changed.',
  },
).meta({
  id: 'role',
  description: 'A role of administrators: a built-in role, or a role that the organization defines.',
});
const roleShape = {
  name: nameSchema,
  description: z.string().max(1_024).optional(),
  scopes: z.array(z.enum(rolePermissionNames)).min(1).max(rolePermissionNames.length),
};
const roleBody = changeBody(roleShape, roleAnswer, {
  name: 'The name of the role, unique in the organization: 1 to 200 characters without control characters.',
  description: 'What the role is for: at most 1,024 characters. Default: empty.',
  scopes: 'The names of at least one permission, listed in docs/reference/roles.md. The caller must have all of them.',
});

function customRole(role: CustomRole) {
  const { id, name, description, scopes } = role;
  return { id, name, description, scopes: [...scopes], builtIn: false };
}

function builtInRole(name: Role, language: Language) {
  return {
    id: name,
    name,
    description: roleDescriptionIn(language, name),
    scopes: [...permissionsOf(name)],
    builtIn: true,
  };
}

/** The routes of the built-in roles and of the roles that an organization defines. */
export const roleRoutes: readonly Route[] = [
  route(
    {
      method: 'GET',
      path: '/api/v2/roles',
      tag,
      summary: 'List the built-in roles and the roles of the organization',
      access: 'administrators.read',
      answer: listAnswer(roleAnswer),
    },
    async (context) => {
      const { deps, organizationId } = identityOf(context);
      const own = (await listRoles(deps.database, organizationId)).map(customRole);
      const builtIn = roleNames.map((name) => builtInRole(name, languageOf(context)));
      return { totalCount: builtIn.length + own.length, results: [...builtIn, ...own] };
    },
  ),
  route(
    {
      method: 'POST',
      path: '/api/v2/roles',
      tag,
      summary: 'Define a role',
      access: 'administrators.write',
      confirms: true,
      body: roleBody,
      answer: roleAnswer,
      status: 201,
    },
    async (context, { body }) => {
      const draft = { name: body.name, description: body.description ?? '', scopes: body.scopes };
      const { deps, permissions } = identityOf(context);
      return customRole(await createRole(deps, originOf(context), draft, permissions));
    },
  ),
  route(
    {
      method: 'GET',
      path: '/api/v2/roles/:id',
      tag,
      summary: 'Show a role',
      access: 'administrators.read',
      params: roleIdParams,
      answer: roleAnswer,
    },
    async (context, { params }) => {
      const { deps, organizationId } = identityOf(context);
      const builtIn = findRole(params.id);
      if (builtIn !== undefined) return builtInRole(builtIn, languageOf(context));
      return customRole(await requireRole(deps.database, organizationId, params.id));
    },
  ),
  route(
    {
      method: 'PUT',
      path: '/api/v2/roles/:id',
      tag,
      summary: 'Replace a role',
      access: 'administrators.write',
      confirms: true,
      params: roleIdParams,
      body: roleBody,
      answer: roleAnswer,
    },
    async (context, { params, body }) => {
      const draft = { name: body.name, description: body.description ?? '', scopes: body.scopes };
      const { deps, permissions } = identityOf(context);
      return customRole(await replaceRole(deps, originOf(context), params.id, draft, permissions));
    },
  ),
  route(
    {
      method: 'DELETE',
      path: '/api/v2/roles/:id',
      tag,
      summary: 'Delete a role that no administrator has',
      access: 'administrators.write',
      params: roleIdParams,
      answer: roleAnswer,
    },
    async (context, { params }) => {
      const { deps, permissions } = identityOf(context);
      return customRole(await removeRole(deps, originOf(context), params.id, permissions));
    },
  ),
];
