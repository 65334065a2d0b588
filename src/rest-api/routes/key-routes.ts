import { z } from 'zod';
import { ALLOWED_ADDRESSES_MAX } from '#admins/allowed-addresses.ts';
import { createApiKey, EXPIRY_DAYS_DEFAULT, EXPIRY_DAYS_MAX, keyStatus, revokeApiKey } from '#admins/api-keys.ts';
import { listApiKeys, updateApiKey, type ApiKey, type KeyOwner } from '#admins/api-key-store.ts';
import { requireAdministrator } from '#admins/administrators.ts';
import { recordEvent } from '#audit/event-store.ts';
import { AppError, quote } from '#base/errors.ts';
import { inTransaction } from '#database/database.ts';
import { requireIntegration } from '#integrations/integrations.ts';
import { identityOf, originOf, type Context } from '../context.ts';
import { idParams, route, type Route } from '../route.ts';

const tag = 'API keys';
const HOUR_MS = 3_600_000;
/** Hours that an old key works beside the one that follows it. */
const OVERLAP_HOURS_DEFAULT = 24;
const OVERLAP_HOURS_MAX = 24 * 30;

const keyAnswer = z
  .object({
    id: z.string(),
    name: z.string(),
    prefix: z.string(),
    kind: z.enum(['administrator', 'integration', 'user']),
    owner: z.string(),
    status: z.enum(['active', 'expired', 'revoked']),
    createdAt: z.string(),
    expiresAt: z.string().nullable(),
    lastUsedAt: z.string().nullable(),
    lastUsedIp: z.string().nullable(),
    lastUsedClient: z.string().nullable(),
    allowedIps: z.array(z.string()).nullable(),
  })
  .meta({ id: 'key' });
const createdAnswer = keyAnswer.extend({ key: z.string().meta({ description: 'The key itself: shown this once.' }) });

const keyBody = z.looseObject({
  name: z.string().min(1).max(200),
  expiresInDays: z.int().min(1).max(EXPIRY_DAYS_MAX).nullable().optional(),
  allowedIps: z.array(z.string()).max(ALLOWED_ADDRESSES_MAX).nullable().optional(),
});

function shown(context: Context, key: ApiKey) {
  const { id, name, prefix, kind, owner, role, createdAt, expiresAt, revokedAt } = key;
  const { lastUsedAt, lastUsedIp, lastUsedClient, allowedIps } = key;
  const status = keyStatus(key, identityOf(context).deps.clock.now());
  const use = { lastUsedAt, lastUsedIp, lastUsedClient };
  return { id, name, prefix, kind, owner, role, status, createdAt, expiresAt, revokedAt, ...use, allowedIps };
}

function isOwn(context: Context, key: ApiKey): boolean {
  return key.kind === 'administrator' && key.administratorId === identityOf(context).principal.administrator?.id;
}

/** Which keys the caller may see, and revoke. */
function mayTouch(context: Context): (key: ApiKey) => boolean {
  const { permissions } = identityOf(context);
  return (key) =>
    isOwn(context, key) ||
    permissions.has('keys.all') ||
    (key.kind === 'integration' && permissions.has('integrations.write'));
}

async function create(context: Context, owner: KeyOwner, body: z.output<typeof keyBody>) {
  const { deps } = identityOf(context);
  const { key, record } = await createApiKey(deps, originOf(context), {
    owner,
    name: body.name,
    expiresInDays: body.expiresInDays === undefined ? EXPIRY_DAYS_DEFAULT : body.expiresInDays,
    allowedIps: body.allowedIps ?? null,
  });
  return { ...shown(context, record), key };
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
      const keys = await listApiKeys(deps.database, organizationId);
      return keys.filter(mayTouch(context)).map((key) => shown(context, key));
    },
  ),
  route(
    {
      method: 'POST',
      path: '/api/keys',
      tag,
      summary: 'Make an API key of one’s own',
      access: 'keys.own',
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
      method: 'DELETE',
      path: '/api/keys/:id',
      tag,
      summary: 'Revoke a key; it stops working at once',
      access: 'keys.own',
      params: idParams,
      answer: keyAnswer,
    },
    async (context, { params }) => {
      const { deps, organizationId } = identityOf(context);
      await revokeApiKey(deps, originOf(context), params.id, mayTouch(context));
      const key = (await listApiKeys(deps.database, organizationId)).find(({ id }) => id === params.id);
      return key && shown(context, key);
    },
  ),
  route(
    {
      method: 'POST',
      path: '/api/keys/:id/rotate',
      tag,
      summary: 'Make the key that follows one; the old one works for a while beside it',
      access: 'keys.own',
      params: idParams,
      body: z.looseObject({
        expiresInDays: z.int().min(1).max(EXPIRY_DAYS_MAX).nullable().optional(),
        overlapHours: z.int().min(0).max(OVERLAP_HOURS_MAX).optional(),
      }),
      bodyOptional: true,
      answer: createdAnswer,
      status: 201,
    },
    async (context, { params, body }) => await rotate(context, params.id, body),
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
      summary: 'Make a token that can do nothing but SCIM for one integration',
      access: 'integrations.write',
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

async function rotate(
  context: Context,
  id: string,
  body: { readonly expiresInDays?: number | null | undefined; readonly overlapHours?: number | undefined },
) {
  const { deps, organizationId } = identityOf(context);
  const old = (await listApiKeys(deps.database, organizationId)).find((key) => key.id === id && mayTouch(context)(key));
  const now = deps.clock.now();
  if (old === undefined || keyStatus(old, now) !== 'active') {
    throw new AppError('notFound', `There is no key ${quote(id)} that works and that you may rotate.`);
  }
  const owner = ownerOf(context, old);
  return await inTransaction(deps.database, async (transaction) => {
    const made = await createApiKey({ ...deps, database: transaction }, originOf(context), {
      owner,
      name: old.name,
      expiresInDays: body.expiresInDays === undefined ? EXPIRY_DAYS_DEFAULT : body.expiresInDays,
      allowedIps: old.allowedIps,
    });
    const end = new Date(now.getTime() + (body.overlapHours ?? OVERLAP_HOURS_DEFAULT) * HOUR_MS);
    const expiresAt = old.expiresAt !== null && old.expiresAt < end ? old.expiresAt : end;
    await updateApiKey(transaction, old.id, { expiresAt });
    await recordEvent(transaction, deps.clock, originOf(context), {
      type: 'api_key_update',
      target: { type: 'api_key', id: old.id, name: old.name },
      changes: [
        { field: 'expiresAt', from: old.expiresAt?.toISOString() ?? null, to: expiresAt.toISOString() },
        { field: 'followedBy', from: null, to: made.record.id },
      ],
    });
    return { ...shown(context, made.record), key: made.key };
  });
}

/** A key of somebody else is rotated by nobody: the new one would be theirs, and is shown to the caller. */
function ownerOf(context: Context, key: ApiKey): KeyOwner {
  if (key.kind === 'integration') return { kind: 'integration', integrationId: key.integrationId ?? '' };
  if (isOwn(context, key)) {
    return { kind: 'administrator', administratorId: key.administratorId ?? '', integrationId: key.integrationId };
  }
  throw new AppError('ownAccount', 'Only its owner can rotate a key. You can revoke it.');
}
