import type { Database } from '#database/database.ts';
import { deleteEscrow, findEscrow, saveEscrow, type Escrow, type EscrowStage } from './escrow-store.ts';
import type { JobRun } from './job-run.ts';
import { isTransient } from './provisioning-failure.ts';
import type { Subject } from './report.ts';
import { standInTexts } from '../texts/stand-in-texts.ts';

/** The maximum time between two attempts to export an object. */
export const ESCROW_WAIT_MAX_MS = 24 * 60 * 60 * 1000;

/**
 * Returns how long to wait before a failed export is retried, in milliseconds (§3.6). The first retry is in the next cycle. After that,
 * the wait doubles each time, up to ESCROW_WAIT_MAX_MS. Transient failures, such as a busy target, are retried in every cycle.
 *
 * @example
 * escrowWaitMs(1, 40 * 60_000, 'EntryConflict'); // 0
 * escrowWaitMs(3, 40 * 60_000, 'EntryConflict'); // 4_800_000
 */
export function escrowWaitMs(attempts: number, intervalMs: number, errorCode: string): number {
  if (isTransient(errorCode)) return 0;
  // After the first failure, the escrow is due immediately, so that the next cycle retries the export.
  return attempts <= 1 ? 0 : Math.min(ESCROW_WAIT_MAX_MS, intervalMs * 2 ** (attempts - 2));
}

interface Failure {
  readonly stage: EscrowStage;
  readonly errorCode: string;
  readonly reason: string;
}

/** Saves a failed export as an escrow, so that it is retried, and returns the escrow. */
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

/**
 * Returns the text that Entra ID appends to the reason of a failure in escrow (§1.2). The date in the text is at least one interval after
 * the last attempt, because no cycle runs earlier.
 */
export function withRetry(reason: string, { job }: JobRun, { attempts, lastAt, nextAt }: Escrow): string {
  const next = new Date(Math.max(nextAt.getTime(), lastAt.getTime() + job.intervalMs));
  // A reason that quotes a response has no period at its end, so a period is added here, as in the portal.
  return standInTexts.failures.retried(reason.replace(/\.$/, ''), String(attempts - 1), next.toISOString());
}

/** Deletes the escrow of an object at a stage, because an export succeeded or is no longer needed. */
export async function clearEscrow(
  run: JobRun,
  transaction: Database,
  sourceId: string,
  stage: EscrowStage,
): Promise<void> {
  await deleteEscrow(transaction, run.job.id, sourceId, stage);
}
