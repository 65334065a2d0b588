import { setTimeout as sleep } from 'node:timers/promises';
import { currentChangeNumber } from '../source/change-store.ts';
import { requireJob } from './control-job.ts';
import type { EngineDeps } from './engine-deps.ts';
import type { CycleControl } from './run-cycle.ts';
import { runJob, CycleRunningError, type RunEnd } from './run-job.ts';

/** How often to retry while another process is running the job. */
const RETRY_MS = 200;

export interface WaitingControl extends CycleControl {
  /** Called once at the start of each wait for another process that is running a cycle of the job, or that crashed during one. */
  readonly onWaiting: () => void;
}

/** How the last cycle ended, and the earlier cycles of this run, each with its own counts, oldest first. */
export type RunUntilNowEnd = LastEnd & { readonly earlier: readonly RunEnd[] };

/** The end of the last cycle. `cycle` is undefined if the run was stopped before that cycle began. */
export type LastEnd = RunEnd | { readonly kind: 'stopped'; readonly cycle: undefined };

/**
 * Provisions everything that changed before the call. Waits for a cycle of another process. Completes an interrupted cycle first; it covers
 * only the changes from before its start, so another cycle follows. Another cycle also follows if the job was changed during a cycle, or
 * if another process took the cycle over.
 *
 * No cycle follows an initial cycle whose failures were deleted: the job waits for an administrator.
 */
export async function runUntilNow(deps: EngineDeps, jobId: string, control: WaitingControl): Promise<RunUntilNowEnd> {
  const { tenantId } = await requireJob(deps.database, jobId);
  const changes = await currentChangeNumber(deps.database, tenantId);
  const ends: RunEnd[] = [];
  for (;;) {
    const end = await runWhenFree(deps, jobId, control);
    // The counts of a resumed cycle include those of its first part, so that part is not listed.
    const earlier = ends.filter(({ cycle }) => cycle !== undefined && cycle.id !== end.cycle?.id);
    if (end.cycle === undefined || !needsAnotherCycle(end, changes, control)) return { ...end, earlier };
    ends.push(end);
  }
}

function needsAnotherCycle(end: RunEnd, changes: number, { isStopping }: CycleControl): boolean {
  if (end.kind === 'complete') return !end.escrowsPruned && end.cycle.until < changes;
  return end.kind === 'stopped' && !isStopping();
}

/** Runs a cycle as soon as no other process is running one, unless it is stopped before. */
async function runWhenFree(deps: EngineDeps, jobId: string, control: WaitingControl): Promise<LastEnd> {
  let isWaiting = false;
  while (!control.isStopping()) {
    try {
      return await runJob(deps, jobId, control);
    } catch (error) {
      if (!(error instanceof CycleRunningError)) throw error;
      if (!isWaiting) control.onWaiting();
      isWaiting = true;
      await sleep(RETRY_MS);
    }
  }
  return { kind: 'stopped', cycle: undefined };
}
