/** The only source of the current time. Everything else gets a Clock as a parameter, so that tests can set the time. */
export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };

export const DAY_MS = 24 * 60 * 60 * 1000;

/** Returns the seconds to wait before another attempt, for Retry-After (RFC 9110 §10.2.3): a whole number, at least 1. */
export function secondsToWait(ms: number): number {
  return Math.max(1, Math.ceil(ms / 1_000));
}
