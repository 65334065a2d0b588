import { sql } from 'kysely';
import type { Database } from '#database/database.ts';
import { engineOf } from '#database/engine.ts';
import { keptWithoutContent } from '#database/request-conditions.ts';

/** Selects the requests that a step of the maintenance deletes. */
export interface OldRequests {
  readonly organizationId: string;
  /** The requests that arrived before this time. */
  readonly before: Date;
  /** Only those of which content is kept, or only those of which none is kept. */
  readonly content: 'any' | 'kept' | 'none';
  /** The maximum number of requests. */
  readonly limit: number;
}

/** Deletes requests of an organization, oldest first. Returns the number of deleted rows. */
export async function deleteOldRequests(database: Database, old: OldRequests): Promise<number> {
  const { organizationId, before, content, limit } = old;
  const oldest = database
    .selectFrom('requests')
    .select('sequence')
    .where('organization_id', '=', organizationId)
    .where('at', '<', before.getTime())
    .$if(content === 'none', (select) => select.where(keptWithoutContent))
    // The index on the time has the size.
    .$if(content === 'kept', (select) => select.where('size', '>', 0))
    .orderBy('at')
    .limit(limit);
  const result = await database
    .deleteFrom('requests')
    .where('organization_id', '=', organizationId)
    .where(engineOf(database).json.amongRows(sql.ref('sequence'), sql`${oldest}`))
    .executeTakeFirst();
  return Number(result.numDeletedRows);
}

/** The number of requests that one statement reads to find those above the size limit. */
const SIZES_PER_STATEMENT = 2_000;

/**
 * Returns the time before which the requests of an organization have to be deleted, so that the rest has at most `bytesMax` bytes;
 * undefined if all requests together have no more.
 */
export async function findSizeLimit(
  database: Database,
  organizationId: string,
  bytesMax: number,
): Promise<Date | undefined> {
  let excess = (await totalSize(database, organizationId)) - bytesMax;
  let last: { readonly at: number; readonly sequence: number } | undefined;
  while (excess > 0) {
    const oldest = await oldestSizes(database, organizationId, last);
    for (const row of oldest) {
      excess -= Number(row.size);
      last = row;
      if (excess <= 0) break;
    }
    if (oldest.length === 0) break;
  }
  return last && new Date(Number(last.at) + 1);
}

async function totalSize(database: Database, organizationId: string): Promise<number> {
  const row = await database
    .selectFrom('requests')
    .select(({ fn }) => fn.sum<number | null>('size').as('size'))
    .where('organization_id', '=', organizationId)
    .executeTakeFirst();
  return Number(row?.size ?? 0);
}

async function oldestSizes(
  database: Database,
  organizationId: string,
  after: { readonly at: number; readonly sequence: number } | undefined,
) {
  return await database
    .selectFrom('requests')
    .select(['at', 'sequence', 'size'])
    .where('organization_id', '=', organizationId)
    .$if(after !== undefined, (select) =>
      select
        .where('at', '>=', after?.at ?? 0)
        .where(sql<boolean>`(at, sequence) > (${after?.at ?? 0}, ${after?.sequence ?? 0})`),
    )
    .orderBy('organization_id')
    .orderBy('at')
    .orderBy('sequence')
    .limit(SIZES_PER_STATEMENT)
    .execute();
}
