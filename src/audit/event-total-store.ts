import { sql, type RawBuilder } from 'kysely';
import type { Database } from '#database/database.ts';
import { engineOf } from '#database/engine.ts';
import type { TotalSubject } from '#totals/total-subject.ts';

/** The outcomes of events. */
export const eventOutcomes = ['accepted', 'refused'] as const;
export type EventOutcome = (typeof eventOutcomes)[number];

/**
 * What counts of events count. Each event counts once, also an event that covers several refused requests (`repeated`), so that a
 * count is the number of events in the list.
 */
export const eventTotals: TotalSubject = {
  table: 'events',
  properties: (database) => ({
    outcome: sql`case when events.success = 1 then 'accepted' else 'refused' end`,
    type: sql`events.type`,
    source: sql`coalesce(events.integration_id, '')`,
    reason: eventReason(database),
  }),
  weight: sql.lit(1),
};

/** The code of the reason of a refused event, or of its error if it has no reason; empty for an event that was accepted. */
export function eventReason(database: Database): RawBuilder<string> {
  const { json } = engineOf(database);
  const body = sql.ref('events.body');
  // The body of an accepted event is not parsed.
  return sql`case when events.success = 1 then ''
    else coalesce(${json.textValue(body, ['reason', 'code'])}, ${json.textValue(body, ['error_code'])}, '') end`;
}
