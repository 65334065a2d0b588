import type { NoAnswer } from '#outbound/no-answer.ts';

/**
 * Which requests are retried within a cycle, and when. Microsoft documents what Entra ID retries but not when (§2.2, §9), so these rules
 * are a choice of the stand-in:
 *
 * - 429, and 503 with Retry-After: after the time in Retry-After, or after a pause that doubles with each attempt.
 * - A refused connection, because nothing was sent; and a connection that was closed during a GET, because a GET changes nothing.
 * - All other failures (500, 502, 504, a timeout, a connection that was closed during a write) wait for the next cycle, where matching
 *   shows whether the write succeeded.
 */
export interface RetryPolicy {
  /** The maximum number of times that a request is sent. */
  readonly attemptsMax: number;
  /** The first pause if the server sends no Retry-After. */
  readonly pauseMs: number;
  /** The longest Retry-After to wait for. After a longer one, the request is not retried before the next cycle. */
  readonly retryAfterMaxMs: number;
}

export const defaultRetryPolicy: RetryPolicy = { attemptsMax: 4, pauseMs: 1_000, retryAfterMaxMs: 60_000 };

export interface Attempt {
  readonly method: string;
  /** The number of this attempt, starting at 1. */
  readonly number: number;
}

/** Returns how long to wait before the request is sent again; undefined to use the answer. */
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

/** Returns how long to wait before a request without an answer is sent again; undefined to give up. */
export function pauseWithoutAnswer(policy: RetryPolicy, attempt: Attempt, { kind }: NoAnswer): number | undefined {
  if (attempt.number >= policy.attemptsMax) return undefined;
  const mayRepeat = kind === 'refused' || (kind === 'reset' && attempt.method === 'GET');
  return mayRepeat ? backoffMs(policy, attempt) : undefined;
}

function backoffMs({ pauseMs }: RetryPolicy, { number }: Attempt): number {
  return pauseMs * 2 ** (number - 1);
}

/** Reads Retry-After (RFC 9110 §10.2.3), seconds or a date. Returns the time to wait in milliseconds; null if it is missing or invalid. */
export function readRetryAfter(header: string | undefined, now: Date): number | null {
  const text = header?.trim() ?? '';
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1_000;
  // An HTTP date begins with the day of the week. Date.parse alone would accept other formats too.
  const at = /^[A-Z][a-z]{2,}, /.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? null : Math.max(0, at - now.getTime());
}
