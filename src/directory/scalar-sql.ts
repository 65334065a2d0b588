import { sql, type RawBuilder } from 'kysely';
import type { ComparisonOperator, FilterValue } from '#scim/filter/ast.ts';
import type { JsonSql, ValueKind } from '#database/json-sql.ts';
import type { AttributeDefinition } from '#scim/schema/attribute.ts';

const LAST_CODE_POINT = 0x10ffff;

/** What the values of an attribute are in SQL; dates are text, and compare as such in their canonical form. */
export function kindOf({ type }: AttributeDefinition): ValueKind {
  if (type === 'boolean') return 'boolean';
  return type === 'integer' || type === 'decimal' ? 'number' : 'text';
}

/** One comparison of an SQL value; null values follow the rules of `TypedFilter`. */
export function compareScalar(
  json: JsonSql,
  value: RawBuilder<unknown>,
  operator: ComparisonOperator,
  wanted: FilterValue,
): RawBuilder<boolean> {
  if (wanted === null) return compareWithNull(value, operator);
  const bound = typeof wanted === 'boolean' ? Number(wanted) : wanted;
  switch (operator) {
    case 'eq':
      return sql`${value} = ${bound}`;
    case 'ne':
      return sql`(${value} = ${bound}) is not true`;
    case 'gt':
      return sql`${value} > ${bound}`;
    case 'ge':
      return sql`${value} >= ${bound}`;
    case 'lt':
      return sql`${value} < ${bound}`;
    case 'le':
      return sql`${value} <= ${bound}`;
    case 'co':
    case 'sw':
    case 'ew':
      return compareText(json, value, operator, String(bound));
  }
}

function compareWithNull(value: RawBuilder<unknown>, operator: ComparisonOperator): RawBuilder<boolean> {
  if (operator === 'eq') return sql`${value} is null`;
  return operator === 'ne' ? sql`${value} is not null` : sql`false`;
}

function compareText(
  json: JsonSql,
  value: RawBuilder<unknown>,
  operator: 'co' | 'sw' | 'ew',
  text: string,
): RawBuilder<boolean> {
  if (text === '') return sql`${value} is not null`;
  if (operator === 'co') return json.contains(value, text);
  if (operator === 'ew') return json.endsWith(value, text);
  const end = endOfPrefix(text);
  return end === undefined ? sql`${value} >= ${text}` : sql`${value} >= ${text} and ${value} < ${end}`;
}

/**
 * The first text past all those that begin with the prefix, in the order of code points: a range can use an index, a
 * function cannot. undefined when there is none.
 */
export function endOfPrefix(prefix: string): string | undefined {
  const points = Array.from(prefix, (character) => character.codePointAt(0) ?? 0);
  while (points.length > 0) {
    const last = points.pop() ?? 0;
    if (last === LAST_CODE_POINT) continue;
    const next = last + 1;
    // Surrogates are no characters of their own: the next one lies behind them.
    return String.fromCodePoint(...points, next >= 0xd800 && next <= 0xdfff ? 0xe000 : next);
  }
  return undefined;
}
