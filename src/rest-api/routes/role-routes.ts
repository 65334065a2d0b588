import { z } from 'zod';
import { createRole, removeRole, replaceRole, requireRole } from '#admins/custom-roles.ts';
import { listRoles, type CustomRole } from '#admins/role-store.ts';
import { permissionNames, permissionsOf, roleNames } from '#admins/roles.ts';
import { AppError } from '#base/errors.ts';
import { identityOf, originOf, type Context } from '../context.ts';
import { idParams, route, type Route } from '../route.ts';
import { listAnswer } from '../schemas.ts';

const tag = 'Administrators';

const roleAnswer = z
  .object({
    id: z.string(),
    name: z.string(),
    description: z.string(),
    scopes: z.array(z.string()),
    builtIn: z.boolean(),
  })
  .meta({ id: 'role' });
const roleBody = z.looseObject({
  name: z.string().min(1).max(200),
  description: z.string().max(1_024).optional(),
  scopes: z.array(z.enum(permissionNames)).min(1),
});

function customRole(role: CustomRole) {
  const { id, name, description, scopes } = role;
  return { id, name, description, scopes: [...scopes], builtIn: false };
}

/** Nobody gives away more than they have. */
function requireOwnScopes(context: Context, scopes: readonly string[]): void {
  const { permissions } = identityOf(context);
  const beyond = scopes.filter((scope) => !permissionNames.some((name) => name === scope && permissions.has(name)));
  if (beyond.length === 0) return;
  throw new AppError('roleForbidden', `A role cannot allow more than you may yourself: ${beyond.join(', ')}.`);
}

/** The built-in roles, and those that an organization defines. */
export const roleRoutes: readonly Route[] = [
  route(
    {
      method: 'GET',
      path: '/api/v2/roles',
      tag,
      summary: 'List the built-in roles and those of the organization',
      access: 'administrators.read',
      answer: listAnswer(roleAnswer),
    },
    async (context) => {
      const { deps, organizationId } = identityOf(context);
      const own = (await listRoles(deps.database, organizationId)).map(customRole);
      const builtIn = roleNames.map((name) => ({
        id: name,
        name,
        description: '',
        scopes: [...permissionsOf(name)],
        builtIn: true,
      }));
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
      body: roleBody,
      answer: roleAnswer,
      status: 201,
    },
    async (context, { body }) => {
      requireOwnScopes(context, body.scopes);
      const draft = { name: body.name, description: body.description ?? '', scopes: body.scopes };
      return customRole(await createRole(identityOf(context).deps, originOf(context), draft));
    },
  ),
  route(
    {
      method: 'GET',
      path: '/api/v2/roles/:id',
      tag,
      summary: 'Show a role of the organization',
      access: 'administrators.read',
      params: idParams,
      answer: roleAnswer,
    },
    async (context, { params }) => {
      const { deps, organizationId } = identityOf(context);
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
      params: idParams,
      body: roleBody,
      answer: roleAnswer,
    },
    async (context, { params, body }) => {
      requireOwnScopes(context, body.scopes);
      const draft = { name: body.name, description: body.description ?? '', scopes: body.scopes };
      return customRole(await replaceRole(identityOf(context).deps, originOf(context), params.id, draft));
    },
  ),
  route(
    {
      method: 'DELETE',
      path: '/api/v2/roles/:id',
      tag,
      summary: 'Remove a role that nobody has',
      access: 'administrators.write',
      params: idParams,
      answer: roleAnswer,
    },
    async (context, { params }) => customRole(await removeRole(identityOf(context).deps, originOf(context), params.id)),
  ),
];
