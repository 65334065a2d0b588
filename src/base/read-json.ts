import { decodeUtf8 } from './decode-text.ts';
import { AppError } from './errors.ts';
import type { JsonValue } from './json.ts';
import { requireKeyLimit } from './key-count.ts';
import { scanJson, type KeyComparison } from './json-scan.ts';

/**
 * Decodes the body of a JSON request, which must be UTF-8 (RFC 8259 §8.1). Lenient decoding would replace other bytes with
 * U+FFFD, which would then be stored. Throws `invalidJson`.
 */
export function decodeBody(bytes: Buffer): string {
  return decodeUtf8(bytes, 'The body', 'invalidJson');
}

/**
 * Parses the JSON body of a request. Returns undefined for an empty body. Throws `tooManyKeys` before it parses anything,
 * `invalidJson` with the position of the fault, and the errors of `scanJson`.
 *
 * @example
 * readJson('{"name":"a","name":"b"}', 'exact'); // throws `duplicateKey`: the key "name" twice
 */
export function readJson(text: string, keys: KeyComparison): JsonValue | undefined {
  const trimmed = text.startsWith('\ufeff') ? text.slice(1) : text;
  if (trimmed.trim() === '') return undefined;
  requireKeyLimit(trimmed);
  let parsed: JsonValue;
  try {
    parsed = JSON.parse(trimmed);
  } catch (error) {
    // The message of the parser quotes the body, which may contain a password. Only the position may leave this function.
    const position = error instanceof Error ? /position (\d+)/.exec(error.message)?.[1] : undefined;
    const where =
      position === undefined
        ? 'it ends too early, or has an unexpected character'
        : `the fault is at position ${position}`;
    throw new AppError('invalidJson', `The body is not valid JSON: ${where}.`, {
      position: position === undefined ? undefined : Number(position),
    });
  }
  scanJson(trimmed, keys);
  return parsed;
}
