import type { CycleState } from './cycle-state.ts';
import type { SynchronizationSchema } from './synchronization-schema.ts';

export type ScheduleState = 'Active' | 'Disabled' | 'Paused';

/** The counts of a run, as in microsoft.graph.synchronizationTaskExecution (§3.10). */
export interface TaskExecution {
  readonly activityIdentifier: string;
  readonly countEntitled: number;
  readonly countEntitledForProvisioning: number;
  readonly countEscrowed: number;
  readonly countEscrowedRaw: number;
  readonly countExported: number;
  readonly countExports: number;
  readonly countImported: number;
  readonly countImportedDeltas: number;
  readonly countImportedReferenceDeltas: number;
  readonly error: SynchronizationError | null;
  readonly state: 'Succeeded' | 'Failed' | 'EntryLevelErrors';
  readonly timeBegan: string;
  readonly timeEnded: string;
}

export interface SynchronizationError {
  readonly code: string;
  readonly message: string;
  readonly tenantActionable: boolean;
}

export const quarantineReasons = [
  'EncounteredBaseEscrowThreshold',
  'EncounteredTotalEscrowThreshold',
  'EncounteredEscrowProportionThreshold',
  'EncounteredQuarantineException',
  'QuarantinedOnDemand',
  'TooManyDeletes',
  'Unknown',
] as const;
export type QuarantineReason = (typeof quarantineReasons)[number];

export interface Quarantine {
  readonly currentBegan: string;
  readonly nextAttempt: string;
  readonly reason: QuarantineReason;
  readonly seriesBegan: string;
  readonly seriesCount: number;
  readonly error: SynchronizationError | null;
}

export interface JobProgress {
  readonly completedUnits: number;
  readonly progressObservationDateTime: string;
  readonly totalUnits: number;
  readonly units: string;
}

export const jobCodes = ['NotConfigured', 'NotRun', 'Active', 'Paused', 'Quarantine'] as const;

/** microsoft.graph.synchronizationStatus (§3.10). */
export interface JobStatus {
  readonly code: (typeof jobCodes)[number];
  readonly countSuccessiveCompleteFailures: number;
  readonly escrowsPruned: boolean;
  readonly lastExecution: TaskExecution | null;
  readonly lastSuccessfulExecution: TaskExecution | null;
  readonly lastSuccessfulExecutionWithExports: TaskExecution | null;
  readonly progress: readonly JobProgress[];
  readonly quarantine: Quarantine | null;
  readonly steadyStateFirstAchievedTime: string;
  readonly steadyStateLastAchievedTime: string;
  readonly synchronizedEntryCountByType: readonly { readonly key: string; readonly value: number }[];
  readonly troubleshootingUrl: string | null;
}

/** The time that Graph returns for something that has never happened. */
export const NEVER = '0001-01-01T00:00:00Z';

export const initialStatus: JobStatus = {
  code: 'NotRun',
  countSuccessiveCompleteFailures: 0,
  escrowsPruned: false,
  lastExecution: null,
  lastSuccessfulExecution: null,
  lastSuccessfulExecutionWithExports: null,
  progress: [],
  quarantine: null,
  steadyStateFirstAchievedTime: NEVER,
  steadyStateLastAchievedTime: NEVER,
  synchronizedEntryCountByType: [],
  troubleshootingUrl: null,
};

/** A job setting that Graph stores with the secrets. If it is "False", users who are purged in the source stay in the target. */
export const HARD_DELETES = 'HardDeletesEnabled';

/** The synchronization job of an application. */
export interface StoredJob {
  /** `scim.<id of the tenant without hyphens>.<id of the service principal>`. */
  readonly id: string;
  readonly organizationId: string;
  readonly tenantId: string;
  readonly applicationId: string;
  readonly templateId: string;
  readonly schema: SynchronizationSchema;
  /** Settings of the job by name, as in Graph's synchronizationJobSettings. */
  readonly settings: Readonly<Record<string, string>>;
  readonly scheduleState: ScheduleState;
  readonly intervalMs: number;
  readonly status: JobStatus;
  /** The number of the last change that the job has handled; null until the first cycle is complete. */
  readonly watermark: number | null;
  readonly nextRunAt: Date | null;
  /** The state of the running cycle, which the engine writes; null between cycles. */
  readonly cycle: CycleState | null;
  readonly createdAt: Date;
}

/** Builds the id of an application's job, in Entra ID's format (§3.9). */
export function jobIdOf(tenantId: string, applicationId: string): string {
  return `scim.${tenantId.replaceAll('-', '')}.${applicationId}`;
}
