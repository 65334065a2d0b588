import type { AppError } from './errors.ts';

/** Seconds after which a client tries again where the error itself names none. */
const WAIT_SECONDS: Readonly<Record<number, number>> = { 429: 60, 503: 5, 507: 30 };

/**
 * The headers with which every face answers an error that passes with time (RFC 9110 §10.2.3): Retry-After for each 429,
 * 503 and 507; none for others.
 *
 * @example reply.headers(retryHeaders(new AppError('unavailable', '…'))) // { 'retry-after': '5' }
 */
export function retryHeaders(error: AppError): Readonly<Record<string, string>> {
  const fallback = WAIT_SECONDS[error.definition.status];
  return fallback === undefined ? {} : { 'retry-after': String(error.retryAfterSeconds ?? fallback) };
}
