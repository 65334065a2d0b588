import { systemTimer, type Timer } from '#base/timer.ts';

/** When the program stops, requests that are still in progress after this time are aborted. */
export const CYCLE_STOP_MS = 2_000;

/**
 * Stops cycles. A stopped cycle ends when its requests in progress have been answered or, after CYCLE_STOP_MS, have been aborted.
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

  /** The control to pass to each cycle that `stop` has to end. */
  readonly control = {
    isStopping: (): boolean => this.#isStopping,
    cut: this.#cutting.signal,
    onProgress: (): void => {},
  };

  /** Stops the cycles. Resolves when `running`, the promise of the cycles, is settled, even if it is rejected. */
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
