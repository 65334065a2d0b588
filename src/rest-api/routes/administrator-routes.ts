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
import { describeFields } from '../describe-fields.ts';
import { listInMemory } from '../list-in-memory.ts';
import { hasAny, route, type Route } from '../route.ts';
import { administratorIdParams, listAnswer, listQuery } from '../schemas.ts';

const tag = 'Administrators';
const base = '/api/users';
/** A text without line breaks, because emails and lists show it on one line. */
const text = z
  .string()
  .max(1_024)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'must not have control characters');

const administratorSchema = z.object({
  _id: z.string(),
  email: z.string(),
  firstname: z.string(),
  lastname: z.string(),
  organization: z.string(),
  role: z.string(),
  roleName: z.string(),
  roleNames: z.array(z.string()),
  roles: z.array(z.string()),
  suspended: z.boolean(),
  enableMultiFactor: z.boolean(),
  totpEnrolled: z.boolean(),
  totpUpdatedAt: z.iso.datetime().nullable(),
  passkeys: z.int(),
  apiKeyAllowed: z.boolean(),
  passwordSet: z.boolean(),
  passwordUpdatedAt: z.iso.datetime().nullable(),
  lastLogin: z.iso.datetime().nullable(),
  created: z.string(),
  stoppedKeys: z
    .array(z.object({ id: z.string(), name: z.string(), prefix: z.string(), kind: z.string(), owner: z.string() }))
    .optional(),
});

/** All fields are optional, because the query parameter `fields` limits the response to the requested fields. */
const administratorAnswer = describeFields(administratorSchema.partial().extend({ _id: z.string() }), {
  _id: 'The id of the administrator: 24 hexadecimal digits.',
  email: 'The email address, which is also the sign-in name.',
  firstname: 'The given name; the whole name if only that is known.',
  lastname: 'The family name; may be empty.',
  organization: 'The id of the organization that the administrator belongs to: 24 hexadecimal digits.',
  role: 'The name of a built-in role, or the id of a role that the organization defines.',
  roleName: 'The name of the role.',
  roleNames: 'A list with the name of the role.',
  roles: 'A list with the name of the role.',
  suspended: 'True if the administrator cannot sign in and no key of the administrator works.',
  enableMultiFactor: 'True if the administrator needs a second factor to sign in.',
  totpEnrolled: 'True if an authenticator app is set up.',
  totpUpdatedAt: 'When the authenticator app was set up: RFC 3339, in UTC; null if there is none.',
  passkeys: 'The number of passkeys with which the administrator can sign in.',
  apiKeyAllowed: 'True if the administrator may have API keys.',
  passwordSet: 'True if the administrator has a password; false until the invitation is accepted.',
  passwordUpdatedAt: 'When the password was last set: RFC 3339, in UTC; null if it never was.',
  lastLogin: 'When the administrator last signed in: RFC 3339, in UTC; null if never.',
  created: 'When the administrator was created: RFC 3339, in UTC.',
  stoppedKeys: 'The API keys that stopped working with this change; missing if there were none.',
  'stoppedKeys.id': 'The id of the key: 24 hexadecimal digits.',
  'stoppedKeys.name': 'The name of the key.',
  'stoppedKeys.prefix': 'The first characters of the key, by which its holder recognizes it.',
  'stoppedKeys.kind': 'The kind of owner: administrator, integration or user.',
  'stoppedKeys.owner':
    'The email address of the administrator, the name of the integration or the userName of the user.',
}).meta({
  id: 'administrator',
  description: 'An administrator. With the query parameter fields, only the id and the named fields.',
});

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
    passkeys: admin.passkeys,
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
const texts = {
  firstname: 'The given name: at most 1,024 characters on one line.',
  lastname: 'The family name: at most 1,024 characters on one line.',
  roleName: 'The name or the id of the role; it takes precedence over roleNames and role.',
  roleNames: 'A list with at most one name or id of a role; it takes precedence over role.',
  role: 'The name or the id of the role.',
  apiKeyAllowed: 'True if the administrator may have API keys.',
  enableMultiFactor: 'True if the administrator needs a second factor to sign in.',
} as const;
const addressText = 'The email address, unique among the administrators of the organization: at most 1,024 characters.';
const postBody = describeFields(z.looseObject({ email: z.email().max(1_024), ...shape }), {
  ...texts,
  email: `${addressText} The invitation goes there.`,
  role: `${texts.role} Default: Read Only.`,
  apiKeyAllowed: `${texts.apiKeyAllowed} Default: false.`,
});
const putBody = describeFields(
  z.looseObject({ email: z.email().max(1_024).optional(), suspended: z.boolean().optional(), ...shape }),
  {
    ...texts,
    email: addressText,
    suspended:
      'true ends all sessions and stops all keys of the administrator; false lets the administrator sign in again.',
  },
);

/** Returns the role in a body: `roleName`, the first of `roleNames`, or `role`. */
function roleOf(body: {
  roleName?: string | undefined;
  roleNames?: string[] | undefined;
  role?: string | null | undefined;
}) {
  return body.roleName ?? body.roleNames?.[0] ?? body.role ?? undefined;
}

/** Returns the caller's password. `confirms` adds this field to the body. */
function passwordOf(body: object): string | undefined {
  const { password } = body as { readonly password?: unknown };
  return typeof password === 'string' && password !== '' ? password : undefined;
}

/** True if a change can grant access. Changes of names and suspensions cannot. */
function grantsAccess(body: unknown): boolean {
  const fields = ['email', 'role', 'roleName', 'roleNames', 'apiKeyAllowed', 'enableMultiFactor'];
  return hasAny(body, fields) || (isObject(body) && body['suspended'] === false);
}

/** Returns the administrator after a change, with the API keys that the change stopped, so that the caller sees all effects. */
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
      query: listQuery,
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
      summary: 'Invite an administrator by email',
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
        // As in the legacy directory, administrators may have API keys only if the request explicitly allows it.
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
      params: administratorIdParams,
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
      params: administratorIdParams,
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
        // Only the password check is guarded: a change without a password check must not reset the count of wrong passwords.
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
      summary: 'Remove an administrator, with all keys and sessions',
      access: 'administrators.write',
      params: administratorIdParams,
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
      summary: 'Send an administrator an email with a link to set a new password',
      access: 'administrators.write',
      confirms: true,
      params: administratorIdParams,
      body: z.looseObject({}),
      bodyOptional: true,
      answer: describeFields(z.looseObject({ sent: z.literal(true) }), {
        sent: 'Always true: the email is in the outbox.',
      }),
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
      params: administratorIdParams,
      body: z.looseObject({}),
      bodyOptional: true,
      answer: administratorAnswer,
    },
    async (context, { params }) => {
      const { deps, organizationId, permissions } = identityOf(context);
      // Removing your own app requires a code from it, so that a stolen session or key cannot remove it here.
      forbidOwnChange(originOf(context), params.id, 'removeApp');
      await requireWithinReach(deps.database, organizationId, params.id, permissions);
      const account = await findAccount(deps.database, organizationId, 'administrator', params.id);
      assert(account, 'the administrator was just read');
      await resetTotp(deps, originOf(context), account);
      return administrator(await requireAdministrator(deps.database, organizationId, params.id));
    },
  ),
];
