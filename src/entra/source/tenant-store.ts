import { randomUUID } from 'node:crypto';
import type { Selectable } from 'kysely';
import type { Clock } from '#base/clock.ts';
import { fold } from '#base/fold.ts';
import type { Database } from '#database/database.ts';
import type { EntraTenantTable } from '#database/entra-tables.ts';
import type { EntraTenant } from './source-object.ts';

/**
 * Inserts a tenant. Throws the database's unique-violation error if the organization has a tenant with this name. `createTenant` checks
 * the name first.
 */
export async function insertTenant(
  database: Database,
  clock: Clock,
  tenant: Pick<EntraTenant, 'organizationId' | 'name' | 'domain'> & Partial<Pick<EntraTenant, 'id'>>,
): Promise<EntraTenant> {
  const row = {
    id: tenant.id ?? randomUUID(),
    organization_id: tenant.organizationId,
    name: tenant.name,
    name_key: fold(tenant.name),
    domain: tenant.domain,
    change_number: 0,
    created_at: clock.now().getTime(),
  };
  await database.insertInto('entra_tenants').values(row).execute();
  return toTenant(row);
}

/** Finds a tenant by its id or its name, both case-insensitive. The id takes precedence. */
export async function findTenant(
  database: Database,
  organizationId: string,
  idOrName: string,
): Promise<EntraTenant | undefined> {
  const rows = await database
    .selectFrom('entra_tenants')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .where((or) => or.or([or('id', '=', idOrName.toLowerCase()), or('name_key', '=', fold(idOrName))]))
    .execute();
  // Both an id and a name may match, because the name of a tenant can be equal to the id of another tenant.
  const row = rows.find(({ id }) => id === idOrName.toLowerCase()) ?? rows[0];
  return row && toTenant(row);
}

/** Returns the tenants of an organization, ordered by name. */
export async function listTenants(database: Database, organizationId: string): Promise<readonly EntraTenant[]> {
  const rows = await database
    .selectFrom('entra_tenants')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .orderBy('name_key')
    .execute();
  return rows.map(toTenant);
}

/** Deletes a tenant with its users, groups, applications, jobs and logs. */
export async function deleteTenant(database: Database, organizationId: string, id: string): Promise<void> {
  await database
    .deleteFrom('entra_tenants')
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .execute();
}

function toTenant(row: Omit<Selectable<EntraTenantTable>, 'sign_in_fault'>): EntraTenant {
  return {
    id: row.id,
    organizationId: row.organization_id,
    name: row.name,
    domain: row.domain,
    changeNumber: row.change_number,
    createdAt: new Date(row.created_at),
  };
}
