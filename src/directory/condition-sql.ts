import { sql, type RawBuilder } from 'kysely';
import { AppError, quote } from '#base/errors.ts';
import { fold } from '#base/fold.ts';
import type { JsonSql } from '#database/json-sql.ts';
import { SORT_KEYS_MAX, VALUES_MAX, type Condition, type SortKey } from './list-condition.ts';

/** A field that lists are filtered and sorted by. */
export interface ListField {
  readonly value: RawBuilder<unknown>;
  /** What a list is sorted by, where that is not the value. */
  readonly sortValue?: RawBuilder<unknown>;
  /** What is sent, as it is compared; undefined for what the field never is. */
  readonly convert: (text: string) => string | number | undefined;
  /** Whether it is a text, of which a part can be looked for. */
  readonly isText: boolean;
  /** Whether every row has a value. */
  readonly always: boolean;
}

/** Text, as an expression that no index has. */
export function unindexed(value: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`(${value} || '')`;
}

export type FieldReader = (name: string) => ListField;

type Value = RawBuilder<unknown>;

/** Folded text: letter case makes no difference. */
export const textField = (value: Value, always = false): ListField => ({ value, convert: fold, isText: true, always });
export const exactField = (value: Value): ListField => ({ value, convert: (text) => text, isText: true, always: true });
/**
 * An id. Lists are sorted by it as by an attribute that has no index: the one that finds ids has those of all organizations, and
 * a planner would walk through it.
 */
export const idField = (value: Value): ListField => ({ ...exactField(value), sortValue: unindexed(value) });
export const numberField = (value: Value, always = false): ListField => ({
  value,
  convert: (text) => (/^-?\d{1,15}(\.\d{1,6})?$/.test(text) ? Number(text) : undefined),
  isText: false,
  always,
});
export const flagField = (value: Value): ListField => ({
  value,
  convert: (text) => ({ true: 1, false: 0 })[text.toLowerCase()],
  isText: false,
  always: true,
});
export const timeField = (value: Value, always = false): ListField => ({
  value,
  convert: (text) => {
    const time = new Date(text).getTime();
    return Number.isNaN(time) ? undefined : time;
  },
  isText: false,
  always,
});

/** Throws invalidQuery (400) that lists the fields that there are. */
export function unknownField(name: string, known: readonly string[]): AppError {
  const message = `There is no field ${quote(name)} to look or sort by. There are: ${[...new Set(known)].toSorted().join(', ')}.`;
  return new AppError('invalidQuery', message, { attribute: 'filter', value: name });
}

const comparisons = { eq: sql`=`, gt: sql`>`, gte: sql`>=`, lt: sql`<`, lte: sql`<=` } as const;

/** A condition as SQL. Throws invalidQuery (400). */
export function conditionSql(json: JsonSql, fieldOf: FieldReader, condition: Condition): RawBuilder<boolean> {
  const { operator, values } = condition;
  const field = fieldOf(condition.field);
  if (values.length > VALUES_MAX) {
    throw invalid(condition, `takes at most ${VALUES_MAX} values; here are ${values.length}`);
  }
  // Nothing, for a field that may have none.
  if (values.every((value) => value === '') && !field.always) {
    if (operator === 'eq') return sql`(${field.value} is null or ${empty(field)})`;
    if (operator === 'ne') return sql`(${field.value} is not null and not ${empty(field)})`;
  }
  const wanted = values.map((value) => {
    const converted = field.convert(value);
    if (converted === undefined) throw invalid(condition, `has no value ${quote(value)}`);
    return converted;
  });
  return comparison(json, field, condition, wanted);
}

function empty({ value, isText }: ListField): RawBuilder<boolean> {
  return isText ? sql`${value} = ''` : sql`false`;
}

function comparison(
  json: JsonSql,
  { value, isText }: ListField,
  condition: Condition,
  wanted: readonly (string | number)[],
): RawBuilder<boolean> {
  const { operator } = condition;
  const [first = '', second = first] = wanted;
  const among = () => sql`(${sql.join(wanted.map((one) => sql.val(one)))})`;
  switch (operator) {
    case 'in':
      return wanted.length === 0 ? sql`false` : sql`${value} in ${among()}`;
    case 'nin':
      return wanted.length === 0 ? sql`true` : sql`(${value} is null or ${value} not in ${among()})`;
    case 'between':
      return sql`(${value} >= ${first} and ${value} <= ${second})`;
    case 'ne':
      return sql`(${value} is null or ${value} <> ${first})`;
    case 'search':
    case 'startsWith':
    case 'endsWith': {
      if (!isText) throw invalid(condition, 'is no text: compare it with $eq, $gt and the like');
      const part = String(first);
      if (part === '') return sql`${value} is not null`;
      if (operator === 'search') return json.contains(value, part);
      if (operator === 'endsWith') return json.endsWith(value, part);
      return sql`substr(${value}, 1, ${Array.from(part).length}) = ${part}`;
    }
    default:
      return sql`${value} ${comparisons[operator]} ${first}`;
  }
}

function invalid({ field }: Condition, reason: string): AppError {
  return new AppError('invalidQuery', `The filter on ${quote(field)} cannot be carried out: ${field} ${reason}.`, {
    attribute: 'filter',
    value: field,
  });
}

/** The order of a list; who has no value comes first, on every engine. Throws invalidQuery (400). */
export function orderSql(fieldOf: FieldReader, keys: readonly SortKey[], last: RawBuilder<unknown>) {
  if (keys.length > SORT_KEYS_MAX) {
    throw new AppError(
      'invalidQuery',
      `A list is sorted by at most ${SORT_KEYS_MAX} fields; here are ${keys.length}.`,
      {
        attribute: 'sort',
      },
    );
  }
  const terms = keys.map(({ field, descending }) => {
    const { value, sortValue = value, always } = fieldOf(field);
    const nulls = always ? sql`` : descending ? sql` nulls last` : sql` nulls first`;
    return sql`${sortValue}${descending ? sql` desc` : sql``}${nulls}`;
  });
  return sql`${sql.join([...terms, last])}`;
}
