import { setTimeout as sleep } from 'node:timers/promises';

/**
 * The least time of an answer that must not tell whether there is an account: longer than the work for any account, which is
 * a few hashes and a transaction.
 */
const MINIMUM_RESPONSE_MS = 400;

/** Begins the time of an answer, and resolves when it has passed. Tests pass their own, so that they measure no time. */
export type MinimumResponseTime = () => Promise<void>;

export const minimumResponseTime: MinimumResponseTime = async () =>
  await sleep(MINIMUM_RESPONSE_MS, undefined, { ref: false });

/** Does a work, and answers no sooner than for any other account, also with an error. */
export async function withMinimumResponseTime<Result>(
  begin: MinimumResponseTime,
  work: () => Promise<Result>,
): Promise<Result> {
  const moment = begin();
  try {
    return await work();
  } finally {
    await moment;
  }
}

/** Like `withMinimumResponseTime` where only a refusal must not tell: what succeeds is answered at once. */
export async function withMinimumRefusalTime<Result>(
  begin: MinimumResponseTime,
  work: () => Promise<Result>,
): Promise<Result> {
  const moment = begin();
  try {
    return await work();
  } catch (error) {
    await moment;
    throw error;
  }
}
