import { isUtf8 } from 'node:buffer';
import type { FastifyReply } from 'fastify';
import { AppError } from '#base/errors.ts';
import type { JsonValue } from '#base/json.ts';
import { scanJson } from './json-scan.ts';

export const SCIM_MEDIA_TYPE = 'application/scim+json; charset=utf-8';

/** Answers what is JSON already. */
export function sendJson(reply: FastifyReply, json: string): FastifyReply {
  return reply.header('content-type', SCIM_MEDIA_TYPE).send(json);
}

/** RFC 8259 §8.1: JSON is UTF-8. Decoding would put U+FFFD for what is not, and store it. Throws invalidJson. */
export function decodeBody(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString('utf8');
  throw new AppError('invalidJson', 'The body is not valid JSON: its bytes are not UTF-8.');
}

/**
 * Parses a body. Throws invalidJson with the position, and what `scanJson` throws; no body at all is undefined.
 */
export function parseJsonBody(text: string): JsonValue | undefined {
  const trimmed = text.startsWith('\ufeff') ? text.slice(1) : text;
  if (trimmed.trim() === '') return undefined;
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
  scanJson(trimmed);
  return parsed;
}
