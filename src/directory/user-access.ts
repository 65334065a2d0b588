import { revokeLinks, voidLinks } from '#admins/one-time-token-store.ts';
import { deleteSessions } from '#admins/session-store.ts';
import type { Clock } from '#base/clock.ts';
import type { Database } from '#database/database.ts';
import { hasOtherAddresses, isReachedElsewhere } from './addresses.ts';
import type { StoredUser } from './stored.ts';

/** What is known of a change besides the user before and after it. */
export interface ChangeOfAccess {
  readonly clock: Clock;
  readonly isNewPassword: boolean;
  /** The session in which the user makes the change, which goes on. */
  readonly keptSession?: string | undefined;
  /** True if the integration that owns the user makes the change: where it renames a domain, sessions go on. */
  readonly byOwner: boolean;
}

/**
 * Ends what let a user in before a change, in its transaction: links that were sent to another address, in another state or
 * for another password, and sessions with another password, with other addresses, or of a user who may no longer sign in.
 */
export async function revokeStaleAccess(
  transaction: Database,
  before: StoredUser,
  after: StoredUser,
  { clock, isNewPassword, keptSession, byOwner }: ChangeOfAccess,
): Promise<void> {
  const isSwitched = before.state !== after.state;
  if (isSwitched || isReachedElsewhere(before, after)) {
    await voidLinks(transaction, clock, 'user_id', after.id);
  } else if (isNewPassword) await revokeLinks(transaction, 'user_id', after.id);
  const isMoved = !byOwner && hasOtherAddresses(before, after);
  if (isNewPassword || isMoved || (isSwitched && after.state !== 'ACTIVATED')) {
    await deleteSessions(transaction, 'user_id', after.id, { allBut: keptSession });
  }
}

/** The same of a user who is deleted: who is restored signs in anew. */
export async function revokeAccess(transaction: Database, clock: Clock, userId: string): Promise<void> {
  await voidLinks(transaction, clock, 'user_id', userId);
  await deleteSessions(transaction, 'user_id', userId, { allBut: undefined });
}
