import type { Database } from '#database/database.ts';
import { readCycle } from '../application/stored-job.ts';

/** Counts the users and groups of a tenant, including deleted ones: the objects that an initial cycle evaluates. */
export async function countSourceObjects(database: Database, tenantId: string): Promise<number> {
  const count = async (table: 'entra_users' | 'entra_groups') => {
    const row = await database
      .selectFrom(table)
      .select((where) => where.fn.countAll<number>().as('count'))
      .where('tenant_id', '=', tenantId)
      .executeTakeFirst();
    return Number(row?.count ?? 0);
  };
  return (await count('entra_users')) + (await count('entra_groups'));
}

/** Returns the number of the last change-log entry that all jobs of a tenant have read; undefined if no job reads the log. */
export async function lowestWatermark(database: Database, tenantId: string): Promise<number | undefined> {
  const rows = await database
    .selectFrom('entra_jobs')
    .select(['watermark', 'cycle'])
    .where('tenant_id', '=', tenantId)
    .execute();
  const marks = rows.flatMap(({ watermark, cycle }) => {
    if (watermark !== null) return [watermark];
    // After an initial cycle, the job reads the changes since the start of that cycle.
    return cycle === null ? [] : [readCycle(cycle).until];
  });
  return marks.length === 0 ? undefined : Math.min(...marks);
}
