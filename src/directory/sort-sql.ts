import { sql, type RawBuilder } from 'kysely';
import { nameOf, type ResolvedAttribute } from '#scim/path/attribute-path.ts';
import { invalidSort } from '#scim/path/resolve-sort.ts';
import { unindexed } from './condition-sql.ts';
import { jsonNames, type FilterBinding } from './filter-sql.ts';
import { kindOf } from './scalar-sql.ts';

/** What a list is sorted by. Its order is that of the folded document: code points, with case where case matters. */
export interface SortValue {
  readonly value: RawBuilder<unknown>;
  /** Whether every row has a value. */
  readonly always: boolean;
}

/** Characters of a reference or a binary value that count in an order: a cursor carries the value, and must stay short. */
const SORT_PREFIX_LENGTH = 256;

/** RFC 7644 §3.4.2.3: of a multi-valued attribute the primary value, else the first. Throws invalidSort. */
export function sortSql(target: ResolvedAttribute, binding: FilterBinding): SortValue {
  const name = nameOf(target);
  const { attribute, sub } = target;
  if (binding.unsearchable.has(name) || binding.relations.has(attribute.name)) {
    throw invalidSort(name, 'is computed when a resource is answered, and cannot be sorted by');
  }
  const column = binding.columns.get(name);
  // The index that finds ids has those of all organizations: a planner would walk through it.
  if (column !== undefined && name === 'id') return { value: unindexed(column.value), always: true };
  if (column !== undefined) return { value: column.value, always: column.always === true };
  const { type } = sub ?? attribute;
  const value = documentValue(target, binding);
  const long = type === 'reference' || type === 'binary';
  return { value: long ? sql`substr(${value}, 1, ${SORT_PREFIX_LENGTH})` : value, always: false };
}

function documentValue(target: ResolvedAttribute, { json, search }: FilterBinding): RawBuilder<unknown> {
  const kind = kindOf(target.sub ?? target.attribute);
  if (!target.attribute.multiValued) return json.value(search, jsonNames(target), kind);
  const owner = jsonNames({ ...target, sub: undefined });
  return target.sub === undefined
    ? json.first(search, owner, kind)
    : json.preferred(search, owner, target.sub.name, kind);
}
