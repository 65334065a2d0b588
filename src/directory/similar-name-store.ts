import { REQUEST_KEYS, REQUEST_KEYS_END } from '#audit/event-name-store.ts';
import { fold } from '#base/fold.ts';
import { suggestion } from '#base/suggestion.ts';
import type { Database } from '#database/database.ts';
import { namedEvents } from '#database/event-conditions.ts';

/** Names that a search without a result suggests. */
const SIMILAR_NAMES_MAX = 5;
/** Letters that a misspelled name shares with the right one, at its beginning, and names that begin so and are compared. */
const SHARED_LETTERS = 2;
const CANDIDATES_MAX = 200;
/** After every other text that begins alike. */
const LAST = '\u{10ffff}';

/** Folded names of users, groups and refused requests that begin as the name does, or differ from it in a letter or two. */
export async function findSimilarNames(
  database: Database,
  organizationId: string,
  name: string,
): Promise<readonly string[]> {
  const key = fold(name);
  const [local = ''] = key.split('@');
  if (local.length <= SHARED_LETTERS) return [];
  const found = await namesThatBegin(database, organizationId, { prefix: local, limit: SIMILAR_NAMES_MAX });
  if (found.length > 0) return found.slice(0, SIMILAR_NAMES_MAX);
  const prefix = Array.from(local).slice(0, SHARED_LETTERS).join('');
  const candidates = await namesThatBegin(database, organizationId, { prefix, limit: CANDIDATES_MAX });
  const near = suggestion(key, candidates) ?? suggestion(local, candidates);
  return near === undefined ? [] : [near];
}

async function namesThatBegin(
  database: Database,
  organizationId: string,
  { prefix, limit }: { readonly prefix: string; readonly limit: number },
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
      .orderBy('organization_id')
      .orderBy(column)
      .limit(limit)
      .execute();
    for (const row of rows) names.add(row.name ?? '');
  }
  for (const name of await otherNames(database, organizationId, { prefix, end, limit })) names.add(name);
  return [...names];
}

/** E-mails of users, names of groups, and those of events. */
async function otherNames(
  database: Database,
  organizationId: string,
  { prefix, end, limit }: { readonly prefix: string; readonly end: string; readonly limit: number },
): Promise<readonly string[]> {
  const emails = await database
    .selectFrom('user_emails')
    .select('value_key as name')
    .where('organization_id', '=', organizationId)
    .where('value_key', '>=', prefix)
    .where('value_key', '<', end)
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
    .orderBy('organization_id')
    .orderBy('display_name_key')
    .limit(limit)
    .execute();
  const sent = await sentNames(database, organizationId, {
    prefix,
    end: end < REQUEST_KEYS ? end : REQUEST_KEYS,
    limit,
  });
  const sentAfter = await sentNames(database, organizationId, {
    prefix: prefix > REQUEST_KEYS_END ? prefix : REQUEST_KEYS_END,
    end,
    limit,
  });
  const targets = await database
    .selectFrom('events')
    .select('target_key as name')
    .where('organization_id', '=', organizationId)
    .where('target_key', '>=', prefix)
    .where('target_key', '<', end)
    .where(namedEvents)
    .orderBy('organization_id')
    .orderBy('target_key')
    .limit(limit)
    .execute();
  return [...emails, ...groups, ...sent, ...sentAfter, ...targets].flatMap(({ name }) => name ?? []);
}

/** Without the ids of requests, which are between the two ranges that this reads. */
async function sentNames(
  database: Database,
  organizationId: string,
  { prefix, end, limit }: { readonly prefix: string; readonly end: string; readonly limit: number },
) {
  return await database
    .selectFrom('event_names')
    .select('name_key as name')
    .where('organization_id', '=', organizationId)
    .where('name_key', '>=', prefix)
    .where('name_key', '<', end)
    .orderBy('organization_id')
    .orderBy('name_key')
    .limit(limit)
    .execute();
}
