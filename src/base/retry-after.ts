import type { AppError } from './errors.ts';

/** Seconds after which a client should try again, if the error itself names none. */
const WAIT_SECONDS: Readonly<Record<number, number>> = { 429: 60, 503: 5, 507: 30 };

/**
 * Returns the headers that every interface sends with a temporary error: Retry-After for 429, 503 and 507 (RFC 9110 §10.2.3);
 * none for other errors.
 *
 * @example reply.headers(retryHeaders(new AppError('unavailable', '…'))) // { 'retry-after': '5' }
 */
export function retryHeaders(error: AppError): Readonly<Record<string, string>> {
  const fallback = WAIT_SECONDS[error.definition.status];
  return fallback === undefined ? {} : { 'retry-after': String(error.retryAfterSeconds ?? fallback) };
}
