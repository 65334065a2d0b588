import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Minimum response time of requests whose response must not reveal whether an account exists. It is longer than the work for any
 * account, which is a few hashes and a transaction.
 */
const MINIMUM_RESPONSE_MS = 400;

/** Starts the minimum response time, and resolves when it has passed. Tests pass a replacement that does not depend on real time. */
export type MinimumResponseTime = () => Promise<void>;

export const minimumResponseTime: MinimumResponseTime = async () =>
  await sleep(MINIMUM_RESPONSE_MS, undefined, { ref: false });

/**
 * Runs `work`. Returns its result, or throws its error, no sooner than the minimum response time.
 *
 * @example await withMinimumResponseTime(minimumResponseTime, () => sendLinkIfAccountExists(email));
 */
export async function withMinimumResponseTime<Result>(
  startTimer: MinimumResponseTime,
  work: () => Promise<Result>,
): Promise<Result> {
  const timer = startTimer();
  try {
    return await work();
  } finally {
    await timer;
  }
}

/** Like `withMinimumResponseTime`, but delays only errors: a result is returned at once. */
export async function withMinimumRefusalTime<Result>(
  startTimer: MinimumResponseTime,
  work: () => Promise<Result>,
): Promise<Result> {
  const timer = startTimer();
  try {
    return await work();
  } catch (error) {
    await timer;
    throw error;
  }
}
