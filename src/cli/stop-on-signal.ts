import type { Log } from '#base/log.ts';
import { systemTimer, type Timer } from '#base/timer.ts';
import { stopWithLauncher } from './launcher.ts';
import { exitCodes } from './output.ts';
import { describeTopLevelError } from './top-level-error.ts';

/**
 * How long the program may take to stop; then it ends without what it still waits for. What was acknowledged is in the database by then,
 * and of what was not the client knows nothing.
 */
export const STOP_MAX_MS = 10_000;

/** What runs, and how it ends. */
export interface Stoppable {
  readonly stop: () => Promise<void>;
  /** What `stop` is waiting for, in words for the log. */
  readonly waitingFor: () => readonly string[];
  /** Ends at once what would outlive this process. */
  readonly abandon?: (() => void) | undefined;
  /** Whether it stops since it cannot go on: the exit code says so, also if it stops in order. */
  readonly hasFailed?: (() => boolean) | undefined;
}

export interface StopOptions {
  readonly log: Pick<Log, 'info' | 'error' | 'fatal'>;
  readonly timer?: Timer;
  readonly maxMs?: number;
}

/** Stops what runs, within `maxMs`, and says so in the log. Returns the exit code of the program. */
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
    log.error({ err: error }, `not stopped in order: ${describeTopLevelError(error)}`);
  } finally {
    waiting.abort();
  }
  abandon?.();
  return exitCodes.failure;
}

/** What is being started: stopping it waits until it has started, and then stops it. */
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
 * Stops once, however many signals come: a terminal and npm both send Ctrl+C, and the second must not interrupt the first.
 * Returns what takes the listeners away, for a start that failed: one of them keeps the process of a launcher running.
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
  const leaveLauncher = stopWithLauncher(stop);
  return () => {
    process.off('SIGTERM', stop);
    process.off('SIGINT', stop);
    leaveLauncher();
  };
}
