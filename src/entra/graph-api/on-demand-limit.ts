import { secondsToWait, type Clock } from '#base/clock.ts';

/** Provision on demand takes so many requests of a job in so long (§3.8). */
export const ON_DEMAND_REQUESTS_MAX = 5;
export const ON_DEMAND_WINDOW_MS = 10_000;
/** Jobs that are remembered. */
const JOBS_MAX = 10_000;

/** How often Provision on demand was asked for lately, job by job. */
export class OnDemandLimit {
  readonly #clock: Clock;
  readonly #times = new Map<string, readonly number[]>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Counts a request; or answers after how many seconds it can be made. */
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
