import { AppError } from '#base/errors.ts';
import { isClosed } from '#outbound/no-answer.ts';
import type { EngineDeps } from '../engine/engine-deps.ts';
import { CycleStop } from '../engine/cycle-stop.ts';
import { runJob, CycleRunningError, type RunEnd } from '../engine/run-job.ts';

/** Cycles that were started by hand, whatever the schedule says, and what else a request does at a target. */
export class SingleCycles {
  readonly #running = new Map<string, Promise<RunEnd>>();
  readonly #requests = new Set<Promise<unknown>>();
  readonly #ending: CycleStop;

  constructor(ending = new CycleStop()) {
    this.#ending = ending;
  }

  /**
   * Starts one, and gives what it will end with. Throws conflict where this process runs one of the job already, and unavailable
   * when the program stops.
   */
  start(deps: EngineDeps, jobId: string): Promise<RunEnd> {
    this.#requireServing();
    if (this.#running.has(jobId)) throw new CycleRunningError(jobId);
    const running = runJob(deps, jobId, this.#ending.control);
    const tracked = running.finally(() => this.#running.delete(jobId));
    this.#running.set(jobId, tracked);
    // Whoever waits for it is told, and so is the log.
    tracked.catch((error: unknown) => deps.log.warn({ err: error, jobId }, 'a single provisioning cycle failed'));
    return tracked;
  }

  /** Sends requests to a target that are cut as those of a cycle are. Throws unavailable when the program stops. */
  async request<Result>(work: (cut: AbortSignal) => Promise<Result>): Promise<Result> {
    this.#requireServing();
    const { cut } = this.#ending.control;
    const requested = work(cut);
    this.#requests.add(requested);
    try {
      return await requested;
    } catch (error) {
      if (!cut.aborted || !isClosed(error)) throw error;
      throw new AppError('unavailable', 'The server is stopping, and the target has not answered: try again.', {
        cause: error,
      });
    } finally {
      this.#requests.delete(requested);
    }
  }

  /** Ends every cycle within a few seconds; it goes on where it was when it is started again. */
  async stop(): Promise<void> {
    await this.#ending.stop(Promise.allSettled([...this.#running.values(), ...this.#requests]));
  }

  #requireServing(): void {
    if (!this.#ending.control.isStopping()) return;
    throw new AppError('unavailable', 'The server is stopping. Nothing was changed: try again.');
  }
}
