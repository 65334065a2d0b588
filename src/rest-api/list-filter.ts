import { AppError, quote } from '#base/errors.ts';
import { isObject } from '#base/json.ts';
import type { Condition, ListOperator } from '#directory/list-condition.ts';

/** A filter. A row matches if it meets all conditions in `all` and, unless `any` is empty, all conditions of at least one list in `any`. */
export interface Conditions {
  readonly all: readonly Condition[];
  readonly any: readonly (readonly Condition[])[];
}

const operators: ReadonlyMap<string, ListOperator> = new Map([
  ['eq', 'eq'],
  ['ne', 'ne'],
  ['gt', 'gt'],
  ['gte', 'gte'],
  ['ge', 'gte'],
  ['lt', 'lt'],
  ['lte', 'lte'],
  ['le', 'lte'],
  ['in', 'in'],
  ['nin', 'nin'],
  ['between', 'between'],
  ['search', 'search'],
  ['sw', 'startsWith'],
  ['ew', 'endsWith'],
]);
const lists: ReadonlySet<ListOperator> = new Set(['in', 'nin', 'between']);

/**
 * Reads the filters of a query string. A row must meet all filters in `filter` (which may be repeated), `filter[0]` and `filter[and][0]`,
 * and at least one filter in `filter[or][0]`. Throws `invalidQuery` (400).
 *
 * @example
 * queryConditions({ 'filter[0]': 'username:$sw:a', 'filter[or][0]': 'state:$eq:STAGED' });
 * // { all: [{ field: 'username', operator: 'startsWith', values: ['a'] }],
 * //   any: [[{ field: 'state', operator: 'eq', values: ['STAGED'] }]] }
 */
export function queryConditions(query: Readonly<Record<string, unknown>>): Conditions {
  const all: Condition[] = [];
  const any: (readonly Condition[])[] = [];
  for (const [name, value] of Object.entries(query)) {
    if (name !== 'filter' && !name.startsWith('filter[')) continue;
    const { kind } = /^filter(?:\[(?<kind>or|and|\d*)\](?:\[\d*\])?)?$/.exec(name)?.groups ?? { kind: 'unknown' };
    if (kind === 'unknown') throw badCondition(name);
    for (const text of [value].flat().map(String)) {
      const read = conditionsOf(text);
      if (kind === 'or') any.push(read.all, ...read.any);
      else {
        all.push(...read.all);
        any.push(...read.any);
      }
    }
  }
  return { all, any };
}

/**
 * Reads a filter: `{and: […]}`, `{or: […]}`, an object with both, an array (which means `and`), a condition such as
 * `field:$eq:value`, or one of these as JSON text. Throws `invalidQuery` (400).
 */
export function conditionsOf(filter: unknown): Conditions {
  if (filter === undefined || filter === null || filter === '') return { all: [], any: [] };
  if (typeof filter === 'string') {
    return /^\s*[[{]/.test(filter) ? conditionsOf(parseJson(filter)) : { all: [parseCondition(filter)], any: [] };
  }
  if (Array.isArray(filter)) return { all: filter.flatMap(conditionFrom), any: [] };
  if (!isObject(filter)) throw badCondition(filter);
  const { and = [], or = [], ...rest } = filter;
  return {
    all: [...[and].flat().flatMap(conditionFrom), ...conditionFrom(rest)],
    any: [or].flat().map(conditionFrom),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw badCondition(text);
  }
}

/** Reads `"field:$eq:value"`, `{field: value}` or `{field: {$eq: value}}`. An object with several fields yields a condition for each. */
function conditionFrom(value: unknown): readonly Condition[] {
  if (typeof value === 'string') return [parseCondition(value)];
  if (!isObject(value)) throw badCondition(value);
  return Object.entries(value).flatMap(([field, wanted]): readonly Condition[] => {
    if (Array.isArray(wanted)) return [{ field, operator: 'in', values: wanted.map(textOf) }];
    if (!isObject(wanted)) return [{ field, operator: 'eq', values: [textOf(wanted)] }];
    return Object.entries(wanted).map(([operator, values]) => {
      const texts = [values].flat().map(textOf);
      return conditionOf(field, operator, texts, value);
    });
  });
}

function textOf(value: unknown): string {
  if (value === null) return '';
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw badCondition(value);
}

/**
 * Reads `field:$eq:value` (V1 grammar) or `field:eq:value` (V2 grammar). The value may contain colons. Throws `invalidQuery` (400).
 *
 * @example
 * parseCondition('name:eq:Pil*'); // { field: 'name', operator: 'startsWith', values: ['Pil'] }
 */
export function parseCondition(text: string): Condition {
  const { field, operator, value } = /^(?<field>[^:]+):(?<operator>\$?\w+):(?<value>.*)$/s.exec(text)?.groups ?? {};
  if (field === undefined || operator === undefined || value === undefined) throw badCondition(text);
  // The V2 grammar has wildcards; in the V1 grammar, the value is literal.
  const pattern = operator === 'eq' ? /^(?<open>\*?)(?<inner>[^*]+)(?<close>\*?)$/s.exec(value)?.groups : undefined;
  const { open = '', inner = '', close = '' } = pattern ?? {};
  if (open + close !== '') {
    const wild = open === '' ? 'startsWith' : close === '' ? 'endsWith' : 'search';
    return { field: field.trim(), operator: wild, values: [inner] };
  }
  return conditionOf(field.trim(), operator, [value], text);
}

/**
 * Reads the filters of a V2 list. Clients may join several filters with commas: `name:eq:a,type:eq:b`. A comma that is not followed by
 * `field:operator:` belongs to the value.
 */
export function parseConditions(texts: readonly string[]): readonly Condition[] {
  return texts.flatMap((text) => text.split(/,(?=\w+:\$?\w+:)/)).map(parseCondition);
}

function conditionOf(field: string, written: string, values: readonly string[], whole: unknown): Condition {
  const name = written.replace(/^\$/, '').toLowerCase();
  if (name === 'regex') return patternCondition(field, values[0] ?? '', whole);
  const operator = operators.get(name);
  if (operator === undefined) throw badCondition(whole);
  const [first = ''] = values;
  const split = lists.has(operator) && values.length === 1 ? first.split(/[|,]/) : values;
  if (operator === 'between' && split.length !== 2) throw badCondition(whole);
  return { field, operator, values: split };
}

/** Reads the pattern of `$regex`, which matches the start (`^x`), the end (`x$`) or any part (`x`) of a text. Case is ignored. */
function patternCondition(field: string, pattern: string, whole: unknown): Condition {
  const { start, inner, end } =
    /^(?<start>\^?)(?:\.\*)?(?<inner>.*?)(?:\.\*)?(?<end>\$?)$/s.exec(pattern)?.groups ?? {};
  const opened = start === '^' && !pattern.startsWith('^.*');
  const closed = end === '$' && !pattern.endsWith('.*$');
  const text = (inner ?? '').replaceAll(/\\(.)/gs, '$1');
  if (/\.[*+?]|[[\](){}|]/.test((inner ?? '').replaceAll(/\\./gs, ''))) {
    throw new AppError(
      'invalidQuery',
      `The pattern ${quote(pattern)} is not supported: give the start of a text (^x), its end (x$), or a part of it.`,
      { attribute: 'filter', value: whole },
    );
  }
  const operator = opened && closed ? 'eq' : opened ? 'startsWith' : closed ? 'endsWith' : 'search';
  return { field, operator, values: [text] };
}

function badCondition(value: unknown): AppError {
  return new AppError(
    'invalidQuery',
    `The filter ${quote(value)} cannot be read. Write field:$eq:value; the operators are $eq, $ne, $gt, $gte, $lt, $lte, $in, $nin, $between, $sw, $ew, $search and $regex.`,
    { attribute: 'filter', value },
  );
}
