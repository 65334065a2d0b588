import type { Timer } from '#base/timer.ts';

/** A timer on which no time passes until `advance` is called. */
export interface TestTimer extends Timer {
  /** Lets time pass, and resolves the sleeps that end in this time, in the order in which they end. */
  readonly advance: (ms: number) => Promise<void>;
  /** Resolves when `count` sleeps have started since the timer was created. */
  readonly sleeping: (count: number) => Promise<void>;
  /** The duration of each sleep in milliseconds, in the order in which the sleeps started. */
  readonly sleeps: readonly number[];
}

interface Sleeper {
  readonly endMs: number;
  readonly wake: () => void;
}

/**
 * Creates a timer that a test advances.
 *
 * @example
 * const timer = createTestTimer();
 * const retried = withRetries(timer, action);
 * await timer.sleeping(1);
 * await timer.advance(1_000);
 */
export function createTestTimer(): TestTimer {
  let nowMs = 0;
  const sleeps: number[] = [];
  let sleepers: readonly Sleeper[] = [];
  let watchers: readonly { readonly count: number; readonly wake: () => void }[] = [];
  return {
    nowMs: () => nowMs,
    sleeps,
    sleep: async (ms, signal) => {
      throwIfAborted(signal);
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      sleepers = [...sleepers, { endMs: nowMs + ms, wake: resolve }];
      signal?.addEventListener('abort', () => reject(aborted()), { once: true });
      sleeps.push(ms);
      for (const { count, wake } of watchers) if (sleeps.length >= count) wake();
      await promise;
    },
    sleeping: async (count) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      watchers = [...watchers, { count, wake: resolve }];
      if (sleeps.length >= count) resolve();
      await promise;
    },
    advance: async (ms) => {
      nowMs += ms;
      const due = sleepers.filter(({ endMs }) => endMs <= nowMs).toSorted((a, b) => a.endMs - b.endMs);
      sleepers = sleepers.filter((sleeper) => !due.includes(sleeper));
      for (const { wake } of due) wake();
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

/** Creates a timer on which every sleep ends at once and advances the time by its duration. */
export function createInstantTimer(): Timer & { readonly sleeps: readonly number[] } {
  let nowMs = 0;
  const sleeps: number[] = [];
  return {
    nowMs: () => nowMs,
    sleeps,
    sleep: async (ms, signal) => {
      throwIfAborted(signal);
      sleeps.push(ms);
      nowMs += ms;
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw aborted();
}

/** The same error as the timers of Node throw. */
function aborted(): Error {
  return Object.assign(new Error('aborted'), { code: 'ABORT_ERR' });
}
