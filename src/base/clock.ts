/** The only source of time: everything else takes a Clock, so that tests can set it. */
export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };

export const DAY_MS = 24 * 60 * 60 * 1000;

/** Whole seconds to wait before another attempt, as Retry-After has them (RFC 9110 §10.2.3): at least one. */
export function secondsToWait(ms: number): number {
  return Math.max(1, Math.ceil(ms / 1_000));
}
