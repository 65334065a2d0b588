import type { JsonObject, JsonValue } from '#base/json.ts';
import type { EntraApplication } from '../../application/application.ts';
import type { Quarantine, StoredJob } from '../../application/job.ts';
import type { CycleState } from '../../application/cycle-state.ts';
import { ALLOW_DELETES_ONCE } from '../../engine/finished-status.ts';
import { redactCode, redactReason, type TargetDetails } from '../../logs/target-details.ts';
import { isConfigured } from '../find-applications.ts';
import { printDuration } from './duration.ts';

/** The name of a job setting in Graph. Tanhua stores it as the application's accidentalDeletionThreshold (§3.6). */
export const DELETES_THRESHOLD = 'QuarantineTooManyDeletesThreshold';

/** Returns a job as microsoft.graph.synchronizationJob (§3.10). `nextRun` and `cycle` are not in Graph. */
export function jobResource(
  job: StoredJob,
  application: EntraApplication,
  { now, details }: { readonly now: Date; readonly details: TargetDetails },
): JsonObject {
  const { id, templateId, scheduleState, intervalMs, nextRunAt } = job;
  const cycle = job.cycle;
  return {
    id,
    templateId,
    schedule: {
      expiration: null,
      interval: printDuration(intervalMs),
      state: scheduleState,
    },
    status: statusOf(job, application, cycle, { now, details }),
    synchronizationJobSettings: settingsOf(job, application),
    nextRun: nextRunAt?.toISOString() ?? null,
    cycle: cycle === null ? null : cycleResource(cycle),
  };
}

function statusOf(
  { status }: StoredJob,
  application: EntraApplication,
  cycle: CycleState | null,
  { now, details }: { readonly now: Date; readonly details: TargetDetails },
): JsonObject {
  const isNotConfigured = status.code === 'NotRun' && !isConfigured(application);
  const progress = {
    completedUnits: cycle?.done ?? 0,
    progressObservationDateTime: now.toISOString(),
    totalUnits: cycle?.total ?? 0,
    units: 'objects',
  };
  return {
    ...(status as unknown as JsonObject),
    ...(status.quarantine !== null && { quarantine: quarantineResource(status.quarantine, details) }),
    ...(isNotConfigured && { code: 'NotConfigured' }),
    ...(cycle !== null && { progress: [progress] }),
  };
}

function quarantineResource({ error, ...quarantine }: Quarantine, details: TargetDetails): JsonObject {
  if (error === null) return { ...quarantine, error };
  const { code, message } = error;
  return {
    ...quarantine,
    error: { ...error, code: redactCode(details, code), message: redactReason(details, code, message) },
  };
}

function cycleResource({ id, kind, phase, startedAt, total, done, counts }: CycleState): JsonObject {
  return { id, kind, phase, startedAt, total, done, counts: { ...counts } };
}

function settingsOf({ settings }: StoredJob, { settings: own }: EntraApplication): JsonValue {
  const threshold = own.accidentalDeletionThreshold;
  return [
    ...(threshold === null ? [] : [{ name: DELETES_THRESHOLD, value: String(threshold) }]),
    ...Object.entries(settings).flatMap(([name, value]) => (name === ALLOW_DELETES_ONCE ? [] : [{ name, value }])),
  ];
}
