import { revokeLinks } from '#admins/one-time-token-store.ts';
import { deleteSessions } from '#admins/session-store.ts';
import type { Database } from '#database/database.ts';
import type { StoredUser } from './stored.ts';

/** What happened to the password of a user, where something did. */
export interface PasswordChange {
  readonly isNew: boolean;
  /** The session in which the user set it, which goes on. */
  readonly keptSession?: string | undefined;
}

/**
 * Ends what let a user in before a change, in its transaction: links that were sent to another address, in another state or
 * for another password, and sessions with another password or of a user who may not be there any more.
 */
export async function settleAccess(
  transaction: Database,
  before: StoredUser,
  after: StoredUser,
  password: PasswordChange,
): Promise<void> {
  const isSwitched = before.state !== after.state;
  const isMoved =
    before.email !== after.email || before.properties['alternateEmail'] !== after.properties['alternateEmail'];
  if (isSwitched || isMoved || password.isNew) await revokeLinks(transaction, 'user_id', after.id);
  if (password.isNew || (isSwitched && after.state !== 'ACTIVATED')) {
    await deleteSessions(transaction, 'user_id', after.id, { allBut: password.keptSession });
  }
}

/** The same of a user who is deleted: who is restored signs in anew. */
export async function endAccess(transaction: Database, userId: string): Promise<void> {
  await revokeLinks(transaction, 'user_id', userId);
  await deleteSessions(transaction, 'user_id', userId, { allBut: undefined });
}
