import { setTimeout as sleep } from 'node:timers/promises';

/** Long enough for a busy machine. The whole time passes only if the condition never becomes true. */
export const WAIT_MAX_MS = 120_000;

export interface Wait {
  /** Returns the message of the error after the maximum wait. */
  readonly failure: () => string;
  readonly everyMs?: number;
  readonly maxMs?: number;
}

/**
 * Polls until the condition is true. Throws an error after `maxMs`. This is the only module of the test support that reads a clock.
 *
 * @example
 * await waitUntil(() => received.length === 3, { failure: () => `only ${received.length} emails arrived` });
 */
export async function waitUntil(isTrue: () => boolean | Promise<boolean>, wait: Wait): Promise<void> {
  const { failure, everyMs = 50, maxMs = WAIT_MAX_MS } = wait;
  const deadline = performance.now() + maxMs;
  while (!(await isTrue())) {
    if (performance.now() > deadline) throw new Error(failure());
    await sleep(everyMs);
  }
}
