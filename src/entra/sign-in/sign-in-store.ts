import { fold } from '#base/fold.ts';
import type { Database } from '#database/database.ts';
import { readSignInFault, type SignInFault } from './sign-in-fault.ts';

/** The maximum number of tenants with the same domain that a sign-in looks at. Each organization can have such a tenant. */
const NAMESAKES_MAX = 100;

/** A tenant that a sign-in names. */
export interface SignInTenant {
  readonly id: string;
  readonly organizationId: string;
  readonly fault: SignInFault | null;
}

/** An application that asks for tokens. */
export interface SignInClient {
  readonly id: string;
  readonly displayName: string;
  /** null for a public client. */
  readonly secretHash: string | null;
}

/** A user who signs in. */
export interface SignInUser {
  readonly id: string;
  readonly accountEnabled: boolean;
  /** PHC string; null if the user has no password. */
  readonly passwordHash: string | null;
  readonly mustChangePassword: boolean;
  readonly fault: SignInFault | null;
}

/**
 * Finds the tenant of a sign-in by its id or by its domain. Several organizations can have a tenant with the same domain: of these, the one
 * that has the application is meant, or else the one that was created first.
 */
export async function findSignInTenant(
  database: Database,
  idOrDomain: string,
  clientId: string,
): Promise<SignInTenant | undefined> {
  const name = idOrDomain.toLowerCase();
  const select = database.selectFrom('entra_tenants').select(['id', 'organization_id', 'sign_in_fault']);
  const byId = await select.where('id', '=', name).execute();
  const rows =
    byId.length > 0 ? byId : await select.where('domain', '=', name).orderBy('id').limit(NAMESAKES_MAX).execute();
  const [first] = rows;
  if (first === undefined) return undefined;
  for (const row of rows.length === 1 ? [] : rows) {
    if ((await findSignInClient(database, row.id, clientId)) !== undefined) return toTenant(row);
  }
  return toTenant(first);
}

type TenantRow = { readonly id: string; readonly organization_id: string; readonly sign_in_fault: string | null };

function toTenant({ id, organization_id: organizationId, sign_in_fault: fault }: TenantRow): SignInTenant {
  return { id, organizationId, fault: faultOf(fault) };
}

function faultOf(text: string | null): SignInFault | null {
  return text === null ? null : readSignInFault(text);
}

/** Finds an application of a tenant by its application (client) id. */
export async function findSignInClient(
  database: Database,
  tenantId: string,
  appId: string,
): Promise<SignInClient | undefined> {
  const row = await database
    .selectFrom('entra_applications')
    .select(['id', 'display_name', 'client_secret_hash'])
    .where('tenant_id', '=', tenantId)
    .where('app_id', '=', appId.toLowerCase())
    .executeTakeFirst();
  return row && { id: row.id, displayName: row.display_name, secretHash: row.client_secret_hash };
}

/** Finds a user of a tenant who is not deleted, by the userPrincipalName in any letter case. */
export async function findSignInUser(
  database: Database,
  tenantId: string,
  upn: string,
): Promise<SignInUser | undefined> {
  const row = await database
    .selectFrom('entra_users')
    .select(['id', 'account_enabled', 'password_hash', 'must_change_password', 'sign_in_fault'])
    .where('tenant_id', '=', tenantId)
    .where('upn_key', '=', fold(upn))
    .where('deleted_at', 'is', null)
    .executeTakeFirst();
  return (
    row && {
      id: row.id,
      accountEnabled: row.account_enabled === 1,
      passwordHash: row.password_hash,
      mustChangePassword: row.must_change_password === 1,
      fault: faultOf(row.sign_in_fault),
    }
  );
}

/** What a change of the password of a user sets; a missing property stays as it is. */
export interface PasswordChange {
  readonly hash?: string | undefined;
  readonly mustChange?: boolean | undefined;
}

/** Changes the password of a user, or whether it has to be changed at the next sign-in. */
export async function updateSourcePassword(
  database: Database,
  tenantId: string,
  userId: string,
  { hash, mustChange }: PasswordChange,
): Promise<void> {
  await database
    .updateTable('entra_users')
    .set({
      ...(hash !== undefined && { password_hash: hash }),
      ...(mustChange !== undefined && { must_change_password: mustChange ? 1 : 0 }),
    })
    .where('tenant_id', '=', tenantId)
    .where('id', '=', userId)
    .execute();
}

/** Returns the simulated fault of a user; null if there is none. */
export async function findUserFault(database: Database, tenantId: string, userId: string): Promise<SignInFault | null> {
  const row = await database
    .selectFrom('entra_users')
    .select('sign_in_fault')
    .where('tenant_id', '=', tenantId)
    .where('id', '=', userId)
    .executeTakeFirst();
  return faultOf(row?.sign_in_fault ?? null);
}

/** Sets the simulated fault of a user, or removes it. */
export async function updateUserFault(
  database: Database,
  tenantId: string,
  userId: string,
  fault: SignInFault | null,
): Promise<void> {
  await database
    .updateTable('entra_users')
    .set({ sign_in_fault: fault === null ? null : JSON.stringify(fault) })
    .where('tenant_id', '=', tenantId)
    .where('id', '=', userId)
    .execute();
}

/** Returns the simulated fault of all sign-ins to a tenant; null if there is none. */
export async function findTenantFault(database: Database, tenantId: string): Promise<SignInFault | null> {
  const row = await database
    .selectFrom('entra_tenants')
    .select('sign_in_fault')
    .where('id', '=', tenantId)
    .executeTakeFirst();
  return faultOf(row?.sign_in_fault ?? null);
}

/** Sets the simulated fault of all sign-ins to a tenant, or removes it. */
export async function updateTenantFault(
  database: Database,
  tenantId: string,
  fault: SignInFault | null,
): Promise<void> {
  await database
    .updateTable('entra_tenants')
    .set({ sign_in_fault: fault === null ? null : JSON.stringify(fault) })
    .where('id', '=', tenantId)
    .execute();
}

/** Sets the hash of the client secret of an application, or removes it. */
export async function updateClientSecret(
  database: Database,
  applicationId: string,
  secretHash: string | null,
): Promise<void> {
  await database
    .updateTable('entra_applications')
    .set({ client_secret_hash: secretHash })
    .where('id', '=', applicationId)
    .execute();
}
