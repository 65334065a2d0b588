import { quote } from '#base/errors.ts';
import { searchParts, SEARCH_WORDS_MAX, type SearchPart } from '#base/search-terms.ts';
import { TranslatedError } from '#base/translated-error.ts';
import type { Database } from '#database/database.ts';
import { findGroup } from '#directory/group-store.ts';
import { requireSource } from '#integrations/source-filter.ts';
import { findSourceNames } from '#request-log/request-query-store.ts';
import type { PeopleQuery } from './people-query.ts';

/** Returns the words of a search. Throws `invalidQuery` (400) for too many. */
export function wordsOf(search: string): readonly SearchPart[] {
  const parts = searchParts(search);
  if (parts.length <= SEARCH_WORDS_MAX) return parts;
  throw new TranslatedError('invalidQuery', ({ admin }) => admin.people.tooManyWords(parts.length, SEARCH_WORDS_MAX), {
    attribute: 'search',
    value: search,
  });
}

/**
 * Checks the filters of a search of people, and returns the names of all sources by id. Throws `invalidQuery` (400) for an unknown source
 * or group, and for too many words.
 */
export async function requireFilters(
  database: Database,
  organizationId: string,
  { search, source, group }: Pick<PeopleQuery, 'search' | 'source' | 'group'>,
): Promise<ReadonlyMap<string, string>> {
  wordsOf(search);
  const sources = await findSourceNames(database, organizationId);
  requireSource(source, sources);
  if (group !== undefined && (await findGroup(database, organizationId, group)) === undefined) {
    throw new TranslatedError('invalidQuery', ({ admin }) => admin.people.unknownGroup(quote(group)), {
      attribute: 'group',
      value: group,
    });
  }
  return sources;
}
