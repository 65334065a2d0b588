import { sql, type Insertable, type Selectable } from 'kysely';
import { fold } from '#base/fold.ts';
import { storedJson, storedObject } from '#base/stored-json.ts';
import type { Database } from '#database/database.ts';
import { engineOf } from '#database/engine.ts';
import type { EntraUserTable } from '#database/entra-tables.ts';
import type { SourceUser } from './source-object.ts';
import { sourceObjectStore } from './source-object-store.ts';

export const {
  insert: insertSourceUsers,
  find: findSourceUser,
  findSome: findSourceUsers,
  page: pageOfSourceUsers,
  list: listSourceUsers,
  update: updateSourceUserRow,
  remove: deleteSourceUserRow,
} = sourceObjectStore<SourceUser>({
  table: 'entra_users',
  toRow,
  toObject: toUser,
  searched: ['name_key', 'upn_key'],
  isRestorable: true,
});

/** Finds the user who has a userPrincipalName, ignoring case, and is not deleted. */
export async function findSourceUserByUpn(
  database: Database,
  tenantId: string,
  upn: string,
): Promise<SourceUser | undefined> {
  const [found] = await findSourceUsersByUpn(database, tenantId, [upn]);
  return found;
}

/** Returns the users who have one of the userPrincipalNames, ignoring case, and are not deleted. */
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

/** Returns the deleted users with a userPrincipalName, ignoring case, most recently deleted first. */
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

/** Returns the ids of the users who report to a manager, including deleted users. */
export async function directReportIdsOf(database: Database, managerId: string): Promise<readonly string[]> {
  const rows = await database
    .selectFrom('entra_users')
    .select('id')
    .where('manager_id', '=', managerId)
    .orderBy('id')
    .execute();
  return rows.map((row) => row.id);
}

/**
 * Returns at most `query.limit` users who were deleted at or before `query.until`, in the order of their deletion. Reads the users of one
 * tenant, or of all organizations if `query.tenantId` is undefined.
 */
export async function findUsersDeletedUntil(
  database: Database,
  query: { readonly until: Date; readonly tenantId?: string | undefined; readonly limit: number },
): Promise<readonly SourceUser[]> {
  const { tenantId, until, limit } = query;
  if (tenantId !== undefined) return await deletedInTenant(database, tenantId, until, limit);
  const found: SourceUser[] = [];
  // Queries each tenant separately, because the index starts with the tenant. If there were an index on the time alone, the planner
  // might use it for lists too, and would then scan the rows of all tenants.
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

/**
 * Considers only users who are in one of the given states. Returns the user with the lowest id that is at least `from` or, if there is
 * none, the user with the lowest id.
 */
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

/** Returns the given objectIds that a user or group in any tenant already has. ObjectIds are unique across all tenants. */
export async function findExistingIds(database: Database, ids: readonly string[]): Promise<readonly string[]> {
  const among = engineOf(database).json.among(sql.ref('id'), JSON.stringify(ids));
  const rows = await database
    .selectFrom('entra_users')
    .select('id')
    .where(among)
    .unionAll(database.selectFrom('entra_groups').select('id').where(among))
    .execute();
  return rows.map((row) => row.id);
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
