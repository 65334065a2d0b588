import type { EngineDeps } from '../engine/engine-deps.ts';
import { runJob, RunElsewhereError, type RunEnd } from '../engine/run-job.ts';

/** Cycles that somebody started by hand, whatever the schedule says. */
export class SingleCycles {
  readonly #running = new Map<string, Promise<RunEnd>>();
  #isStopping = false;

  /** Starts one, and gives what it will end with. Throws conflict where this process runs one of the job already. */
  start(deps: EngineDeps, jobId: string): Promise<RunEnd> {
    if (this.#running.has(jobId)) throw new RunElsewhereError(jobId);
    const running = runJob(deps, jobId, { isStopping: () => this.#isStopping, onProgress: () => {} });
    const tracked = running.finally(() => this.#running.delete(jobId));
    this.#running.set(jobId, tracked);
    // Whoever waits for it is told, and so is the log.
    tracked.catch((error: unknown) => deps.log.warn({ err: error, jobId }, 'a single provisioning cycle failed'));
    return tracked;
  }

  /** Lets every cycle leave after the page under way; it goes on when it is started again. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    await Promise.allSettled(this.#running.values());
  }
}
