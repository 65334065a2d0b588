import { z } from 'zod';
import { AppError, quote } from '#base/errors.ts';
import type { Condition, ListOperator, SystemUserQuery } from '#directory/system-user-list-store.ts';

/** Rows of one page, as in the original directory. */
export const LIMIT_DEFAULT = 10;
export const LIMIT_MAX = 100;
/** Rows that may be skipped: further on, narrow the filter. */
export const SKIP_MAX = 10_000_000;

const whole = z.union([z.int(), z.string().regex(/^\d+$/, 'must be a whole number').transform(Number)]);
const texts = z.union([z.string(), z.array(z.string())]);

export const pageShape = {
  limit: whole.pipe(z.number().min(0)).optional(),
  skip: whole.pipe(z.number().min(0).max(SKIP_MAX)).optional(),
};

/** Query parameters of the lists of the V1 API; `filter[0]`, `filter[or][0]` and the like are read besides. */
export const listQuerySchema = z.looseObject({
  ...pageShape,
  sort: texts.optional(),
  fields: texts.optional(),
  filter: texts.optional(),
  search: z.unknown().optional(),
});
export type ListQuery = z.output<typeof listQuerySchema>;

const searchFilterSchema = z.looseObject({
  searchTerm: texts.optional(),
  fields: z.array(z.string()).optional(),
});

export const searchBodySchema = z.looseObject({
  ...pageShape,
  sort: texts.optional(),
  fields: texts.optional(),
  filter: z.unknown().optional(),
  searchFilter: searchFilterSchema.optional(),
});
export type SearchBody = z.output<typeof searchBodySchema>;

const searchedFields = ['username', 'email', 'firstname', 'lastname', 'displayname', 'employeeIdentifier'];

/** A page by limit and skip; a larger limit than there is gets the largest. */
export function pageOf({ limit, skip }: { readonly limit?: number | undefined; readonly skip?: number | undefined }) {
  return { limit: Math.min(limit ?? LIMIT_DEFAULT, LIMIT_MAX), skip: skip ?? 0 };
}

/** Words with spaces or commas between them. */
export function wordsOf(value: string | readonly string[] | undefined): readonly string[] {
  return [value ?? []].flat().flatMap((text) => text.split(/[\s,]+/).filter((word) => word !== ''));
}

function sortOf(value: string | readonly string[] | undefined): SystemUserQuery['sort'] {
  return wordsOf(value).map((word) => ({ field: word.replace(/^[-+]/, ''), descending: word.startsWith('-') }));
}

/** The query of a list of the V1 API; `searched` are the fields that a term is looked for in. */
export function readListQuery(query: ListQuery, searched: readonly string[] = searchedFields): SystemUserQuery {
  const all: Condition[] = [query.filter ?? []].flat().map(parseCondition);
  const any: Condition[] = [];
  for (const [name, value] of Object.entries(query)) {
    const { kind } = /^filter\[(?<kind>or|and|\d*)\](?:\[\d*\])?$/.exec(name)?.groups ?? {};
    if (kind === undefined) continue;
    const conditions = [value].flat().map((one) => parseCondition(String(one)));
    (kind === 'or' ? any : all).push(...conditions);
  }
  const search = searchFrom(query.search, searched);
  return { all, any, ...search, sort: sortOf(query.sort), ...pageOf(query) };
}

/** `search` is a term, or the JSON of a searchFilter. */
function searchFrom(search: unknown, searched: readonly string[]) {
  if (search === undefined || search === '') return { terms: [], termFields: searched };
  if (typeof search === 'string' && search.startsWith('{')) {
    try {
      const parsed = z.looseObject({ searchFilter: searchFilterSchema.optional() }).parse(JSON.parse(search));
      return searchTerms(parsed.searchFilter ?? searchFilterSchema.parse(parsed), searched);
    } catch (error) {
      throw new AppError('invalidQuery', `search is no JSON of a searchFilter: ${quote(search)}.`, { cause: error });
    }
  }
  if (typeof search !== 'string') throw badCondition(search);
  return { terms: [search], termFields: searched };
}

function searchTerms(filter: z.output<typeof searchFilterSchema> | undefined, searched: readonly string[]) {
  const terms = [filter?.searchTerm ?? []].flat().filter((term) => term !== '');
  return {
    terms,
    termFields: filter?.fields === undefined || filter.fields.length === 0 ? searched : filter.fields,
  };
}

/** The body of POST /search/systemusers. */
export function readSearchBody(body: SearchBody): SystemUserQuery {
  const { all, any } = conditionsOf(body.filter);
  return { all, any, ...searchTerms(body.searchFilter, searchedFields), sort: sortOf(body.sort), ...pageOf(body) };
}

/** `{and: […]}`, `{or: […]}`, both, or a bare array, which means and. */
function conditionsOf(filter: unknown): { readonly all: readonly Condition[]; readonly any: readonly Condition[] } {
  if (filter === undefined || filter === null || filter === '') return { all: [], any: [] };
  if (typeof filter === 'string') return { all: [parseCondition(filter)], any: [] };
  if (Array.isArray(filter)) return { all: filter.flatMap(conditionFrom), any: [] };
  if (typeof filter !== 'object') throw badCondition(filter);
  const { and = [], or = [], ...rest } = filter as Record<string, unknown>;
  return {
    all: [...[and].flat().flatMap(conditionFrom), ...conditionFrom(rest)],
    any: [or].flat().flatMap(conditionFrom),
  };
}

/** `"field:$eq:value"`, or `{field: value}`, or `{field: {$eq: value}}`. */
function conditionFrom(value: unknown): readonly Condition[] {
  if (typeof value === 'string') return [parseCondition(value)];
  if (typeof value !== 'object' || value === null) throw badCondition(value);
  return Object.entries(value).flatMap(([field, wanted]): readonly Condition[] => {
    if (typeof wanted !== 'object' || wanted === null) return [{ field, operator: 'eq', values: [String(wanted)] }];
    if (Array.isArray(wanted)) return [{ field, operator: 'in', values: wanted.map(String) }];
    return Object.entries(wanted).map(([operator, values]) => ({
      field,
      operator: operatorOf(operator, value),
      values: [values].flat().map(String),
    }));
  });
}

const operators: Readonly<Record<string, ListOperator>> = {
  eq: 'eq',
  ne: 'ne',
  gt: 'gt',
  gte: 'gte',
  ge: 'gte',
  lt: 'lt',
  lte: 'lte',
  le: 'lte',
  in: 'in',
  nin: 'nin',
  search: 'search',
  sw: 'startsWith',
};

function operatorOf(text: string, whole: unknown): ListOperator {
  const operator = operators[text.replace(/^\$/, '').toLowerCase()];
  if (operator === undefined) throw badCondition(whole);
  return operator;
}

/** `field:$eq:value`, as the V1 grammar has it, or `field:eq:value`, as V2. A value may hold colons. */
export function parseCondition(text: string): Condition {
  const { field, operator, value } = /^(?<field>[^:]+):(?<operator>\$?\w+):(?<value>.*)$/s.exec(text)?.groups ?? {};
  if (field === undefined || operator === undefined || value === undefined) throw badCondition(text);
  const known = operatorOf(operator, text);
  const isList = known === 'in' || known === 'nin';
  return { field: field.trim(), operator: known, values: isList ? value.split(/[|,]/) : [value] };
}

function badCondition(value: unknown): AppError {
  return new AppError(
    'invalidQuery',
    `The filter ${quote(value)} cannot be read. Write field:$eq:value; the operators are $eq, $ne, $gt, $gte, $lt, $lte, $in, $nin, $sw and $search.`,
    { attribute: 'filter', value },
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
