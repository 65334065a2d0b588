import { setImmediate } from 'node:timers/promises';
import { deleteEventNames } from '#audit/event-name-store.ts';
import { recordEvent } from '#audit/event-store.ts';
import type { Origin } from '#audit/event-types.ts';
import { DAY_MS } from '#base/clock.ts';
import { assert, quote } from '#base/errors.ts';
import { TranslatedError } from '#base/translated-error.ts';
import { inTransaction, type Database } from '#database/database.ts';
import { inErasingTransaction } from '#database/erased-text.ts';
import { diffWithoutSecrets } from '#scim/resource/secret-values.ts';
import { eraseRequestsAbout } from '#request-log/erase-store.ts';
import { eraseMentions } from '#request-log/mention-store.ts';
import { hasChangedAddresses } from './addresses.ts';
import { readText } from './attribute-contract.ts';
import { directoryCaller } from './directory-caller.ts';
import { resolveAwaitedReferences } from './awaited-references.ts';
import { explainUserConflict, type RequestedUser } from './conflicts.ts';
import { findPurgeableGroups, purgeGroup } from './group-store.ts';
import { resolveManager } from './managers.ts';
import { namesOfGroup, numbersOfUser, purgedNamesOfUser } from './resource-names.ts';
import { removeRefused } from './refused-names.ts';
import { hasLostAddress, renameDeleted, type RestoredNames } from './restored-names.ts';
import { freeUsername } from './username.ts';
import { touchGroupsOf } from './membership-write-store.ts';
import { RESTORABLE_DAYS, type DirectoryDeps, type StoredUser } from './stored.ts';
import {
  findDeletedUser,
  findPurgeableUsers,
  findUser,
  listDeletedUsers,
  purgeUser,
  setUserDeleted,
} from './user-store.ts';
import { findUniqueness, updateUser } from './user-write-store.ts';
import { targetOf } from './users.ts';

/** The maximum number of resources that one transaction of the purge removes, so that it does not delay writers. */
const PURGE_BATCH_MAX = 100;

/**
 * Restores a deleted user with its memberships, and with new `names` if they are given. Throws `notFound` (404) if there is no deleted
 * user that can be restored. Throws a ConflictError (409) if another user now has the userName, or has an email address
 * or employeeNumber that must be unique for both users.
 *
 * @example
 * await restoreUser(deps, origin, 'ann', { username: 'ann.lee', email: 'ann.lee@contoso.example' });
 */
export async function restoreUser(
  deps: DirectoryDeps,
  origin: Origin,
  idOrName: string,
  names: RestoredNames = {},
): Promise<StoredUser> {
  const { organizationId } = origin;
  let wanted: RequestedUser | undefined;
  return await explainUserConflict(
    deps,
    origin,
    () => wanted,
    () =>
      inTransaction(deps.database, async (transaction) => {
        const deleted = await requireDeletedUser(deps, transaction, organizationId, idOrName);
        const isRenamed = Object.values(names).some((name) => name !== undefined);
        const found = isRenamed ? await renameDeleted(deps, transaction, origin, deleted, names) : deleted;
        wanted = { ...found, uniqueness: await findUniqueness(transaction, found), isRestored: true };
        return await restoreInTransaction(deps, transaction, origin, { deleted, found });
      }),
  );
}

/** Returns a deleted user. Throws `notFound` (404) if the user does not exist or can no longer be restored. */
async function requireDeletedUser(
  deps: DirectoryDeps,
  transaction: Database,
  organizationId: string,
  idOrName: string,
): Promise<StoredUser> {
  const found = await findDeletedUser(transaction, organizationId, idOrName, restorableSince(deps));
  if (found !== undefined) return found;
  throw new TranslatedError('notFound', ({ admin }) => admin.users.notRestorable(quote(idOrName), RESTORABLE_DAYS));
}

/** Marks a user as not deleted, updates groups and references, records the event, and notifies the user about a changed address. */
async function restoreInTransaction(
  deps: DirectoryDeps,
  transaction: Database,
  origin: Origin,
  { deleted, found }: { readonly deleted: StoredUser; readonly found: StoredUser },
): Promise<StoredUser> {
  const { organizationId, id } = found;
  const at = deps.clock.now();
  const username = await freeUsername(transaction, found);
  await setUserDeleted(transaction, { ...found, username }, null, at);
  await removeRefused(transaction, found);
  await touchGroupsOf(transaction, id, at);
  const stored = await findUser(transaction, organizationId, id);
  assert(stored, 'the user that this transaction restored exists');
  // The manager may have been created while the user was deleted.
  const document = await resolveManager(transaction, organizationId, stored.document);
  const restored =
    document === stored.document
      ? stored
      : await updateUser(deps, transaction, stored, { ...stored, document, passwordHash: undefined, at });
  await recordEvent(transaction, deps.clock, origin, {
    type: 'user_restore',
    target: targetOf(restored),
    ...(document !== deleted.document && {
      changes: diffWithoutSecrets(deps.schemas.User, deleted.document, document),
    }),
  });
  await resolveAwaitedReferences(deps, transaction, origin, restored);
  if (hasChangedAddresses(deleted, restored) && !(await hasLostAddress(transaction, deleted))) {
    const change = { before: deleted, after: restored, isNewPassword: false };
    await deps.accountChanged?.(transaction, directoryCaller(origin), change);
  }
  return restored;
}

/** Lists the deleted users of an organization that can be restored, most recently deleted first. */
export async function listRestorableUsers(
  deps: DirectoryDeps,
  organizationId: string,
  page: { readonly skip: number; readonly limit: number },
): Promise<readonly StoredUser[]> {
  return await listDeletedUsers(deps.database, organizationId, restorableSince(deps), page);
}

/** Returns the representation of a deleted user in lists. */
export function shownDeletedUser({ id, username, email, document, deletedAt, integrationId }: StoredUser) {
  const deleted = deletedAt ?? new Date(0);
  return {
    _id: id,
    username,
    email,
    displayname: readText(document, ['displayName']) ?? null,
    integrationId,
    deletedAt: deleted.toISOString(),
    restorableUntil: new Date(deleted.getTime() + RESTORABLE_DAYS * DAY_MS).toISOString(),
  };
}

/**
 * Permanently removes users and groups that were deleted more than 30 days ago. Returns the number of removed resources. Stops early
 * if `isStopping` returns true.
 */
export async function purgeDeleted(deps: DirectoryDeps, isStopping = () => false): Promise<number> {
  const before = restorableSince(deps);
  let purged = 0;
  for (;;) {
    const users = await findPurgeableUsers(deps.database, before, PURGE_BATCH_MAX);
    if (!(await eraseMentionsOf(deps.database, users, isStopping))) return purged;
    const count = await purgeBatch(deps, before, new Set(users.map(({ id }) => id)));
    purged += count;
    if (count === 0 || isStopping()) return purged;
    // SQLite runs statements synchronously: without this pause, the server would not process requests between batches.
    await setImmediate();
  }
}

function restorableSince(deps: DirectoryDeps): Date {
  return new Date(deps.clock.now().getTime() - RESTORABLE_DAYS * DAY_MS);
}

/** Erases kept requests that name the users, before the users are removed. Returns false if `isStopping` returned true before the end. */
async function eraseMentionsOf(database: Database, users: readonly StoredUser[], isStopping: () => boolean) {
  for (const [organizationId, own] of Map.groupBy(users, (user) => user.organizationId)) {
    const people = own.map((user) => {
      const { names, sharedName } = purgedNamesOfUser(user);
      return { id: user.id, names: [...names, ...numbersOfUser(user)], sharedName };
    });
    if (!(await eraseMentions(database, organizationId, people, isStopping))) return false;
  }
  return true;
}

/** Removes groups, and users with these ids. */
async function purgeBatch(deps: DirectoryDeps, before: Date, userIds: ReadonlySet<string>): Promise<number> {
  return await inErasingTransaction(deps.database, async (transaction) => {
    const purgeable = await findPurgeableUsers(transaction, before, PURGE_BATCH_MAX);
    const users = purgeable.filter(({ id }) => userIds.has(id));
    for (const user of users) {
      const { organizationId, id } = user;
      const { names, sharedName } = purgedNamesOfUser(user);
      await eraseRequestsAbout(transaction, { organizationId, id, names, sharedName });
      await deleteEventNames(transaction, organizationId, id);
      // A request to create the user again may have been refused since the user was deleted.
      await removeRefused(transaction, user);
      await purgeUser(transaction, user);
      await recordEvent(transaction, deps.clock, systemOrigin(user.organizationId), {
        type: 'user_purge',
        target: targetOf(user),
      });
    }
    const groups = await findPurgeableGroups(transaction, before, PURGE_BATCH_MAX);
    for (const group of groups) {
      const { organizationId, id } = group;
      await eraseRequestsAbout(transaction, { organizationId, id, names: namesOfGroup(group) });
      await deleteEventNames(transaction, organizationId, id);
      await purgeGroup(transaction, group.id);
      await recordEvent(transaction, deps.clock, systemOrigin(group.organizationId), {
        type: 'group_purge',
        target: { type: 'group', id: group.id, name: group.displayName },
      });
    }
    return users.length + groups.length;
  });
}

function systemOrigin(organizationId: string): Origin {
  return {
    organizationId,
    actor: { type: 'system', id: null, name: 'purge' },
    integration: undefined,
    request: undefined,
  };
}
