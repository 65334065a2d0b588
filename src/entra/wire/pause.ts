import { systemTimer, type Timer } from '#base/timer.ts';
import { reasonOf } from '#outbound/no-answer.ts';

/** Resolves after `ms` milliseconds. Throws NoAnswer `closed` if `closing` is aborted during that time. */
export async function pause(ms: number, closing: AbortSignal, timer: Timer = systemTimer): Promise<void> {
  try {
    await timer.sleep(ms, closing);
  } catch (error) {
    throw reasonOf(error);
  }
}
