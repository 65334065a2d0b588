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

/** How a cycle ended, or was left: one that is left goes on from `state`. */
export type CycleEnd =
  | { readonly kind: 'complete'; readonly state: CycleState }
  | { readonly kind: 'stopped'; readonly state: CycleState }
  /** The mappings were edited, or the job was restarted: another cycle begins from the start. */
  | { readonly kind: 'superseded'; readonly state: CycleState }
  | { readonly kind: 'endpoint failure'; readonly state: CycleState; readonly failure: TargetFailure };

export interface CycleControl {
  /** Whether to leave after the page under way. */
  readonly isStopping: () => boolean;
  /** Aborted when the page under way has taken too long to wait for: its requests are cut, and the page is done again later. */
  readonly cut?: AbortSignal | undefined;
  /** Told after each page; the next one begins when it is done. */
  readonly onProgress: (state: CycleState) => void | Promise<void>;
}

/**
 * Works through the phases of a cycle page by page, several objects at a time. Where it has come to is on disk after each page:
 * a cycle that was killed does its page again, in which what was done already is found to be done.
 */
export async function runCycle(run: JobRun, initial: CycleState, control: CycleControl): Promise<CycleEnd> {
  const units = await openPhaseUnits(run, initial);
  let state = initial;
  for (;;) {
    if (control.isStopping()) return { kind: 'stopped', state };
    const next = await nextPage(run, units, state, control);
    if (next === undefined) return { kind: 'stopped', state };
    const { page, worked } = next;
    const { counts, failure, isWhole } = worked;
    state = { ...state, counts: addCounts(state.counts, counts) };
    // The page is done again: not all of it has been worked on.
    if (failure !== undefined) return { kind: 'endpoint failure', state, failure };
    if (!isWhole) return { kind: 'stopped', state };
    const done = state.done + page.looked;
    state = { ...state, done, total: Math.max(state.total, done) };
    const phase = page.last === null ? followingPhase(state.phase) : state.phase;
    if (phase === undefined) return { kind: 'complete', state };
    state = phase === state.phase ? { ...state, after: page.last } : { ...state, phase, after: null };
    if (!(await saveCycle(run, state))) return { kind: 'superseded', state };
    await control.onProgress(state);
  }
}

/** Writes down where a cycle has come to; false when it is the job's no longer. */
export async function saveCycle({ deps, job }: JobRun, state: CycleState): Promise<boolean> {
  return await inTransaction(deps.database, async (transaction) => {
    if (!isUnderWay(await lockJob(transaction, job.id), state)) return false;
    return await updateJob(transaction, job.id, { cycle: state });
  });
}

/** Whether a cycle is still the job's: editing mappings takes it away. */
export function isUnderWay(job: StoredJob | undefined, { id }: CycleState): job is StoredJob {
  return job !== undefined && job.cycle?.id === id;
}

function followingPhase(phase: CyclePhase): CyclePhase | undefined {
  return cyclePhases[cyclePhases.indexOf(phase) + 1];
}

/** Works on the next page, whose objects nothing else works on meanwhile; undefined where it was cut. */
async function nextPage(run: JobRun, units: PhaseUnits, { phase, after }: CycleState, control: CycleControl) {
  try {
    const page = await units.page(phase, after);
    return { page, worked: await workOn(run, page, control) };
  } catch (error) {
    if (!isClosed(error)) throw error;
    return undefined;
  } finally {
    await run.leases.release();
  }
}

interface Worked {
  /** Of a page that is repeated, without what is counted again then. */
  readonly counts: CycleCounts;
  readonly failure: TargetFailure | undefined;
  /** Whether every unit was worked on. */
  readonly isWhole: boolean;
}

async function workOn(run: JobRun, page: UnitPage, { isStopping }: CycleControl): Promise<Worked> {
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

/** What a unit answers; `cut` where its request was. The others of the page are counted all the same. */
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
