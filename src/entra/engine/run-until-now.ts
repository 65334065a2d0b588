import { setTimeout as sleep } from 'node:timers/promises';
import { currentChangeNumber } from '../source/change-store.ts';
import { requireJob } from './control-job.ts';
import type { EngineDeps } from './engine-deps.ts';
import type { CycleControl } from './run-cycle.ts';
import { runJob, CycleRunningError, type RunEnd } from './run-job.ts';

/** How often a job that another process runs is asked for. */
const RETRY_MS = 200;

export interface WaitingControl extends CycleControl {
  /** Called at the beginning of each wait for another process that runs a cycle of the job, or that died while it ran one. */
  readonly onWaiting: () => void;
}

/** How the last cycle ended, and the cycles before it, each with its own figures, the first one first. */
export type RunUntilNowEnd = LastEnd & { readonly earlier: readonly RunEnd[] };

/** `cycle` is undefined where the run was stopped before the next cycle began. */
export type LastEnd = RunEnd | { readonly kind: 'stopped'; readonly cycle: undefined };

/**
 * Provisions everything that has changed before the call. A cycle in another process is waited for. A cycle that was left
 * is completed first; it covers only what had changed when it began, so another cycle follows it. So does one where the
 * job was changed during a cycle, or another process took the cycle over.
 *
 * An initial cycle whose failures were removed is the last one: the job waits for an administrator.
 */
export async function runUntilNow(deps: EngineDeps, jobId: string, control: WaitingControl): Promise<RunUntilNowEnd> {
  const { tenantId } = await requireJob(deps.database, jobId);
  const changes = await currentChangeNumber(deps.database, tenantId);
  const ends: RunEnd[] = [];
  for (;;) {
    const end = await runWhenFree(deps, jobId, control);
    // A cycle that is gone on with has the figures of its first part as well.
    const earlier = ends.filter(({ cycle }) => cycle !== undefined && cycle.id !== end.cycle?.id);
    if (end.cycle === undefined || !isFollowed(end, changes, control)) return { ...end, earlier };
    ends.push(end);
  }
}

function isFollowed(end: RunEnd, changes: number, { isStopping }: CycleControl): boolean {
  if (end.kind === 'complete') return !end.escrowsPruned && end.cycle.until < changes;
  return end.kind === 'stopped' && !isStopping();
}

/** Runs a cycle as soon as no other process runs one, unless it is stopped before. */
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
