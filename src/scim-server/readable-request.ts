import type { FastifyRequest } from 'fastify';
import { AppError, quote } from '#base/errors.ts';

/**
 * Refuses what would otherwise be misread without a word: a URL whose escapes are no UTF-8, a NUL, and bodies that are
 * compressed. Throws invalidQuery and unsupportedMediaType.
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

/** The parser of queries takes escapes that it cannot decode as they are, so that a filter would mean another text. */
function requireReadableUrl(url: string): void {
  if (!url.includes('%')) return;
  let decoded: string;
  try {
    decoded = decodeURIComponent(url);
  } catch {
    throw new AppError('invalidQuery', 'The URL has an escape that is no UTF-8: each % is written %25, and é %C3%A9.');
  }
  if (decoded.includes('\0')) throw new AppError('invalidQuery', 'The URL has a NUL (%00), which no value can have.');
}
