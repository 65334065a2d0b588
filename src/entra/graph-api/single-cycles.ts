import type { EngineDeps } from '../engine/engine-deps.ts';
import { CycleStop } from '../engine/cycle-stop.ts';
import { runJob, RunElsewhereError, type RunEnd } from '../engine/run-job.ts';

/** Cycles that were started by hand, whatever the schedule says. */
export class SingleCycles {
  readonly #running = new Map<string, Promise<RunEnd>>();
  readonly #ending = new CycleStop();

  /** Starts one, and gives what it will end with. Throws conflict where this process runs one of the job already. */
  start(deps: EngineDeps, jobId: string): Promise<RunEnd> {
    if (this.#running.has(jobId)) throw new RunElsewhereError(jobId);
    const running = runJob(deps, jobId, this.#ending.control);
    const tracked = running.finally(() => this.#running.delete(jobId));
    this.#running.set(jobId, tracked);
    // Whoever waits for it is told, and so is the log.
    tracked.catch((error: unknown) => deps.log.warn({ err: error, jobId }, 'a single provisioning cycle failed'));
    return tracked;
  }

  /** Ends every cycle within a few seconds; it goes on where it was when it is started again. */
  async stop(): Promise<void> {
    await this.#ending.stop(Promise.allSettled(this.#running.values()));
  }
}
