import { decodeUtf8 } from './decode-text.ts';
import { AppError } from './errors.ts';
import type { JsonValue } from './json.ts';
import { requireKeyLimit } from './key-count.ts';
import { scanJson, type KeyComparison } from './json-scan.ts';

/** RFC 8259 §8.1: JSON is UTF-8. Decoding would replace other bytes by U+FFFD, and store that. Throws invalidJson. */
export function decodeBody(bytes: Buffer): string {
  return decodeUtf8(bytes, 'The body', 'invalidJson');
}

/**
 * Parses the JSON body of a request; an empty body is undefined. Throws tooManyKeys before anything is parsed, invalidJson
 * with the position of the fault, and what `scanJson` throws.
 *
 * @example
 * readJson('{"name":"a","name":"b"}', 'exact'); // throws duplicateKey: the key "name" twice
 */
export function readJson(text: string, keys: KeyComparison): JsonValue | undefined {
  const trimmed = text.startsWith('\ufeff') ? text.slice(1) : text;
  if (trimmed.trim() === '') return undefined;
  requireKeyLimit(trimmed);
  let parsed: JsonValue;
  try {
    parsed = JSON.parse(trimmed);
  } catch (error) {
    // The parser's own words quote the body, which may hold a password: only the position may leave this function.
    const position = error instanceof Error ? /position (\d+)/.exec(error.message)?.[1] : undefined;
    const where =
      position === undefined
        ? 'it ends too early, or has a character where none may be'
        : `the fault is at position ${position}`;
    throw new AppError('invalidJson', `The body is not valid JSON: ${where}.`, {
      position: position === undefined ? undefined : Number(position),
    });
  }
  scanJson(trimmed, keys);
  return parsed;
}
