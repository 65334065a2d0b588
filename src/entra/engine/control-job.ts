import type { Clock } from '#base/clock.ts';
import { AppError, quote } from '#base/errors.ts';
import { inTransaction, type Database } from '#database/database.ts';
import { findJob, updateJob } from '../application/job-store.ts';
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
  const job = await findJob(database, jobId);
  if (job === undefined) throw new AppError('notFound', `There is no provisioning job ${quote(jobId)}.`);
  return job;
}

/** Switches provisioning on: the next cycle is due at once, unless the job waits in quarantine. */
export async function startJob({ database, clock }: Deps, jobId: string): Promise<void> {
  const job = await requireJob(database, jobId);
  const waiting = job.status.quarantine === null ? undefined : job.nextRunAt;
  await updateJob(database, jobId, {
    scheduleState: 'Active',
    nextRunAt: waiting ?? clock.now(),
    ...(job.status.code !== 'Quarantine' && { status: { ...job.status, code: 'Active' as const } }),
  });
}

/** Switches it off; a cycle under way ends (§3.2). */
export async function pauseJob({ database }: Deps, jobId: string): Promise<void> {
  const job = await requireJob(database, jobId);
  await updateJob(database, jobId, {
    scheduleState: 'Paused',
    nextRunAt: null,
    status: { ...job.status, code: 'Paused' },
  });
}

/**
 * Forgets what the scopes say, and lets the job begin anew. Watermark: everything is looked at again, links are kept. Full:
 * everything is forgotten, links among it, so that everything is matched anew.
 */
export async function restartJob(
  { database, clock }: Deps,
  jobId: string,
  scopes: ReadonlySet<ResetScope>,
): Promise<void> {
  const job = await requireJob(database, jobId);
  const has = (scope: ResetScope) => scopes.has('Full') || scopes.has(scope);
  await inTransaction(database, async (transaction) => {
    if (has('Escrows')) await deleteAllEscrows(transaction, jobId);
    if (has('ConnectorDataStore')) await deleteAllLinks(transaction, jobId);
    const { quarantine, code, ...kept } = job.status;
    const isFree = has('QuarantineState');
    await updateJob(transaction, jobId, {
      scheduleState: 'Active',
      nextRunAt: clock.now(),
      ...(has('Watermark') && { watermark: null, cycle: null }),
      status: scopes.has('Full')
        ? { ...initialStatus, code: 'Active' }
        : { ...kept, quarantine: isFree ? null : quarantine, code: isFree ? 'Active' : code },
    });
  });
}

/** Lets the deletes through that wait since the threshold for accidental deletions was reached. */
export async function allowDeletes({ database, clock }: Deps, jobId: string): Promise<void> {
  const job = await requireJob(database, jobId);
  await inTransaction(database, async (transaction) => {
    const now = clock.now();
    await releaseEscrows(transaction, jobId, STAGED_DELETE, now);
    await updateJob(transaction, jobId, {
      settings: { ...job.settings, [ALLOW_DELETES_ONCE]: 'True' },
      nextRunAt: now,
      status: { ...job.status, code: 'Active', quarantine: null },
    });
  });
}
