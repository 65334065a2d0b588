import type { Database } from '#database/database.ts';
import { deleteEscrow, findEscrow, saveEscrow, type Escrow, type EscrowStage } from './escrow-store.ts';
import type { JobRun } from './job-run.ts';
import { isTransient } from './provisioning-failure.ts';
import type { Subject } from './report.ts';

/** The longest that anything waits for its next attempt. */
export const ESCROW_WAIT_MAX_MS = 24 * 60 * 60 * 1000;

/**
 * When a failure is tried again (§3.6): first in the next cycle, then ever more seldom. What may go well by itself, such as
 * a target that was too busy, is tried in every cycle.
 */
export function escrowWaitMs(attempts: number, intervalMs: number, errorCode: string): number {
  if (isTransient(errorCode)) return 0;
  // The first attempt is due at once: the next cycle is what it waits for.
  return attempts <= 1 ? 0 : Math.min(ESCROW_WAIT_MAX_MS, intervalMs * 2 ** (attempts - 2));
}

interface Failure {
  readonly stage: EscrowStage;
  readonly errorCode: string;
  readonly reason: string;
}

/** Keeps a failure, to be tried again, and answers what is kept. */
export async function putIntoEscrow(
  run: JobRun,
  transaction: Database,
  { type, sourceId }: Pick<Subject, 'type' | 'sourceId'>,
  { stage, errorCode, reason }: Failure,
): Promise<Escrow> {
  const { id: jobId, organizationId, intervalMs } = run.job;
  const now = run.deps.clock.now();
  const before = await findEscrow(transaction, jobId, sourceId, stage);
  const attempts = (before?.attempts ?? 0) + 1;
  const escrow = {
    jobId,
    organizationId,
    sourceId,
    type,
    stage,
    errorCode,
    reason,
    attempts,
    firstAt: before?.firstAt ?? now,
    lastAt: now,
    nextAt: new Date(now.getTime() + escrowWaitMs(attempts, intervalMs, errorCode)),
  };
  await saveEscrow(transaction, escrow);
  return escrow;
}

/** What Entra ID adds to the reason of a failure that is kept (§1.2): no cycle comes before the interval is over. */
export function retryText({ job }: JobRun, { attempts, lastAt, nextAt }: Escrow): string {
  const next = new Date(Math.max(nextAt.getTime(), lastAt.getTime() + job.intervalMs));
  return `This operation was retried ${attempts - 1} times. It will be retried again after this date: ${next.toISOString()} UTC`;
}

/** What went well waits no longer. */
export async function clearEscrow(
  run: JobRun,
  transaction: Database,
  sourceId: string,
  stage: EscrowStage,
): Promise<void> {
  await deleteEscrow(transaction, run.job.id, sourceId, stage);
}
