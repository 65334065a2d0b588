import { sql, type RawBuilder } from 'kysely';
import { AppError, quote } from '#base/errors.ts';
import { fold } from '#base/fold.ts';
import type { JsonSql } from '#database/json-sql.ts';
import { SORT_KEYS_MAX, VALUES_MAX, type Condition, type SortKey } from './list-condition.ts';

/** A field by which lists can be filtered and sorted. */
export interface ListField {
  readonly value: RawBuilder<unknown>;
  /** The expression to sort by, if it differs from `value`. */
  readonly sortValue?: RawBuilder<unknown>;
  /** Converts the text of a condition to the value to compare with; returns undefined if the field cannot have that value. */
  readonly convert: (text: string) => string | number | undefined;
  /** True for text, which supports searches for a part of the value. */
  readonly isText: boolean;
  /** True if every row has a value. */
  readonly neverNull: boolean;
}

/** Appends an empty string to a text, so that the database's planner cannot use an index for the expression. */
export function unindexed(value: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`(${value} || '')`;
}

export type FieldReader = (name: string) => ListField;

type Value = RawBuilder<unknown>;

/** A field of folded text, which is compared without regard to letter case. */
export const textField = (value: Value, neverNull = false): ListField => ({
  value,
  convert: fold,
  isText: true,
  neverNull,
});
export const exactField = (value: Value): ListField => ({
  value,
  convert: (text) => text,
  isText: true,
  neverNull: true,
});
/**
 * A field that contains an id. Lists are sorted by an expression without an index: the index on ids covers all organizations, and
 * the planner would scan the whole index.
 */
export const idField = (value: Value): ListField => ({ ...exactField(value), sortValue: unindexed(value) });
export const numberField = (value: Value, neverNull = false): ListField => ({
  value,
  convert: (text) => (/^-?\d{1,15}(\.\d{1,6})?$/.test(text) ? Number(text) : undefined),
  isText: false,
  neverNull,
});
export const flagField = (value: Value): ListField => ({
  value,
  convert: (text) => ({ true: 1, false: 0 })[text.toLowerCase()],
  isText: false,
  neverNull: true,
});
export const timeField = (value: Value, neverNull = false): ListField => ({
  value,
  convert: (text) => {
    const time = new Date(text).getTime();
    return Number.isNaN(time) ? undefined : time;
  },
  isText: false,
  neverNull,
});

/** Returns an `invalidQuery` error (400) that lists the known fields. */
export function unknownField(name: string, known: readonly string[]): AppError {
  const message = `There is no field ${quote(name)} to filter or sort by. The fields are: ${[...new Set(known)].toSorted().join(', ')}.`;
  return new AppError('invalidQuery', message, { attribute: 'filter', value: name });
}

const comparisons = { eq: sql`=`, gt: sql`>`, gte: sql`>=`, lt: sql`<`, lte: sql`<=` } as const;

/**
 * Converts a condition to SQL. Throws `invalidQuery` (400) if the field is unknown, a value does not fit the field, or there are more
 * than VALUES_MAX values.
 */
export function conditionSql(json: JsonSql, fieldOf: FieldReader, condition: Condition): RawBuilder<boolean> {
  const { operator, values } = condition;
  const field = fieldOf(condition.field);
  if (values.length > VALUES_MAX) {
    throw invalidCondition(condition, `accepts at most ${VALUES_MAX} values, and the filter has ${values.length}`);
  }
  // For a field that can be null, an empty string means that there is no value.
  if (values.every((value) => value === '') && !field.neverNull) {
    if (operator === 'eq') return sql`(${field.value} is null or ${empty(field)})`;
    if (operator === 'ne') return sql`(${field.value} is not null and not ${empty(field)})`;
  }
  const wanted = values.map((value) => {
    const converted = field.convert(value);
    if (converted === undefined) throw invalidCondition(condition, `cannot have the value ${quote(value)}`);
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
      if (!isText)
        throw invalidCondition(condition, 'is not a text field: compare it with $eq, $gt, or a similar operator');
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

function invalidCondition({ field }: Condition, reason: string): AppError {
  return new AppError('invalidQuery', `The filter on ${quote(field)} is not valid: ${field} ${reason}.`, {
    attribute: 'filter',
    value: field,
  });
}

/**
 * Returns the terms of an ORDER BY clause, with `last` as the final term. In ascending order, rows without a value come first on
 * every database engine. Throws `invalidQuery` (400) for an unknown field or more than SORT_KEYS_MAX keys.
 */
export function orderSql(fieldOf: FieldReader, keys: readonly SortKey[], last: RawBuilder<unknown>) {
  if (keys.length > SORT_KEYS_MAX) {
    throw new AppError(
      'invalidQuery',
      `A list can be sorted by at most ${SORT_KEYS_MAX} fields, and the request names ${keys.length}.`,
      {
        attribute: 'sort',
      },
    );
  }
  const terms = keys.map(({ field, descending }) => {
    const { value, sortValue = value, neverNull } = fieldOf(field);
    const nulls = neverNull ? sql`` : descending ? sql` nulls last` : sql` nulls first`;
    return sql`${sortValue}${descending ? sql` desc` : sql``}${nulls}`;
  });
  return sql`${sql.join([...terms, last])}`;
}
