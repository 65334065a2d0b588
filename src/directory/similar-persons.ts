import type { StoredEvent } from '#audit/stored-event.ts';
import { findLastRefusal } from '#audit/timeline-store.ts';
import { fold } from '#base/fold.ts';
import type { Database } from '#database/database.ts';
import { findUsersByAnyName } from './named-user-store.ts';
import { nameOnly, type Person } from './person.ts';
import { findSimilarNames, SIMILAR_NAMES_MAX } from './similar-name-store.ts';
import { displayNameOf } from './stored.ts';

/** A person with a name that is similar to another. */
export type SimilarPerson = Pick<Person, 'id' | 'name' | 'state' | 'userName' | 'email'>;

/** The maximum number of names that are read for SIMILAR_NAMES_MAX people. Most people have several names, and groups have names, too. */
const NAMES_READ_MAX = 25;

/**
 * Finds people with a name that starts like another or differs from it in one or two letters: users, deleted users, and names in refused
 * requests. Returns at most SIMILAR_NAMES_MAX people.
 *
 * @param shown The last refusal of the person with the name: other names of that person are left out; undefined if there is none.
 */
export async function findSimilarPersons(
  database: Database,
  organizationId: string,
  name: string,
  shown: StoredEvent | undefined,
): Promise<readonly SimilarPerson[]> {
  const found = new Map<string, SimilarPerson>();
  for (const similar of await findSimilarNames(database, organizationId, name, NAMES_READ_MAX)) {
    if (found.size >= SIMILAR_NAMES_MAX) break;
    const { active, deleted } = await findUsersByAnyName(database, organizationId, similar);
    for (const user of [...active, ...deleted]) {
      const { id, userName, email, deletedAt } = user;
      const state = deletedAt === null ? 'present' : 'deleted';
      found.set(id, { id, name: displayNameOf(user), state, userName, email });
    }
    if (active.length + deleted.length > 0) continue;
    const refusal = await findLastRefusal(database, organizationId, similar);
    if (refusal === undefined || (shown !== undefined && isSamePerson(refusal, shown))) continue;
    const { username: userName = null, email = null } = refusal.resource;
    // One refused request has several names.
    found.set(refusal.id, { ...shortOf(similar), userName, email });
  }
  // Several users can have one name.
  return [...found.values()].slice(0, SIMILAR_NAMES_MAX);
}

/** True for refusals that name the same person. The displayName is left out, because many people share one. */
function isSamePerson(one: StoredEvent, other: StoredEvent): boolean {
  const names = namesIn(one);
  return one.id === other.id || namesIn(other).some((name) => names.includes(name));
}

function namesIn({ resource: { username, email, externalId } }: StoredEvent): readonly string[] {
  return [username, email, externalId].flatMap((name) => (name ? [fold(name)] : []));
}

function shortOf(name: string) {
  const { id, state } = nameOnly(name, 'refused');
  return { id, name, state };
}
