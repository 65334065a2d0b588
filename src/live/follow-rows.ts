import { AppError } from '#base/errors.ts';
import type { Timer } from '#base/timer.ts';
import { shardOf, type Fleet } from '#shards/fleet.ts';
import { newestPosition, type LiveRow, type LiveSource } from './live-source.ts';

/** The time between two reads, in milliseconds. */
export const FOLLOW_INTERVAL_MS = 500;

export interface FollowOptions {
  readonly fleet: Fleet;
  readonly organizationId: string;
  readonly source: LiveSource;
  readonly timer: Timer;
  /** Ends the rows. */
  readonly signal: AbortSignal;
  /** Called when the database cannot be read, and with undefined when it can be read again. */
  readonly onOutage: (error: AppError | undefined) => void;
  /** Called if rows may be missing: the organization was moved, or its rows were replaced. */
  readonly onGap: () => void;
}

/**
 * Yields the rows of an organization that are committed from now on, for a command. If the database cannot be reached, continues after
 * the last row when it can be reached again.
 */
export async function* followRows(options: FollowOptions): AsyncGenerator<LiveRow, void> {
  const { fleet, organizationId, source, timer, signal } = options;
  let place: { readonly shard: string; readonly position: string } | undefined;
  let isDown = false;
  while (!signal.aborted) {
    try {
      const { name, database } = await shardOf(fleet, organizationId);
      const organizationIds = [organizationId];
      const found =
        place?.shard === name ? await source.read(database, { organizationIds, after: place.position }) : undefined;
      if (found === undefined) {
        if (place !== undefined) options.onGap();
        place = { shard: name, position: await newestPosition(database, source) };
      } else {
        yield* found.rows;
        const isPartial = found.exceeded.has(organizationId);
        const position: string = (isPartial ? found.rows.at(-1)?.position : undefined) ?? found.position;
        place = { shard: name, position };
        if (isPartial) continue;
      }
      if (isDown) options.onOutage(undefined);
      isDown = false;
    } catch (error) {
      if (!(error instanceof AppError) || !error.isOutage) throw error;
      if (!isDown) options.onOutage(error);
      isDown = true;
    }
    await timer.sleep(FOLLOW_INTERVAL_MS, signal).catch(() => undefined);
  }
}
