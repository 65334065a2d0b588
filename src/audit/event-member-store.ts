import { sql, type RawBuilder } from 'kysely';
import { isId } from '#base/ids.ts';
import type { Database } from '#database/database.ts';
import { engineOf } from '#database/engine.ts';
import { SUMMARIZED_MEMBERS_MAX, SUMMARY_KEY_LENGTH } from '#database/event-conditions.ts';
import type { EventDraft } from './event-types.ts';

/**
 * Returns the summary of the members that a change of a group names: the end of each id. Returns null if they are many, and for other
 * events.
 *
 * @example
 * memberSummary({ type: 'group_update', changes: [{ field: 'members', from: null, to: ['695b7d903f2a91c4d07e5b18'] }], … }); // '5b18'
 */
export function memberSummary({ type, changes = [] }: Pick<EventDraft, 'type' | 'changes'>): string | null {
  if (type !== 'group_create' && type !== 'group_update') return null;
  const ids = changes
    .filter(({ field }) => field === 'members')
    .flatMap(({ from, to }) => [from, to].flat())
    .filter((value) => typeof value === 'string' && isId(value));
  return ids.length > SUMMARIZED_MEMBERS_MAX ? null : ids.map((id) => String(id).slice(-SUMMARY_KEY_LENGTH)).join('');
}

/** True for changes of groups that name a member. The summary, which is in the index, excludes most others without reading their JSON. */
export function namesMember(database: Database, memberId: string): RawBuilder<boolean> {
  const { json } = engineOf(database);
  const isNamed = json.contains(sql.ref('events.body'), memberId);
  if (!isId(memberId)) return isNamed;
  const isPossible = json.contains(sql.ref('events.members'), memberId.slice(-SUMMARY_KEY_LENGTH));
  return sql<boolean>`(events.members is null or ${isPossible}) and ${isNamed}`;
}
