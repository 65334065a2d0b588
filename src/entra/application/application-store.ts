import type { Selectable } from 'kysely';
import { fold } from '#base/fold.ts';
import type { Database } from '#database/database.ts';
import type { EntraApplicationTable } from '#database/entra-tables.ts';
import { readSecretsNeeded, readSettings } from './stored-settings.ts';
import type { EntraApplication } from './application.ts';

export async function insertApplication(database: Database, application: EntraApplication): Promise<void> {
  await database
    .insertInto('entra_applications')
    .values({
      id: application.id,
      organization_id: application.organizationId,
      tenant_id: application.tenantId,
      app_id: application.appId,
      display_name: application.displayName,
      name_key: fold(application.displayName),
      settings: JSON.stringify(application.settings),
      secrets: application.sealedSecrets,
      secrets_needed: JSON.stringify(application.secretsNeeded),
      created_at: application.createdAt.getTime(),
      modified_at: application.modifiedAt.getTime(),
    })
    .execute();
}

/** Finds an application by its id, its appId or its name, all case-insensitive. The id takes precedence, then the appId. */
export async function findApplication(
  database: Database,
  tenantId: string,
  idOrName: string,
): Promise<EntraApplication | undefined> {
  const id = idOrName.toLowerCase();
  const named = () => database.selectFrom('entra_applications').selectAll().where('tenant_id', '=', tenantId);
  // Runs three SELECT statements, each of which uses its own index. For a single SELECT with OR, the planner would read all applications.
  const rows = await named()
    .where('id', '=', id)
    .unionAll(named().where('app_id', '=', id))
    .unionAll(named().where('name_key', '=', fold(idOrName)))
    .execute();
  const row = rows.find((one) => one.id === id) ?? rows.find((one) => one.app_id === id) ?? rows[0];
  return row && toApplication(row);
}

/** Returns the applications of a tenant, oldest first. */
export async function listApplications(database: Database, tenantId: string): Promise<readonly EntraApplication[]> {
  const rows = await database
    .selectFrom('entra_applications')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
  return rows.map(toApplication);
}

/** Updates the name, settings and secrets of an application. Returns false if the application does not exist. */
export async function updateApplication(database: Database, application: EntraApplication): Promise<boolean> {
  const result = await database
    .updateTable('entra_applications')
    .set({
      display_name: application.displayName,
      name_key: fold(application.displayName),
      settings: JSON.stringify(application.settings),
      secrets: application.sealedSecrets,
      secrets_needed: JSON.stringify(application.secretsNeeded),
      modified_at: application.modifiedAt.getTime(),
    })
    .where('id', '=', application.id)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** Deletes an application, its assignments, its job and the job's data. Returns false if the application does not exist. */
export async function deleteApplication(database: Database, applicationId: string): Promise<boolean> {
  const result = await database.deleteFrom('entra_applications').where('id', '=', applicationId).executeTakeFirst();
  return result.numDeletedRows > 0n;
}

function toApplication(row: Selectable<EntraApplicationTable>): EntraApplication {
  return {
    id: row.id,
    appId: row.app_id,
    organizationId: row.organization_id,
    tenantId: row.tenant_id,
    displayName: row.display_name,
    settings: readSettings(row.settings),
    sealedSecrets: row.secrets,
    secretsNeeded: readSecretsNeeded(row.secrets_needed),
    createdAt: new Date(row.created_at),
    modifiedAt: new Date(row.modified_at),
  };
}
