import { systemTimer, type Timer } from '#base/timer.ts';
import { reasonOf } from '#outbound/no-answer.ts';

/** Resolves after a time. Throws NoAnswer `closed` if the client is closed in the meantime. */
export async function pause(ms: number, closing: AbortSignal, timer: Timer = systemTimer): Promise<void> {
  try {
    await timer.sleep(ms, closing);
  } catch (error) {
    throw reasonOf(error);
  }
}
