import { engineOf } from '#database/engine.ts';
import { findSourceNames, requestColumns, type RequestRow } from '#request-log/request-query-store.ts';
import { phrasesOf } from '#request-log/request-changes.ts';
import { shownRequest } from '#request-log/shown-request.ts';
import { inEachLanguage, LIVE_ROWS_MAX, type LiveRow, type LiveSource } from './live-source.ts';

/** Sends each SCIM request once, when it is committed, in the format of the list of requests. */
export const requestSource: LiveSource = {
  message: 'request',
  permission: 'requests.read',
  table: 'requests',
  read: async (database, query) => {
    const found = await engineOf(database).commitOrder.read(database, {
      ...query,
      table: 'requests',
      columns: requestColumns,
      limit: LIVE_ROWS_MAX,
    });
    if (found === undefined) return undefined;
    const rowsOf = Map.groupBy(found.rows, ({ organizationId }) => organizationId);
    const names = new Map<string, ReadonlyMap<string, string>>();
    const { languages = ['en'] } = query;
    const phrases = new Map(languages.map((language) => [language, new Map<string, string>()]));
    for (const [organizationId, rows] of rowsOf) {
      names.set(organizationId, await findSourceNames(database, organizationId));
      const requests = rows.map(({ values }) => values as unknown as RequestRow);
      for (const [language, known] of phrases) {
        for (const [id, phrase] of await phrasesOf(database, organizationId, requests, language)) known.set(id, phrase);
      }
    }
    return {
      ...found,
      rows: found.rows.map(({ organizationId, position, values }): LiveRow => {
        const row = values as unknown as RequestRow;
        const sources = names.get(organizationId) ?? new Map<string, string>();
        return {
          organizationId,
          position,
          type: row.kind,
          source: row.integration_id,
          data: inEachLanguage((language) =>
            JSON.stringify(shownRequest(row, sources, phrases.get(language)?.get(row.id), language)),
          ),
        };
      }),
    };
  },
};
