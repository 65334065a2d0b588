import { recordEvent } from '#audit/event-store.ts';
import { inResourceTransaction } from '#database/resource-transaction.ts';
import { diffWithoutSecrets } from '#scim/resource/secret-values.ts';
import { ownerRules } from './deciding-rules.ts';
import { touchGroupsOf } from './membership-write-store.ts';
import { claimUser } from './ownership.ts';
import { requireRequested, type ExpectedVersion } from './requested.ts';
import { namesOfUser } from './resource-names.ts';
import type { Caller, DirectoryDeps, WriteEffect } from './stored.ts';
import { revokeAccess, revokeStaleAccess } from './user-access.ts';
import { requireOperation } from './user-rules.ts';
import { findUserToChange, setUserDeleted } from './user-store.ts';
import { updateUser } from './user-write-store.ts';
import { eventDocument, targetOf } from './users.ts';

/** Deletes a user (RFC 7644 §3.6), restorable for 30 days; suspends the user if `deleteAction` is suspend. Throws 403, 404, or 412. */
export async function deleteUser(
  deps: DirectoryDeps,
  caller: Caller,
  id: string,
  expected: ExpectedVersion,
): Promise<void> {
  requireOperation(caller, 'delete', 'Users');
  const { organizationId } = caller.origin;
  await inResourceTransaction(deps.database, id, async (transaction) => {
    const found = requireRequested('user', id, await findUserToChange(transaction, organizationId, id), expected);
    const user = await claimUser(deps, transaction, caller, found);
    const rules = [...ownerRules(found, user), 'deleteAction'] as const;
    const written = async (effect: WriteEffect) =>
      await deps.written?.(transaction, { effect, type: 'User', resource: user, rules });
    const at = deps.clock.now();
    if (caller.rules.deleteAction === 'suspend') {
      if (user.state === 'SUSPENDED') {
        await written('unchanged');
        return;
      }
      const after = await updateUser(deps, transaction, user, {
        ...user,
        state: 'SUSPENDED',
        passwordHash: undefined,
        at,
      });
      await revokeStaleAccess(transaction, user, after, { clock: deps.clock, isNewPassword: false, byOwner: true });
      await recordEvent(transaction, deps.clock, caller.origin, {
        type: 'user_suspended',
        target: targetOf(after),
        changes: diffWithoutSecrets(deps.schemas.User, eventDocument(user, false), eventDocument(after, false)),
      });
      await written('changed');
      return;
    }
    await touchGroupsOf(transaction, id, at);
    await setUserDeleted(transaction, user, at, at);
    await revokeAccess(transaction, deps.clock, id);
    await recordEvent(transaction, deps.clock, caller.origin, {
      type: 'user_delete',
      target: targetOf(user),
      names: namesOfUser(user),
      changes: diffWithoutSecrets(deps.schemas.User, eventDocument(user, false), {}),
    });
    await written('deleted');
  });
}
