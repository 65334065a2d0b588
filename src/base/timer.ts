import { setTimeout as sleep } from 'node:timers/promises';

/** Measures elapsed time and pauses, independently of changes to the system clock. Tests pass a timer that they advance. */
export interface Timer {
  /** Returns the milliseconds since an arbitrary fixed moment. */
  readonly nowMs: () => number;
  /** Resolves after `ms`. Rejects with an AbortError when the signal is aborted. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
}

export const systemTimer: Timer = {
  nowMs: () => performance.now(),
  sleep: async (ms, signal) => await sleep(ms, undefined, signal === undefined ? {} : { signal }),
};
