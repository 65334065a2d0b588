import { setTimeout as sleep } from 'node:timers/promises';

/** Elapsed time and pauses, which no change of the clock affects; tests pass one that they advance. */
export interface Timer {
  /** Milliseconds since some moment. */
  readonly nowMs: () => number;
  /** Rejects with an AbortError when the signal is aborted. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
}

export const systemTimer: Timer = {
  nowMs: () => performance.now(),
  sleep: async (ms, signal) => await sleep(ms, undefined, signal === undefined ? {} : { signal }),
};
