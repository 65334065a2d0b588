import { changePhrase, phrasedMembers } from '#audit/change-phrase.ts';
import { referencesOf } from '#audit/change-words.ts';
import type { FieldChange } from '#audit/event-types.ts';
import type { Language } from '#base/words/language.ts';
import type { Database } from '#database/database.ts';
import { findRequestChanges, findShownNames } from './request-change-store.ts';
import type { RequestRow } from './request-query-store.ts';

type ChangingRow = Pick<RequestRow, 'id' | 'request_id' | 'target_id' | 'resource_type' | 'outcome' | 'kind'>;

/**
 * Returns what the requests of a page changed, each in one short phrase, by the id of the entry. Reads the events, the users and the groups
 * of all requests with one statement each.
 *
 * Two operations of one bulk request on the same user or group have no phrase, because their events do not say which of them it was.
 *
 * @example
 * (await phrasesOf(database, organizationId, rows)).get(rows[0].id); // 'Added 3 members: Ann, Bob and 1 other'
 */
export async function phrasesOf(
  database: Database,
  organizationId: string,
  rows: readonly ChangingRow[],
  language: Language = 'en',
): Promise<ReadonlyMap<string, string>> {
  const sought = Map.groupBy(rows.flatMap(changeOf), keyOf)
    .values()
    .flatMap(([change, ...others]) => (change === undefined || others.length > 0 ? [] : [change]))
    .toArray();
  const found = Map.groupBy(await findRequestChanges(database, organizationId, sought), keyOf);
  const changed = sought.map((one) => ({
    ...one,
    changes: (found.get(keyOf(one)) ?? []).flatMap(({ changes }) => changes),
  }));
  const ids = new Set(changed.flatMap(({ changes }) => changes.flatMap(idsIn)));
  const names = await findShownNames(database, organizationId, [...ids]);
  return new Map(
    changed.flatMap(({ entryId, type, changes }) => {
      const phrase = changePhrase(type, changes, names, language);
      return phrase === undefined ? [] : [[entryId, phrase] as const];
    }),
  );
}

/** Returns whose change a request was; nothing for a request that changed no user and no group. */
function changeOf({ id, request_id: requestId, target_id: targetId, resource_type: type, outcome, kind }: ChangingRow) {
  const isChange = outcome === 'accepted' && (kind === 'patch' || kind === 'replace');
  if (!isChange || targetId === null || (type !== 'User' && type !== 'Group')) return [];
  return [{ entryId: id, requestId, targetId, type } as const];
}

function keyOf({ requestId, targetId }: { readonly requestId: string; readonly targetId: string }): string {
  return `${requestId} ${targetId}`;
}

function idsIn(change: FieldChange): readonly string[] {
  return [...phrasedMembers(change), ...referencesOf(change)];
}
