import type { Database } from '#database/database.ts';

/** Deletes a job with its links, its escrows and its logs. */
export async function deleteJobRow(database: Database, jobId: string): Promise<void> {
  await database.deleteFrom('entra_jobs').where('id', '=', jobId).execute();
}
