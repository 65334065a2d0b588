import { z } from 'zod';
import { storedJson } from '#base/stored-json.ts';
import { cyclePhases, type CycleState } from './cycle-state.ts';
import { jobCodes, quarantineReasons, type JobStatus } from './job.ts';
import { synchronizationSchema } from './synchronization-schema.ts';

const error = z.object({ code: z.string(), message: z.string(), tenantActionable: z.boolean() }).nullable();

const execution = z
  .object({
    activityIdentifier: z.string(),
    countEntitled: z.number(),
    countEntitledForProvisioning: z.number(),
    countEscrowed: z.number(),
    countEscrowedRaw: z.number(),
    countExported: z.number(),
    countExports: z.number(),
    countImported: z.number(),
    countImportedDeltas: z.number(),
    countImportedReferenceDeltas: z.number(),
    error,
    state: z.enum(['Succeeded', 'Failed', 'EntryLevelErrors']),
    timeBegan: z.string(),
    timeEnded: z.string(),
  })
  .nullable();

const status: z.ZodType<JobStatus> = z.object({
  code: z.enum(jobCodes),
  countSuccessiveCompleteFailures: z.number(),
  escrowsPruned: z.boolean(),
  lastExecution: execution,
  lastSuccessfulExecution: execution,
  lastSuccessfulExecutionWithExports: execution,
  progress: z.array(
    z.object({
      completedUnits: z.number(),
      progressObservationDateTime: z.string(),
      totalUnits: z.number(),
      units: z.string(),
    }),
  ),
  quarantine: z
    .object({
      currentBegan: z.string(),
      nextAttempt: z.string(),
      reason: z.enum(quarantineReasons),
      seriesBegan: z.string(),
      seriesCount: z.number(),
      error,
    })
    .nullable(),
  steadyStateFirstAchievedTime: z.string(),
  steadyStateLastAchievedTime: z.string(),
  synchronizedEntryCountByType: z.array(z.object({ key: z.string(), value: z.number() })),
  troubleshootingUrl: z.string().nullable(),
});

const cycle: z.ZodType<CycleState> = z.object({
  id: z.string(),
  kind: z.enum(['initial', 'incremental']),
  phase: z.enum(cyclePhases),
  after: z.string().nullable(),
  startedAt: z.string(),
  from: z.number(),
  until: z.number(),
  total: z.number(),
  done: z.number(),
  counts: z.object({
    imported: z.number(),
    exported: z.number(),
    created: z.number(),
    updated: z.number(),
    disabled: z.number(),
    deleted: z.number(),
    skipped: z.number(),
    failed: z.number(),
    stagedDeletes: z.number(),
    references: z.number(),
  }),
});

export const readJobSchema = storedJson('entra_jobs.schema', synchronizationSchema);
export const readJobSettings = storedJson('entra_jobs.settings', z.record(z.string(), z.string()));
export const readJobStatus = storedJson('entra_jobs.status', status);
export const readCycle = storedJson('entra_jobs.cycle', cycle);
