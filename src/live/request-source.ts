import type { Database } from '#database/database.ts';
import { engineOf } from '#database/engine.ts';
import { findSourceNames, requestColumns, type RequestRow } from '#request-log/request-query-store.ts';
import { shownRequest } from '#request-log/shown-request.ts';
import { LIVE_ROWS_MAX, type LiveRow, type LiveSource } from './live-source.ts';

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
    const names = await namesOf(database, new Set(found.rows.map(({ organizationId }) => organizationId)));
    return {
      ...found,
      rows: found.rows.map(({ organizationId, position, values }): LiveRow => {
        const row = values as unknown as RequestRow;
        const shown = shownRequest(row, names.get(organizationId) ?? new Map());
        return {
          organizationId,
          position,
          type: row.kind,
          source: row.integration_id,
          data: JSON.stringify(shown),
        };
      }),
    };
  },
};

/** Returns the names of the integrations of some organizations, by the id of the organization. */
async function namesOf(database: Database, organizationIds: ReadonlySet<string>) {
  const names = new Map<string, ReadonlyMap<string, string>>();
  for (const id of organizationIds) names.set(id, await findSourceNames(database, id));
  return names;
}
