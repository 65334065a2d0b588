import { pause } from './pause.ts';

/** Lets requests through one after the other, so many a second, in the order in which they came. */
export class RequestGate {
  readonly #intervalMs: number;
  readonly #signal: AbortSignal;
  #nextMs = 0;
  #heldUntilMs = 0;

  /** null for as many as there are. */
  constructor(requestsPerSecond: number | null, signal: AbortSignal) {
    this.#intervalMs = requestsPerSecond === null ? 0 : 1_000 / requestsPerSecond;
    this.#signal = signal;
  }

  /** Waits for its turn. Throws NoAnswer when the client is closed. */
  async pass(): Promise<void> {
    for (;;) {
      const turnMs = Math.max(performance.now(), this.#nextMs);
      this.#nextMs = turnMs + this.#intervalMs;
      const waitMs = turnMs - performance.now();
      if (waitMs > 0) await pause(waitMs, this.#signal);
      // It may have been shut while this one waited.
      if (turnMs >= this.#heldUntilMs) return;
    }
  }

  /** Nobody goes through for so long: what a server asks for by Retry-After holds for all that is sent to it. */
  holdFor(ms: number): void {
    this.#heldUntilMs = Math.max(this.#heldUntilMs, performance.now() + ms);
    this.#nextMs = Math.max(this.#nextMs, this.#heldUntilMs);
  }
}
