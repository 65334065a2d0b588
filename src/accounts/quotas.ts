import { DAY_MS, secondsToWait, type Clock } from '#base/clock.ts';
import { AppError } from '#base/errors.ts';
import type { Database } from '#database/database.ts';
import { bucketOf, countInWindow, findAttempts, uncountAttempt } from './attempt-store.ts';

/** What the administrators of one organization can request per day through the REST API (decision 030). */
export const quotas = {
  /** Organizations that the administrators create. */
  organizations: {
    max: 20,
    what: 'organizations',
    instead: 'The command line has no such limit: tanhua organization create.',
  },
  /** Emails to addresses that the request contains: invitations of administrators, and activation emails to another address. */
  namedMails: {
    max: 100,
    what: 'emails to addresses given in requests',
    instead: 'The command line prints links instead: tanhua admin reset-password EMAIL.',
  },
  /** Emails to the addresses of accounts: activation emails (also scheduled ones), password reset links, and emails that are sent again. */
  requestedMails: {
    max: 5_000,
    what: 'emails',
    instead: 'Emails that the rules of an integration send do not count.',
  },
} as const satisfies Readonly<
  Record<string, { readonly max: number; readonly what: string; readonly instead: string }>
>;

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
  const { max, what, instead } = quotas[quota];
  const window = await findAttempts(database, bucket, now);
  const seconds = secondsToWait((window?.expiresAt ?? 0) - now.getTime());
  return new AppError(
    'quotaExceeded',
    `The organization has requested ${max} ${what} within a day, which is the limit. Try again in ${Math.ceil(seconds / 3_600)} hours. ${instead}`,
    { retryAfterSeconds: seconds },
  );
}
