import type { Clock } from '#base/clock.ts';
import { AppError, quote } from '#base/errors.ts';
import { inTransaction, type Database, type DatabaseTransaction } from '#database/database.ts';
import { findJob, lockJob, updateJob, type JobChange } from '../application/job-store.ts';
import { initialStatus, type StoredJob } from '../application/job.ts';
import { deleteAllEscrows, releaseEscrows, STAGED_DELETE } from './escrow-store.ts';
import { ALLOW_DELETES_ONCE } from './finished-status.ts';
import { deleteAllLinks } from './link-store.ts';

/** What a restart can forget, by Graph's names (§3.10). */
export const resetScopes = ['Full', 'QuarantineState', 'Watermark', 'Escrows', 'ConnectorDataStore'] as const;
export type ResetScope = (typeof resetScopes)[number];

interface Deps {
  readonly database: Database;
  readonly clock: Clock;
}

/** The job of an id. Throws notFound. */
export async function requireJob(database: Database, jobId: string): Promise<StoredJob> {
  return present(await findJob(database, jobId), jobId);
}

function present(job: StoredJob | undefined, jobId: string): StoredJob {
  if (job === undefined) throw new AppError('notFound', `There is no provisioning job ${quote(jobId)}.`);
  return job;
}

/** Changes a job as it is then: a cycle that ends at the same moment comes before, or after. Throws notFound. */
async function changeJob(
  { database }: Deps,
  jobId: string,
  change: (job: StoredJob, transaction: DatabaseTransaction) => JobChange | Promise<JobChange>,
): Promise<void> {
  await inTransaction(database, async (transaction) => {
    const job = present(await lockJob(transaction, jobId), jobId);
    await updateJob(transaction, jobId, await change(job, transaction));
  });
}

/** Switches provisioning on: the next cycle is due at once, unless the job waits in quarantine. */
export async function startJob(deps: Deps, jobId: string): Promise<void> {
  await changeJob(deps, jobId, ({ status, nextRunAt }) => ({
    scheduleState: 'Active',
    nextRunAt: (status.quarantine === null ? null : nextRunAt) ?? deps.clock.now(),
    status: { ...status, code: status.quarantine === null ? 'Active' : 'Quarantine' },
  }));
}

/** Switches it off; a cycle under way ends (§3.2). */
export async function pauseJob(deps: Deps, jobId: string): Promise<void> {
  await changeJob(deps, jobId, ({ status }) => ({
    scheduleState: 'Paused',
    nextRunAt: null,
    status: { ...status, code: 'Paused' },
  }));
}

/**
 * Forgets what the scopes say, and lets the job begin anew. Watermark: everything is looked at again, links are kept. Full:
 * everything is forgotten, links among it, so that everything is matched anew.
 */
export async function restartJob(deps: Deps, jobId: string, scopes: ReadonlySet<ResetScope>): Promise<void> {
  const has = (scope: ResetScope) => scopes.has('Full') || scopes.has(scope);
  await changeJob(deps, jobId, async ({ status }, transaction) => {
    if (has('Escrows')) await deleteAllEscrows(transaction, jobId);
    if (has('ConnectorDataStore')) await deleteAllLinks(transaction, jobId);
    const quarantine = has('QuarantineState') ? null : status.quarantine;
    return {
      scheduleState: 'Active',
      nextRunAt: deps.clock.now(),
      ...(has('Watermark') && { watermark: null, cycle: null }),
      status: scopes.has('Full')
        ? { ...initialStatus, code: 'Active' }
        : { ...status, quarantine, code: quarantine === null ? 'Active' : 'Quarantine' },
    };
  });
}

/** Lets the deletes through that wait since the threshold for accidental deletions was reached. */
export async function allowDeletes({ database, clock }: Deps, jobId: string): Promise<void> {
  await changeJob({ database, clock }, jobId, async ({ settings, status, scheduleState }, transaction) => {
    const now = clock.now();
    await releaseEscrows(transaction, jobId, STAGED_DELETE, now);
    return {
      settings: { ...settings, [ALLOW_DELETES_ONCE]: 'True' },
      nextRunAt: now,
      status: { ...status, code: scheduleState === 'Paused' ? 'Paused' : 'Active', quarantine: null },
    };
  });
}
