import { AppError } from '#base/errors.ts';
import { decodeOpaque, encodeOpaque, isCount, queryDigest } from '#base/opaque-text.ts';
import type { Clock } from '#base/clock.ts';
import type { ListKey } from '#directory/list-store.ts';
import type { ListQuery } from './list-request.ts';
import { CURSOR_TIMEOUT_SECONDS } from './limits.ts';

/**
 * The decoded content of a cursor: the resource at which the previous page ended. It is not a number of rows, so that no resource is
 * skipped or shown twice while other resources are created and deleted (RFC 9865).
 */
export interface Cursor {
  readonly direction: 'after' | 'before';
  readonly key: Omit<ListKey, 'sequence'>;
  /** The number of resources when the first page was read. */
  readonly total: number;
}

type Encoded = readonly [
  direction: 'a' | 'b',
  type: 'U' | 'G',
  id: string,
  value: string | number | null,
  total: number,
  issuedAtSeconds: number,
  query: string,
];

const CURSOR_LENGTH_MAX = 16_384;

/** Returns a digest of the query. */
export function cursorScope(organizationId: string, types: readonly string[], query: ListQuery): string {
  const { filterText, sort } = query;
  return queryDigest([organizationId, types, filterText, sort?.by.toLowerCase() ?? null, sort?.descending ?? null]);
}

/** Encodes a cursor as text that has only unreserved characters (RFC 3986 §2.3). */
export function encodeCursor(clock: Clock, scope: string, { direction, key, total }: Cursor): string {
  const encoded: Encoded = [
    direction === 'after' ? 'a' : 'b',
    key.type === 'User' ? 'U' : 'G',
    key.id,
    key.value,
    total,
    secondsOf(clock),
    scope,
  ];
  return encodeOpaque(encoded);
}

/**
 * Decodes a cursor. Throws `invalidCursor` for a text that is not a cursor of this query, and `expiredCursor` for a cursor that is too
 * old.
 */
export function decodeCursor(clock: Clock, scope: string, text: string): Cursor {
  const encoded = parse(text);
  if (encoded === undefined) {
    throw invalidCursor('was not issued by this directory');
  }
  const [direction, type, id, value, total, issuedAt, query] = encoded;
  if (query !== scope) {
    throw invalidCursor('belongs to another query: filter, sortBy and sortOrder must be those of the first page');
  }
  if (secondsOf(clock) - issuedAt > CURSOR_TIMEOUT_SECONDS) throw expiredCursor();
  return {
    direction: direction === 'a' ? 'after' : 'before',
    key: { type: type === 'U' ? 'User' : 'Group', id, value },
    total,
  };
}

function invalidCursor(reason: string): AppError {
  return new AppError('invalidCursor', `The cursor ${reason}. Begin again with an empty cursor.`, {
    attribute: 'cursor',
  });
}

/** Returns the error for a cursor that is too old, or whose resource no longer exists. */
export function expiredCursor(): AppError {
  return new AppError(
    'expiredCursor',
    `The cursor is older than ${CURSOR_TIMEOUT_SECONDS} seconds, or the resource at its position no longer exists. Begin again with an empty cursor.`,
    { attribute: 'cursor' },
  );
}

function parse(text: string): Encoded | undefined {
  if (text.length > CURSOR_LENGTH_MAX || !/^[\w-]+$/.test(text)) return undefined;
  const parsed = decodeOpaque(text);
  return isEncoded(parsed) ? parsed : undefined;
}

function isEncoded(parsed: unknown): parsed is Encoded {
  if (!Array.isArray(parsed) || parsed.length !== 7) return false;
  const [direction, type, id, value, total, issuedAt, query] = parsed;
  return (
    (direction === 'a' || direction === 'b') &&
    (type === 'U' || type === 'G') &&
    typeof id === 'string' &&
    (value === null || typeof value === 'string' || typeof value === 'number') &&
    isCount(total) &&
    isCount(issuedAt) &&
    typeof query === 'string'
  );
}

function secondsOf(clock: Clock): number {
  return Math.floor(clock.now().getTime() / 1000);
}
