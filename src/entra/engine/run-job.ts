import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { quote } from '#base/errors.ts';
import { startRenewal } from '#base/renewal.ts';
import { newGuid } from '#base/ids.ts';
import { inTransaction, type Database } from '#database/database.ts';
import { releaseLease, acquireLease } from '#database/lease-store.ts';
import { lockJob, updateJob } from '../application/job-store.ts';
import type { StoredJob } from '../application/job.ts';
import { currentChangeNumber, deleteChangesUpTo } from '../source/change-store.ts';
import { isClosed } from '#outbound/no-answer.ts';
import { StandInError } from '../texts/refusals/stand-in-error.ts';
import { TargetError, type TargetFailure } from '../wire/target-client.ts';
import { zeroCounts, type CycleState } from '../application/cycle-state.ts';
import { countEscrows, deleteAllEscrows, STAGED_DELETE } from './escrow-store.ts';
import { finishedStatus, ALLOW_DELETES_ONCE } from './finished-status.ts';
import type { JobRun } from './job-run.ts';
import { openJobRun } from './open-job-run.ts';
import type { EngineDeps } from './engine-deps.ts';
import { countEntitled } from './link-store.ts';
import { enterQuarantine, entraThresholds, quarantineReason } from './quarantine.ts';
import { countSourceObjects, lowestWatermark } from './tenant-jobs-store.ts';
import { isUnderWay, runCycle, saveCycle, type CycleControl, type CycleEnd } from './run-cycle.ts';

/** How long a job stays locked for other processes after the process that was running it crashed. */
export const LEASE_MS = 30_000;
const LEASE_RENEWED_MS = 10_000;

/** How a run of a job ended. */
export type RunEnd =
  /** `escrowsPruned` is true if too many objects failed in an initial cycle, so that their escrows were deleted and the job was paused. */
  | { readonly kind: 'complete'; readonly cycle: CycleState; readonly escrowsPruned: boolean }
  /** `cycle` is undefined if the run was stopped before a cycle began. */
  | { readonly kind: 'stopped'; readonly cycle: CycleState | undefined }
  | {
      readonly kind: 'quarantine';
      readonly cycle: CycleState | undefined;
      readonly reason: string;
      readonly message: string;
    };

/** Thrown if another process is already running a cycle of the job. */
export class CycleRunningError extends StandInError {
  constructor(jobId: string) {
    super('conflict', ({ jobs }) => jobs.cycleRunning(quote(jobId), LEASE_MS / 1000));
  }
}

const uncontrolled: CycleControl = { isStopping: () => false, onProgress: () => {} };

/**
 * Runs one cycle of a job, or resumes an interrupted cycle. Only one process can run a job at a time. Throws `notFound`, `usage`, and
 * CycleRunningError if another process is running the job.
 *
 * @example
 * const end = await runJob(deps, jobId);
 * if (end.kind === 'complete') console.log(end.cycle.counts);
 */
export async function runJob(deps: EngineDeps, jobId: string, control = uncontrolled): Promise<RunEnd> {
  const { database, clock } = deps;
  const lease = { name: `entra ${jobId}`, holder: randomUUID(), durationMs: LEASE_MS };
  const take = async () => await acquireLease(database, { ...lease, now: clock.now() });
  if (!(await take())) throw new CycleRunningError(jobId);
  let isLost = false;
  const renew = async () => {
    try {
      isLost ||= !(await take());
    } catch (error) {
      deps.log.warn({ err: error }, 'the lease of a provisioning job could not be renewed');
    }
  };
  const renewal = startRenewal(renew, LEASE_RENEWED_MS);
  try {
    return await runLeased(deps, jobId, { ...control, isStopping: () => isLost || control.isStopping() });
  } finally {
    await renewal.stop();
    await releaseLease(database, lease.name, lease.holder);
  }
}

async function runLeased(deps: EngineDeps, jobId: string, control: CycleControl): Promise<RunEnd> {
  const cycleId = newGuid();
  await using opened = await openJobRun(deps, jobId, cycleId, { cut: control.cut });
  const { run } = opened;
  if (control.isStopping()) return { kind: 'stopped', cycle: run.job.cycle ?? undefined };
  try {
    // Entra ID probes the target at the start of each cycle, even if there is nothing to export (§1.2).
    await probe(run);
  } catch (error) {
    if (isClosed(error)) return { kind: 'stopped', cycle: run.job.cycle ?? undefined };
    if (!(error instanceof TargetError)) throw error;
    return await quarantineEndpoint(deps, run, run.job.cycle ?? undefined, error.failure);
  }
  const state = await beginCycle(run, cycleId);
  // The mappings were edited or the job was restarted after it was read, so it has to be read again.
  if (state === undefined) return await runLeased(deps, jobId, control);
  return await finish(deps, run, await runCycle(run, state, control));
}

async function probe(run: JobRun): Promise<void> {
  const { User: user, Group: group } = run.mappings;
  const matching = { user: user?.matching[0]?.target ?? 'userName', group: group?.matching[0]?.target ?? null };
  await run.target.probe(matching, () => {});
}

/** Returns the interrupted cycle, or saves and returns a new cycle. Returns undefined if the job was changed after it was read. */
async function beginCycle(run: JobRun, id: string): Promise<CycleState | undefined> {
  const { database, clock } = run.deps;
  const { job, tenant } = run;
  return await inTransaction(database, async (transaction) => {
    const now = await lockJob(transaction, job.id);
    const under = job.cycle;
    const isSame =
      now?.watermark === job.watermark && now.cycle?.id === under?.id && isDeepStrictEqual(now.schema, job.schema);
    if (!isSame) return undefined;
    if (under !== null) return under;
    const state: CycleState = {
      id,
      kind: job.watermark === null ? 'initial' : 'incremental',
      phase: 'users',
      after: null,
      startedAt: clock.now().toISOString(),
      from: job.watermark ?? 0,
      until: await currentChangeNumber(transaction, tenant.id),
      // An initial cycle evaluates each object twice: once for the object itself, and once for its references.
      total: job.watermark === null ? 2 * (await countSourceObjects(transaction, tenant.id)) : 0,
      done: 0,
      counts: zeroCounts,
    };
    await updateJob(transaction, job.id, { cycle: state });
    return state;
  });
}

async function finish(deps: EngineDeps, run: JobRun, end: CycleEnd): Promise<RunEnd> {
  const { state } = end;
  if (end.kind === 'endpoint failure') return await quarantineEndpoint(deps, run, state, end.failure);
  if (end.kind === 'complete') return (await complete(deps, run, state)) ?? { kind: 'stopped', cycle: state };
  if (end.kind === 'stopped') await saveCycle(run, state);
  return { kind: 'stopped', cycle: state };
}

/** Saves the result of a complete cycle. Returns undefined if the cycle is no longer the current cycle of the job. */
async function complete(deps: EngineDeps, run: JobRun, state: CycleState): Promise<RunEnd | undefined> {
  const { database, clock } = deps;
  return await inTransaction(database, async (transaction) => {
    const job = await lockJob(transaction, run.job.id);
    if (!isUnderWay(job, state)) return undefined;
    const escrows = await countEscrows(transaction, job.id);
    const status = await finishedStatus(transaction, { ...run, job }, state, escrows);
    const done: StoredJob = {
      ...job,
      status,
      settings: withoutUsedApproval(run.job, job),
      watermark: state.until,
      cycle: null,
      nextRunAt: job.scheduleState === 'Active' ? new Date(clock.now().getTime() + job.intervalMs) : null,
    };
    const { settings, watermark, cycle, nextRunAt } = done;
    await updateJob(transaction, job.id, { status, settings, watermark, cycle, nextRunAt });
    const lowest = await lowestWatermark(transaction, run.tenant.id);
    if (lowest !== undefined) await deleteChangesUpTo(transaction, run.tenant.id, lowest);
    const entitled = await countEntitled(transaction, job.id);
    const reason = quarantineReason(escrows, entitled, deps.thresholds ?? entraThresholds);
    if (reason === undefined) return { kind: 'complete', cycle: state, escrowsPruned: false };
    if (state.kind === 'initial' && reason !== STAGED_DELETE) {
      await pruneEscrows(transaction, done);
      return { kind: 'complete', cycle: state, escrowsPruned: true };
    }
    const message = `${escrows.staged} deletes are waiting; ${escrows.object} objects and ${escrows.reference} references failed.`;
    const error = { code: reason, message, tenantActionable: true };
    // If the job already was in quarantine, that quarantine continues.
    const failed = { ...done, status: { ...status, quarantine: job.status.quarantine } };
    await enterQuarantine(deps, transaction, failed, recipientOf(run), { reason, error });
    return { kind: 'quarantine', cycle: state, reason, message };
  });
}

/** Deletes the escrows of an initial cycle with too many failures, and pauses the job so that an administrator finds the cause (§3.6). */
async function pruneEscrows(transaction: Database, { id, status }: StoredJob): Promise<void> {
  await deleteAllEscrows(transaction, id);
  await updateJob(transaction, id, {
    scheduleState: 'Paused',
    nextRunAt: null,
    status: { ...status, code: 'Paused', escrowsPruned: true },
  });
}

/** Returns the settings without the approval of deletions that this cycle used. Keeps an approval that was given during the cycle. */
function withoutUsedApproval(before: StoredJob, { settings }: StoredJob): StoredJob['settings'] {
  if (before.settings[ALLOW_DELETES_ONCE] === undefined) return settings;
  const { [ALLOW_DELETES_ONCE]: _, ...kept } = settings;
  return kept;
}

function recipientOf({ application }: JobRun) {
  return { email: application.settings.notificationEmail, application: application.displayName };
}

async function quarantineEndpoint(
  deps: EngineDeps,
  run: JobRun,
  cycle: CycleState | undefined,
  { errorCode, reason: message }: TargetFailure,
): Promise<RunEnd> {
  const reason = 'EncounteredQuarantineException';
  await inTransaction(deps.database, async (transaction) => {
    const job = await lockJob(transaction, run.job.id);
    if (job === undefined) return;
    if (cycle !== undefined && isUnderWay(job, cycle)) {
      await updateJob(transaction, job.id, { cycle });
    }
    const countSuccessiveCompleteFailures = job.status.countSuccessiveCompleteFailures + 1;
    const failed = { ...job, status: { ...job.status, countSuccessiveCompleteFailures } };
    const error = { code: errorCode, message, tenantActionable: true };
    await enterQuarantine(deps, transaction, failed, recipientOf(run), { reason, error });
  });
  return { kind: 'quarantine', cycle, reason, message };
}
