import { AppError, quote } from '#base/errors.ts';
import { fold } from '#base/fold.ts';
import type { JsonObject, JsonValue } from '#base/json.ts';
import type { ComparisonOperator, Filter, Literal, TextFunction } from './filter.ts';
import { requireProperty, valueOf, type FilterableProperties, type FilterableProperty } from './filterable.ts';

export type Matches = (resource: JsonObject) => boolean;

/**
 * Compiles a filter into a function that returns true for resources that match. Throws `invalidQuery` for an unknown property, and for an
 * operator or a value that does not fit the type of the property.
 *
 * @example
 * const properties = filterableBy([{ path: 'displayName', type: 'text', caseExact: false }]);
 * compileFilter(parseFilter("startswith(displayName,'ann')"), properties)({ displayName: 'Ann Berg' }); // true
 */
export function compileFilter(filter: Filter, properties: FilterableProperties): Matches {
  switch (filter.kind) {
    case 'and':
    case 'or': {
      const parts = filter.parts.map((part) => compileFilter(part, properties));
      return filter.kind === 'and'
        ? (resource) => parts.every((matches) => matches(resource))
        : (resource) => parts.some((matches) => matches(resource));
    }
    case 'not': {
      const matches = compileFilter(filter.part, properties);
      return (resource) => !matches(resource);
    }
    case 'any':
      return compileAny(filter, properties);
    default: {
      const property = requireProperty(properties, filter.path);
      if (property.type === 'texts') {
        throw unusableFilter(property, `it has several values: write ${property.path}/any(x:x eq 'a')`);
      }
      const test = compileTerm(filter, property);
      return (resource) => test(valueOf(resource, property));
    }
  }
}

type Term = Exclude<Filter, { readonly kind: 'and' | 'or' | 'not' | 'any' }>;

function compileTerm(filter: Term, property: FilterableProperty): (value: JsonValue) => boolean {
  const key = keyOf(property);
  switch (filter.kind) {
    case 'comparison':
      return comparison(filter.operator, literalKey(filter.value, property), key);
    case 'in': {
      const wanted = new Set(filter.values.map((value) => literalKey(value, property)));
      return (value) => wanted.has(key(value));
    }
    case 'word': {
      const wanted = fold(filter.value);
      return (value) => typeof value === 'string' && wordsOf(value).some((word) => fold(word).startsWith(wanted));
    }
    case 'text':
      return textTest(filter.function, filter.value, property);
  }
}

/** Returns the words of a text and also the whole text, so that a search term with several words can match the start of the text. */
function wordsOf(text: string): readonly string[] {
  return [text, ...text.split(/[\s.,;:@_/\\()'"+-]+/).filter((word) => word !== '')];
}

function compileAny(
  { path, variable, condition }: Extract<Filter, { readonly kind: 'any' }>,
  properties: FilterableProperties,
): Matches {
  const property = requireProperty(properties, path);
  if (property.type !== 'texts')
    throw unusableFilter(property, 'it has one value, and any is for properties with several values');
  const values = (resource: JsonObject): readonly JsonValue[] => {
    const value = valueOf(resource, property);
    return Array.isArray(value) ? (value as readonly JsonValue[]) : [];
  };
  if (condition === undefined) return (resource) => values(resource).length > 0;
  const element: FilterableProperty = { path: variable, type: 'text', caseExact: property.caseExact };
  const matches = compileFilter(condition, new Map([[variable.toLowerCase(), element]]));
  return (resource) => values(resource).some((value) => matches({ [variable]: value }));
}

type Key = string | number | boolean | null;

/** Returns a function that converts a value of the property to a key. Two values are compared by their keys. */
function keyOf({ type, caseExact }: FilterableProperty): (value: JsonValue) => Key {
  if (type === 'date') return (value) => (typeof value === 'string' ? Date.parse(value) : null);
  return (value) => {
    if (typeof value === 'string') return caseExact ? value : fold(value);
    return typeof value === 'number' || typeof value === 'boolean' ? value : null;
  };
}

function literalKey(value: Literal, property: FilterableProperty): Key {
  if (value === null) return null;
  const { type } = property;
  const expected = { text: 'string', texts: 'string', date: 'string', boolean: 'boolean', number: 'number' }[type];
  if (typeof value !== expected) {
    throw unusableFilter(property, `${quote(value)} is not a ${type === 'text' ? "string: write it in '…'" : type}`);
  }
  const key = keyOf(property)(value);
  if (Number.isNaN(key)) throw unusableFilter(property, `${quote(value)} is not a date such as 2026-01-31T00:00:00Z`);
  return key;
}

function unusableFilter({ path }: FilterableProperty, reason: string): AppError {
  return new AppError('invalidQuery', `The filter on ${path} cannot be used: ${reason}.`, { attribute: '$filter' });
}

function comparison(operator: ComparisonOperator, wanted: Key, key: (value: JsonValue) => Key) {
  if (operator === 'eq') return (value: JsonValue) => key(value) === wanted;
  if (operator === 'ne') return (value: JsonValue) => key(value) !== wanted;
  return (value: JsonValue): boolean => {
    const found = key(value);
    if (found === null || wanted === null) return false;
    if (operator === 'gt') return found > wanted;
    if (operator === 'ge') return found >= wanted;
    return operator === 'lt' ? found < wanted : found <= wanted;
  };
}

function textTest(name: TextFunction, text: string, property: FilterableProperty): (value: JsonValue) => boolean {
  if (property.type !== 'text') throw unusableFilter(property, `${name} works only on strings`);
  const change = property.caseExact ? (value: string) => value : fold;
  const part = change(text);
  const tests: Readonly<Record<TextFunction, (value: string) => boolean>> = {
    startswith: (value) => value.startsWith(part),
    endswith: (value) => value.endsWith(part),
    contains: (value) => value.includes(part),
  };
  return (value) => typeof value === 'string' && tests[name](change(value));
}

/**
 * Returns the conditions that must all be true for the filter to match: the parts that `and` joins at its top level.
 *
 * @example
 * conjuncts(parseFilter("id eq 'a' and (mail eq 'b' or mail eq 'c')")); // the comparison with id, and the whole `or`
 */
export function conjuncts(filter: Filter | undefined): readonly Filter[] {
  if (filter === undefined) return [];
  return filter.kind === 'and' ? filter.parts.flatMap(conjuncts) : [filter];
}
