import { randomUUIDv7 } from 'node:crypto';

/** The hex digits of a UUID of version 7 that state its time (RFC 9562 §5.7). */
const TIME_DIGITS = 12;

/**
 * Returns a UUID of version 7 for a request that arrived at a time. Ids of later milliseconds sort later, so that inserts into an index on
 * them go to its end.
 *
 * @example newRequestId(new Date('2026-01-05T09:00:00Z')) // '019b8d2c-4680-7…'
 */
export function newRequestId(at: Date): string {
  const time = at.getTime().toString(16).padStart(TIME_DIGITS, '0');
  // The standard library's function has no parameter for the time.
  return `${time.slice(0, 8)}-${time.slice(8)}${randomUUIDv7().slice(13)}`;
}

const requestIdPattern = /^(?<high>[\da-f]{8})-(?<low>[\da-f]{4})-7/i;

/**
 * Returns when the request with an id arrived, in milliseconds since 1970; undefined for a text that `newRequestId` does not return. Only
 * the beginning of the text is read, so that the id of an operation of a bulk request (`ID:3`) has the time of its request.
 */
export function requestTimeOf(id: string): number | undefined {
  const { high, low } = requestIdPattern.exec(id)?.groups ?? {};
  return high === undefined || low === undefined ? undefined : Number.parseInt(high + low, 16);
}
