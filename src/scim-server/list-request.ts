import { AppError, quote } from '#base/errors.ts';
import { isObject, type JsonValue } from '#base/json.ts';
import type { Filter } from '#scim/filter/ast.ts';
import { parseFilter } from '#scim/filter/parse.ts';
import { invalidSort } from '#scim/path/resolve-sort.ts';
import { COUNT_DEFAULT, COUNT_MAX } from './limits.ts';
import { integerParameter, textParameter, type Query } from './query.ts';

/** A query (RFC 7644 §3.4.2), from a URL or from the body of a /.search request. */
export interface ListQuery {
  /** Attribute names, separated by commas. */
  readonly attributes: string | undefined;
  readonly excludedAttributes: string | undefined;
  /** The filter as the client wrote it; empty if the query has none. */
  readonly filterText: string;
  readonly filter: Filter | undefined;
  readonly sort: { readonly by: string; readonly descending: boolean } | undefined;
  readonly paging: Paging;
}

export type Paging =
  | { readonly kind: 'index'; readonly startIndex: number; readonly count: number }
  /** RFC 9865. An empty cursor requests the first page. */
  | { readonly kind: 'cursor'; readonly cursor: string; readonly count: number };

/** The parameters of a query as text, from a URL or from the body of a /.search request. */
type Parameters = Readonly<Record<(typeof names)[number], string | undefined>>;

const names = [
  'attributes',
  'excludedAttributes',
  'filter',
  'sortBy',
  'sortOrder',
  'startIndex',
  'count',
  'cursor',
] as const;

/**
 * Reads the query of a URL. Throws `invalidQuery`, `invalidCount`, `invalidCursor`, `invalidSort` and `filterSyntax`.
 *
 * @example
 * readListQuery({ count: '10' }).paging; // { kind: 'index', startIndex: 1, count: 10 }
 */
export function readListQuery(query: Query): ListQuery {
  return toListQuery(fromNames((name) => textParameter(query, name)));
}

/** Reads the body of a /.search request (RFC 7644 §3.4.3). Throws `invalidBody` and the errors of `readListQuery`. */
export function readSearchRequest(body: JsonValue | undefined): ListQuery {
  if (!isObject(body)) {
    throw new AppError(
      'invalidBody',
      'A search request must be a JSON object with members such as filter, startIndex and count.',
    );
  }
  const values = new Map(Object.entries(body).map(([name, value]) => [name.toLowerCase(), value]));
  return toListQuery(fromNames((name) => searchParameter(name, values.get(name.toLowerCase()) ?? null)));
}

function fromNames(read: (name: (typeof names)[number]) => string | undefined): Parameters {
  return Object.fromEntries(names.map((name) => [name, read(name)])) as Parameters;
}

function searchParameter(name: (typeof names)[number], value: JsonValue): string | undefined {
  if (value === null) return undefined;
  if (typeof value === 'string') return value;
  const numeric = name === 'startIndex' || name === 'count';
  if (numeric && typeof value === 'number') return String(value);
  const listed = name === 'attributes' || name === 'excludedAttributes';
  if (listed && Array.isArray(value) && value.every((item: JsonValue) => typeof item === 'string'))
    return value.join(',');
  const wanted = numeric ? 'a whole number' : listed ? 'a list of names' : 'a string';
  throw new AppError(
    name === 'count' ? 'invalidCount' : 'invalidQuery',
    `${name} of a search request must be ${wanted}.`,
    {
      attribute: name,
    },
  );
}

function toListQuery(parameters: Parameters): ListQuery {
  const filterText = parameters.filter?.trim() ?? '';
  if (parameters.filter !== undefined && filterText === '') {
    // Otherwise a client whose filter value is missing would match, and then change, all users.
    throw new AppError(
      'filterSyntax',
      'The filter is empty: send an expression such as userName eq "ann", or leave the parameter out to list everything.',
      { attribute: 'filter', position: 0 },
    );
  }
  return {
    attributes: parameters.attributes,
    excludedAttributes: parameters.excludedAttributes,
    filterText,
    filter: filterText === '' ? undefined : parseFilter(filterText),
    sort: readSort(parameters),
    paging: readPaging(parameters),
  };
}

function readSort({ sortBy = '', sortOrder }: Parameters): ListQuery['sort'] {
  const order = (sortOrder ?? 'ascending').trim().toLowerCase();
  if (sortBy.trim() === '') return undefined;
  if (order !== '' && order !== 'ascending' && order !== 'descending') {
    throw invalidSort(sortBy, `has the sortOrder ${quote(sortOrder)}, which is neither "ascending" nor "descending"`);
  }
  return { by: sortBy.trim(), descending: order === 'descending' };
}

/**
 * RFC 7644 §3.4.2.4: a startIndex below 1 means 1, and a negative count means 0. A count above COUNT_MAX is reduced to COUNT_MAX,
 * except with a cursor, where RFC 9865 §2.1 requires an error.
 */
function readPaging({ startIndex: startText, count: countText, cursor }: Parameters): Paging {
  const startIndex = integerParameter('startIndex', startText) ?? 1;
  const count = integerParameter('count', countText) ?? COUNT_DEFAULT;
  if (cursor === undefined) {
    return { kind: 'index', startIndex: Math.max(1, startIndex), count: Math.min(COUNT_MAX, Math.max(0, count)) };
  }
  if (startIndex > 1) {
    throw new AppError('invalidCursor', 'The query has both startIndex and cursor: send only one of them.', {
      attribute: 'cursor',
    });
  }
  if (count < 1 || count > COUNT_MAX) {
    throw new AppError('invalidCount', `count is ${count}: with a cursor it must be from 1 to ${COUNT_MAX}.`, {
      attribute: 'count',
      value: count,
    });
  }
  return { kind: 'cursor', cursor, count };
}
