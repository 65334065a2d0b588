import { z } from 'zod';
import { findAccount } from '#accounts/account.ts';
import {
  changeAdministratorAccount,
  inviteAdministrator,
  confirmOwnAddress,
  sendPasswordLink,
} from '#accounts/administrator-accounts.ts';
import { resetTotp } from '#accounts/second-factor.ts';
import { listAdministrators, type Administrator } from '#admins/administrator-store.ts';
import {
  forbidOwnChange,
  removeAdministrator,
  requireAdministrator,
  requireWithinReach,
  type ChangedAdministrator,
} from '#admins/administrators.ts';
import { assert } from '#base/errors.ts';
import { isObject } from '#base/json.ts';
import { identityOf, originOf, withQuota } from '../context.ts';
import { guarded } from '../own-account.ts';
import { listInMemory } from '../list-in-memory.ts';
import { listQuerySchema } from '../list-query.ts';
import { hasAny, idParams, route, type Route } from '../route.ts';
import { listAnswer } from '../schemas.ts';

const tag = 'Administrators';
const base = '/api/users';
/** One line: it stands in mails and in lists. */
const text = z
  .string()
  .max(1_024)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'must not have control characters');

const administratorAnswer = z
  .object({
    _id: z.string(),
    email: z.string(),
    firstname: z.string(),
    lastname: z.string(),
    organization: z.string(),
    role: z.string().meta({ description: 'The name of a built-in role, or the id of one of the organization.' }),
    roleName: z.string(),
    roleNames: z.array(z.string()),
    roles: z.array(z.string()),
    suspended: z.boolean(),
    enableMultiFactor: z.boolean(),
    totpEnrolled: z.boolean(),
    totpUpdatedAt: z.iso.datetime().nullable(),
    apiKeyAllowed: z.boolean(),
    passwordSet: z.boolean(),
    passwordUpdatedAt: z.iso.datetime().nullable(),
    lastLogin: z.iso.datetime().nullable(),
    created: z.string(),
    stoppedKeys: z
      .array(z.object({ id: z.string(), name: z.string(), prefix: z.string(), kind: z.string(), owner: z.string() }))
      .optional()
      .meta({ description: 'The keys that stopped working with this change; missing where none did.' }),
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
    role: admin.customRoleId ?? admin.roleName,
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
const putBody = z.looseObject({
  email: z.email().max(1_024).optional(),
  suspended: z.boolean().optional(),
  ...shape,
});

/** The role that a body names: by its name, as one of a list, or by its id. */
function roleOf(body: {
  roleName?: string | undefined;
  roleNames?: string[] | undefined;
  role?: string | null | undefined;
}) {
  return body.roleName ?? body.roleNames?.[0] ?? body.role ?? undefined;
}

/** The caller's password, which `confirms` adds to the body. */
function passwordOf(body: object): string | undefined {
  const { password } = body as { readonly password?: unknown };
  return typeof password === 'string' && password !== '' ? password : undefined;
}

/** Whether a change can give access: a name and a suspension cannot. */
function grantsAccess(body: unknown): boolean {
  const fields = ['email', 'role', 'roleName', 'roleNames', 'apiKeyAllowed', 'enableMultiFactor'];
  return hasAny(body, fields) || (isObject(body) && body['suspended'] === false);
}

/** The administrator, and the keys that stopped with the change, so that the caller sees what else no longer works. */
function changed(admin: ChangedAdministrator) {
  const stoppedKeys = admin.stoppedKeys.map(({ id, name, prefix, kind, owner }) => ({ id, name, prefix, kind, owner }));
  return { ...administrator(admin), ...(stoppedKeys.length > 0 && { stoppedKeys }) };
}

export const administratorRoutes: readonly Route[] = [
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
      return listInMemory(all.map(administrator), query, ['email', 'firstname', 'lastname']);
    },
  ),
  route(
    {
      method: 'POST',
      path: base,
      tag,
      summary: 'Invite an administrator by mail',
      access: 'administrators.write',
      confirms: true,
      body: postBody,
      answer: administratorAnswer,
    },
    async (context, { body }) => {
      const { deps, permissions } = identityOf(context);
      const draft = {
        email: body.email,
        firstName: body.firstname,
        lastName: body.lastname,
        role: roleOf(body) ?? 'Read Only',
        // As in the original directory, somebody has to allow it.
        apiKeyAllowed: body.apiKeyAllowed ?? false,
        enableMultiFactor: body.enableMultiFactor,
      };
      const invite = async () => await inviteAdministrator(deps, originOf(context), draft, permissions);
      return administrator(await withQuota(context, 'namedMails', invite));
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
      confirms: grantsAccess,
      params: idParams,
      body: putBody,
      answer: administratorAnswer,
    },
    async (context, { params, body }) => {
      const { deps, permissions, principal } = identityOf(context);
      const update = {
        email: body.email,
        firstName: body.firstname,
        lastName: body.lastname,
        role: roleOf(body),
        suspended: body.suspended,
        apiKeyAllowed: body.apiKeyAllowed,
        enableMultiFactor: body.enableMultiFactor,
      };
      const origin = originOf(context);
      const caller = {
        administratorId: principal.administrator?.id ?? '',
        sessionId: principal.credential === 'session' ? principal.keyId : undefined,
        password: passwordOf(body),
        request: context.origin,
        // Around the comparison alone: a change that compares no password must not clear the count of wrong ones.
        guard: (attempt: () => Promise<void>) => guarded(context, params, 'password', attempt),
      };
      const own = await confirmOwnAddress(deps, origin, { id: params.id, update }, caller);
      const by = { reach: permissions, own };
      return changed(await changeAdministratorAccount(deps, origin, params.id, update, by));
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
    async (context, { params }) => {
      const { deps, permissions } = identityOf(context);
      return changed(await removeAdministrator(deps, originOf(context), params.id, permissions));
    },
  ),
  route(
    {
      method: 'POST',
      path: `${base}/reactivate/:id`,
      tag,
      summary: 'Send an administrator a link for a new password',
      access: 'administrators.write',
      confirms: true,
      params: idParams,
      body: z.looseObject({}),
      bodyOptional: true,
      answer: z.looseObject({}),
    },
    async (context, { params }) => {
      const { deps, permissions } = identityOf(context);
      const send = async () => await sendPasswordLink(deps, originOf(context), params.id, permissions);
      await withQuota(context, 'requestedMails', send);
      return { sent: true };
    },
  ),
  route(
    {
      method: 'POST',
      path: `${base}/resettotp/:id`,
      tag,
      summary: 'Remove the authenticator app of another administrator',
      access: 'administrators.write',
      confirms: true,
      params: idParams,
      body: z.looseObject({}),
      bodyOptional: true,
      answer: administratorAnswer,
    },
    async (context, { params }) => {
      const { deps, organizationId, permissions } = identityOf(context);
      // One's own is removed by a code of it: a session or a key that was stolen must not do without.
      forbidOwnChange(originOf(context), params.id, 'remove your own authenticator app without a code of it');
      await requireWithinReach(deps.database, organizationId, params.id, permissions);
      const account = await findAccount(deps.database, organizationId, 'administrator', params.id);
      assert(account, 'the administrator was just read');
      await resetTotp(deps, originOf(context), account);
      return administrator(await requireAdministrator(deps.database, organizationId, params.id));
    },
  ),
];
