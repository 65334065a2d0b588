import { sql, type Selectable } from 'kysely';
import type { Database } from '#database/database.ts';
import { engineOf } from '#database/engine.ts';
import type { EntraAssignmentTable } from '#database/entra-tables.ts';
import { prepared } from '#database/prepared.ts';
import type { Assignment, EntraApplication } from './application.ts';

export async function insertAssignment(
  database: Database,
  application: Pick<EntraApplication, 'organizationId' | 'tenantId'>,
  assignment: Assignment,
  at: Date,
): Promise<void> {
  await database
    .insertInto('entra_assignments')
    .values({
      id: assignment.id,
      organization_id: application.organizationId,
      tenant_id: application.tenantId,
      application_id: assignment.applicationId,
      principal_id: assignment.principalId,
      principal_type: assignment.principalType,
      app_role_id: assignment.appRoleId,
      role_value: assignment.roleValue,
      created_at: at.getTime(),
    })
    .execute();
}

/** Deletes an assignment. Returns false if it does not exist. */
export async function deleteAssignment(database: Database, assignmentId: string): Promise<boolean> {
  const result = await database.deleteFrom('entra_assignments').where('id', '=', assignmentId).executeTakeFirst();
  return result.numDeletedRows > 0n;
}

/** Returns all assignments of an application, oldest first. */
export async function listAssignments(database: Database, applicationId: string): Promise<readonly Assignment[]> {
  const rows = await inOrder(database).where('application_id', '=', applicationId).execute();
  return rows.map(toAssignment);
}

const selectOfPrincipals = prepared((database, values: { applicationId: string; ids: string }) =>
  inOrder(database)
    .where('application_id', '=', values.applicationId)
    .where(engineOf(database).json.among(sql.ref('principal_id'), values.ids)),
);

/**
 * Returns the assignments of the given users and groups to an application, oldest first. A user or group has one assignment for each role.
 */
export async function assignmentsOfPrincipals(
  database: Database,
  applicationId: string,
  principalIds: readonly string[],
): Promise<readonly Assignment[]> {
  if (principalIds.length === 0) return [];
  const rows = await selectOfPrincipals(database, { applicationId, ids: JSON.stringify(principalIds) });
  return rows.map(toAssignment);
}

function inOrder(database: Database) {
  return database.selectFrom('entra_assignments').selectAll().orderBy('created_at').orderBy('id');
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
