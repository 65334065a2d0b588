import type { NoAnswer } from '#outbound/no-answer.ts';

/**
 * The rules for retrying requests within a cycle. Microsoft documents which requests Entra ID retries but not when (§2.2, §9), so these
 * rules are specific to the Entra ID stand-in:
 *
 * - The status 429, and 503 with Retry-After: retried after the time in Retry-After, or after a pause that doubles with each attempt.
 * - A refused connection: retried, because nothing was sent. A connection that was closed during a GET: retried, because a GET changes
 *   nothing.
 * - All other failures (500, 502, 504, a timeout, a connection that was closed during a write): not retried before the next cycle, where
 *   matching shows whether the write succeeded.
 */
export interface RetryPolicy {
  /** The maximum number of times that a request is sent. */
  readonly attemptsMax: number;
  /** The pause before the first retry if the server sends no Retry-After. */
  readonly pauseMs: number;
  /** The maximum Retry-After to wait for. If Retry-After is longer, the request is not retried before the next cycle. */
  readonly retryAfterMaxMs: number;
}

export const defaultRetryPolicy: RetryPolicy = { attemptsMax: 4, pauseMs: 1_000, retryAfterMaxMs: 60_000 };

export interface Attempt {
  readonly method: string;
  /** The number of this attempt, starting at 1. */
  readonly number: number;
}

/** Returns how long to wait before a request is sent again, in milliseconds; undefined if its response must not be retried. */
export function pauseAfterAnswer(
  policy: RetryPolicy,
  attempt: Attempt,
  answer: { readonly status: number; readonly retryAfterMs: number | null },
): number | undefined {
  const isBusy = answer.status === 429 || (answer.status === 503 && answer.retryAfterMs !== null);
  if (!isBusy || attempt.number >= policy.attemptsMax) return undefined;
  const pauseMs = answer.retryAfterMs ?? backoffMs(policy, attempt);
  return pauseMs > policy.retryAfterMaxMs ? undefined : pauseMs;
}

/** Returns how long to wait before a request without a response is sent again, in milliseconds; undefined if it must not be retried. */
export function pauseWithoutAnswer(policy: RetryPolicy, attempt: Attempt, { kind }: NoAnswer): number | undefined {
  if (attempt.number >= policy.attemptsMax) return undefined;
  const mayRepeat = kind === 'refused' || (kind === 'reset' && attempt.method === 'GET');
  return mayRepeat ? backoffMs(policy, attempt) : undefined;
}

function backoffMs({ pauseMs }: RetryPolicy, { number }: Attempt): number {
  return pauseMs * 2 ** (number - 1);
}

/** Parses Retry-After (RFC 9110 §10.2.3), which is seconds or a date. Returns milliseconds to wait; null if it is missing or invalid. */
export function readRetryAfter(header: string | undefined, now: Date): number | null {
  const text = header?.trim() ?? '';
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1_000;
  // Requires the day of the week that an HTTP date begins with, because Date.parse alone would accept other formats too.
  const at = /^[A-Z][a-z]{2,}, /.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? null : Math.max(0, at - now.getTime());
}
