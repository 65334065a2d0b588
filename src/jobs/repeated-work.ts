import { randomUUID } from 'node:crypto';
import type { Clock } from '#base/clock.ts';
import type { Log } from '#base/log.ts';
import type { Database } from '#database/database.ts';
import { releaseLease, acquireLease } from '#database/lease-store.ts';

/** The shortest time that a process keeps a work: longer than most of them take. */
export const WORK_LEASE_MIN_MS = 60_000;

interface RepeatDeps {
  readonly database: Database;
  readonly clock: Clock;
}

export interface RepeatedWork<Deps extends RepeatDeps> {
  /** Processes that share the database do a work of one name in turns. */
  readonly name: string;
  readonly intervalMs: number;
  /** A long one looks at `isStopping` between its steps, and goes on another time. */
  readonly work: (deps: Deps, isStopping: () => boolean) => Promise<unknown>;
}

/**
 * Does a work at once and after each interval, in one of the processes that share the database. A failure is logged, and the
 * next time is not affected. Returns a function that ends the repetition and waits for the work under way.
 *
 *     const stop = repeat(deps, log, { name: 'purge', intervalMs: HOUR_MS, work: purgeDeleted });
 */
export function repeat<Deps extends RepeatDeps>(
  deps: Deps,
  log: Log,
  { name, intervalMs, work }: RepeatedWork<Deps>,
): () => Promise<void> {
  const { database, clock } = deps;
  const lease = { name, holder: randomUUID(), durationMs: Math.max(intervalMs, WORK_LEASE_MIN_MS) };
  let isStopping = false;
  let running = Promise.resolve();
  const attempt = async () => {
    try {
      if (await acquireLease(database, { ...lease, now: clock.now() })) await work(deps, () => isStopping);
    } catch (error) {
      log.error({ err: error, name }, 'a repeated work failed');
    }
  };
  const once = () => {
    running = running.then(attempt);
  };
  once();
  const timer = setInterval(once, intervalMs);
  return async () => {
    isStopping = true;
    clearInterval(timer);
    await running;
    await releaseLease(database, name, lease.holder).catch((error: unknown) =>
      log.warn({ err: error, name }, 'another process goes on when the lease has expired'),
    );
  };
}
