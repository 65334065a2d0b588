import type { Database } from '#database/database.ts';
import { DAY_MS } from '#base/clock.ts';
import { queueMail, type MailDeps } from '#mail/outbox.ts';
import { findSettings } from '#organizations/organization-store.ts';
import { updateJob } from '../application/job-store.ts';
import type { Quarantine, QuarantineReason, StoredJob, SynchronizationError } from '../application/job.ts';
import { shownReason } from '../logs/target-details.ts';
import type { EscrowCounts } from './escrow-store.ts';

const HOUR_MS = 3_600_000;
/** When a job in quarantine is tried again: after the first failure, the second, and every further one (§3.6, §9). */
const retriesMs = [6 * HOUR_MS, 12 * HOUR_MS, DAY_MS] as const;
/** A job that stays in quarantine for longer is disabled. */
export const QUARANTINE_MAX_MS = 28 * DAY_MS;

/** From which number of failures on, and at which share of all objects, the failures are taken for the job's (§3.6). */
export interface QuarantineThresholds {
  readonly evaluatedFrom: number;
  readonly proportion: number;
  readonly base: number;
  readonly total: number;
}

export const entraThresholds: QuarantineThresholds = {
  evaluatedFrom: 5_000,
  proportion: 0.4,
  base: 40_000,
  total: 60_000,
};

/** Why what failed, or waits, amounts to a quarantine; undefined while it does not. `entitled` are all objects that are to be there. */
export function quarantineReason(
  escrows: EscrowCounts,
  entitled: number,
  thresholds: QuarantineThresholds,
): QuarantineReason | undefined {
  if (escrows.staged > 0) return 'TooManyDeletes';
  if (escrows.object + escrows.reference > thresholds.total) return 'EncounteredTotalEscrowThreshold';
  if (escrows.object > thresholds.base) return 'EncounteredBaseEscrowThreshold';
  const isMany = escrows.object >= thresholds.evaluatedFrom && escrows.object > entitled * thresholds.proportion;
  return isMany ? 'EncounteredEscrowProportionThreshold' : undefined;
}

/** The quarantine after one more failure. */
export function nextQuarantine(
  before: Quarantine | null,
  reason: QuarantineReason,
  error: SynchronizationError | null,
  now: Date,
): Quarantine {
  const count = (before?.seriesCount ?? 0) + 1;
  const waitMs = retriesMs[Math.min(count, retriesMs.length) - 1] ?? DAY_MS;
  return {
    currentBegan: before?.reason === reason ? before.currentBegan : now.toISOString(),
    seriesBegan: before?.seriesBegan ?? now.toISOString(),
    nextAttempt: new Date(now.getTime() + waitMs).toISOString(),
    reason,
    seriesCount: count,
    error,
  };
}

interface Failure {
  readonly reason: QuarantineReason;
  readonly error: SynchronizationError;
}

/**
 * Puts a job into quarantine, or keeps it there: it is tried ever more seldom, and is disabled after 28 days. One mail tells of
 * it, and another one when the reason changes.
 */
export async function enterQuarantine(
  deps: MailDeps,
  transaction: Database,
  job: StoredJob,
  recipient: { readonly email: string | null; readonly application: string },
  { reason, error }: Failure,
): Promise<void> {
  const now = deps.clock.now();
  const before = job.status.quarantine;
  const quarantine = nextQuarantine(before, reason, error, now);
  const isOver = now.getTime() - Date.parse(quarantine.seriesBegan) > QUARANTINE_MAX_MS;
  await updateJob(transaction, job.id, {
    status: { ...job.status, code: 'Quarantine', quarantine },
    nextRunAt: isOver ? null : new Date(quarantine.nextAttempt),
    ...(isOver && { scheduleState: 'Disabled' as const }),
  });
  if (recipient.email === null || before?.reason === reason) return;
  const settings = await findSettings(transaction, job.organizationId);
  await queueMail(deps, transaction, {
    organizationId: job.organizationId,
    timeZone: settings.timeZone,
    kind: 'provisioning_quarantine',
    recipient: recipient.email,
    targetId: null,
    tokens: {
      contact_name: settings.contactName,
      contact_email: settings.contactEmail,
      application: recipient.application,
      reason,
      // The recipient, and readers of the outbox, need not be callers that may read a target's answers.
      message: shownReason('withheld', error.code, error.message),
      next_attempt: new Date(quarantine.nextAttempt),
    },
  });
}
