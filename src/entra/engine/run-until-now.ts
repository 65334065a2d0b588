import { setTimeout as sleep } from 'node:timers/promises';
import { addCounts } from '../application/cycle-state.ts';
import { currentChangeNumber } from '../source/change-store.ts';
import { requireJob } from './control-job.ts';
import type { EngineDeps } from './engine-deps.ts';
import type { CycleControl } from './run-cycle.ts';
import { isRunElsewhere, runJob, type RunEnd } from './run-job.ts';

/** How often a job that another process runs is asked for. */
const RETRY_MS = 200;

export interface WaitingControl extends CycleControl {
  /** Called once when another process runs a cycle of the job, which has to end first. */
  readonly onWaiting: () => void;
}

/**
 * Provisions everything that has changed before the call. A cycle in another process is waited for. A cycle that was left
 * is completed first; it covers only what had changed when it began, so another cycle follows it.
 *
 * The counts are the sum of these cycles. `isStopping` ends the wait, too: then it throws the conflict of `runJob`.
 */
export async function runUntilNow(deps: EngineDeps, jobId: string, control: WaitingControl): Promise<RunEnd> {
  const { tenantId } = await requireJob(deps.database, jobId);
  const changes = await currentChangeNumber(deps.database, tenantId);
  let end = await runWhenFree(deps, jobId, control);
  while (end.kind === 'complete' && end.cycle.until < changes) {
    end = added(end, await runWhenFree(deps, jobId, control));
  }
  return end;
}

async function runWhenFree(deps: EngineDeps, jobId: string, control: WaitingControl): Promise<RunEnd> {
  let isWaiting = false;
  for (;;) {
    try {
      return await runJob(deps, jobId, control);
    } catch (error) {
      if (!isRunElsewhere(error) || control.isStopping()) throw error;
      if (!isWaiting) control.onWaiting();
      isWaiting = true;
      await sleep(RETRY_MS);
    }
  }
}

function added({ cycle: before }: RunEnd, end: RunEnd): RunEnd {
  if (before === undefined || end.cycle === undefined) return end;
  return { ...end, cycle: { ...end.cycle, counts: addCounts(before.counts, end.cycle.counts) } };
}
