import { hash } from 'node:crypto';

/** The length of a digest, in characters. */
const DIGEST_LENGTH = 12;

/** Returns a JSON value as a text that clients send back unchanged. It has only unreserved characters (RFC 3986 §2.3). */
export function encodeOpaque(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/**
 * Returns the value of a text that `encodeOpaque` returned, or undefined for a text that is not JSON in base64url, and for a value with a
 * text that PostgreSQL does not accept (NUL, or half of a surrogate pair). The caller checks the shape of the value, because a client can
 * send any text.
 *
 * @example
 * decodeOpaque(encodeOpaque([1, 'a'])); // [1, 'a']
 */
export function decodeOpaque(text: string): unknown {
  try {
    const json = Buffer.from(text, 'base64url').toString();
    // JSON writes NUL and half of a surrogate pair as escape sequences only.
    const value: unknown = JSON.parse(json, json.includes('\\u') ? requireStorable : undefined);
    return value;
  } catch {
    return undefined;
  }
}

/** Throws for a name or a text that PostgreSQL does not accept. */
function requireStorable(name: string, value: unknown): unknown {
  for (const text of [name, value]) {
    if (typeof text === 'string' && (text.includes('\0') || !text.isWellFormed())) throw new TypeError('not storable');
  }
  return value;
}

/** True for a number of rows, of milliseconds since 1970, or of seconds: a whole number that is not negative. */
export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

/**
 * Returns a digest of the query of a list. A cursor contains it, because all pages of a list must use the same query: another query returns
 * other rows or another order.
 */
export function queryDigest(query: unknown): string {
  return hash('sha256', JSON.stringify(query), 'base64url').slice(0, DIGEST_LENGTH);
}
