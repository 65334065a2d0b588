import { inTransaction } from '#database/database.ts';
import { lockJob, updateJob } from '../application/job-store.ts';
import type { StoredJob } from '../application/job.ts';
import type { ProvisioningEntry } from '../logs/provisioning-entry.ts';
import type { TargetFailure } from '../wire/target-client.ts';
import { isClosed } from '#outbound/no-answer.ts';
import { concurrently } from './concurrently.ts';
import {
  addCounts,
  cyclePhases,
  zeroCounts,
  type CycleCounts,
  type CyclePhase,
  type CycleState,
} from '../application/cycle-state.ts';
import type { JobRun } from './job-run.ts';
import { openPhaseUnits, type PhaseUnits, type Unit, type UnitPage } from './phase-units.ts';

/** How a cycle ended or was interrupted. A cycle that was interrupted is resumed from `state`. */
export type CycleEnd =
  | { readonly kind: 'complete'; readonly state: CycleState }
  | { readonly kind: 'stopped'; readonly state: CycleState }
  /** The mappings were edited or the job was restarted, so a new cycle replaces this one. */
  | { readonly kind: 'superseded'; readonly state: CycleState }
  | { readonly kind: 'endpoint failure'; readonly state: CycleState; readonly failure: TargetFailure };

export interface CycleControl {
  /** Returns true to stop the cycle. Objects in progress are completed; no further object is started. */
  readonly isStopping: () => boolean;
  /** Aborts the requests of the current page. The page is repeated when the cycle is resumed. */
  readonly cut?: AbortSignal | undefined;
  /** Called after each page. The next page starts when the returned promise resolves. */
  readonly onProgress: (state: CycleState) => void | Promise<void>;
}

/**
 * Runs the phases of a cycle page by page, and saves the progress after each page. The objects of a page are provisioned concurrently. If
 * the process is killed, the resumed cycle repeats the last page, but does not export objects a second time.
 */
export async function runCycle(run: JobRun, initial: CycleState, control: CycleControl): Promise<CycleEnd> {
  const units = await openPhaseUnits(run, initial);
  let state = initial;
  for (;;) {
    if (control.isStopping()) return { kind: 'stopped', state };
    const next = await nextPage(run, units, state, control);
    if (next === undefined) return { kind: 'stopped', state };
    const { page, result } = next;
    const { counts, failure, isWhole } = result;
    state = { ...state, counts: addCounts(state.counts, counts) };
    // `after` still refers to the beginning of this page, which is repeated because it is incomplete.
    if (failure !== undefined) return { kind: 'endpoint failure', state, failure };
    if (!isWhole) return { kind: 'stopped', state };
    const done = state.done + page.objectCount;
    state = { ...state, done, total: Math.max(state.total, done) };
    const phase = page.last === null ? followingPhase(state.phase) : state.phase;
    if (phase === undefined) return { kind: 'complete', state };
    state = phase === state.phase ? { ...state, after: page.last } : { ...state, phase, after: null };
    if (!(await saveCycle(run, state))) return { kind: 'superseded', state };
    await control.onProgress(state);
  }
}

/** Saves the progress of a cycle. Returns false if the cycle is no longer the current cycle of the job. */
export async function saveCycle({ deps, job }: JobRun, state: CycleState): Promise<boolean> {
  return await inTransaction(deps.database, async (transaction) => {
    if (!isUnderWay(await lockJob(transaction, job.id), state)) return false;
    return await updateJob(transaction, job.id, { cycle: state });
  });
}

/** True if the cycle is still the job's current cycle. Editing the mappings or restarting the job ends a cycle. */
export function isUnderWay(job: StoredJob | undefined, { id }: CycleState): job is StoredJob {
  return job !== undefined && job.cycle?.id === id;
}

function followingPhase(phase: CyclePhase): CyclePhase | undefined {
  return cyclePhases[cyclePhases.indexOf(phase) + 1];
}

/** Processes the next page, holding the leases of its objects. Returns undefined if it was aborted before any object was started. */
async function nextPage(run: JobRun, units: PhaseUnits, { phase, after }: CycleState, control: CycleControl) {
  try {
    const page = await units.page(phase, after);
    return { page, result: await runPage(run, page, control) };
  } catch (error) {
    if (!isClosed(error)) throw error;
    return undefined;
  } finally {
    await run.leases.release();
  }
}

interface PageResult {
  /** The counts of the page. If the page will be repeated, excludes objects that will be counted then. */
  readonly counts: CycleCounts;
  readonly failure: TargetFailure | undefined;
  /** True if all units were processed. */
  readonly isWhole: boolean;
}

async function runPage(run: JobRun, page: UnitPage, { isStopping }: CycleControl): Promise<PageResult> {
  let counts = zeroCounts;
  let finalCounts = zeroCounts;
  let failure: TargetFailure | undefined;
  let isWhole = true;
  for (const units of page.steps) {
    await concurrently(units, run.application.settings.concurrency, async (unit) => {
      if (failure !== undefined || isStopping()) {
        isWhole = false;
        return;
      }
      const provisioned = await unlessCut(unit);
      if (provisioned === 'cut') isWhole = false;
      if (provisioned === 'cut' || provisioned === undefined) return;
      const counted = countsOf(provisioned.entry);
      counts = addCounts(counts, counted);
      if (!provisioned.isRepeatable) finalCounts = addCounts(finalCounts, counted);
      failure ??= provisioned.endpointFailure;
    });
  }
  const isRepeated = failure !== undefined || !isWhole;
  return { counts: isRepeated ? finalCounts : counts, failure, isWhole };
}

/** Runs a unit. Returns `cut` if its request was aborted, so that the remaining units of the page are still counted. */
async function unlessCut(unit: Unit) {
  try {
    return await unit();
  } catch (error) {
    if (!isClosed(error)) throw error;
    return 'cut';
  }
}

function countsOf({ action, status, steps }: ProvisioningEntry): Partial<CycleCounts> {
  const isReference = steps.some(({ type }) => type === 'referenceResolution');
  const imported = isReference ? 0 : 1;
  if (status === 'failure') return { imported, failed: 1 };
  if (action === 'stageddelete') return { imported, stagedDeletes: 1 };
  if (status === 'skipped') return { imported, skipped: 1 };
  if (isReference) return { exported: 1, references: 1 };
  const what = { create: 'created', update: 'updated', disable: 'disabled', delete: 'deleted' } as const;
  return { imported, exported: 1, ...(action in what && { [what[action as keyof typeof what]]: 1 }) };
}
