import { quote } from '#base/errors.ts';
import { decodeOpaque, encodeOpaque, isCount, queryDigest } from '#base/opaque-text.ts';
import { TranslatedError, type Messages } from '#base/translated-error.ts';
import { timeSorts, type PeopleQuery } from './people-query.ts';

/** The position of the last person of a page, and the numbers of people when the first page was read. */
export interface PeopleCursor {
  readonly id: string;
  /** The value by which the list is sorted; null if the person has none. */
  readonly value: string | number | null;
  readonly total: number;
  readonly otherTotal: number;
}

const CURSOR_LENGTH_MAX = 4_096;

function queryHash(organizationId: string, query: PeopleQuery): string {
  const { cursor: _, limit: __, skip: ___, ...rest } = query;
  return queryDigest([organizationId, rest]);
}

/** Encodes a cursor as text without characters that have a meaning in a URL. */
export function encodePeopleCursor(organizationId: string, query: PeopleQuery, cursor: PeopleCursor): string {
  const { id, value, total, otherTotal } = cursor;
  const parts = [id, value, total, otherTotal, queryHash(organizationId, query)];
  return encodeOpaque(parts);
}

/** Decodes the cursor of a query; undefined for the first page. Throws `invalidCursor` (400) for a cursor of another query. */
export function decodePeopleCursor(organizationId: string, query: PeopleQuery): PeopleCursor | undefined {
  if (query.cursor === undefined) return undefined;
  const parsed = parse(query.cursor, query);
  if (parsed === undefined) throw invalidCursor(query.cursor, 'unknown');
  const [id, value, total, otherTotal, scope] = parsed;
  if (scope !== queryHash(organizationId, query)) {
    throw invalidCursor(query.cursor, 'otherSearch');
  }
  return { id, value, total, otherTotal };
}

/** Returns the error for a cursor that cannot be used. */
export function invalidCursor(
  cursor: string,
  fault: keyof Messages['admin']['people']['cursorFaults'],
): TranslatedError {
  return new TranslatedError(
    'invalidCursor',
    ({ admin: { people } }) => people.cursor(quote(cursor), people.cursorFaults[fault]),
    {
      attribute: 'cursor',
      value: cursor,
    },
  );
}

type Encoded = readonly [id: string, value: string | number | null, total: number, otherTotal: number, scope: string];

function parse(text: string, { sort }: PeopleQuery): Encoded | undefined {
  if (text.length > CURSOR_LENGTH_MAX || !/^[\w-]+$/.test(text)) return undefined;
  const parsed = decodeOpaque(text);
  return isEncoded(parsed, sort) ? parsed : undefined;
}

function isEncoded(parsed: unknown, sort: PeopleQuery['sort']): parsed is Encoded {
  if (!Array.isArray(parsed) || parsed.length !== 5) return false;
  const [id, value, total, otherTotal, scope] = parsed;
  const isValue = timeSorts.has(sort) ? isCount(value) : value === null || typeof value === 'string';
  return typeof id === 'string' && isValue && isCount(total) && isCount(otherTotal) && typeof scope === 'string';
}
