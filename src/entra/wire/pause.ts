import { systemTimer, type Timer } from '#base/timer.ts';
import { reasonOf } from '#outbound/no-answer.ts';

/** Waits. Throws NoAnswer `closed` when the client is closed meanwhile. */
export async function pause(ms: number, closing: AbortSignal, timer: Timer = systemTimer): Promise<void> {
  try {
    await timer.sleep(ms, closing);
  } catch (error) {
    throw reasonOf(error);
  }
}
