import { AppError, quote } from '#base/errors.ts';
import { fold } from '#base/fold.ts';
import type { JsonObject, JsonValue } from '#base/json.ts';
import type { ComparisonOperator, Filter, Literal, TextFunction } from './filter.ts';
import { requireProperty, valueOf, type FilterableProperties, type FilterableProperty } from './filterable.ts';

export type Matches = (resource: JsonObject) => boolean;

/** Compiles a filter for resources with these properties. Throws invalidQuery for a property or a value that does not fit. */
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
        throw misfit(property, `it has several values: write ${property.path}/any(x:x eq 'a')`);
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

/** A text itself, for a phrase, and every word of it. */
function wordsOf(text: string): readonly string[] {
  return [text, ...text.split(/[\s.,;:@_/\\()'"+-]+/).filter((word) => word !== '')];
}

function compileAny(
  { path, variable, condition }: Extract<Filter, { readonly kind: 'any' }>,
  properties: FilterableProperties,
): Matches {
  const property = requireProperty(properties, path);
  if (property.type !== 'texts') throw misfit(property, 'it has one value: any is for those that have several');
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

/** What values of the property are compared by. */
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
    throw misfit(property, `${quote(value)} is no ${type === 'text' ? "text: write it in '…'" : type}`);
  }
  const key = keyOf(property)(value);
  if (Number.isNaN(key)) throw misfit(property, `${quote(value)} is no date such as 2026-01-31T00:00:00Z`);
  return key;
}

function misfit({ path }: FilterableProperty, reason: string): AppError {
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
  if (property.type !== 'text') throw misfit(property, `${name} is for texts`);
  const change = property.caseExact ? (value: string) => value : fold;
  const part = change(text);
  const tests: Readonly<Record<TextFunction, (value: string) => boolean>> = {
    startswith: (value) => value.startsWith(part),
    endswith: (value) => value.endsWith(part),
    contains: (value) => value.includes(part),
  };
  return (value) => typeof value === 'string' && tests[name](change(value));
}

/** What must be true whatever else the filter says: its parts that are joined by `and`. */
export function conjuncts(filter: Filter | undefined): readonly Filter[] {
  if (filter === undefined) return [];
  return filter.kind === 'and' ? filter.parts.flatMap(conjuncts) : [filter];
}
