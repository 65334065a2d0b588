import { systemTimer, type Timer } from '#base/timer.ts';

/** How long the requests of a cycle under way may take when the program stops; then they are cut. */
export const CYCLE_STOP_MS = 2_000;

/** Ends cycles: each leaves when its requests under way are answered, and after CYCLE_STOP_MS without their answers. */
export class CycleStop {
  readonly #cutting = new AbortController();
  readonly #timer: Timer;
  #isStopping = false;

  constructor(timer: Timer = systemTimer) {
    this.#timer = timer;
  }

  /** What a cycle looks at. */
  readonly control = {
    isStopping: (): boolean => this.#isStopping,
    cut: this.#cutting.signal,
    onProgress: (): void => {},
  };

  /** Resolves when `running` has ended, however it ended. */
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
