import { setTimeout as sleep } from 'node:timers/promises';
import { currentChangeNumber } from '../source/change-store.ts';
import { requireJob } from './control-job.ts';
import type { EngineDeps } from './engine-deps.ts';
import type { CycleControl } from './run-cycle.ts';
import { runJob, CycleRunningError, type RunEnd } from './run-job.ts';

/** The time between attempts to start a cycle while another process is running the job. */
const RETRY_MS = 200;

export interface WaitingControl extends CycleControl {
  /** Called at the start of each wait for another process that is running a cycle of the job, or that crashed during a cycle. */
  readonly onWaiting: () => void;
}

/** How the last cycle ended, and how the earlier cycles of this run ended, oldest first. Each cycle has separate counts. */
export type RunUntilNowEnd = LastEnd & { readonly earlier: readonly RunEnd[] };

/** How the last cycle ended. `cycle` is undefined if the run was stopped before the cycle began. */
export type LastEnd = RunEnd | { readonly kind: 'stopped'; readonly cycle: undefined };

/**
 * Provisions everything that changed before the call. If another process is running a cycle, waits for it to end. Completes an interrupted
 * cycle first. That cycle covers only changes from before it started, so another cycle follows. Another cycle also follows if the job was
 * changed during a cycle, or if another process took over a cycle.
 *
 * No cycle follows an initial cycle whose failures were deleted: the job waits for an administrator.
 */
export async function runUntilNow(deps: EngineDeps, jobId: string, control: WaitingControl): Promise<RunUntilNowEnd> {
  const { tenantId } = await requireJob(deps.database, jobId);
  const changes = await currentChangeNumber(deps.database, tenantId);
  const ends: RunEnd[] = [];
  for (;;) {
    const end = await runWhenFree(deps, jobId, control);
    // The counts of a resumed cycle include the part before the interruption, so that part is not listed separately.
    const earlier = ends.filter(({ cycle }) => cycle !== undefined && cycle.id !== end.cycle?.id);
    if (end.cycle === undefined || !needsAnotherCycle(end, changes, control)) return { ...end, earlier };
    ends.push(end);
  }
}

function needsAnotherCycle(end: RunEnd, changes: number, { isStopping }: CycleControl): boolean {
  if (end.kind === 'complete') return !end.escrowsPruned && end.cycle.until < changes;
  return end.kind === 'stopped' && !isStopping();
}

/** Runs a cycle as soon as no other process is running a cycle of the job, unless the run is stopped earlier. */
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
