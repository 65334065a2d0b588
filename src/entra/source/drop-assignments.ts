import type { TenantChange } from './change-tenant.ts';

/** Takes a user or a group that is removed for good out of all applications, and tells those whose members it assigned. */
export async function dropAssignments(
  { transaction, tenant, record }: TenantChange,
  principalId: string,
): Promise<void> {
  const rows = await transaction
    .deleteFrom('entra_assignments')
    .where('principal_id', '=', principalId)
    .where('tenant_id', '=', tenant.id)
    .returning('application_id')
    .execute();
  for (const detailId of new Set(rows.map((row) => row.application_id))) {
    record({ objectType: 'Assignment', objectId: principalId, kind: 'delete', detailId });
  }
}
