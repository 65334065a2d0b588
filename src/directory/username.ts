import type { Rules } from '#integrations/rules.ts';
import type { Database } from '#database/database.ts';
import { readText } from './attribute-contract.ts';
import type { StoredUser } from './stored.ts';
import { isUsernameTaken } from './user-store.ts';

type Named = Pick<StoredUser, 'id' | 'organizationId' | 'document' | 'username'> & {
  /** By default, a username that equals the userName is not changed. */
  readonly rules?: Pick<Rules, 'userName'> | undefined;
};

/**
 * Returns a username that no other active user has. Appends a number if necessary, as in "ann2": a username that was derived from an
 * address may belong to a user whose address has the same local part. A username that equals the userName gets no number, so that a
 * second user with this userName is refused as a duplicate. The exception is the rule userName with the value `any`: another user's
 * username may then be derived from an address.
 */
export async function freeUsername(database: Database, user: Named): Promise<string> {
  const { id, organizationId, document, username, rules } = user;
  if (readText(document, ['userName']) === username && rules?.userName !== 'any') return username;
  let candidate = username;
  for (let number = 2; await isUsernameTaken(database, organizationId, candidate, id); number += 1) {
    candidate = `${username}${number}`;
  }
  return candidate;
}
