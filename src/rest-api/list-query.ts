import { z } from 'zod';
import { AppError, quote } from '#base/errors.ts';
import type { SystemUserQuery } from '#directory/system-user-list-store.ts';
import type { SortKey } from '#directory/list-condition.ts';
import { conditionsOf, queryConditions } from './list-filter.ts';

/** The default and maximum number of rows on a page, as in the legacy directory's API. A larger limit is reduced to the maximum. */
export const LIMIT_DEFAULT = 10;
export const LIMIT_MAX = 100;
/** The maximum number of rows on a page of search results. Existing clients of the search request 1,000 rows per page. */
export const SEARCH_LIMIT_MAX = 1_000;
/** The maximum number of rows to skip. Clients that need later rows must narrow the filter. */
export const SKIP_MAX = 10_000_000;

const whole = z.union([z.int(), z.string().regex(/^\d+$/, 'must be a whole number').transform(Number)]);
const texts = z.union([z.string(), z.array(z.string())]);

export const pageShape = {
  limit: whole.pipe(z.number().min(0)).optional(),
  skip: whole.pipe(z.number().min(0).max(SKIP_MAX)).optional(),
};

/** The query parameters of lists. The schema is loose, because lists also read parameters such as `filter[0]` and `filter[or][0]`. */
export const listQuerySchema = z.looseObject({
  ...pageShape,
  sort: texts.optional(),
  fields: texts.optional(),
  filter: texts.optional(),
  search: z.unknown().optional(),
});
export type ListQuery = z.output<typeof listQuerySchema>;

const searchFilterSchema = z.looseObject({
  searchTerm: texts.nullish(),
  fields: texts.nullish(),
});

export const searchBodySchema = z.strictObject({
  limit: pageShape.limit.nullable(),
  skip: pageShape.skip.nullable(),
  sort: texts.nullish(),
  fields: texts.nullish(),
  filter: z.unknown().optional(),
  searchFilter: searchFilterSchema.nullish(),
});
export type SearchBody = z.output<typeof searchBodySchema>;

const searchedFields = ['username', 'email', 'firstname', 'lastname', 'displayname', 'employeeIdentifier'];

type Page = { readonly limit?: number | null | undefined; readonly skip?: number | null | undefined };

/** Returns the `limit` and `skip` of a request, with defaults for missing values. Reduces `limit` to `limitMax`. */
export function pageOf({ limit, skip }: Page, limitMax = LIMIT_MAX) {
  return { limit: Math.min(limit ?? LIMIT_DEFAULT, limitMax), skip: skip ?? 0 };
}

/** Splits a text, or each of several texts, into words at spaces and commas. */
export function wordsOf(value: string | readonly string[] | null | undefined): readonly string[] {
  return [value ?? []].flat().flatMap((text) => text.split(/[\s,]+/).filter((word) => word !== ''));
}

/**
 * Reads the sort order of a list: field names separated by spaces or commas. A leading `-` means descending order.
 *
 * @example
 * sortOf('-created,username'); // [{ field: 'created', descending: true }, { field: 'username', descending: false }]
 */
export function sortOf(value: string | readonly string[] | null | undefined): readonly SortKey[] {
  return wordsOf(value).map((word) => ({ field: word.replace(/^[-+]/, ''), descending: word.startsWith('-') }));
}

/** Reads the query of a V1 list. `searched` names the fields that are searched by default. Throws `invalidQuery` (400). */
export function readListQuery(query: ListQuery, searched: readonly string[] = searchedFields): SystemUserQuery {
  return { ...queryConditions(query), ...searchFrom(query, searched), sort: sortOf(query.sort), ...pageOf(query) };
}

/**
 * Reads POST /search/systemusers: the body, and the query string for parameters that the body omits. Throws `invalidQuery` (400).
 */
export function readSearch(query: ListQuery, body: SearchBody): SystemUserQuery {
  const page = { limit: body.limit ?? query.limit, skip: body.skip ?? query.skip };
  return {
    ...(body.filter === undefined ? queryConditions(query) : conditionsOf(body.filter)),
    ...(body.searchFilter === undefined
      ? searchFrom(query, searchedFields)
      : searchTerms(body.searchFilter ?? {}, searchedFields)),
    sort: sortOf(body.sort ?? query.sort),
    ...pageOf(page, SEARCH_LIMIT_MAX),
  };
}

/** Reads `search`: a term, a searchFilter as JSON, or its parts as `search[searchTerm]` and `search[fields][]`. */
function searchFrom(query: ListQuery, searched: readonly string[]) {
  const parts: Record<'searchTerm' | 'fields', string[]> = { searchTerm: [], fields: [] };
  for (const [name, value] of Object.entries(query)) {
    if (!name.startsWith('search[')) continue;
    const { part } = /^search\[(?<part>searchTerm|fields)\](?:\[\d*\])?$/.exec(name)?.groups ?? {};
    if (part !== 'searchTerm' && part !== 'fields') throw badSearch(name);
    parts[part].push(...[value].flat().map(String));
  }
  const { search } = query;
  if (search === undefined || search === '') return searchTerms(parts, searched);
  if (typeof search !== 'string') throw badSearch(search);
  if (!search.startsWith('{')) return searchTerms({ ...parts, searchTerm: [search, ...parts.searchTerm] }, searched);
  try {
    const parsed = z.looseObject({ searchFilter: searchFilterSchema.optional() }).parse(JSON.parse(search));
    return searchTerms(parsed.searchFilter ?? searchFilterSchema.parse(parsed), searched);
  } catch {
    throw badSearch(search);
  }
}

function searchTerms({ searchTerm, fields }: z.output<typeof searchFilterSchema>, searched: readonly string[]) {
  const named = wordsOf(fields);
  return {
    terms: [searchTerm ?? []].flat().filter((term) => term !== ''),
    termFields: named.length === 0 ? searched : named,
  };
}

function badSearch(search: unknown): AppError {
  return new AppError(
    'invalidQuery',
    `search ${quote(search)} cannot be read: send a term, or {"searchTerm": "…", "fields": ["…"]}.`,
    { attribute: 'search' },
  );
}

/** Returns an object with only the requested fields and its id; all fields if `fields` is empty. */
export function pickFields(
  value: Readonly<Record<string, unknown>>,
  fields: readonly string[],
): Readonly<Record<string, unknown>> {
  if (fields.length === 0) return value;
  const wanted = new Set([...fields, '_id', 'id']);
  return Object.fromEntries(Object.entries(value).filter(([name]) => wanted.has(name)));
}
