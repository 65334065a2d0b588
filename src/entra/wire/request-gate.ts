import { systemTimer, type Timer } from '#base/timer.ts';
import { pause } from './pause.ts';

/** Limits the rate of requests. Requests pass in the order of the calls to `pass`. */
export class RequestGate {
  readonly #intervalMs: number;
  readonly #signal: AbortSignal;
  readonly #timer: Timer;
  #nextMs = 0;
  #heldUntilMs = 0;

  /** If `requestsPerSecond` is null, there is no rate limit. If `signal` is aborted, waiting requests fail. */
  constructor(requestsPerSecond: number | null, signal: AbortSignal, timer: Timer = systemTimer) {
    this.#intervalMs = requestsPerSecond === null ? 0 : 1_000 / requestsPerSecond;
    this.#signal = signal;
    this.#timer = timer;
  }

  /** Resolves when the request may be sent. Throws NoAnswer `closed` if `signal` is aborted. */
  async pass(): Promise<void> {
    for (;;) {
      const turnMs = Math.max(this.#timer.nowMs(), this.#nextMs);
      this.#nextMs = turnMs + this.#intervalMs;
      const waitMs = turnMs - this.#timer.nowMs();
      if (waitMs > 0) await pause(waitMs, this.#signal, this.#timer);
      // `holdFor` may have been called while this request waited.
      if (turnMs >= this.#heldUntilMs) return;
    }
  }

  /** Delays all requests, because the Retry-After of a server applies to every request that is sent to the server. */
  holdFor(ms: number): void {
    this.#heldUntilMs = Math.max(this.#heldUntilMs, this.#timer.nowMs() + ms);
    this.#nextMs = Math.max(this.#nextMs, this.#heldUntilMs);
  }
}
