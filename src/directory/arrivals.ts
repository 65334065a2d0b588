import type { Origin } from '#audit/event-types.ts';
import type { Database } from '#database/database.ts';
import { readText } from './attribute-contract.ts';
import { settleUser } from './awaited-members.ts';
import { settleReports } from './managers.ts';
import { lockReferences } from './references.ts';
import type { DirectoryDeps, StoredUser } from './stored.ts';

/** Gives a user that is new, or has a new name, to those who named it before it was here: its reports, its groups. */
export async function settleArrival(deps: DirectoryDeps, transaction: Database, origin: Origin, user: StoredUser) {
  const externalId = readText(user.document, ['externalId']);
  await lockReferences(transaction, user.organizationId, [
    user.id,
    user.userName,
    ...(externalId === undefined ? [] : [externalId]),
  ]);
  await settleReports(deps, transaction, origin, user);
  await settleUser(deps, transaction, origin, user);
}
