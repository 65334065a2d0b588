import { sql, type RawBuilder } from 'kysely';
import type { ComparisonOperator, FilterValue } from '#scim/filter/ast.ts';
import type { JsonSql, ValueKind } from '#database/json-sql.ts';
import type { AttributeDefinition } from '#scim/schema/attribute.ts';

const LAST_CODE_POINT = 0x10ffff;

/** Returns the SQL type of an attribute's values. Dates are text: in their canonical form, they compare correctly as text. */
export function kindOf({ type }: AttributeDefinition): ValueKind {
  if (type === 'boolean') return 'boolean';
  return type === 'integer' || type === 'decimal' ? 'number' : 'text';
}

/** Returns the SQL condition that compares a value by a filter operator. Null values follow the rules of `TypedFilter`. */
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
  const end = prefixUpperBound(text);
  return end === undefined ? sql`${value} >= ${text}` : sql`${value} >= ${text} and ${value} < ${end}`;
}

/**
 * Returns the first text after all texts that start with the prefix, in code point order; undefined if there is none. With
 * this text, a prefix search is a range condition, which can use an index. A search by a function call cannot.
 *
 * @example
 * prefixUpperBound('ann'); // 'ano'
 */
export function prefixUpperBound(prefix: string): string | undefined {
  const points = Array.from(prefix, (character) => character.codePointAt(0) ?? 0);
  while (points.length > 0) {
    const last = points.pop() ?? 0;
    if (last === LAST_CODE_POINT) continue;
    const next = last + 1;
    // Surrogate code points are not characters, so the result uses the first code point after them.
    return String.fromCodePoint(...points, next >= 0xd800 && next <= 0xdfff ? 0xe000 : next);
  }
  return undefined;
}
