import { setImmediate } from 'node:timers/promises';
import { sql } from 'kysely';
import { isId } from '#base/ids.ts';
import type { Database } from '#database/database.ts';
import { inErasingTransaction } from '#database/erased-text.ts';
import { erasedMentions, mentionsAreIn } from './erased-detail.ts';
import { eraseContent, nameKeysOf, type Removed } from './erase-store.ts';
import { Mentions } from './mentions.ts';
import { readDetail } from './shown-request.ts';

/** The number of requests that one statement reads with their bodies and answers. */
const REQUESTS_PER_STATEMENT = 50;

interface Position {
  readonly at: number;
  readonly sequence: number;
}

/**
 * Erases the bodies and the answers of requests that name users who will be permanently removed: lists and searches that returned them,
 * searches by their names, and changes of groups and of other users with their ids. The current and former names are searched only in
 * refused requests and in those that are not about another user or group; the ids are searched in all. Reads all requests of the organization whose content is
 * kept, in batches, each with its own transaction. Returns false if `isStopping` returned true before the end.
 */
export async function eraseMentions(
  database: Database,
  organizationId: string,
  people: readonly Omit<Removed, 'organizationId'>[],
  isStopping: () => boolean,
): Promise<boolean> {
  const ids = new Set(people.map(({ id }) => id));
  const names: string[] = [];
  for (const person of people) names.push(...(await nameKeysOf(database, { ...person, organizationId })));
  const [byId, byName] = [new Mentions([...ids]), new Mentions([...ids, ...names])];
  for (let last: Position | undefined; !isStopping();) {
    const rows = await readKept(database, organizationId, last);
    const erased = rows.flatMap((row) => {
      const target = row.target_id ?? '';
      // Requests about the users are erased together with the users.
      if (ids.has(target)) return [];
      // A refused change of another user has a name that this user never had.
      const isOfAnother = isId(target) && row.outcome !== 'refused';
      return erasedRow(row, isOfAnother ? byId : byName);
    });
    if (erased.length > 0) {
      await inErasingTransaction(database, async (transaction) => {
        for (const row of erased) await eraseContent(transaction, { ...row, organizationId });
      });
    }
    if (rows.length < REQUESTS_PER_STATEMENT) return true;
    last = rows.at(-1);
    // SQLite runs statements synchronously: without this pause, the server would not process requests between batches.
    await setImmediate();
  }
  return false;
}

async function readKept(database: Database, organizationId: string, last: Position | undefined) {
  return await database
    .selectFrom('requests')
    .select(['at', 'sequence', 'outcome', 'target_id', 'name', 'detail', 'body', 'answer'])
    .where('organization_id', '=', organizationId)
    .$if(last !== undefined, (select) =>
      select
        .where('at', '>=', last?.at ?? 0)
        .where(sql<boolean>`(at, sequence) > (${last?.at ?? 0}, ${last?.sequence ?? 0})`),
    )
    .orderBy('organization_id')
    .orderBy('at')
    .orderBy('sequence')
    .limit(REQUESTS_PER_STATEMENT)
    .execute();
}

type KeptRow = Awaited<ReturnType<typeof readKept>>[number];

/** Returns what remains of a request in an array if it contains an identifier, and an empty array otherwise. */
function erasedRow(row: KeptRow, mentions: Mentions) {
  const { name, detail: stored, body, answer, target_id: target } = row;
  if (stored === null) return [];
  const detail = readDetail(stored);
  const isNamed = name !== null && mentions.areIn(name);
  const isContent = [body, answer].some((text) => text !== null && mentions.areInJson(text));
  if (!isNamed && !isContent && !mentionsAreIn(detail, mentions)) return [];
  const sequence = Number(row.sequence);
  return [{ sequence, target, name: isNamed ? null : name, detail: erasedMentions(detail, mentions) }];
}
