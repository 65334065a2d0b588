import { recordEvent } from '#audit/event-store.ts';
import type { AppError } from '#base/errors.ts';
import { refusal } from '#base/reasons/refusal.ts';
import type { Database } from '#database/database.ts';
import { findIntegration } from '#integrations/integration-store.ts';
import { hasOtherAddresses, type Addressed } from './addresses.ts';
import { updateGroupProperties } from './group-store.ts';
import { findProtection, setGroupOwner, setUserOwner } from './ownership-store.ts';
import type { Caller, DirectoryDeps, StoredGroup, StoredUser } from './stored.ts';
import { RELEASED } from './system-user.ts';

type Resource = Pick<StoredUser, 'id' | 'organizationId' | 'integrationId'>;
type Kind = 'user' | 'group';

/**
 * True if the caller, an integration, does not own the resource and may adopt it; false if it owns the resource, or if the
 * caller is not an integration: administrators, users and commands have rules of their own. Throws ownedElsewhere (403).
 *
 * @example
 * await mayAdopt(database, entraCaller, 'user', 'bob', bob); // true if bob was created by hand and adopt is "unmanaged"
 */
async function mayAdopt(database: Database, caller: Caller, kind: Kind, name: string, resource: Resource) {
  const { integration } = caller.origin;
  if (integration === undefined || resource.integrationId === integration.id) return false;
  const { adopt } = caller.rules;
  if (adopt === 'any' || (adopt === 'unmanaged' && resource.integrationId === null)) return true;
  const owner = await integrationName(database, resource.organizationId, resource.integrationId);
  throw refusal(
    'ownedElsewhere',
    { kind, name, id: resource.id, owner: owner ?? undefined, integration: integration.name, adopt },
    { attribute: 'id', value: resource.id },
  );
}

/** The name of the integration that owns something; null for what does not have an owner. */
export async function integrationName(
  database: Database,
  organizationId: string,
  integrationId: string | null,
): Promise<string | null> {
  if (integrationId === null) return null;
  return (await findIntegration(database, organizationId, integrationId))?.name ?? null;
}

/**
 * Returns the user as the caller may change it. The first write of an integration that does not own the user adopts it, with an
 * event, where the rule `adopt` allows that. Throws ownedElsewhere (403).
 */
export async function claimUser(
  deps: DirectoryDeps,
  transaction: Database,
  caller: Caller,
  user: StoredUser,
): Promise<StoredUser> {
  const { integration, organizationId } = caller.origin;
  if (!(await mayAdopt(transaction, caller, 'user', user.userName, user)) || integration === undefined) return user;
  await setUserOwner(transaction, { id: user.id, organizationId, integrationId: integration.id }, true);
  await recordEvent(transaction, deps.clock, caller.origin, {
    type: 'user_adopt',
    target: { type: 'user', id: user.id, name: user.userName },
    changes: [await ownerChange(transaction, user, integration.name), { field: 'confirmed', from: null, to: false }],
  });
  return { ...user, integrationId: integration.id, adoptionUnconfirmed: true };
}

/** Like `claimUser`, for a group, which does not need a confirmation: no caller signs in with a group. */
export async function claimGroup(
  deps: DirectoryDeps,
  transaction: Database,
  caller: Caller,
  group: StoredGroup,
): Promise<StoredGroup> {
  const { integration } = caller.origin;
  if (!(await mayAdopt(transaction, caller, 'group', group.displayName, group)) || integration === undefined)
    return group;
  return await setOwnerOfGroup(deps, transaction, caller, group, integration);
}

/** Brings a group under an integration, which owns its name and its members from then on. */
export async function setOwnerOfGroup(
  deps: DirectoryDeps,
  transaction: Database,
  { origin }: Pick<Caller, 'origin'>,
  group: StoredGroup,
  integration: { readonly id: string; readonly name: string },
): Promise<StoredGroup> {
  const { id, organizationId } = group;
  await setGroupOwner(transaction, { id, organizationId, integrationId: integration.id });
  await recordEvent(transaction, deps.clock, origin, {
    type: 'group_adopt',
    target: { type: 'group', id, name: group.displayName },
    changes: [await ownerChange(transaction, group, integration.name)],
  });
  const adopted = { ...group, integrationId: integration.id };
  if (group.properties[RELEASED] === undefined) return adopted;
  const properties = withoutReleased(group.properties);
  await updateGroupProperties(transaction, id, properties, deps.clock.now());
  return { ...adopted, properties, version: group.version + 1 };
}

/** The owner before and after, as events show it. */
export async function ownerChange(database: Database, { organizationId, integrationId }: Resource, to: string) {
  return { field: 'integration', from: await integrationName(database, organizationId, integrationId), to };
}

/** What an administrator released of another owner does not bind the new one. */
export function withoutReleased(properties: StoredUser['properties']): StoredUser['properties'] {
  const { [RELEASED]: _, ...others } = properties;
  return others;
}

/** Whether the caller is an integration that an administrator has not confirmed as the owner of the user. */
function isUnconfirmed({ origin }: Caller, user: StoredUser): boolean {
  const { integration } = origin;
  return integration !== undefined && (user.integrationId !== integration.id || user.adoptionUnconfirmed);
}

/**
 * Refuses a password from an integration that an administrator has not confirmed as the owner of the user. It is called before
 * the password is compared with the present one, so that the answer does not say whether it is right, and again in the transaction. Throws ownedElsewhere and
 * adoptionUnconfirmed (403).
 */
export async function requireMaySetPassword(database: Database, caller: Caller, user: StoredUser): Promise<void> {
  await mayAdopt(database, caller, 'user', user.userName, user);
  if (isUnconfirmed(caller, user)) throw unconfirmed(caller, user, 'password');
}

/**
 * Refuses a change of address by an integration that adopted a user who can sign in, until an administrator confirms the
 * adoption. Throws adoptionUnconfirmed (403).
 */
export async function requireMayMove(
  database: Database,
  caller: Caller,
  before: StoredUser,
  after: Addressed,
): Promise<void> {
  if (!isUnconfirmed(caller, before) || !hasOtherAddresses(before, after)) return;
  if (await isProtected(database, before)) throw unconfirmed(caller, before, 'address');
}

async function isProtected(database: Database, user: StoredUser): Promise<boolean> {
  if (!user.passwordPending) return true;
  const { hasFactor, hasAdministrator } = await findProtection(database, user);
  return hasFactor || hasAdministrator;
}

function unconfirmed({ origin }: Caller, user: StoredUser, change: 'password' | 'address'): AppError {
  const { id, userName } = user;
  return refusal(
    'adoptionUnconfirmed',
    { id, userName, integration: origin.integration?.name ?? '', change },
    { attribute: change === 'password' ? 'password' : 'emails' },
  );
}
