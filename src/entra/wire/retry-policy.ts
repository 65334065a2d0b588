import type { NoAnswer } from '#outbound/no-answer.ts';

/**
 * What is tried again within a cycle. The reference says what Entra ID retries, not when (§2.2, §9), so this is our choice:
 *
 * - 429, and 503 that says when: at once after Retry-After, or after a pause that doubles.
 * - A connection that was refused, since nothing was sent; and one that was cut, where the request changes nothing.
 * - All else (500, 502, 504, a time that is over, a cut while something was written) waits for the next cycle, which finds
 *   by matching what was done.
 */
export interface RetryPolicy {
  /** How often a request is sent at most. */
  readonly attemptsMax: number;
  /** The first pause, where the server names none. */
  readonly pauseMs: number;
  /** A server that wants to be left alone for longer gets no request before the next cycle. */
  readonly retryAfterMaxMs: number;
}

export const defaultRetryPolicy: RetryPolicy = { attemptsMax: 4, pauseMs: 1_000, retryAfterMaxMs: 60_000 };

export interface Attempt {
  readonly method: string;
  /** How many there were, with this one. */
  readonly number: number;
}

/** How long to wait before an answer is asked for again; undefined when it stands. */
export function pauseAfterAnswer(
  policy: RetryPolicy,
  attempt: Attempt,
  answer: { readonly status: number; readonly retryAfterMs: number | null },
): number | undefined {
  const isBusy = answer.status === 429 || (answer.status === 503 && answer.retryAfterMs !== null);
  if (!isBusy || attempt.number >= policy.attemptsMax) return undefined;
  const pauseMs = answer.retryAfterMs ?? growing(policy, attempt);
  return pauseMs > policy.retryAfterMaxMs ? undefined : pauseMs;
}

export function pauseWithoutAnswer(policy: RetryPolicy, attempt: Attempt, { kind }: NoAnswer): number | undefined {
  if (attempt.number >= policy.attemptsMax) return undefined;
  const mayRepeat = kind === 'refused' || (kind === 'reset' && attempt.method === 'GET');
  return mayRepeat ? growing(policy, attempt) : undefined;
}

function growing({ pauseMs }: RetryPolicy, { number }: Attempt): number {
  return pauseMs * 2 ** (number - 1);
}

/** Retry-After (RFC 9110 §10.2.3): seconds, or a date; null without one that can be read. */
export function readRetryAfter(header: string | undefined, now: Date): number | null {
  const text = header?.trim() ?? '';
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1_000;
  // An HTTP date begins with the day of the week; Date.parse takes more than that.
  const at = /^[A-Z][a-z]{2,}, /.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? null : Math.max(0, at - now.getTime());
}
