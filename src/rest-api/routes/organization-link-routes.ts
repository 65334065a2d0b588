import { z } from 'zod';
import { deleteLink, findLinks, insertLink, listLinksTo } from '#admins/administrator-link-store.ts';
import { requireAdministrator, requireReach } from '#admins/administrators.ts';
import { narrowed } from '#admins/authenticate.ts';
import { findRole, permissionsOf, roleNames, type Permission } from '#admins/roles.ts';
import { recordEvent } from '#audit/event-store.ts';
import type { FieldChange } from '#audit/event-types.ts';
import { quote } from '#base/errors.ts';
import { TranslatedError } from '#base/translated-error.ts';
import { inTransaction, scopeTo, type Database } from '#database/database.ts';
import { identityOf, originOf, type Context } from '../context.ts';
import { describeFields } from '../describe-fields.ts';
import { pathIds, route, type Route } from '../route.ts';
import { administratorIdParams } from '../schemas.ts';

const tag = 'Organizations';
const linkParams = pathIds({
  id: 'The id of the administrator: 24 hexadecimal digits.',
  organizationId: 'The id of the organization to work for: 24 hexadecimal digits, case-insensitive.',
});
const roleText = 'The name of the built-in role that the administrator has in that organization.';
const linkAnswer = describeFields(z.object({ organizationId: z.string(), role: z.string() }), {
  organizationId: 'The id of the organization to work for: 24 hexadecimal digits.',
  role: roleText,
});
const linkBody = describeFields(z.looseObject({ role: z.string() }), { role: roleText });
const foreignAnswer = describeFields(
  z.object({ administratorId: z.string(), email: z.string(), organizationId: z.string(), role: z.string() }),
  {
    administratorId: 'The id of the administrator: 24 hexadecimal digits.',
    email: 'The email address of the administrator.',
    organizationId: 'The id of the organization that the administrator belongs to: 24 hexadecimal digits.',
    role: 'The name of the built-in role that the administrator has in this organization.',
  },
);

/** Returns the permissions of the caller in any organization, not only in the organization of the request. */
async function permissionsIn(context: Context, organizationId: string): Promise<ReadonlySet<Permission>> {
  const { administrator, organizationId: home, scopes } = identityOf(context).principal;
  if (administrator === null) return new Set();
  if (home === organizationId) return administrator.permissions;
  const { deps } = await context.services.tenants.accessTo(home);
  const found = (await findLinks(deps.database, administrator.id)).find((one) => one.organizationId === organizationId);
  return found === undefined ? new Set() : narrowed(permissionsOf(found.role), scopes);
}

/**
 * Lets an administrator of this organization work for another organization. The caller has to be allowed to change administrators in
 * both organizations. Throws `notFound` (404) if the caller may not change administrators in the other organization. Throws
 * `roleForbidden` (403) if the new role, or the role of a link that is replaced, has permissions that the caller does not have there.
 */
async function link(context: Context, id: string, organizationId: string, roleName: string) {
  const { deps, organizationId: here } = identityOf(context);
  const role = findRole(roleName);
  if (role === undefined) {
    throw new TranslatedError(
      'invalidValue',
      ({ admin }) => admin.administrators.unknownBuiltInRole(quote(roleName), roleNames.join(', ')),
      {
        attribute: 'role',
        value: roleName,
      },
    );
  }
  const found = await requireAdministrator(deps.database, here, id);
  if (organizationId === here) throw new TranslatedError('conflict', ({ admin }) => admin.organizations.alreadyLinked);
  const reach = await permissionsIn(context, organizationId);
  if (!reach.has('administrators.write')) {
    throw new TranslatedError('notFound', ({ admin }) => admin.organizations.notManaged(quote(organizationId)));
  }
  requireReach(reach, permissionsOf(role), { role: quote(role) });
  const before = (await findLinks(deps.database, found.id)).find((one) => one.organizationId === organizationId);
  if (before !== undefined)
    requireReach(reach, permissionsOf(before.role), { role: quote(before.role), isCurrent: true });
  const created = { organizationId, role };
  await inTransaction(deps.database, async (transaction) => {
    await insertLink(transaction, { id: found.id, organizationId: here }, created);
    await recordLink(context, transaction, here, found, { field: 'organizationlinks', from: null, to: created });
  });
  const there = await databaseOf(context, organizationId);
  await recordLink(context, there, organizationId, found, { field: 'administratorlinks', from: null, to: role });
  return created;
}

/**
 * Deletes a link. Throws `notFound` (404) if the link does not exist, and `roleForbidden` (403) if its role has permissions that the
 * caller does not have: callers must not remove administrators who have more permissions.
 */
async function unlink(context: Context, home: string, administratorId: string, organizationId: string): Promise<void> {
  const database = await databaseOf(context, home);
  const change = (field: string): FieldChange => ({ field, from: { organizationId }, to: null });
  const found = await requireAdministrator(database, home, administratorId);
  const link = (await findLinks(database, administratorId)).find((one) => one.organizationId === organizationId);
  if (link !== undefined) {
    const { permissions } = identityOf(context);
    requireReach(permissions, permissionsOf(link.role), { role: quote(link.role), of: quote(found.email) });
  }
  await inTransaction(database, async (transaction) => {
    if (!(await deleteLink(transaction, administratorId, organizationId))) {
      throw new TranslatedError('notFound', ({ admin }) =>
        admin.organizations.notLinked(quote(found.email), quote(organizationId)),
      );
    }
    await recordLink(context, transaction, home, found, change('organizationlinks'));
  });
  // Outside the transaction, because the other organization may be in another database.
  const there = await databaseOf(context, organizationId);
  await recordLink(context, there, organizationId, found, change('administratorlinks'));
}

async function databaseOf({ services }: Context, organizationId: string): Promise<Database> {
  const { deps } = await services.tenants.accessTo(organizationId);
  return scopeTo(deps.database, organizationId);
}

async function recordLink(
  context: Context,
  database: Database,
  organizationId: string,
  { id, email }: { readonly id: string; readonly email: string },
  change: FieldChange,
): Promise<void> {
  const origin = { ...originOf(context), organizationId };
  const target = { type: 'admin', id, name: email } as const;
  await recordEvent(database, identityOf(context).deps.clock, origin, {
    type: 'admin_update',
    target,
    changes: [change],
  });
}

/** Returns the administrators of other organizations who work for this organization. Reads the databases of all organizations. */
async function foreignAdministrators(context: Context) {
  const { organizationId } = identityOf(context);
  const { accesses } = context.services.tenants;
  const lists = await Promise.all(accesses.map(({ deps }) => listLinksTo(deps.database, organizationId)));
  return lists.flat();
}

export const organizationLinkRoutes: readonly Route[] = [
  route(
    {
      method: 'GET',
      path: '/api/users/:id/organizationlinks',
      tag,
      summary: 'List the other organizations that an administrator works for',
      access: 'administrators.read',
      params: administratorIdParams,
      answer: z.array(linkAnswer),
    },
    async (context, { params }) => {
      const { deps, organizationId } = identityOf(context);
      const { id } = await requireAdministrator(deps.database, organizationId, params.id);
      return await findLinks(deps.database, id);
    },
  ),
  route(
    {
      method: 'PUT',
      path: '/api/users/:id/organizationlinks/:organizationId',
      tag,
      summary: 'Let an administrator work for another organization, whose administrators you also manage',
      access: 'administrators.write',
      confirms: true,
      params: linkParams,
      body: linkBody,
      answer: linkAnswer,
    },
    async (context, { params, body }) => await link(context, params.id, params.organizationId.toLowerCase(), body.role),
  ),
  route(
    {
      method: 'DELETE',
      path: '/api/users/:id/organizationlinks/:organizationId',
      tag,
      summary: 'Stop an administrator of this organization from working for another organization',
      access: 'administrators.write',
      params: linkParams,
      status: 204,
    },
    async (context, { params }) => {
      const { deps, organizationId } = identityOf(context);
      const { id } = await requireAdministrator(deps.database, organizationId, params.id);
      await unlink(context, organizationId, id, params.organizationId.toLowerCase());
    },
  ),
  route(
    {
      method: 'GET',
      path: '/api/administratorlinks',
      tag,
      summary: 'List the administrators of other organizations who work for this organization',
      access: 'administrators.read',
      answer: z.array(foreignAnswer),
    },
    async (context) => await foreignAdministrators(context),
  ),
  route(
    {
      method: 'DELETE',
      path: '/api/administratorlinks/:id',
      tag,
      summary: 'Stop an administrator of another organization from working for this organization',
      access: 'administrators.write',
      params: administratorIdParams,
      status: 204,
    },
    async (context, { params }) => {
      const { organizationId } = identityOf(context);
      const found = (await foreignAdministrators(context)).find((one) => one.administratorId === params.id);
      if (found === undefined) {
        throw new TranslatedError('notFound', ({ admin }) => admin.organizations.noLinked(quote(params.id)));
      }
      await unlink(context, found.organizationId, found.administratorId, organizationId);
    },
  ),
];
