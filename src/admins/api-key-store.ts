import type { Clock } from '#base/clock.ts';
import { newId } from '#base/ids.ts';
import type { Database } from '#database/database.ts';
import { isConcurrent } from '#database/engine.ts';
import { storedJson, storedTexts } from '#base/stored-json.ts';
import { hashApiKey, shownPrefix } from './api-key.ts';
import type { ApiKey, KeyOwner, KeyRecord } from './key-record.ts';
import { limitByCreator, ownerProblem, limitByCreators } from './key-status.ts';

import { permissionsOfRow } from './roles.ts';

const readAddresses = storedJson('api_keys.allowed_ips', storedTexts);

/** The maximum length of a client's name that is stored, in UTF-16 code units. */
const CLIENT_LENGTH_MAX = 200;

export interface NewApiKey {
  readonly organizationId: string;
  readonly owner: KeyOwner;
  readonly name: string;
  /** The key itself. Only its hash is stored. */
  readonly key: string;
  readonly expiresAt: Date | null;
  /** Addresses and networks that the key may be used from; null or missing for all. */
  readonly allowedIps?: readonly string[] | null | undefined;
  /** The id of the key that creates the new key. When the creating key ends, the new key ends too. */
  readonly parentId?: string | null | undefined;
}

export async function insertApiKey(database: Database, clock: Clock, draft: NewApiKey): Promise<string> {
  const id = newId(clock);
  const { owner } = draft;
  await database
    .insertInto('api_keys')
    .values({
      id,
      organization_id: draft.organizationId,
      kind: owner.kind,
      administrator_id: owner.kind === 'administrator' ? owner.administratorId : null,
      integration_id: owner.kind === 'user' ? null : owner.integrationId,
      user_id: owner.kind === 'user' ? owner.userId : null,
      name: draft.name,
      prefix: shownPrefix(draft.key),
      hash: hashApiKey(draft.key),
      created_at: clock.now().getTime(),
      expires_at: draft.expiresAt?.getTime() ?? null,
      allowed_ips: draft.allowedIps ? JSON.stringify(draft.allowedIps) : null,
      parent_id: draft.parentId ?? null,
    })
    .execute();
  return id;
}

/** Finds a key by its hash or id. The result includes its owner, and the limits of the keys that created it. */
async function findKey(database: Database, column: 'hash' | 'id', value: string): Promise<KeyRecord | undefined> {
  const row = await database
    .selectFrom('api_keys as key')
    .leftJoin('administrators as administrator', 'administrator.id', 'key.administrator_id')
    .leftJoin('roles as role', 'role.id', 'administrator.custom_role_id')
    .leftJoin('users as user', 'user.id', 'key.user_id')
    .select([
      'key.id',
      'key.organization_id',
      'key.name',
      'key.prefix',
      'key.kind',
      'key.integration_id',
      'key.expires_at',
      'key.revoked_at',
      'key.last_used_at',
      'key.allowed_ips',
      'key.parent_id',
      'administrator.id as administrator_id',
      'administrator.email',
      'administrator.role',
      'administrator.suspended',
      'administrator.api_key_allowed',
      'administrator.mfa_required',
      'administrator.creates_organizations',
      'role.name as role_name',
      'role.scopes',
      'user.id as user_id',
      'user.user_name',
      'user.state',
      'user.deleted_at',
      'user.integration_id as user_integration_id',
    ])
    .where(`key.${column}`, '=', value)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const record: KeyRecord = {
    id: row.id,
    credential: 'key',
    organizationId: row.organization_id,
    name: row.name,
    prefix: row.prefix,
    kind: row.kind,
    integrationId: row.integration_id ?? row.user_integration_id,
    administrator: ownerOf(row),
    user:
      row.user_id === null
        ? null
        : {
            id: row.user_id,
            name: row.user_name ?? '',
            state: row.state ?? 'SUSPENDED',
            deleted: row.deleted_at !== null,
          },
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
    lastUsedAt: row.last_used_at,
    allowedIps: row.allowed_ips === null ? null : readAddresses(row.allowed_ips),
    authMethods: [],
    scopes: null,
    generation: 0,
    signedInAt: null,
    ended: null,
  };
  return row.parent_id === null ? record : limitByCreator(record, await findKey(database, 'id', row.parent_id));
}

export async function findKeyByHash(database: Database, hash: string): Promise<KeyRecord | undefined> {
  return await findKey(database, 'hash', hash);
}

export async function findKeyById(database: Database, id: string): Promise<KeyRecord | undefined> {
  return await findKey(database, 'id', id);
}

/** Returns the administrator that a row belongs to; null if it belongs to none. */
export function ownerOf(row: {
  readonly administrator_id: string | null;
  readonly email: string | null;
  readonly role: string | null;
  readonly suspended: number | null;
  readonly api_key_allowed: number | null;
  readonly mfa_required: number | null;
  readonly creates_organizations: number | null;
  readonly role_name: string | null;
  readonly scopes: string | null;
}): KeyRecord['administrator'] {
  if (row.administrator_id === null) return null;
  const role = row.role_name ?? row.role ?? '';
  return {
    id: row.administrator_id,
    name: row.email ?? '',
    role,
    permissions: permissionsOfRow({ ...row, role }),
    suspended: row.suspended === 1,
    apiKeyAllowed: row.api_key_allowed === 1,
    mfaRequired: row.mfa_required === 1,
  };
}

/** The address and the client that used a key. */
export interface KeyUse {
  readonly clientIp: string | undefined;
  readonly client: string | undefined;
}

export async function updateLastUsed(
  database: Database,
  keyId: string,
  at: Date,
  use: KeyUse & { readonly isScim: boolean },
): Promise<void> {
  await database
    .updateTable('api_keys')
    .set({
      last_used_at: at.getTime(),
      last_used_ip: use.clientIp ?? null,
      last_used_client: use.client?.slice(0, CLIENT_LENGTH_MAX) ?? null,
      ...(use.isScim && { last_scim_at: at.getTime() }),
    })
    .where('id', '=', keyId)
    .execute();
}

/** Returns the keys of an organization, newest first. */
export async function listApiKeys(database: Database, organizationId: string): Promise<readonly ApiKey[]> {
  const rows = await selectListed(database)
    .where('key.organization_id', '=', organizationId)
    .orderBy('key.created_at', 'desc')
    .orderBy('key.id', 'desc')
    .execute();
  return toApiKeys(rows);
}

/** Returns the keys of all organizations, grouped by organization, newest first. Leaves out users' own tokens. */
export async function listKeysOfOrganizations(database: Database): Promise<readonly ApiKey[]> {
  const rows = await selectListed(database)
    .where('key.kind', '<>', 'user')
    .orderBy('key.organization_id')
    .orderBy('key.created_at', 'desc')
    .orderBy('key.id', 'desc')
    .execute();
  return toApiKeys(rows);
}

function selectListed(database: Database) {
  return database
    .selectFrom('api_keys as key')
    .leftJoin('administrators as administrator', 'administrator.id', 'key.administrator_id')
    .leftJoin('roles as role', 'role.id', 'administrator.custom_role_id')
    .leftJoin('integrations as integration', 'integration.id', 'key.integration_id')
    .leftJoin('users as user', 'user.id', 'key.user_id')
    .selectAll('key')
    .select([
      'administrator.email',
      'administrator.role',
      'administrator.suspended',
      'administrator.api_key_allowed',
      'role.name as role_name',
      'integration.name as integration_name',
      'user.user_name',
      'user.state',
      'user.deleted_at',
    ]);
}

type ListedRow = Awaited<ReturnType<ReturnType<typeof selectListed>['execute']>>[number];

function toApiKeys(rows: readonly ListedRow[]): readonly ApiKey[] {
  const keys = rows.map((row) => ({
    id: row.id,
    organizationId: row.organization_id,
    kind: row.kind,
    name: row.name,
    prefix: row.prefix,
    owner: row.email ?? row.integration_name ?? row.user_name ?? '',
    role: row.role_name ?? row.role,
    administratorId: row.administrator_id,
    integrationId: row.integration_id,
    userId: row.user_id,
    createdAt: new Date(row.created_at),
    expiresAt: toDate(row.expires_at),
    revokedAt: toDate(row.revoked_at),
    lastUsedAt: toDate(row.last_used_at),
    lastUsedIp: row.last_used_ip,
    lastUsedClient: row.last_used_client,
    allowedIps: row.allowed_ips === null ? null : readAddresses(row.allowed_ips),
    warnedDays: row.warned_days,
    parentId: row.parent_id,
    lastScimAt: toDate(row.last_scim_at),
    problem: ownerProblem(row),
  }));
  return limitByCreators(keys);
}

/** Deletes keys of an organization by id. */
export async function deleteApiKeys(database: Database, organizationId: string, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await database.deleteFrom('api_keys').where('organization_id', '=', organizationId).where('id', 'in', ids).execute();
}

/** Marks a key as revoked. Returns false if it was already revoked or does not exist. */
export async function markRevoked(
  database: Database,
  organizationId: string,
  keyId: string,
  at: Date,
): Promise<boolean> {
  const result = await database
    .updateTable('api_keys')
    .set({ revoked_at: at.getTime() })
    .where('organization_id', '=', organizationId)
    .where('id', '=', keyId)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

function toDate(timestamp: number | null): Date | null {
  return timestamp === null ? null : new Date(timestamp);
}

export interface ApiKeyChange {
  readonly name?: string | undefined;
  readonly expiresAt?: Date | null | undefined;
  readonly allowedIps?: readonly string[] | null | undefined;
  readonly warnedDays?: number | null | undefined;
}

/** Makes `to` the parent of all keys that the key `from` created, so that they end with the key `to` and not with `from`. */
export async function updateParent(
  database: Database,
  organizationId: string,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<void> {
  await database
    .updateTable('api_keys')
    .set({ parent_id: to })
    .where('organization_id', '=', organizationId)
    .where('parent_id', '=', from)
    .execute();
}

export async function updateApiKey(database: Database, keyId: string, change: ApiKeyChange): Promise<void> {
  const { name, expiresAt, allowedIps, warnedDays } = change;
  await database
    .updateTable('api_keys')
    .set({
      ...(name !== undefined && { name }),
      ...(expiresAt !== undefined && { expires_at: expiresAt?.getTime() ?? null }),
      ...(allowedIps !== undefined && { allowed_ips: allowedIps === null ? null : JSON.stringify(allowedIps) }),
      ...(warnedDays !== undefined && { warned_days: warnedDays }),
    })
    .where('id', '=', keyId)
    .execute();
}

/**
 * Locks a key until the transaction ends, and returns the fields that decide whether a notice is due. Returns undefined for a deleted
 * key.
 */
export async function lockApiKey(
  transaction: Database,
  keyId: string,
): Promise<Pick<ApiKey, 'revokedAt' | 'warnedDays'> | undefined> {
  const row = await transaction
    .selectFrom('api_keys')
    .select(['revoked_at', 'warned_days'])
    .where('id', '=', keyId)
    .$if(isConcurrent(transaction), (query) => query.forNoKeyUpdate())
    .executeTakeFirst();
  return row && { revokedAt: row.revoked_at === null ? null : new Date(row.revoked_at), warnedDays: row.warned_days };
}

/** Stores how many days before the expiry the last notice was sent. The caller holds the lock of {@link lockApiKey}. */
export async function markWarned(database: Database, keyId: string, days: number): Promise<void> {
  await database.updateTable('api_keys').set({ warned_days: days }).where('id', '=', keyId).execute();
}
