import type { Origin } from '#audit/event-types.ts';
import type { Database } from '#database/database.ts';
import { readText } from './attribute-contract.ts';
import { addUserToAwaitingGroups } from './awaited-members.ts';
import { resolveAwaitedManagers } from './managers.ts';
import { lockReferences } from './references.ts';
import type { DirectoryDeps, StoredUser } from './stored.ts';

/**
 * Resolves references to a user that were sent before the user existed or had its current names: sets the user as the manager of
 * its reports, and adds the user to groups.
 */
export async function resolveAwaitedReferences(
  deps: DirectoryDeps,
  transaction: Database,
  origin: Origin,
  user: StoredUser,
) {
  const externalId = readText(user.document, ['externalId']);
  await lockReferences(transaction, user.organizationId, [
    user.id,
    user.userName,
    ...(externalId === undefined ? [] : [externalId]),
  ]);
  await resolveAwaitedManagers(deps, transaction, origin, user);
  await addUserToAwaitingGroups(deps, transaction, origin, user);
}
