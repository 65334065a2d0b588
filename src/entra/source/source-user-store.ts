import { sql, type Insertable, type Selectable } from 'kysely';
import { fold } from '#base/fold.ts';
import { chunks, type Database } from '#database/database.ts';
import { engineOf } from '#database/engine.ts';
import type { EntraUserTable } from '#database/entra-tables.ts';
import { prepared } from '#database/prepared.ts';
import { storedJson, storedObject } from '#base/stored-json.ts';
import { endOfPrefix } from './name-prefix.ts';
import type { SourceUser } from './source-object.ts';

/** Rows of one statement. */
const ROWS_PER_STATEMENT = 200;

/** Which users a list is about: those who are there, those who were deleted and can be restored, or both. */
export type DeletedFilter = 'living' | 'deleted' | 'all';

/** Throws what the database says where a userPrincipalName is taken among the living. */
export async function insertSourceUsers(database: Database, users: readonly SourceUser[]): Promise<void> {
  for (const some of chunks(users, ROWS_PER_STATEMENT)) {
    await database.insertInto('entra_users').values(some.map(toRow)).execute();
  }
}

const selectUser = prepared((database, values: { tenantId: string; id: string }) =>
  database.selectFrom('entra_users').selectAll().where('tenant_id', '=', values.tenantId).where('id', '=', values.id),
);

/** A user by objectId, a deleted one too. */
export async function findSourceUser(
  database: Database,
  tenantId: string,
  id: string,
): Promise<SourceUser | undefined> {
  const [row] = await selectUser(database, { tenantId, id });
  return row && toUser(row);
}

const selectUsers = prepared((database, values: { tenantId: string; ids: string }) =>
  database
    .selectFrom('entra_users')
    .selectAll()
    .where('tenant_id', '=', values.tenantId)
    .where(engineOf(database).json.among(sql.ref('id'), values.ids))
    .orderBy('id'),
);

/** Those of these users that exist, deleted ones too, by id. */
export async function findSourceUsers(
  database: Database,
  tenantId: string,
  ids: readonly string[],
): Promise<readonly SourceUser[]> {
  if (ids.length === 0) return [];
  return (await selectUsers(database, { tenantId, ids: JSON.stringify(ids) })).map(toUser);
}

const selectPage = prepared((database, values: { tenantId: string; after: string; limit: number }) =>
  database
    .selectFrom('entra_users')
    .selectAll()
    .where('tenant_id', '=', values.tenantId)
    .where('id', '>', values.after)
    .orderBy('id')
    .limit(values.limit),
);

/** Users in the order of their ids, deleted ones too: the next page is after the last id of this one. */
export async function pageOfSourceUsers(
  database: Database,
  tenantId: string,
  page: { readonly after: string | null; readonly limit: number },
): Promise<readonly SourceUser[]> {
  const rows = await selectPage(database, { tenantId, after: page.after ?? '', limit: page.limit });
  return rows.map(toUser);
}

/** The living user with a userPrincipalName, in any case. */
export async function findSourceUserByUpn(
  database: Database,
  tenantId: string,
  upn: string,
): Promise<SourceUser | undefined> {
  const [found] = await findSourceUsersByUpn(database, tenantId, [upn]);
  return found;
}

/** The living users with these userPrincipalNames, in any case. */
export async function findSourceUsersByUpn(
  database: Database,
  tenantId: string,
  upns: readonly string[],
): Promise<readonly SourceUser[]> {
  const rows = await database
    .selectFrom('entra_users')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('deleted_at', 'is', null)
    .where(engineOf(database).json.among(sql.ref('upn_key'), JSON.stringify(upns.map(fold))))
    .execute();
  return rows.map(toUser);
}

/** Deleted users that had a userPrincipalName, in any case, who was deleted last first. */
export async function findDeletedUsersByUpn(
  database: Database,
  tenantId: string,
  upn: string,
): Promise<readonly SourceUser[]> {
  const rows = await database
    .selectFrom('entra_users')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('upn_key', '=', fold(upn))
    .where('deleted_at', 'is not', null)
    .orderBy('deleted_at', 'desc')
    .orderBy('id')
    .execute();
  return rows.map(toUser);
}

export interface UserListQuery {
  /** What displayName or userPrincipalName begins with, in any case. */
  readonly search?: string | undefined;
  readonly deleted?: DeletedFilter | undefined;
  readonly skip: number;
  readonly limit: number;
}

/** Users by displayName, and how many there are. */
export async function listSourceUsers(
  database: Database,
  tenantId: string,
  query: UserListQuery,
): Promise<{ readonly total: number; readonly users: readonly SourceUser[] }> {
  const key = fold(query.search ?? '');
  const { deleted = 'living' } = query;
  const selected = database
    .selectFrom('entra_users')
    .where('tenant_id', '=', tenantId)
    .$if(deleted !== 'all', (select) => select.where('deleted_at', deleted === 'living' ? 'is' : 'is not', null))
    .$if(key !== '', (select) =>
      select.where((is) =>
        is.or([
          is.and([is('name_key', '>=', key), is('name_key', '<', endOfPrefix(key))]),
          is.and([is('upn_key', '>=', key), is('upn_key', '<', endOfPrefix(key))]),
        ]),
      ),
    );
  const counted = await selected.select(({ fn }) => fn.countAll<number>().as('total')).executeTakeFirst();
  const rows = await selected
    .selectAll()
    .orderBy('name_key')
    .orderBy('id')
    .offset(query.skip)
    .limit(query.limit)
    .execute();
  return { total: Number(counted?.total ?? 0), users: rows.map(toUser) };
}

/** The ids of those whose manager somebody is, deleted ones too. */
export async function reportIdsOf(database: Database, managerId: string): Promise<readonly string[]> {
  const rows = await database
    .selectFrom('entra_users')
    .select('id')
    .where('manager_id', '=', managerId)
    .orderBy('id')
    .execute();
  return rows.map((row) => row.id);
}

/** Users of all organizations, or of one tenant, that were deleted at a time or before it, the oldest first. */
export async function findUsersDeletedUntil(
  database: Database,
  query: { readonly until: Date; readonly tenantId?: string | undefined; readonly limit: number },
): Promise<readonly SourceUser[]> {
  const { tenantId, until, limit } = query;
  if (tenantId !== undefined) return await deletedInTenant(database, tenantId, until, limit);
  const found: SourceUser[] = [];
  // Tenant by tenant, as the index has them: one on the time alone would invite lists to walk through all tenants.
  for (const { id } of await database.selectFrom('entra_tenants').select('id').execute()) {
    found.push(...(await deletedInTenant(database, id, until, limit)));
  }
  return found
    .toSorted((one, other) => Number(one.deletedAt) - Number(other.deletedAt) || (one.id < other.id ? -1 : 1))
    .slice(0, limit);
}

async function deletedInTenant(
  database: Database,
  tenantId: string,
  until: Date,
  limit: number,
): Promise<SourceUser[]> {
  const rows = await database
    .selectFrom('entra_users')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('deleted_at', 'is not', null)
    .where('deleted_at', '<=', until.getTime())
    .orderBy('deleted_at')
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows.map(toUser);
}

export type UserState = 'enabled' | 'disabled' | 'deleted';

/** The first user in a state from an id on, in the order of the ids and around their end. */
export async function firstUserFrom(
  database: Database,
  tenantId: string,
  query: { readonly from: string; readonly states: readonly UserState[] },
): Promise<SourceUser | undefined> {
  const { states } = query;
  const selected = database
    .selectFrom('entra_users')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where((is) =>
      is.or([
        ...(states.includes('deleted') ? [is('deleted_at', 'is not', null)] : []),
        ...(['disabled', 'enabled'] as const).flatMap((state, flag) =>
          states.includes(state)
            ? [is.and([is('deleted_at', 'is', null), is('account_enabled', '=', flag === 1 ? 1 : 0)])]
            : [],
        ),
      ]),
    )
    .orderBy('id')
    .limit(1);
  const [row] = await selected.where('id', '>=', query.from).execute();
  const found = row ?? (await selected.executeTakeFirst());
  return found && toUser(found);
}

/** Which of these objectIds users or groups have, of whichever tenant: an objectId is nobody else's. */
export async function takenIds(database: Database, ids: readonly string[]): Promise<readonly string[]> {
  const among = engineOf(database).json.among(sql.ref('id'), JSON.stringify(ids));
  const rows = await database
    .selectFrom('entra_users')
    .select('id')
    .where(among)
    .unionAll(database.selectFrom('entra_groups').select('id').where(among))
    .execute();
  return rows.map((row) => row.id);
}

/** Writes a user whole. Throws what the database says where the userPrincipalName is taken among the living. */
export async function updateSourceUserRow(database: Database, user: SourceUser): Promise<void> {
  const { id, organization_id: _organization, tenant_id: _tenant, created_at: _created, ...columns } = toRow(user);
  await database.updateTable('entra_users').set(columns).where('id', '=', id).execute();
}

/** Removes a user for good; its memberships and its reports are the caller's to care for. */
export async function deleteSourceUserRow(database: Database, tenantId: string, id: string): Promise<void> {
  await database.deleteFrom('entra_users').where('tenant_id', '=', tenantId).where('id', '=', id).execute();
}

function toRow(user: SourceUser): Insertable<EntraUserTable> {
  const displayName = textOf(user.attributes['displayName']);
  return {
    id: user.id,
    organization_id: user.organizationId,
    tenant_id: user.tenantId,
    upn_key: fold(textOf(user.attributes['userPrincipalName'])),
    display_name: displayName,
    name_key: fold(displayName),
    attributes: JSON.stringify(user.attributes),
    account_enabled: user.accountEnabled ? 1 : 0,
    manager_id: user.managerId,
    deleted_at: user.deletedAt?.getTime() ?? null,
    created_at: user.createdAt.getTime(),
    modified_at: user.modifiedAt.getTime(),
  };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

const readAttributes = storedJson('entra_users.attributes', storedObject);

function toUser(row: Selectable<EntraUserTable>): SourceUser {
  return {
    type: 'User',
    id: row.id,
    organizationId: row.organization_id,
    tenantId: row.tenant_id,
    attributes: readAttributes(row.attributes),
    accountEnabled: row.account_enabled === 1,
    managerId: row.manager_id,
    deletedAt: row.deleted_at === null ? null : new Date(row.deleted_at),
    createdAt: new Date(row.created_at),
    modifiedAt: new Date(row.modified_at),
  };
}
