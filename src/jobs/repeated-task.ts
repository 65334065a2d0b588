import { randomUUID } from 'node:crypto';
import type { Clock } from '#base/clock.ts';
import type { Log } from '#base/log.ts';
import type { Database } from '#database/database.ts';
import { releaseLease, acquireLease } from '#database/lease-store.ts';

/** The minimum duration of the lease of a task. It is longer than most tasks take. */
export const TASK_LEASE_MIN_MS = 60_000;

interface RepeatDeps {
  readonly database: Database;
  readonly clock: Clock;
}

export interface RepeatedTask<Deps extends RepeatDeps> {
  /** Identifies the task. Only one of the processes that share the database runs it at a time. */
  readonly name: string;
  readonly intervalMs: number;
  /** Does the task. A long task checks `isStopping` between its steps, returns when it is true, and continues at its next run. */
  readonly work: (deps: Deps, isStopping: () => boolean) => Promise<unknown>;
}

/**
 * Runs a task immediately and after each interval, in only one of the processes that share the database. A failure is logged and does
 * not affect the next run. Returns a function that stops the repetition and waits for the running task.
 *
 * @example
 * const stop = repeat(deps, log, { name: 'purge', intervalMs: HOUR_MS, work: purgeDeleted });
 * // At the end of the process:
 * await stop();
 */
export function repeat<Deps extends RepeatDeps>(
  deps: Deps,
  log: Log,
  { name, intervalMs, work }: RepeatedTask<Deps>,
): () => Promise<void> {
  const { database, clock } = deps;
  const lease = { name, holder: randomUUID(), durationMs: Math.max(intervalMs, TASK_LEASE_MIN_MS) };
  let isStopping = false;
  let running = Promise.resolve();
  const attempt = async () => {
    try {
      if (await acquireLease(database, { ...lease, now: clock.now() })) await work(deps, () => isStopping);
    } catch (error) {
      log.error({ err: error, name }, 'a repeated task failed');
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
      log.warn(
        { err: error, name },
        'the lease was not released: another process continues the task when it has expired',
      ),
    );
  };
}
