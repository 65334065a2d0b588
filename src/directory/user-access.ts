import { revokeLinks, revokeLinksWithEvents } from '#admins/one-time-token-store.ts';
import { deleteSessions } from '#admins/session-store.ts';
import type { Clock } from '#base/clock.ts';
import type { Database } from '#database/database.ts';
import { hasChangedAddresses, hasChangedContactAddresses } from './addresses.ts';
import type { StoredUser } from './stored.ts';

/** Details of a change to a user that cannot be seen by comparing the user before and after the change. */
export interface AccessChange {
  readonly clock: Clock;
  readonly isNewPassword: boolean;
  /** The session in which the user makes the change. It stays active. */
  readonly keptSession?: string | undefined;
  /**
   * True if the integration that owns the user makes the change. In that case, changed addresses do not end sessions, because the
   * integration may be renaming a domain.
   */
  readonly byOwner: boolean;
}

/**
 * Revokes the links and sessions that a change makes invalid, in the transaction of the change. Links become invalid if the state, a
 * contact address, or the password changes. Sessions end if the password or an address changes, or if the user may no longer sign in.
 */
export async function revokeStaleAccess(
  transaction: Database,
  before: StoredUser,
  after: StoredUser,
  { clock, isNewPassword, keptSession, byOwner }: AccessChange,
): Promise<void> {
  const hasNewState = before.state !== after.state;
  if (hasNewState || hasChangedContactAddresses(before, after)) {
    await revokeLinksWithEvents(transaction, clock, 'user_id', after.id);
  } else if (isNewPassword) await revokeLinks(transaction, 'user_id', after.id);
  const hasNewAddresses = !byOwner && hasChangedAddresses(before, after);
  if (isNewPassword || hasNewAddresses || (hasNewState && after.state !== 'ACTIVATED')) {
    await deleteSessions(transaction, 'user_id', after.id, { allBut: keptSession });
  }
}

/** Revokes all links and sessions of a user who is deleted. The user has to sign in again after a restore. */
export async function revokeAccess(transaction: Database, clock: Clock, userId: string): Promise<void> {
  await revokeLinksWithEvents(transaction, clock, 'user_id', userId);
  await deleteSessions(transaction, 'user_id', userId, { allBut: undefined });
}
