import type { Database } from '#database/database.ts';
import type { ChangeDraft } from './change-store.ts';

/** Deletes all assignments of a user or group that is being purged, and returns the entries for the change log. */
export async function dropAssignments(
  database: Database,
  tenantId: string,
  principalId: string,
): Promise<readonly ChangeDraft[]> {
  const rows = await database
    .deleteFrom('entra_assignments')
    .where('principal_id', '=', principalId)
    .where('tenant_id', '=', tenantId)
    .returning('application_id')
    .execute();
  const applicationIds = [...new Set(rows.map((row) => row.application_id))];
  return applicationIds.map((detailId) => ({
    objectType: 'Assignment',
    objectId: principalId,
    kind: 'delete',
    detailId,
  }));
}
