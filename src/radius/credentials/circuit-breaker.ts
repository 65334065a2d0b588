import type { Timer } from '#base/timer.ts';

/** The number of consecutive faults of a server after which it gets no requests for a while. */
export const BREAKER_FAULTS_MAX = 5;
/** How long a server gets no requests after these faults, if it names no time. */
export const BREAKER_PAUSE_MS = 10_000;
/** The longest pause that a server can ask for with Retry-After. */
export const BREAKER_PAUSE_MAX_MS = 15 * 60_000;
/** The maximum number of servers whose faults are remembered. The one whose last fault is oldest is forgotten first. */
export const BREAKERS_MAX = 1_000;

interface State {
  faults: number;
  /** Until when no request is sent, on the timer; 0 if requests are sent. */
  openUntilMs: number;
  /** True while the first request after a pause is under way. */
  isProbing: boolean;
}

/**
 * Stops requests to a server that has faults, so that they do not wait for it, and asks again with a single request after a pause.
 *
 * @example
 * if (breaker.pauseMs(server) > 0) throw new Unavailable();
 * breaker.began(server);
 * breaker.failed(server, 30_000); // the server answered with Retry-After: 30
 */
export class CircuitBreaker {
  readonly #timer: Pick<Timer, 'nowMs'>;
  readonly #byServer = new Map<string, State>();

  constructor(timer: Pick<Timer, 'nowMs'>) {
    this.#timer = timer;
  }

  /** Returns how long no request may be sent, in milliseconds; 0 if one may be sent now. */
  pauseMs(server: string): number {
    const state = this.#byServer.get(server);
    if (state === undefined || state.openUntilMs === 0) return 0;
    const left = state.openUntilMs - this.#timer.nowMs();
    if (left > 0) return left;
    // One request finds out whether the server works again.
    return state.isProbing ? 1 : 0;
  }

  /** Notes that a request is sent. After a pause, others wait for its result. */
  began(server: string): void {
    const state = this.#byServer.get(server);
    if (state !== undefined && state.openUntilMs > 0) state.isProbing = true;
  }

  /** Notes that the server answered as it should, even if it refused the person. */
  worked(server: string): void {
    this.#byServer.delete(server);
  }

  /** Notes that a request ended without saying whether the server works. */
  ended(server: string): void {
    const state = this.#byServer.get(server);
    if (state !== undefined) state.isProbing = false;
  }

  /** Notes a fault. A server that asks for a pause gets it at once; others after BREAKER_FAULTS_MAX faults, or after a failed probe. */
  failed(server: string, retryAfterMs: number | null): void {
    const state = this.#byServer.get(server) ?? { faults: 0, openUntilMs: 0, isProbing: false };
    state.faults += 1;
    const isOpening = retryAfterMs !== null || state.faults >= BREAKER_FAULTS_MAX;
    if (isOpening) {
      const pauseMs = Math.min(retryAfterMs ?? BREAKER_PAUSE_MS, BREAKER_PAUSE_MAX_MS);
      state.openUntilMs = Math.max(state.openUntilMs, this.#timer.nowMs() + pauseMs);
    }
    state.isProbing = false;
    // Puts the server at the end, so that the first one is that with the oldest fault.
    this.#byServer.delete(server);
    this.#byServer.set(server, state);
    const [oldest] = this.#byServer.keys();
    if (this.#byServer.size > BREAKERS_MAX && oldest !== undefined) this.#byServer.delete(oldest);
  }
}
