import { randomUUID } from 'node:crypto';
import { AppError, quote } from '#base/errors.ts';
import { newGuid } from '#base/ids.ts';
import type { JsonValue } from '#base/json.ts';
import { inTransaction } from '#database/database.ts';
import { giveBackLease, takeLease } from '#database/lease-store.ts';
import { updateJob } from '../application/job-store.ts';
import type { StoredJob } from '../application/job.ts';
import { currentChangeNumber, trimChanges } from '../source/change-store.ts';
import { TargetError, type TargetFailure } from '../wire/target-client.ts';
import { noCounts, type CycleState } from './cycle-state.ts';
import { countEscrows } from './escrow-store.ts';
import { finishedStatus, ALLOW_DELETES_ONCE } from './finished-status.ts';
import type { JobRun } from './job-run.ts';
import { openJobRun } from './open-job-run.ts';
import type { EngineDeps } from './engine-deps.ts';
import { enterQuarantine, entraThresholds, thresholdReason } from './quarantine.ts';
import { countSourceObjects, lowestWatermark } from './tenant-jobs-store.ts';
import { isUnderWay, runCycle, saveCycle, type CycleControl, type CycleEnd } from './run-cycle.ts';

/** How long a process that died keeps its job from the others. */
const LEASE_MS = 30_000;
const LEASE_RENEWED_MS = 10_000;

/** How a run of a job ended. */
export type RunEnd =
  | { readonly kind: 'complete'; readonly cycle: CycleState }
  | { readonly kind: 'stopped'; readonly cycle: CycleState }
  | {
      readonly kind: 'quarantine';
      readonly cycle: CycleState | undefined;
      readonly reason: string;
      readonly message: string;
    };

const uncontrolled: CycleControl = { isStopping: () => false, onProgress: () => {} };

/**
 * Runs one cycle of a job, or goes on with the one under way: in one process at a time. Throws notFound, and conflict while
 * another process runs it.
 */
export async function runJob(deps: EngineDeps, jobId: string, control = uncontrolled): Promise<RunEnd> {
  const { database, clock } = deps;
  const lease = { name: `entra ${jobId}`, holder: randomUUID(), durationMs: LEASE_MS };
  const take = async () => await takeLease(database, { ...lease, now: clock.now() });
  if (!(await take())) {
    throw new AppError('conflict', `A cycle of the job ${quote(jobId)} is under way already: wait until it is done.`);
  }
  let isLost = false;
  const renew = async () => {
    try {
      isLost ||= !(await take());
    } catch (error) {
      deps.log.warn({ err: error }, 'the lease of a provisioning job could not be renewed');
    }
  };
  const renewal = setInterval(() => {
    void renew();
  }, LEASE_RENEWED_MS);
  try {
    return await runLeased(deps, jobId, { ...control, isStopping: () => isLost || control.isStopping() });
  } finally {
    clearInterval(renewal);
    await giveBackLease(database, lease.name, lease.holder);
  }
}

async function runLeased(deps: EngineDeps, jobId: string, control: CycleControl): Promise<RunEnd> {
  const cycleId = newGuid();
  await using opened = await openJobRun(deps, jobId, cycleId);
  const { run } = opened;
  const under = run.job.cycle as unknown as CycleState | null;
  try {
    // As it begins, and as a sign of life when there is nothing to do (§1.2).
    await probe(run);
  } catch (error) {
    if (!(error instanceof TargetError)) throw error;
    return await quarantineEndpoint(deps, run, under ?? undefined, error.failure);
  }
  const state = under ?? (await beginCycle(run, cycleId));
  await updateJob(deps.database, jobId, { cycle: state as unknown as JsonValue });
  const end = await runCycle(run, state, control);
  return await finish(deps, run, end);
}

async function probe(run: JobRun): Promise<void> {
  const { User: user, Group: group } = run.mappings;
  const matching = { user: user?.matching[0]?.target ?? 'userName', group: group?.matching[0]?.target ?? null };
  await run.target.probe(matching, () => {});
}

async function beginCycle(run: JobRun, id: string): Promise<CycleState> {
  const { database, clock } = run.deps;
  const until = await currentChangeNumber(database, run.tenant.id);
  return {
    id,
    kind: run.job.watermark === null ? 'initial' : 'incremental',
    phase: 'users',
    after: null,
    startedAt: clock.now().toISOString(),
    from: run.job.watermark ?? 0,
    until,
    total: await initialTotal(run),
    done: 0,
    counts: noCounts,
    deletes: 0,
  };
}

/** Objects that an initial cycle looks at: each once for itself and once for what it refers to. */
async function initialTotal(run: JobRun): Promise<number> {
  return run.job.watermark === null ? 2 * (await countSourceObjects(run.deps.database, run.tenant.id)) : 0;
}

async function finish(deps: EngineDeps, run: JobRun, end: CycleEnd): Promise<RunEnd> {
  const { database, clock } = deps;
  const { state } = end;
  const { id } = run.job;
  if (end.kind === 'stopped' || end.kind === 'superseded' || !(await isUnderWay(database, id, state))) {
    if (end.kind === 'stopped') await saveCycle(run, state);
    return { kind: 'stopped', cycle: state };
  }
  if (end.kind === 'endpoint failure') return await quarantineEndpoint(deps, run, state, end.failure);
  const escrows = await countEscrows(database, id);
  const status = await finishedStatus(run, state, escrows);
  const nextRunAt = new Date(clock.now().getTime() + run.job.intervalMs);
  const { [ALLOW_DELETES_ONCE]: _, ...settings } = run.job.settings;
  const done: StoredJob = { ...run.job, status, settings, watermark: state.until, cycle: null, nextRunAt };
  const reason = run.deletes.exceeded()
    ? 'TooManyDeletes'
    : thresholdReason(escrows, state.counts, deps.thresholds ?? entraThresholds);
  await inTransaction(database, async (transaction) => {
    await updateJob(transaction, id, { status, settings, watermark: state.until, cycle: null, nextRunAt });
    if (reason !== undefined) {
      const message = `${state.counts.stagedDeletes} deletes wait, ${escrows.object} objects and ${escrows.reference} references failed.`;
      await enterQuarantine(deps, transaction, done, recipientOf(run), {
        reason,
        error: { code: reason, message, tenantActionable: true },
      });
    }
    const lowest = await lowestWatermark(transaction, run.tenant.id);
    if (lowest !== undefined) await trimChanges(transaction, run.tenant.id, lowest);
  });
  if (reason === undefined) return { kind: 'complete', cycle: state };
  return { kind: 'quarantine', cycle: state, reason, message: `${state.counts.stagedDeletes} deletes wait` };
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
    if (cycle !== undefined) await updateJob(transaction, run.job.id, { cycle: cycle as unknown as JsonValue });
    const job = {
      ...run.job,
      status: {
        ...run.job.status,
        countSuccessiveCompleteFailures: run.job.status.countSuccessiveCompleteFailures + 1,
      },
    };
    await enterQuarantine(deps, transaction, job, recipientOf(run), {
      reason,
      error: { code: errorCode, message, tenantActionable: true },
    });
  });
  return { kind: 'quarantine', cycle, reason, message };
}
