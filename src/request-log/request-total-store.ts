import { sql } from 'kysely';
import type { TotalSubject } from '#totals/total-subject.ts';

/**
 * What counts of requests count: each HTTP request to the SCIM server whose organization is known, and in place of a bulk request each of
 * its operations that was run or refused. The setting requestLog does not change the counts. A row counts as many requests as it was
 * written for: those whose content was not kept share rows. Such rows are deleted after a day, so the counts of an earlier time contain
 * only the requests whose content was kept. For the same reason requests are never added to stored totals.
 */
export const requestTotals: TotalSubject = {
  table: 'requests',
  properties: () => ({
    outcome: sql`requests.outcome`,
    type: sql`requests.kind`,
    source: sql`coalesce(requests.integration_id, '')`,
    reason: sql`coalesce(requests.reason, '')`,
  }),
  weight: sql`requests.count`,
};
