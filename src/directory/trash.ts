import { setImmediate } from 'node:timers/promises';
import { deleteEventNames } from '#audit/event-name-store.ts';
import { recordEvent } from '#audit/event-store.ts';
import type { Origin } from '#audit/event-types.ts';
import { DAY_MS } from '#base/clock.ts';
import { AppError, assert, quote } from '#base/errors.ts';
import { inTransaction } from '#database/database.ts';
import { diff } from '#scim/resource/diff.ts';
import { settleArrival } from './arrivals.ts';
import { explainUserConflict, type WantedUser } from './conflicts.ts';
import { findPurgeableGroups, purgeGroup } from './group-store.ts';
import { resolveManager } from './managers.ts';
import { freeUsername } from './username.ts';
import { touchGroupsOf } from './membership-write-store.ts';
import { RESTORABLE_DAYS, type DirectoryDeps, type StoredUser } from './stored.ts';
import { findDeletedUser, findPurgeableUsers, findUser, purgeUser, setUserDeleted } from './user-store.ts';
import { findUniqueness, updateUser } from './user-write-store.ts';
import { targetOf } from './users.ts';

/** Resources that one transaction of the purge removes: it must not keep writers waiting. */
const PURGE_BATCH_MAX = 100;

/**
 * Brings a deleted user back, with the memberships that it had. Throws notFound, and 409 when the userName has been given to another
 * user since, or an e-mail or an employeeNumber that was unique when the user was deleted and is unique for the other one.
 */
export async function restoreUser(deps: DirectoryDeps, origin: Origin, idOrName: string): Promise<StoredUser> {
  const { organizationId } = origin;
  let wanted: WantedUser | undefined;
  return await explainUserConflict(
    deps,
    origin,
    () => wanted,
    () =>
      inTransaction(deps.database, async (transaction) => {
        const found = await findDeletedUser(transaction, organizationId, idOrName, restorableSince(deps));
        if (found === undefined) {
          throw new AppError(
            'notFound',
            `There is no deleted user ${quote(idOrName)} that could be restored. A deleted user is kept for ${RESTORABLE_DAYS} days.`,
          );
        }
        wanted = { ...found, uniqueness: await findUniqueness(transaction, found), isRestored: true };
        const at = deps.clock.now();
        const username = await freeUsername(transaction, found);
        await setUserDeleted(transaction, { ...found, username }, null, at);
        await touchGroupsOf(transaction, found.id, at);
        const stored = await findUser(transaction, organizationId, found.id);
        assert(stored, 'what was restored in this transaction is there');
        // The manager may have arrived while the user was deleted.
        const document = await resolveManager(transaction, organizationId, stored.document);
        const restored =
          document === stored.document
            ? stored
            : await updateUser(deps, transaction, stored, { ...stored, document, passwordHash: undefined, at });
        await recordEvent(transaction, deps.clock, origin, {
          type: 'user_restore',
          target: targetOf(found),
          ...(restored !== stored && { changes: diff(stored.document, document) }),
        });
        await settleArrival(deps, transaction, origin, restored);
        return restored;
      }),
  );
}

/** Removes for good what was deleted more than 30 days ago, and returns how many resources that were. */
export async function purgeDeleted(deps: DirectoryDeps): Promise<number> {
  const before = restorableSince(deps);
  let purged = 0;
  for (;;) {
    const some = await purgeSome(deps, before);
    if (some === 0) return purged;
    purged += some;
    // The database answers at once: without a pause no request would be served in between.
    await setImmediate();
  }
}

function restorableSince(deps: DirectoryDeps): Date {
  return new Date(deps.clock.now().getTime() - RESTORABLE_DAYS * DAY_MS);
}

async function purgeSome(deps: DirectoryDeps, before: Date): Promise<number> {
  return await inTransaction(deps.database, async (transaction) => {
    const users = await findPurgeableUsers(transaction, before, PURGE_BATCH_MAX);
    for (const user of users) {
      await deleteEventNames(transaction, user.organizationId, user.id);
      await purgeUser(transaction, user.id);
      await recordEvent(transaction, deps.clock, systemOrigin(user.organizationId), {
        type: 'user_purge',
        target: targetOf(user),
      });
    }
    const groups = await findPurgeableGroups(transaction, before, PURGE_BATCH_MAX);
    for (const group of groups) {
      await deleteEventNames(transaction, group.organizationId, group.id);
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
