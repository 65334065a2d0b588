import { nameKey, REQUEST_KEYS, REQUEST_KEYS_END } from '#audit/event-name-store.ts';
import { fold } from '#base/fold.ts';
import { suggestion } from '#base/suggestion.ts';
import type { Database } from '#database/database.ts';
import { namedEvents } from '#database/event-conditions.ts';

/** The maximum number of names that a search without a result suggests, and of people with similar names in a timeline. */
export const SIMILAR_NAMES_MAX = 5;
/** In how many letters a similar name may differ. */
const DIFFERENT_LETTERS_MAX = 2;
/**
 * A misspelled name must share its first SHARED_LETTERS letters with the correct name. At most CANDIDATES_MAX names of each index are
 * read.
 */
const SHARED_LETTERS = 2;
const CANDIDATES_MAX = 200;
/** A prefix followed by this character sorts after every text that starts with the prefix. */
const LAST = '\u{10ffff}';

/**
 * Finds names of users, groups, and events that start with a name. If there are none, finds the name that differs from it in one or
 * two letters. Returns folded names, without the name itself.
 *
 * @param limit The maximum number of names. A caller that leaves out some of them asks for more than it shows.
 */
export async function findSimilarNames(
  database: Database,
  organizationId: string,
  name: string,
  limit = SIMILAR_NAMES_MAX,
): Promise<readonly string[]> {
  const key = fold(name);
  const [local = ''] = key.split('@');
  if (local.length <= SHARED_LETTERS) return [];
  const without = [...new Set([key, nameKey(name)])];
  const found = await findNamesByPrefix(database, organizationId, { prefix: local, without, limit });
  if (found.length > 0) return found.slice(0, limit);
  const prefix = Array.from(local).slice(0, SHARED_LETTERS).join('');
  const candidates = await findNamesByPrefix(database, organizationId, { prefix, without, limit: CANDIDATES_MAX });
  const near =
    suggestion(key, candidates, DIFFERENT_LETTERS_MAX) ?? suggestion(local, candidates, DIFFERENT_LETTERS_MAX);
  return near === undefined ? [] : [near];
}

/** Names from `prefix` to `end`, without some of them: at most `limit` of each index. */
interface NameRange {
  readonly prefix: string;
  readonly end: string;
  /** Left out by the statements: a name can have so many rows that they fill the limit. */
  readonly without: readonly string[];
  readonly limit: number;
}

async function findNamesByPrefix(
  database: Database,
  organizationId: string,
  { prefix, without, limit }: Omit<NameRange, 'end'>,
): Promise<readonly string[]> {
  const end = `${prefix}${LAST}`;
  const names = new Set<string>();
  for (const column of ['user_name_key', 'display_name_key'] as const) {
    const rows = await database
      .selectFrom('users')
      .select(`${column} as name`)
      .where('organization_id', '=', organizationId)
      .where('deleted_at', 'is', null)
      .where(column, '>=', prefix)
      .where(column, '<', end)
      .where(column, 'not in', without)
      .orderBy('organization_id')
      .orderBy(column)
      .limit(limit)
      .execute();
    for (const row of rows) names.add(row.name ?? '');
  }
  for (const name of await otherNames(database, organizationId, { prefix, end, without, limit })) names.add(name);
  return [...names];
}

/** Finds email addresses of users, names of groups, and names in events. */
async function otherNames(
  database: Database,
  organizationId: string,
  { prefix, end, without, limit }: NameRange,
): Promise<readonly string[]> {
  const emails = await database
    .selectFrom('user_emails')
    .select('value_key as name')
    .where('organization_id', '=', organizationId)
    .where('value_key', '>=', prefix)
    .where('value_key', '<', end)
    .where('value_key', 'not in', without)
    .orderBy('organization_id')
    .orderBy('value_key')
    .limit(limit)
    .execute();
  const groups = await database
    .selectFrom('groups')
    .select('display_name_key as name')
    .where('organization_id', '=', organizationId)
    .where('deleted_at', 'is', null)
    .where('display_name_key', '>=', prefix)
    .where('display_name_key', '<', end)
    .where('display_name_key', 'not in', without)
    .orderBy('organization_id')
    .orderBy('display_name_key')
    .limit(limit)
    .execute();
  const sent = await sentNames(database, organizationId, {
    prefix,
    end: end < REQUEST_KEYS ? end : REQUEST_KEYS,
    without,
    limit,
  });
  const sentAfter = await sentNames(database, organizationId, {
    prefix: prefix > REQUEST_KEYS_END ? prefix : REQUEST_KEYS_END,
    end,
    without,
    limit,
  });
  const targets = await database
    .selectFrom('events')
    .select('target_key as name')
    .where('organization_id', '=', organizationId)
    .where('target_key', '>=', prefix)
    .where('target_key', '<', end)
    .where('target_key', 'not in', without)
    .where(namedEvents)
    .orderBy('organization_id')
    .orderBy('target_key')
    .limit(limit)
    .execute();
  return [...emails, ...groups, ...sent, ...sentAfter, ...targets].flatMap(({ name }) => name ?? []);
}

/** Finds names in a range of `event_names`. Callers read the ranges before and after the ids of requests, which are not names. */
async function sentNames(database: Database, organizationId: string, { prefix, end, without, limit }: NameRange) {
  return await database
    .selectFrom('event_names')
    .select('name_key as name')
    .where('organization_id', '=', organizationId)
    .where('name_key', '>=', prefix)
    .where('name_key', '<', end)
    .where('name_key', 'not in', without)
    .orderBy('organization_id')
    .orderBy('name_key')
    .limit(limit)
    .execute();
}
