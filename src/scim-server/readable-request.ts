import type { FastifyRequest } from 'fastify';
import { AppError, quote } from '#base/errors.ts';

/**
 * Refuses requests that would otherwise be silently misread: a URL that contains a NUL or percent escapes that are not UTF-8, and
 * a compressed body. Throws `invalidQuery` and `unsupportedMediaType`.
 */
export function requireReadable({ url, headers }: FastifyRequest): void {
  requireReadableUrl(url);
  for (const name of ['content-encoding', 'transfer-encoding'] as const) {
    const coding = headers[name]?.trim().toLowerCase() ?? '';
    if (plainCodings.has(coding)) continue;
    throw new AppError(
      'unsupportedMediaType',
      `The body has the ${name} ${quote(coding)}: send it without compression.`,
      { attribute: name, value: coding },
    );
  }
}

const plainCodings: ReadonlySet<string> = new Set(['', 'identity', 'chunked']);

/**
 * Throws `invalidQuery` for percent escapes that are not UTF-8, and for a NUL. Without this check, the query parser would keep the
 * escapes, and a filter would search for a wrong text.
 */
export function requireReadableUrl(url: string): void {
  if (!url.includes('%')) return;
  let decoded: string;
  try {
    decoded = decodeURIComponent(url);
  } catch {
    throw new AppError(
      'invalidQuery',
      'The URL has a percent escape that is not UTF-8: write % as %25, and é as %C3%A9.',
    );
  }
  if (decoded.includes('\0'))
    throw new AppError('invalidQuery', 'The URL has a NUL (%00), which no value can have: remove it.');
}
