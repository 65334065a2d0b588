import { randomFillSync, randomUUID } from 'node:crypto';
import type { Clock } from '#base/clock.ts';

const RANDOM_BYTES = 8;
/** Random bytes in reserve: one call to the system for a few bytes costs as much as a call for many. */
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
 * Returns an id of 24 hex digits: 4 bytes of time in seconds, then 8 random bytes. The directory that the REST API is compatible with
 * has the same format, so its clients accept these ids. Ids that are created in a later second sort later, which keeps index pages
 * dense.
 *
 * @example newId(clock) // '695b7d903f2a91c4d07e5b18'
 */
export function newId(clock: Clock): string {
  const seconds = Math.floor(clock.now().getTime() / 1000);
  return seconds.toString(16).padStart(8, '0') + randomHex();
}

/** True for a text in the form of the ids that `newId` returns. */
export function isId(text: string): boolean {
  return /^[0-9a-f]{24}$/.test(text);
}

/** Returns an id in lower case if a caller sent it in another letter case, and any other text unchanged. */
export function idInLowerCase(text: string): string {
  const lower = text.toLowerCase();
  return isId(lower) ? lower : text;
}

/** Returns a random UUID, the form of ids in Entra ID. */
export function newGuid(): string {
  return randomUUID();
}
