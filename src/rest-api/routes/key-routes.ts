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
import { requireIntegration } from '#integrations/integrations.ts';
import { identityOf, originOf, type Context } from '../context.ts';
import { changeBody, hasAny, idParams, nameSchema, route, type Route } from '../route.ts';

const tag = 'API keys';

const keyAnswer = z
  .object({
    id: z.string(),
    name: z.string(),
    prefix: z.string(),
    kind: z.enum(['administrator', 'integration', 'user']),
    owner: z.string().meta({ description: 'E-mail of the administrator, name of the integration, or userName.' }),
    administratorId: z.string().nullable(),
    integrationId: z.string().nullable(),
    userId: z.string().nullable(),
    role: z.string().nullable(),
    status: z.enum(keyStatuses).meta({
      description:
        'Whether it works; where its owner is suspended, was removed or may not have keys, or the key that created it ended, that.',
    }),
    createdAt: z.iso.datetime(),
    expiresAt: z.iso.datetime().nullable(),
    revokedAt: z.iso.datetime().nullable(),
    lastUsedAt: z.iso.datetime().nullable(),
    lastUsedIp: z.string().nullable(),
    lastUsedClient: z.string().nullable(),
    allowedIps: z.array(z.string()).nullable(),
  })
  .meta({ id: 'key' });
const createdAnswer = keyAnswer.extend({ key: z.string().meta({ description: 'The key itself: shown this once.' }) });

const expiresInDays = z
  .int()
  .min(1)
  .max(EXPIRY_DAYS_MAX)
  .nullable()
  .optional()
  .meta({
    description: `Days from now; null for never. ${EXPIRY_DAYS_DEFAULT} for a new key that does not say.`,
  });
const allowedIps = z.array(z.string().max(50)).max(ALLOWED_ADDRESSES_MAX).nullable().optional().meta({
  description: 'Addresses and networks that it may come from, such as 192.0.2.0/24; null for all.',
});
/** Nothing is overlooked: a misspelled allowedIps would be a key for every address. */
const keyBody = z.strictObject({ name: nameSchema, expiresInDays, allowedIps });
const keyChange = changeBody({ name: nameSchema.optional(), expiresInDays, allowedIps }, keyAnswer);
const rotationBody = z.strictObject({
  expiresInDays: expiresInDays.meta({
    description:
      'Days from now; null for never. Without it, the new key works for as long as the old one was created to.',
  }),
  overlapHours: z
    .int()
    .min(0)
    .max(OVERLAP_HOURS_MAX)
    .optional()
    .meta({
      description: `Hours that the old key works beside the new one, ${OVERLAP_HOURS_DEFAULT} unless it says otherwise.`,
    }),
});

function shown(context: Context, key: ApiKey) {
  const { id, name, prefix, kind, owner, role, createdAt, expiresAt, revokedAt } = key;
  const { administratorId, integrationId, userId, lastUsedAt, lastUsedIp, lastUsedClient } = key;
  const status = keyStatus(key, identityOf(context).deps.clock.now());
  const ids = { administratorId, integrationId, userId };
  const use = { lastUsedAt, lastUsedIp, lastUsedClient };
  const life = { status, createdAt, expiresAt, revokedAt };
  return { id, name, prefix, kind, owner, ...ids, role, ...life, ...use, allowedIps: key.allowedIps };
}

function isOwn(context: Context, key: ApiKey): boolean {
  return key.kind === 'administrator' && key.administratorId === identityOf(context).principal.administrator?.id;
}

/** The caller's own keys, and the tokens of integrations: what the caller may make anew, too. */
function mayMake(context: Context): (key: ApiKey) => boolean {
  const { permissions } = identityOf(context);
  return (key) => isOwn(context, key) || (key.kind === 'integration' && permissions.has('integrations.write'));
}

/** Which keys the caller may see, and revoke. */
function mayTouch(context: Context): (key: ApiKey) => boolean {
  const { permissions } = identityOf(context);
  return (key) => permissions.has('keys.all') || mayMake(context)(key);
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

/** The key that the request uses; undefined for a session. */
function creatingKey(context: Context): CreatingKey | undefined {
  const { credential, keyId, expiresAt, generation } = identityOf(context).principal;
  return credential === 'session' ? undefined : { id: keyId, expiresAt, generation };
}

/**
 * A key creates only keys that reach no further than itself: they inherit the addresses that it may come from, and a token that
 * was narrowed creates none. Throws roleForbidden (403).
 */
function addressesFor(context: Context, wanted: readonly string[] | null | undefined) {
  const { allowedIps: own, scopes } = identityOf(context).principal;
  if (scopes !== null) {
    throw new AppError(
      'roleForbidden',
      'An access token that was narrowed by a scope can neither make nor change keys.',
    );
  }
  if (own === null || wanted === undefined) return wanted ?? own;
  if (wanted?.every((address) => isWithinAddresses(own, address)) === true) return wanted;
  throw new AppError(
    'roleForbidden',
    `The key that sends the request may come from ${own.join(', ')} only: it cannot create or change a key for other addresses. Name addresses or networks inside of these, or sign in.`,
    { attribute: 'allowedIps' },
  );
}

/** The caller's own account, if somebody allowed it keys. */
async function ownOwner(context: Context): Promise<KeyOwner> {
  const { deps, principal } = identityOf(context);
  const id = principal.administrator?.id ?? '';
  const { apiKeyAllowed } = await requireAdministrator(deps.database, principal.organizationId, id);
  if (apiKeyAllowed) return { kind: 'administrator', administratorId: id, integrationId: null };
  throw new AppError(
    'roleForbidden',
    'Your account may not have API keys. An Administrator With Billing can allow it: PUT apiKeyAllowed true.',
  );
}

export const keyRoutes: readonly Route[] = [
  route(
    {
      method: 'GET',
      path: '/api/keys',
      tag,
      summary: 'List the keys that one may see',
      access: 'keys.own',
      answer: z.array(keyAnswer),
    },
    async (context) => {
      const { deps, organizationId } = identityOf(context);
      const keys = await listAllKeys(deps.database, organizationId);
      return keys.filter(mayTouch(context)).map((key) => shown(context, key));
    },
  ),
  route(
    {
      method: 'POST',
      path: '/api/keys',
      tag,
      summary: 'Create an API key for oneself',
      access: 'keys.own',
      confirms: true,
      // A key is of the administrator's own organization.
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
      summary: 'Show a key',
      access: 'keys.own',
      params: idParams,
      answer: keyAnswer,
    },
    async (context, { params }) => {
      const { deps, organizationId } = identityOf(context);
      return shown(context, await requireKey(deps.database, organizationId, params.id, mayTouch(context)));
    },
  ),
  route(
    {
      method: 'PUT',
      path: '/api/keys/:id',
      tag,
      summary: 'Change name, expiry or addresses of a key; what is not sent stays',
      access: 'keys.own',
      confirms: (body) => hasAny(body, ['expiresInDays', 'allowedIps']),
      params: idParams,
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
      return shown(context, await changeApiKey(deps, originOf(context), params.id, change, mayMake(context)));
    },
  ),
  route(
    {
      method: 'DELETE',
      path: '/api/keys/:id',
      tag,
      summary: 'Revoke a key; it stops working at once',
      access: 'keys.own',
      params: idParams,
      answer: keyAnswer,
    },
    async (context, { params }) =>
      shown(context, await revokeApiKey(identityOf(context).deps, originOf(context), params.id, mayTouch(context))),
  ),
  route(
    {
      method: 'POST',
      path: '/api/keys/:id/rotate',
      tag,
      summary: 'Create the key that follows one; the old one works for a while next to it',
      access: 'keys.own',
      confirms: true,
      params: idParams,
      body: rotationBody,
      bodyOptional: true,
      answer: createdAnswer,
      status: 201,
    },
    async (context, { params, body }) => {
      const { deps, organizationId } = identityOf(context);
      const old = await requireKey(deps.database, organizationId, params.id, mayTouch(context));
      addressesFor(context, old.allowedIps);
      if (!mayMake(context)(old)) {
        // The new one would be theirs, and is shown to the caller.
        throw new AppError('ownAccount', 'Only its owner can rotate a key. You can revoke it.');
      }
      if (old.kind === 'administrator') await ownOwner(context);
      const how = {
        expiresInDays: body.expiresInDays,
        creator: creatingKey(context),
        overlapHours: body.overlapHours ?? OVERLAP_HOURS_DEFAULT,
      };
      const { key, record } = await rotateApiKey(deps, originOf(context), old.id, how, mayMake(context));
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
      params: idParams,
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
      params: idParams,
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
