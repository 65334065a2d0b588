import { secondsToWait, type Clock } from '#base/clock.ts';

/** The maximum number of Provision on demand requests of a job within ON_DEMAND_WINDOW_MS (§3.8). */
export const ON_DEMAND_REQUESTS_MAX = 5;
export const ON_DEMAND_WINDOW_MS = 10_000;
/** The maximum number of jobs for which request times are kept in memory. */
const JOBS_MAX = 10_000;

/** Limits the rate at which each job accepts Provision on demand requests. */
export class OnDemandLimit {
  readonly #clock: Clock;
  readonly #times = new Map<string, readonly number[]>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Counts a request of the job and returns undefined. If the limit is reached, only returns the number of seconds to wait. */
  take(jobId: string): number | undefined {
    const now = this.#clock.now().getTime();
    const recent = (this.#times.get(jobId) ?? []).filter((time) => now - time < ON_DEMAND_WINDOW_MS);
    const [oldest] = recent;
    if (recent.length >= ON_DEMAND_REQUESTS_MAX && oldest !== undefined) {
      return secondsToWait(oldest + ON_DEMAND_WINDOW_MS - now);
    }
    if (this.#times.size >= JOBS_MAX) this.#times.clear();
    this.#times.set(jobId, [...recent, now]);
    return undefined;
  }
}
