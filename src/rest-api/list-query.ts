import { z } from 'zod';
import { AppError, quote } from '#base/errors.ts';
import type { SystemUserQuery } from '#directory/system-user-list-store.ts';
import type { SortKey } from '#directory/list-condition.ts';
import { conditionsOf, queryConditions } from './list-filter.ts';

/** Rows of one page, as in the original directory; a larger limit gets the largest page. */
export const LIMIT_DEFAULT = 10;
export const LIMIT_MAX = 100;
/** The same of a search: clients page through it by thousands. */
export const SEARCH_LIMIT_MAX = 1_000;
/** Rows that may be skipped: further on, narrow the filter. */
export const SKIP_MAX = 10_000_000;

const whole = z.union([z.int(), z.string().regex(/^\d+$/, 'must be a whole number').transform(Number)]);
const texts = z.union([z.string(), z.array(z.string())]);

export const pageShape = {
  limit: whole.pipe(z.number().min(0)).optional(),
  skip: whole.pipe(z.number().min(0).max(SKIP_MAX)).optional(),
};

/** Query parameters of the lists; `filter[0]`, `filter[or][0]` and the like are read besides. */
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

export const searchBodySchema = z.looseObject({
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

/** A page by limit and skip; a larger limit than there is gets the largest. */
export function pageOf({ limit, skip }: Page, limitMax = LIMIT_MAX) {
  return { limit: Math.min(limit ?? LIMIT_DEFAULT, limitMax), skip: skip ?? 0 };
}

/** Words with spaces or commas between them. */
export function wordsOf(value: string | readonly string[] | null | undefined): readonly string[] {
  return [value ?? []].flat().flatMap((text) => text.split(/[\s,]+/).filter((word) => word !== ''));
}

/** What a list is sorted by: names with spaces or commas between, each with - in front for the contrary order. */
export function sortOf(value: string | readonly string[] | null | undefined): readonly SortKey[] {
  return wordsOf(value).map((word) => ({ field: word.replace(/^[-+]/, ''), descending: word.startsWith('-') }));
}

/** The query of a list of the V1 API; `searched` are the fields that a term is looked for in. Throws invalidQuery (400). */
export function readListQuery(query: ListQuery, searched: readonly string[] = searchedFields): SystemUserQuery {
  return { ...queryConditions(query), ...searchFrom(query, searched), sort: sortOf(query.sort), ...pageOf(query) };
}

/**
 * POST /search/systemusers: the body, and what the query says where the body says nothing. Throws invalidQuery (400).
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

/** `search` is a term, or the JSON of a searchFilter; or its parts are written as `search[searchTerm]` and `search[fields][]`. */
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

/** An object with the fields that were asked for; the id is always there. */
export function pickFields(
  value: Readonly<Record<string, unknown>>,
  fields: readonly string[],
): Readonly<Record<string, unknown>> {
  if (fields.length === 0) return value;
  const wanted = new Set([...fields, '_id', 'id']);
  return Object.fromEntries(Object.entries(value).filter(([name]) => wanted.has(name)));
}
