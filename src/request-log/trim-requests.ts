import { DAY_MS } from '#base/clock.ts';
import type { Database } from '#database/database.ts';
import { deleteOldRequests, findSizeLimit, type OldRequests } from './retention-store.ts';

/** The time for which requests without their content are kept: a day. */
export const COUNTED_RETENTION_MS = DAY_MS;
/** Requests deleted per transaction, so that other transactions do not wait long. */
const BATCH_MAX = 2_000;

/** How long the requests of an organization are kept, and how many bytes they may have together. */
export interface RequestRetention {
  readonly requestRetentionDays: number;
  /** No request is kept longer than its events, by which it is found. */
  readonly eventRetentionDays: number;
  readonly requestLogMegabytes: number;
}

/**
 * Deletes the requests of an organization that its settings no longer keep. Once `isStopping` returns true, returns after the current
 * batch.
 */
export async function trimRequests(
  database: Database,
  organizationId: string,
  now: Date,
  { requestRetentionDays, eventRetentionDays, requestLogMegabytes }: RequestRetention,
  isStopping: () => boolean,
): Promise<void> {
  const deleteBefore = async (before: Date, content: OldRequests['content']) => {
    const old = { organizationId, before, content, limit: BATCH_MAX };
    while (!isStopping() && (await deleteOldRequests(database, old)) === BATCH_MAX);
  };
  await deleteBefore(new Date(now.getTime() - Math.min(requestRetentionDays, eventRetentionDays) * DAY_MS), 'any');
  await deleteBefore(new Date(now.getTime() - COUNTED_RETENTION_MS), 'none');
  const limit = await findSizeLimit(database, organizationId, requestLogMegabytes * 1_048_576);
  // Counted requests take next to no room.
  if (limit !== undefined) await deleteBefore(limit, 'kept');
}
