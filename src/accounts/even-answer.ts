import { setTimeout as sleep } from 'node:timers/promises';

/**
 * An answer that must not tell whether there is an account takes at least so long: longer than the work for any account, which
 * is a few hashes and a transaction.
 */
export const EVEN_ANSWER_MS = 400;

/** Does a work, and answers no sooner than every other time. */
export async function answerEvenly<Result>(ms: number, work: () => Promise<Result>): Promise<Result> {
  const moment = sleep(ms);
  try {
    return await work();
  } finally {
    await moment;
  }
}

/** The same where only a refusal must not tell. */
export async function refuseEvenly<Result>(ms: number, work: () => Promise<Result>): Promise<Result> {
  const moment = sleep(ms, undefined, { ref: false });
  try {
    return await work();
  } catch (error) {
    await moment;
    throw error;
  }
}
