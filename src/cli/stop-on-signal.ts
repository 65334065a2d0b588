import type { Log } from '#base/log.ts';
import { systemTimer, type Timer } from '#base/timer.ts';
import { stopWithLauncher } from './launcher.ts';
import { exitCodes } from './output.ts';
import { describeTopLevelError } from './top-level-error.ts';

/**
 * The maximum time that the program takes to stop. After this time, it ends without waiting for unfinished work. Nothing is lost: every
 * change that a client received a response for is already in the database.
 */
export const STOP_MAX_MS = 10_000;

/** A running server or program that can be stopped. */
export interface Stoppable {
  readonly stop: () => Promise<void>;
  /** Returns what `stop` is still waiting for, in words for the log. */
  readonly waitingFor: () => readonly string[];
  /** Immediately ends child processes that would outlive this process. */
  readonly abandon?: (() => void) | undefined;
  /** True if the server stops because of a failure. The exit code is then 1, even after a clean stop. */
  readonly hasFailed?: (() => boolean) | undefined;
}

export interface StopOptions {
  readonly log: Pick<Log, 'info' | 'error' | 'fatal'>;
  readonly timer?: Timer;
  readonly maxMs?: number;
}

/**
 * Stops the program within `maxMs`, and logs it. Resolves with the exit code: 0 after a clean stop; 1 if it took too long or failed, or
 * if the program stopped because of a failure.
 */
export async function stopWithin(
  { stop, waitingFor, abandon, hasFailed }: Stoppable,
  { log, timer = systemTimer, maxMs = STOP_MAX_MS }: StopOptions,
): Promise<number> {
  log.info('stopping');
  const waiting = new AbortController();
  const late = timer.sleep(maxMs, waiting.signal).then(
    () => 'late' as const,
    () => 'in time' as const,
  );
  try {
    const end = await Promise.race([stop().then(() => 'in time' as const), late]);
    if (end === 'in time') {
      log.info('stopped');
      return hasFailed?.() === true ? exitCodes.failure : exitCodes.success;
    }
    log.fatal(
      { waitingFor: waitingFor() },
      `not stopped within ${maxMs / 1000} seconds: the process ends without waiting`,
    );
  } catch (error) {
    log.error({ err: error }, `not stopped cleanly: ${describeTopLevelError(error)}`);
  } finally {
    waiting.abort();
  }
  abandon?.();
  return exitCodes.failure;
}

/** Returns a stoppable for a start that has not ended yet. Its `stop` waits for the start, and then stops what was started. */
export function whenStarted(starting: Promise<Stoppable>): Stoppable {
  let running: Stoppable | undefined;
  starting.then(
    (started) => (running = started),
    () => undefined,
  );
  return {
    stop: async () => await (await starting).stop(),
    waitingFor: () => (running === undefined ? ['the start'] : running.waitingFor()),
    abandon: () => running?.abandon?.(),
    hasFailed: () => running?.hasFailed?.() === true,
  };
}

/**
 * Stops the program and exits on SIGTERM, SIGINT, or the end of the launcher. Ignores further signals: on Ctrl+C, both the terminal and
 * npm send one, and the second signal must not interrupt the stop.
 *
 * Returns a function that removes the listeners. A start that failed calls it, because a listener would keep the process alive.
 */
export function stopOnSignal(running: Stoppable, options: StopOptions): () => void {
  let isStopping = false;
  const stop = () => {
    if (isStopping) return;
    isStopping = true;
    void stopWithin(running, options).then((code) => process.exit(code));
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  const stopWatchingLauncher = stopWithLauncher(stop);
  return () => {
    process.off('SIGTERM', stop);
    process.off('SIGINT', stop);
    stopWatchingLauncher();
  };
}
