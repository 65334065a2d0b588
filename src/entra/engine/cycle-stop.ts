import { systemTimer, type Timer } from '#base/timer.ts';

/** How long the requests of a cycle in progress may still take when the program stops, before they are aborted. */
export const CYCLE_STOP_MS = 2_000;

/**
 * Stops cycles. A cycle ends when its requests in progress have been answered, or after CYCLE_STOP_MS without their answers.
 *
 * @example
 * const cycleStop = new CycleStop();
 * const running = runJob(deps, jobId, cycleStop.control);
 * await cycleStop.stop(running);
 */
export class CycleStop {
  readonly #cutting = new AbortController();
  readonly #timer: Timer;
  #isStopping = false;

  constructor(timer: Timer = systemTimer) {
    this.#timer = timer;
  }

  /** The control to run a cycle with. */
  readonly control = {
    isStopping: (): boolean => this.#isStopping,
    cut: this.#cutting.signal,
    onProgress: (): void => {},
  };

  /** Stops the cycles. Resolves when `running` is settled, even if it was rejected. */
  async stop(running: Promise<unknown>): Promise<void> {
    this.#isStopping = true;
    const waiting = new AbortController();
    this.#timer.sleep(CYCLE_STOP_MS, waiting.signal).then(
      () => this.#cutting.abort(),
      () => undefined,
    );
    await running.catch(() => undefined);
    waiting.abort();
  }
}
