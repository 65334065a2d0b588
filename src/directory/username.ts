import type { Database } from '#database/database.ts';
import { readText } from './attribute-contract.ts';
import type { StoredUser } from './stored.ts';
import { isUsernameTaken } from './user-store.ts';

/**
 * The username that a user can have. One that was derived from an address may be taken by somebody with the same local
 * part: then it gets a number. One that is the userName itself stays: if it is taken, the user is a duplicate.
 */
export async function freeUsername(
  database: Database,
  user: Pick<StoredUser, 'id' | 'organizationId' | 'document' | 'username'>,
): Promise<string> {
  const { id, organizationId, document, username } = user;
  if (readText(document, ['userName']) === username) return username;
  let candidate = username;
  for (let number = 2; await isUsernameTaken(database, organizationId, candidate, id); number += 1) {
    candidate = `${username}${number}`;
  }
  return candidate;
}
