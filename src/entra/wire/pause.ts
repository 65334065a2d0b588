import { setTimeout as sleep } from 'node:timers/promises';
import { reasonOf } from '#outbound/no-answer.ts';

/** Waits. Throws NoAnswer `closed` when the client is closed meanwhile. */
export async function pause(ms: number, closing: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal: closing });
  } catch (error) {
    throw reasonOf(error);
  }
}
