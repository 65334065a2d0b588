import { TranslatedError } from '#base/translated-error.ts';
import { isClosed } from '#outbound/no-answer.ts';
import type { EngineDeps } from '../engine/engine-deps.ts';
import { CycleStop } from '../engine/cycle-stop.ts';
import { runJob, CycleRunningError, type RunEnd } from '../engine/run-job.ts';
import { StandInError } from '../texts/refusals/stand-in-error.ts';

/** Runs cycles that callers start independently of the schedule, and other work that sends requests to a target. `stop` ends them all. */
export class ManualCycles {
  readonly #running = new Map<string, Promise<RunEnd>>();
  readonly #requests = new Set<Promise<unknown>>();
  readonly #ending: CycleStop;

  constructor(ending = new CycleStop()) {
    this.#ending = ending;
  }

  /**
   * Starts a cycle of the job. Resolves with the result when the cycle has ended. Throws `conflict` if this process already runs a
   * cycle of the job, and `unavailable` while the server is stopping.
   */
  start(deps: EngineDeps, jobId: string): Promise<RunEnd> {
    this.#requireServing();
    if (this.#running.has(jobId)) throw new CycleRunningError(jobId);
    const running = runJob(deps, jobId, this.#ending.control);
    const tracked = running.finally(() => this.#running.delete(jobId));
    this.#running.set(jobId, tracked);
    // Logs the error even if a caller receives it, because the caller may not wait for the end of the cycle.
    tracked.catch((error: unknown) =>
      deps.log.warn({ err: error, jobId }, 'a manually started provisioning cycle failed'),
    );
    return tracked;
  }

  /** Runs `work`, which sends requests to a target. Throws `unavailable` if the server stops and `cut` aborts the requests. */
  async request<Result>(work: (cut: AbortSignal) => Promise<Result>): Promise<Result> {
    this.#requireServing();
    const { cut } = this.#ending.control;
    const requested = work(cut);
    this.#requests.add(requested);
    try {
      return await requested;
    } catch (error) {
      if (!cut.aborted || !isClosed(error)) throw error;
      throw new StandInError('unavailable', ({ jobs }) => jobs.stoppingUnanswered, {
        cause: error,
      });
    } finally {
      this.#requests.delete(requested);
    }
  }

  /** Ends all cycles and requests within a few seconds. The next cycle of a job continues where the last one stopped. */
  async stop(): Promise<void> {
    await this.#ending.stop(Promise.allSettled([...this.#running.values(), ...this.#requests]));
  }

  #requireServing(): void {
    if (!this.#ending.control.isStopping()) return;
    throw new TranslatedError('unavailable', ({ admin }) => admin.server.stopping);
  }
}
