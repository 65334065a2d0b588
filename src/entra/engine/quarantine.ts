import type { Database } from '#database/database.ts';
import { DAY_MS } from '#base/clock.ts';
import { queueMail, type MailDeps } from '#mail/outbox.ts';
import { findSettings } from '#organizations/organization-store.ts';
import { updateJob } from '../application/job-store.ts';
import type { Quarantine, QuarantineReason, StoredJob, SynchronizationError } from '../application/job.ts';
import { redactReason } from '../logs/target-details.ts';
import type { EscrowCounts } from './escrow-store.ts';

const HOUR_MS = 3_600_000;
/** How long a job in quarantine waits after the first failure, the second failure, and every further failure (§3.6, §9). */
const retryDelaysMs = [6 * HOUR_MS, 12 * HOUR_MS, DAY_MS] as const;
/** How long a job can stay in quarantine before it is disabled. */
export const QUARANTINE_MAX_MS = 28 * DAY_MS;

/** The limits for failures of single objects. If one is exceeded, the whole job goes into quarantine (§3.6). */
export interface QuarantineThresholds {
  /** The minimum number of failed objects for `proportion` to apply. */
  readonly evaluatedFrom: number;
  /** The maximum share of failed objects among the objects that should be in the target, from 0 to 1. */
  readonly proportion: number;
  /** The maximum number of failed objects. */
  readonly base: number;
  /** The maximum number of failed objects and references together. */
  readonly total: number;
}

export const entraThresholds: QuarantineThresholds = {
  evaluatedFrom: 5_000,
  proportion: 0.4,
  base: 40_000,
  total: 60_000,
};

/**
 * Returns the reason why the failures of a job put it into quarantine; undefined if they do not exceed the thresholds. `entitled` is the
 * number of objects that should be in the target.
 */
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

/** Returns the quarantine of a job after a failure. `before` is the quarantine before the failure; null if there was none. */
export function nextQuarantine(
  before: Quarantine | null,
  reason: QuarantineReason,
  error: SynchronizationError | null,
  now: Date,
): Quarantine {
  const count = (before?.seriesCount ?? 0) + 1;
  const waitMs = retryDelaysMs[Math.min(count, retryDelaysMs.length) - 1] ?? DAY_MS;
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
 * Puts a job into quarantine, or extends its quarantine. The time to the next attempt grows with each failure. After QUARANTINE_MAX_MS,
 * disables the job. Queues an email at the start of the quarantine, and whenever its reason changes.
 */
export async function enterQuarantine(
  deps: MailDeps & { readonly publicUrl?: () => string },
  transaction: Database,
  job: StoredJob,
  recipient: { readonly email: string | null; readonly application: string },
  { reason, error }: Failure,
): Promise<void> {
  const now = deps.clock.now();
  const before = job.status.quarantine;
  const quarantine = nextQuarantine(before, reason, error, now);
  const isExpired = now.getTime() - Date.parse(quarantine.seriesBegan) > QUARANTINE_MAX_MS;
  await updateJob(transaction, job.id, {
    status: { ...job.status, code: 'Quarantine', quarantine },
    nextRunAt: isExpired ? null : new Date(quarantine.nextAttempt),
    ...(isExpired && { scheduleState: 'Disabled' as const }),
  });
  if (recipient.email === null || before?.reason === reason) return;
  const settings = await findSettings(transaction, job.organizationId);
  // The recipient and readers of the outbox may lack the permission to read responses of the target.
  const message = redactReason('withheld', error.code, error.message);
  await queueMail(deps, transaction, {
    organizationId: job.organizationId,
    timeZone: settings.timeZone,
    kind: 'provisioning_quarantine',
    language: settings.language,
    recipient: recipient.email,
    targetId: null,
    link: deps.publicUrl && consoleUrlOf(deps.publicUrl(), job, message === error.message ? 'status' : 'credentials'),
    tokens: {
      contact_name: settings.contactName,
      contact_email: settings.contactEmail,
      application: recipient.application,
      reason,
      message,
      next_attempt: new Date(quarantine.nextAttempt),
    },
  });
}

/** Returns the address of an application in the console: of Admin Credentials, whose test shows the response that an email leaves out, or of its status. */
function consoleUrlOf(
  publicUrl: string,
  { tenantId, applicationId }: StoredJob,
  tab: 'credentials' | 'status',
): string {
  return `${publicUrl}/console/rehearsal/${tenantId}/applications/${applicationId}/${tab}`;
}
