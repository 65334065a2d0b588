import { randomFillSync, randomUUID } from 'node:crypto';
import type { Clock } from '#base/clock.ts';

const RANDOM_BYTES = 8;
/** Asking the system for a few random bytes costs as much as asking for many. */
const pool = Buffer.alloc(RANDOM_BYTES * 512);
let used = pool.length;

function randomHex(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += RANDOM_BYTES;
  return pool.toString('hex', used - RANDOM_BYTES, used);
}

/**
 * An id of 24 hex digits: 4 bytes of time in seconds, then 8 random bytes. The shape is the original directory's, so
 * that its clients accept it, and ids made later sort later, to the second, which keeps index pages dense.
 */
export function newId(clock: Clock): string {
  const seconds = Math.floor(clock.now().getTime() / 1000);
  return seconds.toString(16).padStart(8, '0') + randomHex();
}

/** An id as Entra ID has them. */
export function newGuid(): string {
  return randomUUID();
}
