import { sql, type RawBuilder } from 'kysely';
import { nameOf, type ResolvedAttribute } from '#scim/path/attribute-path.ts';
import { invalidSort } from '#scim/path/resolve-sort.ts';
import { unindexed } from './condition-sql.ts';
import { jsonNames, type FilterBinding } from './filter-sql.ts';
import { kindOf } from './scalar-sql.ts';

/** An expression to sort by. Folded values are compared by code point, so letter case counts only for case-sensitive attributes. */
export interface SortValue {
  readonly value: RawBuilder<unknown>;
  /** True if every row has a value. */
  readonly neverNull: boolean;
  /** The type of the values. A cursor that a client sends must have a value of this type. Times and booleans in columns are whole numbers. */
  readonly type: 'text' | 'number' | 'integer';
}

/** The number of first characters by which references and binary values are sorted. A cursor contains them and must stay short. */
const SORT_PREFIX_LENGTH = 256;

/**
 * Returns the expression to sort by for `sortBy` (RFC 7644 §3.4.2.3). A multi-valued attribute is sorted by its primary value, else
 * by its first value. Throws `invalidSort` (400) if the attribute is computed.
 */
export function sortSql(target: ResolvedAttribute, binding: FilterBinding): SortValue {
  const name = nameOf(target);
  const { attribute, sub } = target;
  if (binding.unsearchable.has(name) || binding.relations.has(attribute.name)) {
    throw invalidSort(name, 'is computed when a resource is returned, so lists cannot be sorted by it');
  }
  const column = binding.columns.get(name);
  // The index on ids contains all organizations: without `unindexed`, the planner would scan the whole index.
  if (column !== undefined && name === 'id') return { value: unindexed(column.value), neverNull: true, type: 'text' };
  const { type } = sub ?? attribute;
  if (column !== undefined) {
    const isText = type !== 'dateTime' && type !== 'boolean';
    return { value: column.value, neverNull: column.neverNull === true, type: isText ? 'text' : 'integer' };
  }
  const value = documentValue(target, binding);
  const long = type === 'reference' || type === 'binary';
  return {
    value: long ? sql`substr(${value}, 1, ${SORT_PREFIX_LENGTH})` : value,
    neverNull: false,
    type: sqlTypes[kindOf(sub ?? attribute)],
  };
}

const sqlTypes = { text: 'text', number: 'number', boolean: 'integer' } as const;

function documentValue(target: ResolvedAttribute, { json, search }: FilterBinding): RawBuilder<unknown> {
  const kind = kindOf(target.sub ?? target.attribute);
  if (!target.attribute.multiValued) return json.value(search, jsonNames(target), kind);
  const owner = jsonNames({ ...target, sub: undefined });
  return target.sub === undefined
    ? json.first(search, owner, kind)
    : json.preferred(search, owner, target.sub.name, kind);
}
