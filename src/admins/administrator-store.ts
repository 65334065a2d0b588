import type { Selectable, Updateable } from 'kysely';
import type { Clock } from '#base/clock.ts';
import { fold } from '#base/fold.ts';
import { newId } from '#base/ids.ts';
import type { Database } from '#database/database.ts';
import { isConcurrent } from '#database/engine.ts';
import type { AdministratorTable } from '#database/tables.ts';
import { permissionsOfRow, type Permission } from './roles.ts';

export interface Administrator {
  readonly id: string;
  readonly organizationId: string;
  readonly email: string;
  readonly name: string;
  readonly firstName: string;
  readonly lastName: string;
  /** The built-in role. For an administrator with a custom role, this value has no effect: see `roleName`. */
  readonly role: string;
  readonly customRoleId: string | null;
  /** The name of the role, built-in or custom. */
  readonly roleName: string;
  readonly permissions: ReadonlySet<Permission>;
  readonly suspended: boolean;
  readonly apiKeyAllowed: boolean;
  readonly enableMultiFactor: boolean;
  /** True if the administrator may create organizations in this installation. The role Administrator With Billing is required, too. */
  readonly createsOrganizations: boolean;
  /** The number of passkeys. */
  readonly passkeys: number;
  readonly createdAt: Date;
  readonly lastLoginAt: Date | null;
  readonly passwordChangedAt: Date | null;
  /** PHC string; null until a password is set. */
  readonly passwordHash: string | null;
  /** Sign-in state; times in milliseconds since 1970. */
  readonly security: Pick<
    Selectable<AdministratorTable>,
    | 'bad_login_attempts'
    | 'last_bad_login_at'
    | 'locked_at'
    | 'totp_secret'
    | 'pending_totp_secret'
    | 'totp_enrolled_at'
    | 'totp_last_step'
  >;
}

export interface NewAdministrator {
  readonly organizationId: string;
  readonly email: string;
  readonly name: string;
  readonly firstName?: string | undefined;
  readonly lastName?: string | undefined;
  readonly role: string;
  readonly customRoleId?: string | null | undefined;
  readonly passwordHash: string | null;
  readonly apiKeyAllowed?: boolean | undefined;
  readonly enableMultiFactor?: boolean | undefined;
  readonly createsOrganizations?: boolean | undefined;
}

export async function insertAdministrator(
  database: Database,
  clock: Clock,
  administrator: NewAdministrator,
): Promise<Pick<Administrator, 'id' | 'organizationId' | 'email' | 'name' | 'role'>> {
  const { organizationId, email, name, role, passwordHash } = administrator;
  const id = newId(clock);
  const now = clock.now().getTime();
  await database
    .insertInto('administrators')
    .values({
      id,
      organization_id: organizationId,
      email,
      ...addressKeys(organizationId, email),
      name,
      first_name: administrator.firstName ?? null,
      last_name: administrator.lastName ?? null,
      role,
      custom_role_id: administrator.customRoleId ?? null,
      password_hash: passwordHash,
      password_changed_at: passwordHash === null ? null : now,
      suspended: 0,
      api_key_allowed: administrator.apiKeyAllowed === false ? 0 : 1,
      mfa_required: administrator.enableMultiFactor === true ? 1 : 0,
      creates_organizations: administrator.createsOrganizations === true ? 1 : 0,
      created_at: now,
    })
    .execute();
  return { id, organizationId, email, name, role };
}

/** Returns the key columns of an address: the one that sign-in looks up, and the one that is unique per organization. */
function addressKeys(organizationId: string, email: string) {
  const emailKey = fold(email);
  return { email_key: emailKey, organization_email_key: `${organizationId} ${emailKey}` };
}

function select(database: Database) {
  return database
    .selectFrom('administrators as administrator')
    .leftJoin('roles as role', 'role.id', 'administrator.custom_role_id')
    .selectAll('administrator')
    .select(['role.name as role_name', 'role.scopes'])
    .select((expression) =>
      expression
        .selectFrom('passkeys')
        .select(({ fn }) => fn.countAll<number | string>().as('count'))
        .whereRef('passkeys.administrator_id', '=', 'administrator.id')
        .as('passkeys'),
    );
}

type Row = Awaited<ReturnType<ReturnType<typeof select>['execute']>>[number];

function toAdministrator(row: Row): Administrator {
  return {
    id: row.id,
    organizationId: row.organization_id,
    email: row.email,
    name: row.name,
    firstName: row.first_name ?? '',
    lastName: row.last_name ?? '',
    role: row.role,
    customRoleId: row.custom_role_id,
    roleName: row.role_name ?? row.role,
    permissions: permissionsOfRow(row),
    createsOrganizations: row.creates_organizations === 1,
    suspended: row.suspended === 1,
    apiKeyAllowed: row.api_key_allowed === 1,
    enableMultiFactor: row.mfa_required === 1,
    passkeys: Number(row.passkeys ?? 0),
    createdAt: new Date(row.created_at),
    lastLoginAt: toDate(row.last_login_at),
    passwordChangedAt: toDate(row.password_changed_at),
    passwordHash: row.password_hash,
    security: row,
  };
}

function toDate(timestamp: number | null): Date | null {
  return timestamp === null ? null : new Date(timestamp);
}

/** Returns all administrators of an organization, oldest first. */
export async function listAdministrators(
  database: Database,
  organizationId: string,
): Promise<readonly Administrator[]> {
  const rows = await select(database)
    .where('administrator.organization_id', '=', organizationId)
    .orderBy('administrator.created_at')
    .orderBy('administrator.id')
    .execute();
  return rows.map(toAdministrator);
}

/** Returns the addresses of the administrators of all organizations, each with its organization. Leaves out suspended administrators. */
export async function listAddressesOfOrganizations(
  database: Database,
): Promise<readonly { readonly organizationId: string; readonly email: string }[]> {
  return await database
    .selectFrom('administrators')
    .select(['organization_id as organizationId', 'email'])
    .where('suspended', '=', 0)
    .execute();
}

/** Like `listAdministrators`, but without suspended administrators. */
export async function findAdministrators(
  database: Database,
  organizationId: string,
): Promise<readonly Administrator[]> {
  return (await listAdministrators(database, organizationId)).filter(({ suspended }) => !suspended);
}

export async function findAdministratorById(
  database: Database,
  organizationId: string,
  id: string,
): Promise<Administrator | undefined> {
  const row = await select(database)
    .where('administrator.organization_id', '=', organizationId)
    .where('administrator.id', '=', id)
    .executeTakeFirst();
  return row && toAdministrator(row);
}

/** Returns the administrators who sign in with an address: at most one per organization. */
export async function findAdministratorsByEmail(database: Database, email: string): Promise<readonly Administrator[]> {
  const rows = await select(database).where('administrator.email_key', '=', fold(email)).execute();
  return rows.map(toAdministrator);
}

export type AdministratorChange = Omit<
  Updateable<AdministratorTable>,
  'id' | 'organization_id' | 'created_at' | 'email_key' | 'organization_email_key'
>;

export async function updateAdministrator(
  database: Database,
  organizationId: string,
  id: string,
  change: AdministratorChange,
): Promise<void> {
  await database
    .updateTable('administrators')
    .set({ ...change, ...(change.email !== undefined && addressKeys(organizationId, change.email)) })
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .execute();
}

export async function updateAdministratorSecurity(
  database: Database,
  id: string,
  change: Partial<Administrator['security']> & { readonly last_login_at?: number },
): Promise<void> {
  await database.updateTable('administrators').set(change).where('id', '=', id).execute();
}

export async function updateAdministratorPassword(
  database: Database,
  id: string,
  passwordHash: string,
  at: Date,
): Promise<void> {
  await database
    .updateTable('administrators')
    .set({
      password_hash: passwordHash,
      password_changed_at: at.getTime(),
      bad_login_attempts: 0,
      last_bad_login_at: null,
      locked_at: null,
    })
    .where('id', '=', id)
    .execute();
}

/** Deletes an administrator, with all keys, sessions and passkeys. */
export async function deleteAdministrator(database: Database, organizationId: string, id: string): Promise<void> {
  await database
    .deleteFrom('administrators')
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .execute();
}

/** Locks an administrator against changes by other transactions until this transaction ends. */
export async function lockAdministrator(transaction: Database, id: string): Promise<void> {
  await transaction
    .selectFrom('administrators')
    .select('id')
    .where('id', '=', id)
    .$if(isConcurrent(transaction), (select) => select.forNoKeyUpdate())
    .execute();
}
