import type { Selectable } from 'kysely';
import type { Clock } from '#base/clock.ts';
import { fold } from '#base/fold.ts';
import { newId } from '#base/ids.ts';
import type { Database } from '#database/database.ts';
import type { RoleTable } from '#database/people-tables.ts';
import { permissionsOfRole, type Permission } from './roles.ts';

/** A role that an organization defined. */
export interface CustomRole {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly scopes: readonly Permission[];
  readonly createdAt: Date;
}

type RoleContent = Pick<CustomRole, 'name' | 'description' | 'scopes'>;

export async function listRoles(database: Database, organizationId: string): Promise<readonly CustomRole[]> {
  const rows = await selectRoles(database, organizationId).orderBy('created_at').orderBy('id').execute();
  return rows.map(toRole);
}

export async function findRoleById(database: Database, organizationId: string, id: string) {
  const row = await selectRoles(database, organizationId).where('id', '=', id).executeTakeFirst();
  return row && toRole(row);
}

export async function findRoleByName(database: Database, organizationId: string, name: string) {
  const row = await selectRoles(database, organizationId).where('name_key', '=', fold(name)).executeTakeFirst();
  return row && toRole(row);
}

function selectRoles(database: Database, organizationId: string) {
  return database.selectFrom('roles').selectAll().where('organization_id', '=', organizationId);
}

function toRole(row: Selectable<RoleTable>): CustomRole {
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    scopes: permissionsOfRole(row.scopes),
    createdAt: new Date(row.created_at),
  };
}

export async function insertRole(
  database: Database,
  clock: Clock,
  organizationId: string,
  role: RoleContent,
): Promise<string> {
  const id = newId(clock);
  await database
    .insertInto('roles')
    .values({ id, organization_id: organizationId, created_at: clock.now().getTime(), ...columnsOf(role) })
    .execute();
  return id;
}

export async function updateRole(database: Database, id: string, role: RoleContent): Promise<void> {
  await database.updateTable('roles').set(columnsOf(role)).where('id', '=', id).execute();
}

function columnsOf({ name, description, scopes }: RoleContent) {
  return { name, name_key: fold(name), description, scopes: JSON.stringify(scopes) };
}

export async function deleteRole(database: Database, id: string): Promise<void> {
  await database.deleteFrom('roles').where('id', '=', id).execute();
}

/** Counts the administrators who have a role. */
export async function countHolders(database: Database, id: string): Promise<number> {
  const row = await database
    .selectFrom('administrators')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('custom_role_id', '=', id)
    .executeTakeFirst();
  return Number(row?.count ?? 0);
}
