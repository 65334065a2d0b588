import { systemTimer, type Timer } from '#base/timer.ts';
import { pause } from './pause.ts';

/** Lets requests through in the order in which they came, at most so many a second. */
export class RequestGate {
  readonly #intervalMs: number;
  readonly #signal: AbortSignal;
  readonly #timer: Timer;
  #nextMs = 0;
  #heldUntilMs = 0;

  /** Without a limit for null. */
  constructor(requestsPerSecond: number | null, signal: AbortSignal, timer: Timer = systemTimer) {
    this.#intervalMs = requestsPerSecond === null ? 0 : 1_000 / requestsPerSecond;
    this.#signal = signal;
    this.#timer = timer;
  }

  /** Waits for its turn. Throws NoAnswer when the client is closed. */
  async pass(): Promise<void> {
    for (;;) {
      const turnMs = Math.max(this.#timer.nowMs(), this.#nextMs);
      this.#nextMs = turnMs + this.#intervalMs;
      const waitMs = turnMs - this.#timer.nowMs();
      if (waitMs > 0) await pause(waitMs, this.#signal, this.#timer);
      // It may have been shut while this one waited.
      if (turnMs >= this.#heldUntilMs) return;
    }
  }

  /** Stops all requests for so long: the Retry-After of a server holds for everything that is sent to it. */
  holdFor(ms: number): void {
    this.#heldUntilMs = Math.max(this.#heldUntilMs, this.#timer.nowMs() + ms);
    this.#nextMs = Math.max(this.#nextMs, this.#heldUntilMs);
  }
}
