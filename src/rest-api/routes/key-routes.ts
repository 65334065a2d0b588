import { z } from 'zod';
import { ALLOWED_ADDRESSES_MAX, isWithinAddresses } from '#admins/allowed-addresses.ts';
import {
  changeApiKey,
  createApiKey,
  EXPIRY_DAYS_MAX,
  OVERLAP_HOURS_DEFAULT,
  OVERLAP_HOURS_MAX,
  listAllKeys,
  requireKey,
  revokeApiKey,
  rotateApiKey,
} from '#admins/api-keys.ts';
import { EXPIRY_DAYS_DEFAULT, type CreatingKey } from '#admins/key-limits.ts';
import { keyStatus, keyStatuses } from '#admins/key-status.ts';
import { listApiKeys } from '#admins/api-key-store.ts';
import type { ApiKey, KeyOwner } from '#admins/key-record.ts';
import { requireAdministrator } from '#admins/administrators.ts';
import { AppError } from '#base/errors.ts';
import { TranslatedError } from '#base/translated-error.ts';
import { requireIntegration } from '#integrations/integrations.ts';
import { identityOf, originOf, type Context } from '../context.ts';
import { describeFields } from '../describe-fields.ts';
import { changeBody, hasAny, nameSchema, pathIds, route, type Route } from '../route.ts';
import { integrationIdParams } from '../schemas.ts';

const tag = 'API keys';

const keyIdParams = pathIds({ id: 'The id of the key: 24 hexadecimal digits.' });
const keySchema = z.object({
  id: z.string(),
  name: z.string(),
  prefix: z.string(),
  kind: z.enum(['administrator', 'integration', 'user']),
  owner: z.string(),
  administratorId: z.string().nullable(),
  integrationId: z.string().nullable(),
  userId: z.string().nullable(),
  role: z.string().nullable(),
  createdWith: z.string().nullable(),
  status: z.enum(keyStatuses),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime().nullable(),
  revokedAt: z.iso.datetime().nullable(),
  lastUsedAt: z.iso.datetime().nullable(),
  lastUsedIp: z.string().nullable(),
  lastUsedClient: z.string().nullable(),
  allowedIps: z.array(z.string()).nullable(),
});
const keyTexts = {
  id: 'The id of the key: 24 hexadecimal digits, which is also the client_id of OAuth 2.',
  name: 'The name by which people recognize the key.',
  prefix: 'The first characters of the key, by which its holder recognizes it.',
  kind: 'The kind of owner: an administrator, an integration or a user.',
  owner: 'The email address of the administrator, the name of the integration or the userName of the user.',
  administratorId: 'The id of the administrator who owns the key; null for other owners.',
  integrationId: 'The id of the integration that owns the token; null for other owners.',
  userId: 'The id of the user who owns the key; null for other owners.',
  role: 'The name of the role of the owner, whose permissions the key has; null if the owner has no role.',
  createdWith:
    'The id of the key that created this one, which stops working together with that key; null if a signed-in administrator or the command line created it.',
  status:
    'valid if the key works; otherwise why it does not: it has expired or was revoked, its owner is suspended, was removed or may not have keys, or the key that created it no longer works.',
  createdAt: 'When the key was created: RFC 3339, in UTC.',
  expiresAt: 'When the key expires: RFC 3339, in UTC; null if it does not.',
  revokedAt: 'When the key was revoked: RFC 3339, in UTC; null if it was not.',
  lastUsedAt: 'When the key was last used: RFC 3339, in UTC; null if it never was.',
  lastUsedIp: 'The IP address that last used the key; null if it was never used.',
  lastUsedClient: 'The User-Agent header of the last use; null if there was none.',
  allowedIps: 'The IP addresses and networks that can use the key, such as 192.0.2.0/24; null for all.',
} as const;
const keyAnswer = describeFields(keySchema, keyTexts).meta({
  id: 'key',
  description: 'An API key or a token of an integration, without its secret.',
});
const createdAnswer = describeFields(keySchema.extend({ key: z.string() }), {
  ...keyTexts,
  key: 'The secret key itself, which is shown only in this response.',
});

const expiresInDays = z.int().min(1).max(EXPIRY_DAYS_MAX).nullable().optional();
const allowedIps = z.array(z.string().max(50)).max(ALLOWED_ADDRESSES_MAX).nullable().optional();
const lifetimeText = `The number of days until the key expires, from now: 1 to ${EXPIRY_DAYS_MAX}; null for never.`;
const bodyTexts = {
  name: 'A name by which people recognize the key: 1 to 200 characters without control characters.',
  expiresInDays: `${lifetimeText} Default: ${EXPIRY_DAYS_DEFAULT}.`,
  allowedIps: `The IP addresses and networks that can use the key, such as 192.0.2.0/24, at most ${ALLOWED_ADDRESSES_MAX}; null for all. Default: the addresses of the key that sends the request, or all.`,
} as const;
/** The schema is strict: if a misspelled `allowedIps` were ignored, the key would work from every address. */
const keyBody = describeFields(z.strictObject({ name: nameSchema, expiresInDays, allowedIps }), bodyTexts);
const keyChange = changeBody({ name: nameSchema.optional(), expiresInDays, allowedIps }, keyAnswer, {
  ...bodyTexts,
  expiresInDays: `${lifetimeText} Default: the expiry does not change.`,
  allowedIps: `The IP addresses and networks that can use the key, at most ${ALLOWED_ADDRESSES_MAX}; null for all. Default: they do not change.`,
});
const rotationBody = describeFields(
  z.strictObject({ expiresInDays, overlapHours: z.int().min(0).max(OVERLAP_HOURS_MAX).optional() }),
  {
    expiresInDays: `${lifetimeText} Default: the lifetime that the old key was created with.`,
    overlapHours: `The number of hours that the old key keeps working: 0 to ${OVERLAP_HOURS_MAX}. Default: ${OVERLAP_HOURS_DEFAULT}.`,
  },
);

function shown(context: Context, key: ApiKey) {
  const { id, name, prefix, kind, owner, role, parentId: createdWith, createdAt, expiresAt, revokedAt } = key;
  const { administratorId, integrationId, userId, lastUsedAt, lastUsedIp, lastUsedClient } = key;
  const status = keyStatus(key, identityOf(context).deps.clock.now());
  const ids = { administratorId, integrationId, userId };
  const use = { lastUsedAt, lastUsedIp, lastUsedClient };
  const validity = { status, createdAt, expiresAt, revokedAt };
  return { id, name, prefix, kind, owner, ...ids, role, createdWith, ...validity, ...use, allowedIps: key.allowedIps };
}

function isOwn(context: Context, key: ApiKey): boolean {
  return key.kind === 'administrator' && key.administratorId === identityOf(context).principal.administrator?.id;
}

/** Returns a test for keys that the caller can change: the caller's own keys, and with integrations.write also integration tokens. */
function mayChange(context: Context): (key: ApiKey) => boolean {
  const { permissions } = identityOf(context);
  return (key) => isOwn(context, key) || (key.kind === 'integration' && permissions.has('integrations.write'));
}

/** Returns a test for keys that the caller can see and revoke. */
function mayRevoke(context: Context): (key: ApiKey) => boolean {
  const { permissions } = identityOf(context);
  return (key) => permissions.has('keys.all') || mayChange(context)(key);
}

async function create(context: Context, owner: KeyOwner, body: z.output<typeof keyBody>) {
  const { key, record } = await createApiKey(identityOf(context).deps, originOf(context), {
    owner,
    name: body.name,
    expiresInDays: body.expiresInDays,
    allowedIps: addressesFor(context, body.allowedIps),
    creator: creatingKey(context),
  });
  return { ...shown(context, record), key };
}

/** Returns the key that the request uses, or undefined for a session. */
function creatingKey(context: Context): CreatingKey | undefined {
  const { credential, keyId, expiresAt, generation } = identityOf(context).principal;
  return credential === 'session' ? undefined : { id: keyId, expiresAt, generation };
}

/**
 * Returns the addresses from which a new or changed key works. They must be within the addresses of the key that sends the request.
 * Without `wanted`, returns the addresses of the key that sends the request. Throws `roleForbidden` (403) for other addresses, and for an
 * access token with a narrowed scope, which cannot create or change keys at all.
 */
function addressesFor(context: Context, wanted: readonly string[] | null | undefined) {
  const { allowedIps: own, scopes } = identityOf(context).principal;
  if (scopes !== null) {
    throw new AppError(
      'roleForbidden',
      'An access token that was narrowed by a scope can neither create nor change keys.',
    );
  }
  if (own === null || wanted === undefined) return wanted ?? own;
  if (wanted?.every((address) => isWithinAddresses(own, address)) === true) return wanted;
  throw new AppError(
    'roleForbidden',
    `The key that sends the request works only from ${own.join(', ')}, so it cannot create or change a key for other addresses. Choose addresses or networks within these, or sign in.`,
    { attribute: 'allowedIps' },
  );
}

/** Returns the caller's own account as the owner of a key. Throws `roleForbidden` (403) if the account may not have API keys. */
async function ownOwner(context: Context): Promise<KeyOwner> {
  const { deps, principal } = identityOf(context);
  const id = principal.administrator?.id ?? '';
  const { apiKeyAllowed } = await requireAdministrator(deps.database, principal.organizationId, id);
  if (apiKeyAllowed) return { kind: 'administrator', administratorId: id, integrationId: null };
  throw new TranslatedError('roleForbidden', ({ admin }) => admin.keys.notAllowed);
}

export const keyRoutes: readonly Route[] = [
  route(
    {
      method: 'GET',
      path: '/api/keys',
      tag,
      summary: 'List the API keys and tokens that you can see',
      access: 'keys.own',
      answer: z.array(keyAnswer),
    },
    async (context) => {
      const { deps, organizationId } = identityOf(context);
      const keys = await listAllKeys(deps.database, organizationId);
      return keys.filter(mayRevoke(context)).map((key) => shown(context, key));
    },
  ),
  route(
    {
      method: 'POST',
      path: '/api/keys',
      tag,
      summary: 'Create an API key for yourself',
      access: 'keys.own',
      confirms: true,
      // A key belongs to the administrator's own organization.
      takesOrganization: false,
      body: keyBody,
      answer: createdAnswer,
      status: 201,
    },
    async (context, { body }) => await create(context, await ownOwner(context), body),
  ),
  route(
    {
      method: 'GET',
      path: '/api/keys/:id',
      tag,
      summary: 'Show an API key or a token',
      access: 'keys.own',
      params: keyIdParams,
      answer: keyAnswer,
    },
    async (context, { params }) => {
      const { deps, organizationId } = identityOf(context);
      return shown(context, await requireKey(deps.database, organizationId, params.id, mayRevoke(context)));
    },
  ),
  route(
    {
      method: 'PUT',
      path: '/api/keys/:id',
      tag,
      summary: 'Change the name, the expiry or the addresses of a key; other fields keep their values',
      access: 'keys.own',
      confirms: (body) => hasAny(body, ['expiresInDays', 'allowedIps']),
      params: keyIdParams,
      body: keyChange,
      answer: keyAnswer,
    },
    async (context, { params, body }) => {
      const { deps } = identityOf(context);
      const inherited = addressesFor(context, body.allowedIps);
      const change = {
        name: body.name,
        expiresInDays: body.expiresInDays,
        allowedIps: body.allowedIps === undefined ? undefined : inherited,
        creator: creatingKey(context),
      };
      return shown(context, await changeApiKey(deps, originOf(context), params.id, change, mayChange(context)));
    },
  ),
  route(
    {
      method: 'DELETE',
      path: '/api/keys/:id',
      tag,
      summary: 'Revoke a key, which stops working immediately',
      access: 'keys.own',
      params: keyIdParams,
      answer: keyAnswer,
    },
    async (context, { params }) =>
      shown(context, await revokeApiKey(identityOf(context).deps, originOf(context), params.id, mayRevoke(context))),
  ),
  route(
    {
      method: 'POST',
      path: '/api/keys/:id/rotate',
      tag,
      summary: 'Rotate a key: create its successor, while the old key keeps working for some hours',
      access: 'keys.own',
      confirms: true,
      params: keyIdParams,
      body: rotationBody,
      bodyOptional: true,
      answer: createdAnswer,
      status: 201,
    },
    async (context, { params, body }) => {
      const { deps, organizationId } = identityOf(context);
      const old = await requireKey(deps.database, organizationId, params.id, mayRevoke(context));
      addressesFor(context, old.allowedIps);
      if (!mayChange(context)(old)) {
        // Otherwise, the response would show the caller a new key that has the permissions of another owner.
        throw new TranslatedError('ownAccount', ({ admin }) => admin.keys.notOwner);
      }
      if (old.kind === 'administrator') await ownOwner(context);
      const rotation = {
        expiresInDays: body.expiresInDays,
        creator: creatingKey(context),
        overlapHours: body.overlapHours ?? OVERLAP_HOURS_DEFAULT,
      };
      const { key, record } = await rotateApiKey(deps, originOf(context), old.id, rotation, mayChange(context));
      return { ...shown(context, record), key };
    },
  ),
  route(
    {
      method: 'GET',
      path: '/api/integrations/:id/tokens',
      tag,
      summary: 'List the tokens of an integration',
      access: 'integrations.read',
      params: integrationIdParams,
      answer: z.array(keyAnswer),
    },
    async (context, { params }) => {
      const { deps, organizationId } = identityOf(context);
      const integration = await requireIntegration(deps.database, organizationId, params.id);
      const keys = await listApiKeys(deps.database, organizationId);
      return keys
        .filter((key) => key.kind === 'integration' && key.integrationId === integration.id)
        .map((key) => shown(context, key));
    },
  ),
  route(
    {
      method: 'POST',
      path: '/api/integrations/:id/tokens',
      tag,
      summary: 'Create a token that can only use SCIM for one integration',
      access: 'integrations.write',
      confirms: true,
      params: integrationIdParams,
      body: keyBody,
      answer: createdAnswer,
      status: 201,
    },
    async (context, { params, body }) => {
      const { deps, organizationId } = identityOf(context);
      const { id } = await requireIntegration(deps.database, organizationId, params.id);
      return await create(context, { kind: 'integration', integrationId: id }, body);
    },
  ),
];
