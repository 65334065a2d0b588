import { recordEvent } from '#audit/event-store.ts';
import type { AppError } from '#base/errors.ts';
import { refusal } from '#base/reasons/refusal.ts';
import type { Database } from '#database/database.ts';
import { findIntegration } from '#integrations/integration-store.ts';
import { hasChangedAddresses, type UserAddresses } from './addresses.ts';
import { updateGroupProperties } from './group-store.ts';
import { findProtection, setGroupOwner, setUserOwner } from './ownership-store.ts';
import type { Caller, DirectoryDeps, StoredGroup, StoredUser } from './stored.ts';
import { RELEASED } from './system-user.ts';

type Resource = Pick<StoredUser, 'id' | 'organizationId' | 'integrationId'>;
type Kind = 'user' | 'group';

/**
 * True if the caller is an integration that does not own the resource but may adopt it. False if the caller owns the resource or is
 * not an integration: other rules apply to administrators, users, and commands. Throws `ownedElsewhere` (403) if the integration may
 * not adopt the resource.
 *
 * @example
 * await mayAdopt(database, entraCaller, 'user', 'bob', bob); // true if no integration owns bob and the rule adopt is "unmanaged"
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

/** Returns the name of an integration; null if the id is null or the integration does not exist. */
export async function integrationName(
  database: Database,
  organizationId: string,
  integrationId: string | null,
): Promise<string | null> {
  if (integrationId === null) return null;
  return (await findIntegration(database, organizationId, integrationId))?.name ?? null;
}

/**
 * Checks that the caller may change a user, and returns the user. If the caller is an integration that does not own the user and
 * the rule `adopt` allows it, the integration becomes the owner, and an event records this. Throws `ownedElsewhere` (403) if the rule
 * does not allow it.
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

/** Returns the rule that decided that the caller became the owner; undefined if the owner stayed. */
export function adoptionRule(
  before: Pick<Resource, 'integrationId'>,
  after: Pick<Resource, 'integrationId'>,
): 'adopt' | undefined {
  return before.integrationId === after.integrationId ? undefined : 'adopt';
}

/** Like `claimUser`, for a group. A group needs no confirmation by an administrator, since groups cannot sign in. */
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

/** Makes an integration the owner of a group, and thus of its name and its members. Records an event. */
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

/** Returns the change of owner, in the form that events contain. */
export async function ownerChange(database: Database, { organizationId, integrationId }: Resource, to: string) {
  return { field: 'integration', from: await integrationName(database, organizationId, integrationId), to };
}

/** Returns the properties without the list of released fields: a field that is released from one owner is not released from the next. */
export function withoutReleased(properties: StoredUser['properties']): StoredUser['properties'] {
  const { [RELEASED]: _, ...others } = properties;
  return others;
}

/** True if the caller is an integration that an administrator has not confirmed as the owner of the user. */
function isUnconfirmed({ origin }: Caller, user: StoredUser): boolean {
  const { integration } = origin;
  return integration !== undefined && (user.integrationId !== integration.id || user.adoptionUnconfirmed);
}

/**
 * Throws `ownedElsewhere` or `adoptionUnconfirmed` (403) if the caller is an integration that may not set the user's password, because
 * an administrator has not confirmed it as the owner. Call this before comparing the password with the current one, so that the
 * response does not reveal whether the password is correct. Call it again in the transaction that stores the password.
 */
export async function requireMaySetPassword(database: Database, caller: Caller, user: StoredUser): Promise<void> {
  await mayAdopt(database, caller, 'user', user.userName, user);
  if (isUnconfirmed(caller, user)) throw unconfirmed(caller, user, 'password');
}

/**
 * Throws `adoptionUnconfirmed` (403) if an integration changes an address of a user that it adopted and that an administrator has not
 * confirmed, and if the account needs protection: it has a password or a second factor, or it shares an address with an administrator.
 */
export async function requireMayChangeAddresses(
  database: Database,
  caller: Caller,
  before: StoredUser,
  after: UserAddresses,
): Promise<void> {
  if (!isUnconfirmed(caller, before) || !hasChangedAddresses(before, after)) return;
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
