import { recordEvent } from '#audit/event-store.ts';
import { inTransaction } from '#database/database.ts';
import { insertJob } from '#jobs/job-store.ts';
import { identityOf, originOf, type Context } from './context.ts';
import type { JobInput } from './job-queue.ts';

/** The maximum size, in bytes, of a request that starts a job. */
export const JOB_BYTES_MAX = 16 * 1_048_576;

/**
 * Creates a job that runs the rows of `input`, wakes the queue, and returns the job's id. Stores the input encrypted, because it may
 * contain passwords.
 */
export async function enqueue(context: Context, kind: string, input: JobInput): Promise<string> {
  const { deps, organizationId } = identityOf(context);
  const origin = originOf(context);
  const id = await inTransaction(deps.database, async (transaction) => {
    const job = await insertJob(transaction, deps.clock, {
      organizationId,
      kind,
      total: input.rows.length,
      input: deps.secrets.seal(JSON.stringify(input)),
      actor: origin.actor,
    });
    await recordEvent(transaction, deps.clock, origin, {
      type: kind === 'csv_import' ? 'csv_import' : 'bulk_job',
      target: { type: 'job', id: job, name: kind },
      changes: [{ field: 'rows', from: null, to: input.rows.length }],
    });
    return job;
  });
  context.services.jobs.wake();
  return id;
}
