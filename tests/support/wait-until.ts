import { setTimeout as sleep } from 'node:timers/promises';

/** Long enough for a machine that does other work as well; only what never happens waits for so long. */
export const WAIT_MAX_MS = 120_000;

export interface Wait {
  /** What the error says when the time is over. */
  readonly failure: () => string;
  readonly everyMs?: number;
  readonly maxMs?: number;
}

/** Asks again until it is true: the one place of the tests' support that reads a clock, to give up at last. */
export async function waitUntil(isTrue: () => boolean | Promise<boolean>, wait: Wait): Promise<void> {
  const { failure, everyMs = 50, maxMs = WAIT_MAX_MS } = wait;
  const deadline = performance.now() + maxMs;
  while (!(await isTrue())) {
    if (performance.now() > deadline) throw new Error(failure());
    await sleep(everyMs);
  }
}
