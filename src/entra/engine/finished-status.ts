import { NEVER, type JobStatus, type TaskExecution } from '../application/job.ts';
import type { Database } from '#database/database.ts';
import type { CycleState } from '../application/cycle-state.ts';
import type { EscrowCounts } from './escrow-store.ts';
import type { JobRun } from './job-run.ts';
import { countLinks } from './link-store.ts';

/** The name of the job setting that allows all deletions in the next cycle. */
export const ALLOW_DELETES_ONCE = 'AllowDeletesOnce';

/** Builds the status of a job after a complete cycle, in Graph's format (§3.10). */
export async function finishedStatus(
  database: Database,
  run: JobRun,
  state: CycleState,
  escrows: EscrowCounts,
): Promise<JobStatus> {
  const { status, scheduleState } = run.job;
  const now = run.deps.clock.now().toISOString();
  const execution = executionOf(state, escrows, now);
  const links = await countLinks(database, run.job.id);
  const isSteady = escrows.object + escrows.reference + escrows.staged === 0;
  return {
    ...status,
    code: scheduleState === 'Paused' ? 'Paused' : 'Active',
    countSuccessiveCompleteFailures: 0,
    quarantine: null,
    escrowsPruned: false,
    lastExecution: execution,
    lastSuccessfulExecution: execution,
    lastSuccessfulExecutionWithExports:
      execution.countExports > 0 ? execution : status.lastSuccessfulExecutionWithExports,
    progress: [
      { completedUnits: state.done, totalUnits: state.total, units: 'objects', progressObservationDateTime: now },
    ],
    steadyStateFirstAchievedTime:
      isSteady && status.steadyStateFirstAchievedTime === NEVER ? now : status.steadyStateFirstAchievedTime,
    steadyStateLastAchievedTime: isSteady ? now : status.steadyStateLastAchievedTime,
    synchronizedEntryCountByType: (['User', 'Group'] as const).flatMap((type) => {
      const key = run.mappings[type]?.targetObject;
      return key === undefined ? [] : [{ key: `${type} to ${key}`, value: links[type] }];
    }),
  };
}

function executionOf({ id, kind, startedAt, counts }: CycleState, escrows: EscrowCounts, now: string): TaskExecution {
  const failed = escrows.object + escrows.reference + escrows.staged;
  return {
    activityIdentifier: id,
    countEntitled: counts.imported - counts.skipped,
    countEntitledForProvisioning: counts.imported - counts.skipped,
    countEscrowed: failed,
    countEscrowedRaw: failed,
    countExported: counts.exported,
    countExports: counts.exported,
    countImported: kind === 'initial' ? counts.imported : 0,
    countImportedDeltas: kind === 'incremental' ? counts.imported : 0,
    countImportedReferenceDeltas: counts.references,
    error: null,
    state: counts.failed > 0 ? 'EntryLevelErrors' : 'Succeeded',
    timeBegan: startedAt,
    timeEnded: now,
  };
}
