import { sql } from 'kysely';
import type { Database } from '#database/database.ts';
import { engineOf } from '#database/engine.ts';
import { keptWithoutContent } from '#database/request-conditions.ts';

/** Selects the requests that a step of the maintenance deletes. */
export interface OldRequests {
  readonly organizationId: string;
  /** The requests that arrived before this time. */
  readonly before: Date;
  /** True for only those of which no content is kept. */
  readonly withoutContent: boolean;
  /** The maximum number of requests. */
  readonly limit: number;
}

/** Deletes requests of an organization, oldest first. Returns the number of deleted rows. */
export async function deleteOldRequests(database: Database, old: OldRequests): Promise<number> {
  const { organizationId, before, withoutContent, limit } = old;
  const oldest = database
    .selectFrom('requests')
    .select('sequence')
    .where('organization_id', '=', organizationId)
    .where('at', '<', before.getTime())
    .$if(withoutContent, (select) => select.where(keptWithoutContent))
    .orderBy('at')
    .limit(limit);
  const result = await database
    .deleteFrom('requests')
    .where('organization_id', '=', organizationId)
    .where(engineOf(database).json.amongRows(sql.ref('sequence'), sql`${oldest}`))
    .executeTakeFirst();
  return Number(result.numDeletedRows);
}

/**
 * Returns the time before which the requests of an organization have to be deleted, so that the rest has at most `bytesMax` bytes;
 * undefined if all requests together have fewer.
 */
export async function findSizeLimit(
  database: Database,
  organizationId: string,
  bytesMax: number,
): Promise<Date | undefined> {
  const { rows } = await sql<{ at: number }>`
    select at from (
      select at, sequence, sum(size) over (order by at desc, sequence desc) as total
      from requests where organization_id = ${organizationId}
    ) as sums
    where total > ${bytesMax} order by at desc, sequence desc limit 1`.execute(database);
  const [row] = rows;
  return row && new Date(Number(row.at) + 1);
}
