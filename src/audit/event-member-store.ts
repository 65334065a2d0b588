import { sql, type RawBuilder } from 'kysely';
import { isId } from '#base/ids.ts';
import type { Database } from '#database/database.ts';
import { engineOf } from '#database/engine.ts';
import { memberEvents, SUMMARIZED_MEMBERS_MAX, SUMMARY_KEY_LENGTH } from '#database/event-conditions.ts';
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

/** The number of events that one statement chooses by their summaries, and the next one searches for the member. */
const CANDIDATES_MAX = 1_000;

/** Which changes of groups to find: those that name the member. */
interface MemberQuery {
  readonly organizationId: string;
  readonly memberId: string;
  /** The maximum number of events. */
  readonly limit: number;
  /** Only events with a lower sequence, with a higher one, and not after a time. */
  readonly before?: number | undefined;
  readonly since?: number | undefined;
  readonly until?: number | undefined;
}

/**
 * Returns the changes of groups that name a member, newest first. Reads the summaries of all changes of groups in the index, and the JSON
 * of only those events that may name the member.
 */
export async function findMemberEvents(database: Database, query: MemberQuery) {
  const found: Awaited<ReturnType<typeof readNaming>> = [];
  for (let before = query.before; ;) {
    const candidates = await findCandidates(database, { ...query, before });
    if (candidates.length > 0) found.push(...(await readNaming(database, query, candidates)));
    if (candidates.length < CANDIDATES_MAX || found.length >= query.limit) return found.slice(0, query.limit);
    before = candidates.at(-1);
  }
}

/** Returns the sequences of the newest changes of groups that may name a member, newest first. The index has all that the statement reads. */
async function findCandidates(database: Database, { organizationId, memberId, before, since }: MemberQuery) {
  const rows = await database
    .selectFrom('events')
    .select('sequence')
    .where('organization_id', '=', organizationId)
    .where(memberEvents)
    .$if(isId(memberId), (select) => select.where(mayName(database, memberId)))
    .$if(before !== undefined, (select) => select.where('sequence', '<', before ?? 0))
    .$if(since !== undefined, (select) => select.where('sequence', '>', since ?? 0))
    .orderBy('organization_id', 'desc')
    .orderBy('sequence', 'desc')
    .limit(CANDIDATES_MAX)
    .execute();
  return rows.map(({ sequence }) => Number(sequence));
}

/** An id in another form than those of the directory is not in summaries. */
function mayName(database: Database, memberId: string): RawBuilder<boolean> {
  const { json } = engineOf(database);
  return sql<boolean>`(members is null or ${json.contains(sql.ref('members'), memberId.slice(-SUMMARY_KEY_LENGTH))})`;
}

async function readNaming(
  database: Database,
  { organizationId, memberId, until }: MemberQuery,
  candidates: readonly number[],
) {
  const { json } = engineOf(database);
  const sequences = sql`select cast(value as bigint) from ${json.texts(JSON.stringify(candidates))}`;
  const rows = await database
    .selectFrom('events')
    .select(['sequence', 'at', 'body'])
    .where('organization_id', '=', organizationId)
    .where(json.amongRows(sql.ref('sequence'), sequences))
    .where(json.contains(sql.ref('body'), memberId))
    .$if(until !== undefined, (select) => select.where('at', '<=', until ?? 0))
    .execute();
  return rows.toSorted((one, other) => Number(other.sequence) - Number(one.sequence));
}
