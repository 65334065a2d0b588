import { sql, type Selectable } from 'kysely';
import type { Clock } from '#base/clock.ts';
import { newId } from '#base/ids.ts';
import type { Database } from '#database/database.ts';
import { engineOf } from '#database/engine.ts';
import { prepared } from '#database/prepared.ts';
import type { SessionTable } from '#database/people-tables.ts';
import { storedJson, storedTexts } from '#base/stored-json.ts';
import { hashApiKey } from './api-key.ts';
import { findKeyById, ownerOf } from './api-key-store.ts';
import type { KeyRecord } from './key-record.ts';
import { knownPermissions, type Permission } from './roles.ts';

export type SessionOwner =
  | { readonly kind: 'administrator'; readonly administratorId: string }
  | { readonly kind: 'user'; readonly userId: string }
  | { readonly kind: 'access'; readonly keyId: string };

export interface NewSession {
  readonly organizationId: string;
  readonly owner: SessionOwner;
  /** The token itself. Only its hash is stored. */
  readonly token: string;
  readonly expiresAt: Date;
  readonly clientIp: string | undefined;
  readonly userAgent: string | undefined;
  /** How the account was authenticated (RFC 8176): `pwd`, `otp`, `hwk`. */
  readonly authMethods: readonly string[];
  /** Permissions that an access token is limited to; null or missing for all permissions of its key. */
  readonly scopes?: readonly Permission[] | null;
}

/** A session, as lists show it. */
export interface Session {
  readonly id: string;
  readonly createdAt: Date;
  readonly lastUsedAt: Date;
  readonly expiresAt: Date;
  readonly clientIp: string | null;
  readonly userAgent: string | null;
  readonly authMethods: readonly string[];
}

export async function insertSession(database: Database, clock: Clock, session: NewSession): Promise<string> {
  const id = newId(clock);
  const { owner } = session;
  const now = clock.now().getTime();
  await database
    .insertInto('sessions')
    .values({
      id,
      organization_id: session.organizationId,
      kind: owner.kind,
      administrator_id: owner.kind === 'administrator' ? owner.administratorId : null,
      user_id: owner.kind === 'user' ? owner.userId : null,
      key_id: owner.kind === 'access' ? owner.keyId : null,
      hash: hashApiKey(session.token),
      created_at: now,
      last_used_at: now,
      expires_at: session.expiresAt.getTime(),
      client_ip: session.clientIp ?? null,
      user_agent: session.userAgent?.slice(0, 400) ?? null,
      auth_methods: JSON.stringify(session.authMethods),
      scopes: session.scopes ? JSON.stringify(session.scopes) : null,
    })
    .execute();
  return id;
}

const readScopes = storedJson('sessions.scopes', storedTexts);
const readMethods = storedJson('sessions.auth_methods', storedTexts);

/** Returns the session or access token with a hash; undefined if there is none. */
export async function findSessionByHash(database: Database, hash: string): Promise<KeyRecord | undefined> {
  const row = await database
    .selectFrom('sessions as session')
    .leftJoin('administrators as administrator', 'administrator.id', 'session.administrator_id')
    .leftJoin('roles as role', 'role.id', 'administrator.custom_role_id')
    .leftJoin('users as user', 'user.id', 'session.user_id')
    .selectAll('session')
    .select([
      'administrator.email',
      'administrator.role',
      'administrator.suspended',
      'administrator.api_key_allowed',
      'administrator.mfa_required',
      'administrator.creates_organizations',
      'role.name as role_name',
      'role.scopes as role_scopes',
      'user.user_name',
      'user.state',
      'user.deleted_at',
      'user.integration_id',
    ])
    .where('session.hash', '=', hash)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  if (row.kind === 'access') {
    const key = await findKeyById(database, row.key_id ?? '');
    const expiresAt = Math.min(row.expires_at, key?.expiresAt ?? Number.POSITIVE_INFINITY);
    const scopes = row.scopes === null ? null : new Set(knownPermissions(readScopes(row.scopes)));
    return key && { ...key, credential: 'access token', expiresAt, scopes };
  }
  return {
    id: row.id,
    credential: 'session',
    organizationId: row.organization_id,
    name: undefined,
    prefix: undefined,
    kind: row.kind,
    integrationId: row.integration_id,
    administrator: ownerOf({ ...row, scopes: row.role_scopes }),
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
    revokedAt: null,
    lastUsedAt: row.last_used_at,
    allowedIps: null,
    authMethods: readMethods(row.auth_methods),
    scopes: null,
    generation: 0,
    signedInAt: row.created_at,
    ended: null,
  };
}

const findByHashes = prepared((database, values: { hashes: string }) =>
  database
    .selectFrom('sessions')
    .select('hash')
    .where(engineOf(database).json.among(sql.ref('hash'), values.hashes)),
);

/** Returns which of the hashes belong to sessions or access tokens that have not ended; they may have expired. */
export async function findExistingSessions(
  database: Database,
  hashes: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await findByHashes(database, { hashes: JSON.stringify(hashes) });
  return new Set(rows.map(({ hash }) => hash));
}

export async function touchSession(database: Database, id: string, at: Date): Promise<void> {
  await database.updateTable('sessions').set({ last_used_at: at.getTime() }).where('id', '=', id).execute();
}

export type SubjectColumn = 'administrator_id' | 'user_id';

/** Returns the sessions of an account, most recently used first. */
export async function listSessions(
  database: Database,
  column: SubjectColumn,
  subjectId: string,
): Promise<readonly Session[]> {
  const rows = await database
    .selectFrom('sessions')
    .selectAll()
    .where(column, '=', subjectId)
    .orderBy('last_used_at', 'desc')
    .orderBy('id')
    .execute();
  return rows.map(toSession);
}

/** Ends one session of an account, or all sessions except one. Returns the number of sessions that ended. */
export async function deleteSessions(
  database: Database,
  column: SubjectColumn,
  subjectId: string,
  which: { readonly only: string } | { readonly allBut: string | undefined },
): Promise<number> {
  const rows =
    'only' in which
      ? await deleteOnly[column](database, { subjectId, id: which.only })
      : await deleteAllBut[column](database, { subjectId, id: which.allBut ?? '' });
  return rows.length;
}

function deletion(column: SubjectColumn, operator: '=' | '!=') {
  return prepared((database, values: { subjectId: string; id: string }) =>
    database
      .deleteFrom('sessions')
      .where(column, '=', values.subjectId)
      .where('id', operator, values.id)
      .returning('id'),
  );
}

const deleteOnly = {
  administrator_id: deletion('administrator_id', '='),
  user_id: deletion('user_id', '='),
} as const;
const deleteAllBut = {
  administrator_id: deletion('administrator_id', '!='),
  user_id: deletion('user_id', '!='),
} as const;

/** Deletes the access tokens that were issued for an administrator's keys. */
export async function deleteAccessTokensOf(database: Database, administratorId: string): Promise<void> {
  await database
    .deleteFrom('sessions')
    .where('key_id', 'in', (select) =>
      select.selectFrom('api_keys').select('id').where('administrator_id', '=', administratorId),
    )
    .execute();
}

/** Deletes the access tokens that were issued for a key. */
export async function deleteSessionsOfKey(database: Database, keyId: string): Promise<void> {
  await database.deleteFrom('sessions').where('key_id', '=', keyId).execute();
}

/** Updates the authentication methods of a session after a second factor was set up in the session. */
export async function updateAuthMethods(database: Database, id: string, methods: readonly string[]): Promise<void> {
  await database
    .updateTable('sessions')
    .set({ auth_methods: JSON.stringify(methods) })
    .where('id', '=', id)
    .execute();
}

export async function deleteExpiredSessions(database: Database, now: Date): Promise<void> {
  await database.deleteFrom('sessions').where('expires_at', '<', now.getTime()).execute();
}

function toSession(row: Selectable<SessionTable>): Session {
  return {
    id: row.id,
    createdAt: new Date(row.created_at),
    lastUsedAt: new Date(row.last_used_at),
    expiresAt: new Date(row.expires_at),
    clientIp: row.client_ip,
    userAgent: row.user_agent,
    authMethods: readMethods(row.auth_methods),
  };
}
