import { sql } from 'kysely';
import type { FilterValue } from '#scim/filter/ast.ts';
import type { ResourceSchema } from '#scim/schema/resource-schema.ts';
import type { ColumnBinding, RelationBinding } from './filter-sql.ts';
import { compileElement, unsearchable } from './filter-sql.ts';
import type { JsonSql } from '#database/json-sql.ts';

/** The columns that users and groups have in common, by attribute. */
export function resourceColumns(json: JsonSql, table: 'users' | 'groups'): [string, ColumnBinding][] {
  return [
    ['id', { value: sql.ref(`${table}.id`), always: true }],
    ['externalId', { value: sql.ref(`${table}.external_id`) }],
    ['displayName', { value: sql.ref(`${table}.display_name_key`) }],
    ['meta.created', { value: sql.ref(`${table}.created_at`), convert: toTimestamp, always: true }],
    ['meta.lastModified', { value: sql.ref(`${table}.modified_at`), convert: toTimestamp, always: true }],
    ['meta.resourceType', { value: json.text(sql.lit(table === 'users' ? 'User' : 'Group')), always: true }],
    // Every resource has meta.
    ['meta', { value: sql.lit(1), always: true }],
  ];
}

export const unsearchableMeta = ['meta.location', 'meta.version'] as const;

/** `schemas` is computed: the core schema always, an extension where the document has values of it. */
export function schemasRelation(json: JsonSql, schema: ResourceSchema, table: 'users' | 'groups'): RelationBinding {
  const search = sql.ref(`${table}.search`);
  return {
    exists: (filter) => {
      if (filter === undefined) return sql`true`;
      const extensions = [...schema.extensions.values()].map(
        ({ urn }) =>
          sql`(${json.present(search, [urn])} and ${compileElement(json, filter, () => json.text(sql.val(urn)))})`,
      );
      return sql`(${sql.join([compileElement(json, filter, () => json.text(sql.val(schema.core.id))), ...extensions], sql` or `)})`;
    },
  };
}

function toTimestamp(value: FilterValue): FilterValue {
  return typeof value === 'string' ? new Date(value).getTime() : value;
}

/** For sub-attributes that are made when the resource is answered. */
export function refuseSub(attribute: string, name: string): never {
  throw unsearchable(`${attribute}.${name}`);
}
