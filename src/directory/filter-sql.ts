import { sql, type RawBuilder } from 'kysely';
import { AppError } from '#base/errors.ts';
import type { JsonSql } from '#database/json-sql.ts';
import type { FilterValue, TypedElementFilter, TypedFilter } from '#scim/filter/ast.ts';
import { nameOf, type ResolvedAttribute } from '#scim/path/attribute-path.ts';
import type { AttributeDefinition } from '#scim/schema/attribute.ts';
import { compareScalar, kindOf } from './scalar-sql.ts';

type Sql = RawBuilder<boolean>;

/** A single-valued attribute that is stored in its own column. */
export interface ColumnBinding {
  readonly value: RawBuilder<unknown>;
  /** True if every row has a value, so that a sorted list does not need to query for rows without one. */
  readonly neverNull?: true;
  /** Converts the value in a filter to the value in the column, such as a date to milliseconds. */
  readonly convert?: (value: FilterValue) => FilterValue;
}

/** A multi-valued attribute whose elements are stored as separate rows. */
export interface RelationBinding {
  /** Returns the SQL condition that at least one element matches the filter; without a filter, that there is at least one element. */
  readonly exists: (filter: TypedElementFilter | undefined) => Sql;
}

/** Maps the attributes of one resource type to where they are stored. All other attributes are read from the folded document. */
export interface FilterBinding {
  readonly json: JsonSql;
  /** The column that contains the folded document. */
  readonly search: RawBuilder<unknown>;
  /** The attributes that are stored in columns, by the canonical name that `nameOf` returns. */
  readonly columns: ReadonlyMap<string, ColumnBinding>;
  /** The attributes that are stored as separate rows, by attribute name. */
  readonly relations: ReadonlyMap<string, RelationBinding>;
  /**
   * Functions, by the name of a multi-valued attribute. Each returns a condition that uses an index to narrow the search for
   * elements, or undefined if the index does not help with the filter.
   */
  readonly narrow: ReadonlyMap<string, (filter: TypedElementFilter) => Sql | undefined>;
  /** The canonical names of computed attributes, which a filter cannot use. */
  readonly unsearchable: ReadonlySet<string>;
}

/**
 * Compiles a filter to an SQL condition that selects the same resources as `matches` does. Every value is a parameter. Names come
 * from the schema, never from the client. Throws `filterOperator` (400) if the filter uses a computed attribute.
 *
 * @example
 * compileFilter(typeFilter(schemas.User, parseFilter('title eq "Engineer"')), userBinding(json, schemas.User, organizationId));
 */
export function compileFilter(filter: TypedFilter, binding: FilterBinding): Sql {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return combine(
        filter.kind,
        filter.operands.map((operand) => compileFilter(operand, binding)),
      );
    case 'not':
      return sql`(${compileFilter(filter.operand, binding)}) is not true`;
    case 'constant':
      return filter.value ? sql`true` : sql`false`;
    case 'valuePath':
      return compileElements(filter.target, filter.filter, binding);
    case 'present':
      return compilePresent(filter.target, binding);
    case 'comparison':
      return compileComparison(filter, binding);
  }
}

export function combine(kind: 'and' | 'or', conditions: readonly Sql[]): Sql {
  return sql`(${sql.join(conditions, kind === 'and' ? sql` and ` : sql` or `)})`;
}

function compileComparison(filter: Extract<TypedFilter, { kind: 'comparison' }>, binding: FilterBinding): Sql {
  const { target, operator, value } = filter;
  if (target.attribute.multiValued) {
    const element: TypedElementFilter = { kind: 'comparison', target: target.sub ?? target.attribute, operator, value };
    const found = compileElements(target, element, binding);
    const nullMatches = (operator === 'eq' && value === null) || (operator === 'ne' && value !== null);
    return nullMatches ? sql`(${found} or not ${anyElement(target, binding)})` : found;
  }
  const column = binding.columns.get(searchableName(target, binding));
  if (column === undefined) return compareScalar(binding.json, documentValue(target, binding), operator, value);
  return compareScalar(
    binding.json,
    column.value,
    operator,
    column.convert === undefined ? value : column.convert(value),
  );
}

function compilePresent(target: ResolvedAttribute, binding: FilterBinding): Sql {
  if (target.attribute.multiValued) {
    return target.sub === undefined
      ? anyElement(target, binding)
      : compileElements(target, { kind: 'present', target: target.sub }, binding);
  }
  const column = binding.columns.get(searchableName(target, binding));
  return column === undefined
    ? binding.json.present(binding.search, jsonNames(target))
    : sql`${column.value} is not null`;
}

function anyElement(target: ResolvedAttribute, binding: FilterBinding): Sql {
  const relation = binding.relations.get(target.attribute.name);
  return relation?.exists(undefined) ?? binding.json.present(binding.search, jsonNames({ ...target, sub: undefined }));
}

function compileElements(target: ResolvedAttribute, filter: TypedElementFilter, binding: FilterBinding): Sql {
  const { attribute } = target;
  const relation = binding.relations.get(attribute.name);
  if (relation !== undefined) return relation.exists(filter);
  const { json, search } = binding;
  const names = jsonNames({ ...target, sub: undefined });
  if (!attribute.multiValued) {
    const subValue = (sub: AttributeDefinition) => json.value(search, [...names, sub.name], kindOf(sub));
    return sql`(${json.present(search, names)} and ${compileElement(json, filter, subValue)})`;
  }
  const subValue = (sub: AttributeDefinition) =>
    attribute.type === 'complex'
      ? json.value(sql`element.value`, [sub.name], kindOf(sub))
      : json.element(kindOf(attribute));
  const found: Sql = sql`exists (select 1 from ${json.elements(search, names)} as element where ${compileElement(json, filter, subValue)})`;
  const narrowed = binding.narrow.get(attribute.name)?.(filter);
  return narrowed === undefined ? found : sql`(${narrowed} and ${found})`;
}

/** Compiles the filter of a value path, such as `type eq "work"` in `emails[type eq "work"]`, to a condition on one element. */
export function compileElement(
  json: JsonSql,
  filter: TypedElementFilter,
  subValue: (sub: AttributeDefinition) => RawBuilder<unknown>,
): Sql {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return combine(
        filter.kind,
        filter.operands.map((operand) => compileElement(json, operand, subValue)),
      );
    case 'not':
      return sql`(${compileElement(json, filter.operand, subValue)}) is not true`;
    case 'present':
      return sql`${subValue(filter.target)} is not null`;
    case 'comparison':
      return compareScalar(json, subValue(filter.target), filter.operator, filter.value);
  }
}

/** Returns the `value` that every matching element must have; undefined if the filter does not require one. */
export function demandedValue(filter: TypedElementFilter): string | undefined {
  if (filter.kind === 'and') {
    return filter.operands.map(demandedValue).find((value) => value !== undefined);
  }
  const demands = filter.kind === 'comparison' && filter.operator === 'eq' && filter.target.name === 'value';
  return demands && typeof filter.value === 'string' ? filter.value : undefined;
}

export function jsonNames({ extension, attribute, sub }: ResolvedAttribute): string[] {
  return [extension, attribute.name, sub?.name].filter((name) => name !== undefined);
}

function documentValue(target: ResolvedAttribute, { json, search }: FilterBinding): RawBuilder<unknown> {
  return json.value(search, jsonNames(target), kindOf(target.sub ?? target.attribute));
}

function searchableName(target: ResolvedAttribute, binding: FilterBinding): string {
  const name = nameOf(target);
  if (binding.unsearchable.has(name)) throw unsearchable(name);
  return name;
}

export function unsearchable(name: string): AppError {
  return new AppError('filterOperator', `"${name}" is computed by the directory and cannot be used in a filter.`, {
    attribute: name,
  });
}
