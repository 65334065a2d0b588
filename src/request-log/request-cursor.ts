import { quote } from '#base/errors.ts';
import { decodeOpaque, encodeOpaque } from '#base/opaque-text.ts';
import { TranslatedError } from '#base/translated-error.ts';
import type { RequestPosition } from './request-query-store.ts';

/** Returns a position in a list of requests as a text that has only unreserved characters (RFC 3986 §2.3). */
export function encodeCursor({ at, sequence }: RequestPosition): string {
  return encodeOpaque([at, sequence]);
}

/** Reads the result of `encodeCursor`. Throws `invalidQuery` (400) for any other text. */
export function decodeCursor(text: string): RequestPosition {
  const parsed = decodeOpaque(text);
  const [at, sequence]: readonly unknown[] = Array.isArray(parsed) ? parsed : [];
  if (Number.isSafeInteger(at) && Number.isSafeInteger(sequence)) return { at: Number(at), sequence: Number(sequence) };
  throw new TranslatedError('invalidQuery', ({ admin }) => admin.requests.cursor(quote(text)), {
    attribute: 'cursor',
    value: text,
  });
}
