import { z } from 'zod';
import { findAccount } from '#accounts/account.ts';
import { sendReset } from '#accounts/account-mail.ts';
import { inviteAdministrator } from '#accounts/invite-administrator.ts';
import { removeTotp } from '#accounts/second-factor.ts';
import { listAdministrators, type Administrator } from '#admins/administrator-store.ts';
import { changeAdministrator, removeAdministrator, requireAdministrator } from '#admins/administrators.ts';
import { deleteLink, findLinks, insertLink } from '#admins/administrator-link-store.ts';
import { findRole, roleNames } from '#admins/roles.ts';
import { deleteSessions, listSessions } from '#admins/session-store.ts';
import { recordEvent } from '#audit/event-store.ts';
import { AppError, assert, quote } from '#base/errors.ts';
import { inTransaction } from '#database/database.ts';
import { listPlacedOrganizations } from '#organizations/placed-organizations.ts';
import { identityOf, originOf, type Context } from '../context.ts';
import { listQuerySchema, pageOf } from '../list-query.ts';
import { idParams, route, type Route } from '../route.ts';
import { listAnswer } from '../schemas.ts';

const tag = 'Administrators';
const base = '/api/users';
const text = z.string().max(1_024);

const administratorAnswer = z
  .object({
    _id: z.string(),
    email: z.string(),
    firstname: z.string(),
    lastname: z.string(),
    organization: z.string(),
    roleName: z.string(),
    roleNames: z.array(z.string()),
    suspended: z.boolean(),
    enableMultiFactor: z.boolean(),
    totpEnrolled: z.boolean(),
    apiKeyAllowed: z.boolean(),
    created: z.string(),
  })
  .meta({ id: 'administrator' });

function administrator(admin: Administrator) {
  const { security } = admin;
  return {
    _id: admin.id,
    email: admin.email,
    firstname: admin.firstName === '' && admin.lastName === '' ? admin.name : admin.firstName,
    lastname: admin.lastName,
    organization: admin.organizationId,
    role: admin.customRoleId,
    roleName: admin.roleName,
    roleNames: [admin.roleName],
    roles: [admin.roleName],
    suspended: admin.suspended,
    enableMultiFactor: admin.enableMultiFactor,
    totpEnrolled: security.totp_enrolled_at !== null,
    totpUpdatedAt: security.totp_enrolled_at === null ? null : new Date(security.totp_enrolled_at).toISOString(),
    apiKeyAllowed: admin.apiKeyAllowed,
    passwordSet: admin.passwordHash !== null,
    passwordUpdatedAt: admin.passwordChangedAt?.toISOString() ?? null,
    lastLogin: admin.lastLoginAt?.toISOString() ?? null,
    created: admin.createdAt.toISOString(),
  };
}

const shape = {
  firstname: text.optional(),
  lastname: text.optional(),
  roleName: text.optional(),
  roleNames: z.array(text).max(1).optional(),
  role: z.string().nullable().optional(),
  apiKeyAllowed: z.boolean().optional(),
  enableMultiFactor: z.boolean().optional(),
};
const postBody = z.looseObject({ email: z.email().max(1_024), ...shape });
const putBody = z.looseObject({ email: z.email().max(1_024).optional(), suspended: z.boolean().optional(), ...shape });

async function account(context: Context, id: string) {
  const { deps, organizationId } = identityOf(context);
  await requireAdministrator(deps.database, organizationId, id);
  const found = await findAccount(deps.database, organizationId, 'administrator', id);
  assert(found, 'the administrator was just found');
  return found;
}

const administrators: readonly Route[] = [
  route(
    {
      method: 'GET',
      path: base,
      tag,
      summary: 'List administrators',
      access: 'administrators.read',
      query: listQuerySchema,
      answer: listAnswer(administratorAnswer),
    },
    async (context, { query }) => {
      const { deps, organizationId } = identityOf(context);
      const all = await listAdministrators(deps.database, organizationId);
      const { skip, limit } = pageOf(query);
      return { totalCount: all.length, results: all.slice(skip, skip + limit).map(administrator) };
    },
  ),
  route(
    {
      method: 'POST',
      path: base,
      tag,
      summary: 'Invite an administrator by mail',
      access: 'administrators.write',
      body: postBody,
      answer: administratorAnswer,
    },
    async (context, { body }) => {
      const { deps } = identityOf(context);
      const invited = await inviteAdministrator(deps, originOf(context), {
        email: body.email,
        firstName: body.firstname,
        lastName: body.lastname,
        role: body.roleName ?? body.roleNames?.[0] ?? 'Read Only',
        // As in the original directory, somebody has to allow it.
        apiKeyAllowed: body.apiKeyAllowed ?? false,
        enableMultiFactor: body.enableMultiFactor,
      });
      return administrator(invited);
    },
  ),
  route(
    {
      method: 'GET',
      path: `${base}/:id`,
      tag,
      summary: 'Show an administrator',
      access: 'administrators.read',
      params: idParams,
      answer: administratorAnswer,
    },
    async (context, { params }) => {
      const { deps, organizationId } = identityOf(context);
      return administrator(await requireAdministrator(deps.database, organizationId, params.id));
    },
  ),
  route(
    {
      method: 'PUT',
      path: `${base}/:id`,
      tag,
      summary: 'Change an administrator',
      access: 'administrators.write',
      params: idParams,
      body: putBody,
      answer: administratorAnswer,
    },
    async (context, { params, body }) => {
      const { deps } = identityOf(context);
      const changed = await changeAdministrator(deps, originOf(context), params.id, {
        email: body.email,
        firstName: body.firstname,
        lastName: body.lastname,
        role: body.roleName ?? body.roleNames?.[0],
        suspended: body.suspended,
        apiKeyAllowed: body.apiKeyAllowed,
        enableMultiFactor: body.enableMultiFactor,
      });
      return administrator(changed);
    },
  ),
  route(
    {
      method: 'DELETE',
      path: `${base}/:id`,
      tag,
      summary: 'Remove an administrator with keys and sessions',
      access: 'administrators.write',
      params: idParams,
      answer: administratorAnswer,
    },
    async (context, { params }) =>
      administrator(await removeAdministrator(identityOf(context).deps, originOf(context), params.id)),
  ),
  route(
    {
      method: 'POST',
      path: `${base}/reactivate/:id`,
      tag,
      summary: 'Send an administrator a link for a new password',
      access: 'administrators.write',
      params: idParams,
      body: z.looseObject({}),
      bodyOptional: true,
      answer: z.looseObject({}),
    },
    async (context, { params }) => await reactivate(context, params.id),
  ),
  route(
    {
      method: 'GET',
      path: `${base}/reactivate/:id`,
      tag,
      summary: 'The same, as clients of the original directory call it',
      access: 'administrators.write',
      params: idParams,
      answer: z.looseObject({}),
    },
    async (context, { params }) => await reactivate(context, params.id),
  ),
  route(
    {
      method: 'POST',
      path: `${base}/resettotp/:id`,
      tag,
      summary: 'Remove the authenticator app of an administrator',
      access: 'administrators.write',
      params: idParams,
      body: z.looseObject({}),
      bodyOptional: true,
      answer: administratorAnswer,
    },
    async (context, { params }) => {
      const { deps, organizationId } = identityOf(context);
      await removeTotp(deps, originOf(context), await account(context, params.id));
      return administrator(await requireAdministrator(deps.database, organizationId, params.id));
    },
  ),
];

async function reactivate(context: Context, id: string) {
  const { deps } = identityOf(context);
  const found = await account(context, id);
  await inTransaction(deps.database, async (transaction) => {
    await sendReset(deps, transaction, originOf(context), found);
  });
  return { sent: true };
}

const sessionAnswer = z.looseObject({ id: z.string(), createdAt: z.string(), lastUsedAt: z.string() });

const sessions: readonly Route[] = [
  route(
    {
      method: 'GET',
      path: `${base}/:id/sessions`,
      tag,
      summary: 'List where an administrator is signed in',
      access: 'keys.all',
      params: idParams,
      answer: z.array(sessionAnswer),
    },
    async (context, { params }) =>
      await listSessions(identityOf(context).deps.database, 'administrator_id', (await account(context, params.id)).id),
  ),
  route(
    {
      method: 'DELETE',
      path: `${base}/:id/sessions`,
      tag,
      summary: 'Sign an administrator out everywhere',
      access: 'keys.all',
      params: idParams,
      answer: z.object({ ended: z.int() }),
    },
    async (context, { params }) => {
      const { deps } = identityOf(context);
      const found = await account(context, params.id);
      return await inTransaction(deps.database, async (transaction) => {
        const ended = await deleteSessions(transaction, 'administrator_id', found.id, { allBut: undefined });
        await recordEvent(transaction, deps.clock, originOf(context), {
          type: 'session_revoke',
          target: { type: 'admin', id: found.id, name: found.email },
          changes: [{ field: 'sessions', from: ended, to: 0 }],
        });
        return { ended };
      });
    },
  ),
];

const linkAnswer = z.object({ organizationId: z.string(), role: z.string() });

const links: readonly Route[] = [
  route(
    {
      method: 'GET',
      path: `${base}/:id/organizationlinks`,
      tag,
      summary: 'List the further organizations that an administrator works for',
      access: 'administrators.read',
      params: idParams,
      answer: z.array(linkAnswer),
    },
    async (context, { params }) =>
      await findLinks(identityOf(context).deps.database, (await account(context, params.id)).id),
  ),
  route(
    {
      method: 'PUT',
      path: `${base}/:id/organizationlinks/:organizationId`,
      tag,
      summary: 'Let an administrator work for another organization',
      access: 'organizations.create',
      params: idParams.extend({ organizationId: z.string().max(100) }),
      body: z.looseObject({ role: z.string() }),
      answer: linkAnswer,
    },
    async (context, { params, body }) => {
      const { deps, organizationId: home } = identityOf(context);
      const role = findRole(body.role);
      if (role === undefined) {
        throw new AppError('invalidValue', `There is no role ${quote(body.role)}. There are ${roleNames.join(', ')}.`);
      }
      const found = await account(context, params.id);
      await requireInstalled(context, params.organizationId);
      const link = { organizationId: params.organizationId, role };
      await inTransaction(deps.database, async (transaction) => {
        await insertLink(transaction, { id: found.id, organizationId: home }, link);
        await recordLink(context, transaction, found, null, link);
      });
      return link;
    },
  ),
  route(
    {
      method: 'DELETE',
      path: `${base}/:id/organizationlinks/:organizationId`,
      tag,
      summary: 'End that',
      access: 'organizations.create',
      params: idParams.extend({ organizationId: z.string().max(100) }),
      status: 204,
    },
    async (context, { params }) => {
      const { deps } = identityOf(context);
      const found = await account(context, params.id);
      await inTransaction(deps.database, async (transaction) => {
        if (!(await deleteLink(transaction, found.id, params.organizationId))) {
          throw new AppError('notFound', `The administrator does not work for ${quote(params.organizationId)}.`);
        }
        await recordLink(context, transaction, found, { organizationId: params.organizationId }, null);
      });
    },
  ),
];

async function requireInstalled(context: Context, organizationId: string): Promise<void> {
  const all = await listPlacedOrganizations(context.services.fleet);
  if (all.some(({ id }) => id === organizationId)) return;
  throw new AppError('notFound', `There is no organization ${quote(organizationId)}.`);
}

async function recordLink(
  context: Context,
  transaction: Parameters<typeof recordEvent>[0],
  found: { readonly id: string; readonly email: string },
  from: unknown,
  to: unknown,
): Promise<void> {
  await recordEvent(transaction, identityOf(context).deps.clock, originOf(context), {
    type: 'admin_update',
    target: { type: 'admin', id: found.id, name: found.email },
    changes: [{ field: 'organizationlinks', from, to }],
  });
}

export const administratorRoutes: readonly Route[] = [...administrators, ...sessions, ...links];
