import type { Selectable } from 'kysely';
import type { Database } from '#database/database.ts';
import type { EndedKeyTable } from '#database/tables.ts';
import type { ApiKey, KeyRecord } from './key-record.ts';

/** Stores the keys of an administrator who is being removed, except revoked ones, so that lists and errors can say why they ended. */
export async function insertEndedKeys(database: Database, administratorId: string, at: Date): Promise<void> {
  const rows = await database
    .selectFrom('api_keys as key')
    .innerJoin('administrators as administrator', 'administrator.id', 'key.administrator_id')
    .leftJoin('roles as role', 'role.id', 'administrator.custom_role_id')
    .selectAll('key')
    .select(['administrator.email', 'administrator.role', 'role.name as role_name'])
    .where('key.administrator_id', '=', administratorId)
    .where('key.revoked_at', 'is', null)
    .execute();
  for (const row of rows) {
    await database
      .insertInto('ended_keys')
      .values({
        id: row.id,
        organization_id: row.organization_id,
        owner_id: administratorId,
        owner: row.email,
        role: row.role_name ?? row.role,
        name: row.name,
        prefix: row.prefix,
        hash: row.hash,
        created_at: row.created_at,
        expires_at: row.expires_at,
        last_used_at: row.last_used_at,
        last_scim_at: row.last_scim_at,
        ended_at: at.getTime(),
      })
      .execute();
  }
}

/** Returns a key of a removed owner by its hash; undefined if there is none. */
export async function findEndedKey(database: Database, hash: string): Promise<KeyRecord | undefined> {
  const row = await database.selectFrom('ended_keys').selectAll().where('hash', '=', hash).executeTakeFirst();
  if (row === undefined) return undefined;
  return {
    id: row.id,
    credential: 'key',
    organizationId: row.organization_id,
    name: row.name,
    prefix: row.prefix,
    kind: 'administrator',
    integrationId: null,
    administrator: null,
    user: null,
    expiresAt: row.expires_at,
    revokedAt: null,
    lastUsedAt: row.last_used_at,
    allowedIps: null,
    authMethods: [],
    scopes: null,
    generation: 0,
    signedInAt: null,
    ended: {
      ownerName: row.owner,
      reason: `it belonged to the administrator ${row.owner}, who was removed on ${new Date(row.ended_at).toISOString()}`,
    },
  };
}

/** Returns the keys of removed owners in an organization, most recently ended first. */
export async function listEndedKeys(database: Database, organizationId: string): Promise<readonly ApiKey[]> {
  const rows = await database
    .selectFrom('ended_keys')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .orderBy('ended_at', 'desc')
    .orderBy('id', 'desc')
    .execute();
  return rows.map(toApiKey);
}

/** Returns the keys of removed owners in all organizations, grouped by organization, most recently ended first. */
export async function listEndedKeysOfOrganizations(database: Database): Promise<readonly ApiKey[]> {
  const rows = await database
    .selectFrom('ended_keys')
    .selectAll()
    .orderBy('organization_id')
    .orderBy('ended_at', 'desc')
    .orderBy('id', 'desc')
    .execute();
  return rows.map(toApiKey);
}

function toApiKey(row: Selectable<EndedKeyTable>): ApiKey {
  return {
    id: row.id,
    organizationId: row.organization_id,
    kind: 'administrator',
    name: row.name,
    prefix: row.prefix,
    owner: row.owner,
    role: row.role,
    administratorId: row.owner_id,
    integrationId: null,
    userId: null,
    createdAt: new Date(row.created_at),
    expiresAt: row.expires_at === null ? null : new Date(row.expires_at),
    revokedAt: null,
    lastUsedAt: row.last_used_at === null ? null : new Date(row.last_used_at),
    lastUsedIp: null,
    lastUsedClient: null,
    allowedIps: null,
    warnedDays: null,
    parentId: null,
    lastScimAt: row.last_scim_at === null ? null : new Date(row.last_scim_at),
    problem: 'ownerRemoved',
  };
}

export async function deleteEndedKeys(database: Database, organizationId: string, before: Date): Promise<void> {
  await database
    .deleteFrom('ended_keys')
    .where('organization_id', '=', organizationId)
    .where('ended_at', '<', before.getTime())
    .execute();
}
