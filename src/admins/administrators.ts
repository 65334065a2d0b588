import { recordEvent } from '#audit/event-store.ts';
import type { EventType, FieldChange, Origin } from '#audit/event-types.ts';
import type { Clock } from '#base/clock.ts';
import { assert, quote } from '#base/errors.ts';
import { fold } from '#base/fold.ts';
import type { OwnChange, RoleSubject } from '#base/words/admin-messages.ts';
import { TranslatedError } from '#base/translated-error.ts';
import { inTransaction, type Database } from '#database/database.ts';
import { violatedColumns } from '#database/database-errors.ts';
import { lockNames } from '#database/locks.ts';
import {
  deleteAdministrator,
  findAdministratorById,
  findAdministrators,
  insertAdministrator,
  listAdministrators,
  updateAdministrator,
  type Administrator,
  type AdministratorChange,
} from './administrator-store.ts';
import { listApiKeys } from './api-key-store.ts';
import type { ApiKey } from './key-record.ts';
import { insertEndedKeys } from './ended-key-store.ts';
import { keysOfAdministrator } from './key-status.ts';
import { revokeLinksWithEvents } from './one-time-token-store.ts';
import { findRoleById, findRoleByName } from './role-store.ts';
import { findRole, permissionsOf, roleNames, type Permission, type Role } from './roles.ts';
import { deleteAccessTokensOf, deleteSessions } from './session-store.ts';

export interface AdminDeps {
  readonly database: Database;
  readonly clock: Clock;
  /** Notifies the user or the administrator who owns a new key, in the transaction that creates the key. */
  readonly keyCreated?: ((transaction: Database, origin: Origin, key: ApiKey) => Promise<void>) | undefined;
}

const BILLING: Role = 'Administrator With Billing';

/** The permissions of the caller. A caller cannot grant, change or revoke any other permission. */
export type CallerPermissions = ReadonlySet<Permission>;

/**
 * Throws `roleForbidden` (403) if `permissions` includes any that the caller does not have. `subject` is the role that the message names.
 *
 * @example requireReach(reach, role.permissions, { role: '"Auditor"' }); // 'The role "Auditor" has permissions that you do not have: …'
 */
export function requireReach(reach: CallerPermissions, permissions: Iterable<Permission>, subject: RoleSubject): void {
  const beyond = [...permissions].filter((permission) => !reach.has(permission));
  if (beyond.length === 0) return;
  throw new TranslatedError(
    'roleForbidden',
    ({ admin }) => admin.administrators.beyondReach(subject, beyond.join(', ')),
    {
      attribute: 'roleName',
    },
  );
}

/**
 * Returns an administrator. Throws `notFound` (404), and `roleForbidden` (403) if the administrator has permissions that the caller does
 * not have.
 */
export async function requireWithinReach(
  database: Database,
  organizationId: string,
  id: string,
  reach: CallerPermissions,
): Promise<Administrator> {
  const found = await requireAdministrator(database, organizationId, id);
  requireReach(reach, found.permissions, { role: quote(found.roleName), of: quote(found.email) });
  return found;
}

export interface AdministratorDraft {
  readonly email: string;
  readonly name?: string | undefined;
  readonly firstName?: string | undefined;
  readonly lastName?: string | undefined;
  /** The name of a built-in role, or the name or id of a custom role. */
  readonly role: string;
  readonly apiKeyAllowed?: boolean | undefined;
  readonly enableMultiFactor?: boolean | undefined;
}

/** Returns an administrator by id. Throws `notFound` (404). */
export async function requireAdministrator(
  database: Database,
  organizationId: string,
  id: string,
): Promise<Administrator> {
  const found = await findAdministratorById(database, organizationId, id);
  if (found !== undefined) return found;
  throw new TranslatedError('notFound', ({ admin }) => admin.administrators.unknown(quote(id)), {
    attribute: 'id',
    value: id,
  });
}

/** Returns the permissions and the columns of a role, by its name or id. Throws `invalidValue` (400), which lists the roles. */
async function requireRoleNamed(database: Database, organizationId: string, name: string) {
  const builtIn = findRole(name);
  if (builtIn !== undefined) {
    return { name: builtIn, permissions: permissionsOf(builtIn), columns: { role: builtIn, custom_role_id: null } };
  }
  const own =
    (await findRoleByName(database, organizationId, name)) ?? (await findRoleById(database, organizationId, name));
  if (own !== undefined) {
    return { name: own.name, permissions: own.scopes, columns: { role: 'Read Only', custom_role_id: own.id } };
  }
  throw new TranslatedError(
    'invalidValue',
    ({ admin }) => admin.administrators.unknownRole(quote(name), roleNames.join(', ')),
    { attribute: 'roleName', value: name },
  );
}

/**
 * Creates an administrator without a password. Throws `idTaken` (409) if another administrator of the organization has the email
 * address, and `roleForbidden` (403) for a role with permissions that the caller does not have. An administrator of another
 * organization may have the same address: a refusal would reveal that administrator.
 */
export async function createAdministrator(
  deps: AdminDeps,
  origin: Origin,
  draft: AdministratorDraft,
  reach: CallerPermissions,
): Promise<Administrator> {
  const { organizationId } = origin;
  const name = draft.name ?? [draft.firstName, draft.lastName].filter(Boolean).join(' ');
  return await explainEmailConflict(draft.email, () =>
    inTransaction(deps.database, async (transaction) => {
      // The lock prevents the assignment of a role that another request is removing.
      await lockNames(transaction, organizationId, ['administrators']);
      const role = await requireRoleNamed(transaction, organizationId, draft.role);
      requireReach(reach, role.permissions, { role: quote(role.name) });
      const { id } = await insertAdministrator(transaction, deps.clock, {
        ...draft,
        organizationId,
        email: draft.email.toLowerCase(),
        name: name === '' ? draft.email : name,
        role: role.columns.role,
        customRoleId: role.columns.custom_role_id,
        passwordHash: null,
      });
      await recordEvent(transaction, deps.clock, origin, {
        type: 'admin_create',
        target: { type: 'admin', id, name: draft.email },
        changes: [{ field: 'role', from: null, to: role.name }],
      });
      const administrator = await findAdministratorById(transaction, organizationId, id);
      assert(administrator, 'the administrator was inserted in this transaction');
      return administrator;
    }),
  );
}

async function explainEmailConflict<Result>(email: string, write: () => Promise<Result>): Promise<Result> {
  try {
    return await write();
  } catch (error) {
    if (violatedColumns(error)?.includes('administrators.organization_email_key') !== true) throw error;
    throw new TranslatedError('idTaken', ({ admin }) => admin.administrators.emailTaken(quote(email)), {
      attribute: 'email',
      value: email,
      cause: error,
    });
  }
}

export interface AdministratorUpdate {
  readonly email?: string | undefined;
  readonly firstName?: string | undefined;
  readonly lastName?: string | undefined;
  readonly role?: string | undefined;
  readonly suspended?: boolean | undefined;
  readonly apiKeyAllowed?: boolean | undefined;
  readonly enableMultiFactor?: boolean | undefined;
  /** Set only by the command line: administrators cannot grant this permission. */
  readonly createsOrganizations?: boolean | undefined;
}

/** An administrator after a change, with the keys that the change stopped. */
export type ChangedAdministrator = Administrator & { readonly stoppedKeys: readonly ApiKey[] };

/** Proof that administrators confirmed their password before changing their address. */
export interface OwnAddressProof {
  /** The session in which they confirmed the password. It stays open, and all other sessions end. */
  readonly sessionId: string;
}

/**
 * Changes an administrator. Throws `ownAccount` (403) if callers change their own role, suspend themselves, or change their own
 * address without a proof; `roleForbidden` (403) for an administrator or a role with permissions that the caller does not have; and
 * `lastAdministrator` (409) if no Administrator With Billing would remain.
 */
export async function changeAdministrator(
  deps: AdminDeps,
  origin: Origin,
  id: string,
  sent: AdministratorUpdate,
  { reach, own }: { readonly reach: CallerPermissions; readonly own?: OwnAddressProof | undefined },
): Promise<ChangedAdministrator> {
  const { organizationId } = origin;
  return await explainEmailConflict(sent.email ?? '', () =>
    inTransaction(deps.database, async (transaction) => {
      await lockNames(transaction, organizationId, ['administrators']);
      const before = await requireAdministrator(transaction, organizationId, id);
      const role = sent.role === undefined ? undefined : await requireRoleNamed(transaction, organizationId, sent.role);
      const update = { ...sent, email: sent.email?.toLowerCase(), role: role?.name };
      const changes = changesOf(before, update);
      if (changes.length === 0) return { ...before, stoppedKeys: [] };
      requireReach(reach, before.permissions, { role: quote(before.roleName), of: quote(before.email) });
      const hasOtherRole = role !== undefined && role.name !== before.roleName;
      if (hasOtherRole) requireReach(reach, role.permissions, { role: quote(role.name) });
      if (hasOtherRole || update.suspended === true) {
        forbidOwnChange(origin, id, hasOtherRole ? 'changeRole' : 'suspend');
        await requireOtherBillingAdministrator(transaction, organizationId, before);
      }
      const stoppedKeys = stopsKeys(before, update) ? await workingKeys(deps, transaction, before) : [];
      if (changesEmail(before, update) && own === undefined) refuseOwnAddress(origin, id);
      await updateAdministrator(transaction, organizationId, id, { ...columnsOf(before, update), ...role?.columns });
      await revokeStaleAccess({ ...deps, database: transaction }, before, update, own?.sessionId);
      await recordEvent(transaction, deps.clock, origin, {
        type: updateType(before, update),
        target: { type: 'admin', id, name: before.email },
        changes: [...changes, ...keyChanges(stoppedKeys)],
      });
      return { ...(await requireAdministrator(transaction, organizationId, id)), stoppedKeys };
    }),
  );
}

/** True if an update changes the address of an administrator; letter case makes no difference. */
export function changesEmail(before: Administrator, { email }: AdministratorUpdate): boolean {
  return email !== undefined && fold(email) !== fold(before.email);
}

/** Ends the links and sessions of an administrator whose address or state changed, and the access tokens if the keys stop working. */
async function revokeStaleAccess(
  { clock, database: transaction }: AdminDeps,
  before: Administrator,
  update: AdministratorUpdate,
  keptSession: string | undefined,
): Promise<void> {
  const { suspended, apiKeyAllowed } = update;
  const isSwitched = suspended !== undefined && suspended !== before.suspended;
  if (changesEmail(before, update) || isSwitched) {
    await revokeLinksWithEvents(transaction, clock, 'administrator_id', before.id);
    await deleteSessions(transaction, 'administrator_id', before.id, { allBut: keptSession });
  }
  // Otherwise the access tokens would work again as soon as the administrator may use keys again.
  if (suspended === true || apiKeyAllowed === false) await deleteAccessTokensOf(transaction, before.id);
}

function stopsKeys({ suspended, apiKeyAllowed }: Administrator, update: AdministratorUpdate): boolean {
  return (!suspended && update.suspended === true) || (apiKeyAllowed && update.apiKeyAllowed === false);
}

/** Returns the keys that stop working when the administrator is suspended or removed. */
async function workingKeys({ clock }: AdminDeps, database: Database, { id, organizationId }: Administrator) {
  return keysOfAdministrator(await listApiKeys(database, organizationId), id, clock.now());
}

/** Returns the change that lists the stopped keys in the event. */
function keyChanges(stopped: readonly ApiKey[]): FieldChange[] {
  if (stopped.length === 0) return [];
  return [{ field: 'keys', from: stopped.map(({ name, prefix }) => `${name} (prefix ${prefix})`), to: null }];
}

function columnsOf(before: Administrator, update: AdministratorUpdate): AdministratorChange {
  const { email, firstName, lastName, suspended, apiKeyAllowed, enableMultiFactor } = update;
  const name = [firstName ?? before.firstName, lastName ?? before.lastName].filter(Boolean).join(' ');
  return {
    ...(email !== undefined && { email }),
    ...(firstName !== undefined && { first_name: firstName }),
    ...(lastName !== undefined && { last_name: lastName }),
    ...(name !== '' && { name }),
    ...(suspended !== undefined && { suspended: suspended ? 1 : 0 }),
    ...(apiKeyAllowed !== undefined && { api_key_allowed: apiKeyAllowed ? 1 : 0 }),
    ...(enableMultiFactor !== undefined && { mfa_required: enableMultiFactor ? 1 : 0 }),
    ...(update.createsOrganizations !== undefined && { creates_organizations: update.createsOrganizations ? 1 : 0 }),
  };
}

function changesOf(before: Administrator, update: AdministratorUpdate): FieldChange[] {
  const present: Readonly<Record<keyof AdministratorUpdate, unknown>> = {
    email: before.email,
    firstName: before.firstName,
    lastName: before.lastName,
    role: before.roleName,
    suspended: before.suspended,
    apiKeyAllowed: before.apiKeyAllowed,
    enableMultiFactor: before.enableMultiFactor,
    createsOrganizations: before.createsOrganizations,
  };
  return (Object.keys(present) as (keyof AdministratorUpdate)[]).flatMap((field) => {
    const to = update[field];
    return to === undefined || to === present[field] ? [] : [{ field, from: present[field], to }];
  });
}

function updateType(before: Administrator, { suspended }: AdministratorUpdate): EventType {
  if (suspended === undefined || suspended === before.suspended) return 'admin_update';
  return suspended ? 'admin_suspended' : 'admin_unsuspend';
}

/**
 * Removes an administrator, with all keys and sessions. Keys that were created with one of these keys end too. Throws `ownAccount`
 * (403) for the caller's own account, `roleForbidden` (403) for an administrator with permissions that the caller does not have, and
 * `lastAdministrator` (409) if no Administrator With Billing would remain.
 */
export async function removeAdministrator(
  deps: AdminDeps,
  origin: Origin,
  id: string,
  reach: CallerPermissions,
): Promise<ChangedAdministrator> {
  const { organizationId } = origin;
  return await inTransaction(deps.database, async (transaction) => {
    await lockNames(transaction, organizationId, ['administrators']);
    const before = await requireWithinReach(transaction, organizationId, id, reach);
    forbidOwnChange(origin, id, 'remove');
    await requireOtherBillingAdministrator(transaction, organizationId, before);
    const stoppedKeys = await workingKeys(deps, transaction, before);
    await insertEndedKeys(transaction, id, deps.clock.now());
    await deleteAdministrator(transaction, organizationId, id);
    await recordEvent(transaction, deps.clock, origin, {
      type: 'admin_delete',
      target: { type: 'admin', id, name: before.email },
      changes: [{ field: 'role', from: before.roleName, to: null }, ...keyChanges(stoppedKeys)],
    });
    return { ...before, stoppedKeys };
  });
}

/**
 * Throws `ownAccount` (403) if callers change their own address without a proof. Otherwise a key would suffice to change the address
 * of its owner and to request a password reset link to the new address.
 */
function refuseOwnAddress({ actor }: Origin, id: string): void {
  if (actor.type !== 'administrator' || actor.id !== id) return;
  throw new TranslatedError('ownAccount', ({ admin }) => admin.administrators.ownAddress, { attribute: 'email' });
}

/** Throws `ownAccount` (403) if callers do something to their own account that only another administrator may do. */
export function forbidOwnChange({ actor }: Origin, id: string, what: OwnChange): void {
  if (actor.type !== 'administrator' || actor.id !== id) return;
  throw new TranslatedError('ownAccount', ({ admin }) => admin.administrators.ownAccount[what], {
    attribute: 'id',
    value: id,
  });
}

/**
 * Throws `lastAdministrator` (409) unless another Administrator With Billing remains: no other built-in role can create administrators.
 * Service accounts do not count, since they cannot sign in.
 */
async function requireOtherBillingAdministrator(
  database: Database,
  organizationId: string,
  leaving: Administrator,
): Promise<void> {
  if (leaving.role !== BILLING || leaving.customRoleId !== null || leaving.suspended) return;
  const others = (await findAdministrators(database, organizationId)).filter(
    (one) => one.id !== leaving.id && one.role === BILLING && one.customRoleId === null && !isServiceAccount(one),
  );
  if (others.length > 0) return;
  throw new TranslatedError(
    'lastAdministrator',
    ({ admin }) => admin.administrators.last(quote(leaving.email), BILLING),
    { attribute: 'roleName', value: leaving.roleName },
  );
}

/** True for a service account. Such an account receives no email and is not used to sign in. */
export function isServiceAccount({ email }: { readonly email: string }): boolean {
  return email.startsWith('service-') && email.endsWith('@localhost');
}

/**
 * Returns the service account with a role, and creates it if it is missing. A key that a service account owns keeps working when a
 * person leaves.
 */
export async function serviceAdministrator(
  deps: AdminDeps,
  origin: Origin,
  role: Role,
  reach: CallerPermissions,
): Promise<Administrator> {
  const email = `service-${role.toLowerCase().replaceAll(' ', '-')}-${origin.organizationId}@localhost`;
  const all = await listAdministrators(deps.database, origin.organizationId);
  const found = all.find((administrator) => administrator.email === email);
  if (found !== undefined) return found;
  return await createAdministrator(deps, origin, { email, name: `Service account, ${role}`, role }, reach);
}
