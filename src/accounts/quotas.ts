import { DAY_MS, secondsToWait, type Clock } from '#base/clock.ts';
import type { AppError } from '#base/errors.ts';
import { TranslatedError } from '#base/translated-error.ts';
import type { Database } from '#database/database.ts';
import { bucketOf, countInWindow, findAttempts, uncountAttempt } from './attempt-store.ts';

/** What the administrators of one organization can request per day through the REST API (decision 030). */
export const quotas = {
  /** Organizations that the administrators create. */
  organizations: { max: 20 },
  /** Emails to addresses that the request contains: invitations of administrators, and activation emails to another address. */
  namedMails: { max: 100 },
  /** Emails to the addresses of accounts: activation emails (also scheduled ones), password reset links, and emails that are sent again. */
  requestedMails: { max: 5_000 },
} as const satisfies Readonly<Record<string, { readonly max: number }>>;

export type Quota = keyof typeof quotas;

export interface QuotaDeps {
  /** The main database, because all processes and shards share the counts. */
  readonly database: Database;
  readonly clock: Clock;
}

/**
 * Runs an action that uses a quota of an organization. The use is counted before the action runs, so that concurrent requests cannot
 * exceed the quota. An action that fails is not counted. `units` is the number to count, such as the number of emails that the action
 * sends. Throws `quotaExceeded` (429) with the time to wait.
 *
 * @example await withinQuota(deps, 'organizations', organizationId, () => createOrganization(…));
 */
export async function withinQuota<Result>(
  deps: QuotaDeps,
  quota: Quota,
  organizationId: string,
  action: () => Promise<Result>,
  units = 1,
): Promise<Result> {
  const { database, clock } = deps;
  const now = clock.now();
  const bucket = bucketOf('quota', quota, organizationId);
  const expiresAt = new Date(now.getTime() + DAY_MS);
  const used = await countInWindow(database, bucket, { now, expiresAt, units });
  try {
    if (used > quotas[quota].max) throw await exceeded(database, quota, bucket, now);
    return await action();
  } catch (error) {
    await uncountAttempt(database, bucket, units);
    throw error;
  }
}

async function exceeded(database: Database, quota: Quota, bucket: string, now: Date): Promise<AppError> {
  const { max } = quotas[quota];
  const window = await findAttempts(database, bucket, now);
  const seconds = secondsToWait((window?.expiresAt ?? 0) - now.getTime());
  return new TranslatedError('quotaExceeded', ({ admin }) => admin.quotas[quota](max, Math.ceil(seconds / 3_600)), {
    retryAfterSeconds: seconds,
  });
}
