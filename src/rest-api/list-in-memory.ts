import { AppError, quote } from '#base/errors.ts';
import type { Condition } from '#directory/list-condition.ts';
import { pickFields, readListQuery, wordsOf, type ListQuery } from './list-query.ts';

type Row = Readonly<Record<string, unknown>>;

/**
 * Filters, searches, sorts and pages rows in memory, with the same query parameters as the lists of users. Only for short lists.
 * `searched` names the fields in which `search` looks for terms. Throws `invalidQuery` (400) for an invalid query, and for a field that
 * no row has.
 */
export function listInMemory(rows: readonly Row[], query: ListQuery, searched: readonly string[]) {
  const { all, any, terms, termFields, sort, skip, limit } = readListQuery(query, searched);
  const known = new Set(rows.flatMap((row) => Object.keys(row)));
  for (const field of [...all, ...any.flat(), ...sort].map((one) => one.field)) {
    if (rows.length > 0 && !known.has(field)) {
      throw new AppError('invalidQuery', `There is no field ${quote(field)} to filter or sort by.`, {
        attribute: field,
      });
    }
  }
  const found = rows.filter(
    (row) =>
      all.every((condition) => meets(row, condition)) &&
      (any.length === 0 || any.some((conditions) => conditions.every((condition) => meets(row, condition)))) &&
      (terms.length === 0 ||
        terms.some((term) => termFields.some((field) => textOf(row[field]).includes(term.toLowerCase())))),
  );
  const sorted = found.toSorted((one, other) => {
    for (const { field, descending } of sort) {
      const order = compare(textOf(one[field]), textOf(other[field]));
      if (order !== 0) return descending ? -order : order;
    }
    return 0;
  });
  const fields = wordsOf(query.fields);
  return {
    totalCount: found.length,
    results: sorted.slice(skip, skip + limit).map((row) => pickFields(row, fields)),
  };
}

function meets(row: Row, { field, operator, values }: Condition): boolean {
  const value = textOf(row[field]);
  const wanted = values.map(textOf);
  const [first = ''] = wanted;
  switch (operator) {
    case 'eq':
    case 'in':
      return wanted.includes(value);
    case 'ne':
    case 'nin':
      return !wanted.includes(value);
    case 'gt':
      return value > first;
    case 'gte':
      return value >= first;
    case 'lt':
      return value < first;
    case 'lte':
      return value <= first;
    case 'search':
      return value.includes(first);
    case 'startsWith':
      return value.startsWith(first);
    case 'endsWith':
      return value.endsWith(first);
    case 'between':
      return value >= first && value <= (wanted[1] ?? first);
  }
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  return (typeof value === 'string' ? value : JSON.stringify(value)).toLowerCase();
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
