import type { Rules } from '#integrations/rules.ts';
import type { Database } from '#database/database.ts';
import { readText } from './attribute-contract.ts';
import type { StoredUser } from './stored.ts';
import { isUsernameTaken } from './user-store.ts';

type Named = Pick<StoredUser, 'id' | 'organizationId' | 'document' | 'username'> & {
  /** Without them, a username that is the userName stays. */
  readonly rules?: Pick<Rules, 'userName'> | undefined;
};

/**
 * The username that a user can have. One that was derived from an address may be taken by a user with the same local part: then
 * it gets a number. One that is the userName stays, so that a user of the same name is a duplicate; but where userNames of any
 * shape are allowed, another user's username may be derived from an address, and then this one gets a number too.
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
