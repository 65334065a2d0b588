import type { Clock } from '#base/clock.ts';
import { quote } from '#base/errors.ts';
import { inTransaction, type Database, type DatabaseTransaction } from '#database/database.ts';
import { findJob, lockJob, updateJob, type JobChange } from '../application/job-store.ts';
import { initialStatus, type StoredJob } from '../application/job.ts';
import { StandInError } from '../texts/refusals/stand-in-error.ts';
import { deleteAllEscrows, releaseEscrows, STAGED_DELETE } from './escrow-store.ts';
import { ALLOW_DELETES_ONCE } from './finished-status.ts';
import { deleteAllLinks } from './link-store.ts';

/** The parts of a job's state that a restart can reset, with their names in Graph (§3.10). */
export const resetScopes = ['Full', 'QuarantineState', 'Watermark', 'Escrows', 'ConnectorDataStore'] as const;
export type ResetScope = (typeof resetScopes)[number];

interface Deps {
  readonly database: Database;
  readonly clock: Clock;
}

/** Returns the job with an id. Throws `notFound`. */
export async function requireJob(database: Database, jobId: string): Promise<StoredJob> {
  return requireFound(await findJob(database, jobId), jobId);
}

function requireFound(job: StoredJob | undefined, jobId: string): StoredJob {
  if (job === undefined) throw new StandInError('notFound', ({ jobs }) => jobs.unknown(quote(jobId)));
  return job;
}

/**
 * Locks a job and changes it. A cycle that ends at the same time saves its result either before or after the change, not during it. Throws
 * `notFound`.
 */
async function changeJob(
  { database }: Deps,
  jobId: string,
  change: (job: StoredJob, transaction: DatabaseTransaction) => JobChange | Promise<JobChange>,
): Promise<void> {
  await inTransaction(database, async (transaction) => {
    const job = requireFound(await lockJob(transaction, jobId), jobId);
    await updateJob(transaction, jobId, await change(job, transaction));
  });
}

/**
 * Turns provisioning on. The next cycle is due immediately or, if the job is in quarantine, at the time of the next attempt. Throws
 * `notFound`.
 */
export async function startJob(deps: Deps, jobId: string): Promise<void> {
  await changeJob(deps, jobId, ({ status, nextRunAt }) => ({
    scheduleState: 'Active',
    nextRunAt: (status.quarantine === null ? null : nextRunAt) ?? deps.clock.now(),
    status: { ...status, code: status.quarantine === null ? 'Active' : 'Quarantine' },
  }));
}

/** Turns provisioning off. A cycle in progress is completed (§3.2). Throws `notFound`. */
export async function pauseJob(deps: Deps, jobId: string): Promise<void> {
  await changeJob(deps, jobId, ({ status }) => ({
    scheduleState: 'Paused',
    nextRunAt: null,
    status: { ...status, code: 'Paused' },
  }));
}

/**
 * Resets the given parts of a job's state, and turns provisioning on. The next cycle is due immediately. `Watermark` makes the cycle
 * evaluate all objects again, and keeps their links. `Full` resets all parts, including the links, so that all objects are matched again.
 * Throws `notFound`.
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

/** Allows the deletions that are staged because the threshold for accidental deletions was reached. Throws `notFound`. */
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
