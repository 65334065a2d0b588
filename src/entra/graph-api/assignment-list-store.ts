import { sql, type Selectable } from 'kysely';
import type { Database } from '#database/database.ts';
import type { EntraAssignmentTable } from '#database/entra-tables.ts';
import type { Assignment } from '../application/application.ts';

/** Identifies the last assignment of a page. The next page starts after this assignment. */
export interface AssignmentPosition {
  readonly principalId: string;
  readonly appRoleId: string;
}

/** Returns a page of an application's assignments, ordered by principal and role. An index provides this order. */
export async function pageOfAssignments(
  database: Database,
  applicationId: string,
  page: { readonly after: AssignmentPosition | undefined; readonly limit: number },
): Promise<readonly Assignment[]> {
  const { principalId, appRoleId } = page.after ?? { principalId: '', appRoleId: '' };
  const rows = await database
    .selectFrom('entra_assignments')
    .selectAll()
    .where('application_id', '=', applicationId)
    .where(sql<boolean>`(principal_id, app_role_id) > (${principalId}, ${appRoleId})`)
    .orderBy('principal_id')
    .orderBy('app_role_id')
    .limit(page.limit)
    .execute();
  return rows.map(toAssignment);
}

export async function countAssignments(database: Database, applicationId: string): Promise<number> {
  const row = await database
    .selectFrom('entra_assignments')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('application_id', '=', applicationId)
    .executeTakeFirst();
  return Number(row?.count ?? 0);
}

/** Returns the application's assignment with this id. */
export async function findAssignment(
  database: Database,
  applicationId: string,
  id: string,
): Promise<Assignment | undefined> {
  const row = await database
    .selectFrom('entra_assignments')
    .selectAll()
    .where('id', '=', id)
    .where('application_id', '=', applicationId)
    .executeTakeFirst();
  return row && toAssignment(row);
}

/** Returns the values of the assigned roles by application id. Applications without assignments have no entry. */
export async function roleValuesOf(
  database: Database,
  applicationIds: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  if (applicationIds.length === 0) return new Map();
  const rows = await database
    .selectFrom('entra_assignments')
    .select(['application_id', 'role_value'])
    .distinct()
    .where('application_id', 'in', [...applicationIds])
    .orderBy('role_value')
    .execute();
  const byApplication = Map.groupBy(rows, (row) => row.application_id);
  return new Map([...byApplication].map(([id, found]) => [id, found.map((row) => row.role_value)]));
}

function toAssignment(row: Selectable<EntraAssignmentTable>): Assignment {
  return {
    id: row.id,
    applicationId: row.application_id,
    principalId: row.principal_id,
    principalType: row.principal_type,
    appRoleId: row.app_role_id,
    roleValue: row.role_value,
  };
}
