import { listedEvent } from '#audit/listed-event.ts';
import { engineOf } from '#database/engine.ts';
import { inEachLanguage, LIVE_ROWS_MAX, type LiveRow, type LiveSource } from './live-source.ts';

/** Sends each event once, when it is committed. Later changes of its `repeated` are not sent. */
export const eventSource: LiveSource = {
  message: 'event',
  permission: 'events.read',
  table: 'events',
  read: async (database, query) => {
    const columns = ['type', 'integration_id', 'body'];
    const found = await engineOf(database).commitOrder.read(database, {
      ...query,
      table: 'events',
      columns,
      limit: LIVE_ROWS_MAX,
    });
    if (found === undefined) return undefined;
    return {
      ...found,
      rows: found.rows.map(({ organizationId, position, values }): LiveRow => {
        const source = values['integration_id'];
        const event = JSON.parse(String(values['body'])) as Readonly<Record<string, unknown>>;
        return {
          organizationId,
          position,
          type: String(values['type']),
          source: typeof source === 'string' ? source : null,
          data: inEachLanguage((language) => JSON.stringify(listedEvent(event, language))),
        };
      }),
    };
  },
};
