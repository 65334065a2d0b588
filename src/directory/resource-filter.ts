import { sql } from 'kysely';
import type { FilterValue } from '#scim/filter/ast.ts';
import type { ExtensionTable, ResourceSchema } from '#scim/schema/resource-schema.ts';
import { holdsSecret, isSecret } from '#scim/schema/secret-attributes.ts';
import type { ColumnBinding, RelationBinding } from './filter-sql.ts';
import { compileElement, unsearchable } from './filter-sql.ts';
import type { JsonSql } from '#database/json-sql.ts';

/** Returns the columns that users and groups have in common, by attribute name. */
export function resourceColumns(json: JsonSql, table: 'users' | 'groups'): [string, ColumnBinding][] {
  return [
    ['id', { value: sql.ref(`${table}.id`), neverNull: true }],
    ['externalId', { value: sql.ref(`${table}.external_id`) }],
    ['displayName', { value: sql.ref(`${table}.display_name_key`) }],
    ['meta.created', { value: sql.ref(`${table}.created_at`), convert: toTimestamp, neverNull: true }],
    ['meta.lastModified', { value: sql.ref(`${table}.modified_at`), convert: toTimestamp, neverNull: true }],
    ['meta.resourceType', { value: json.text(sql.lit(table === 'users' ? 'User' : 'Group')), neverNull: true }],
    // Every resource has meta.
    ['meta', { value: sql.lit(1), neverNull: true }],
  ];
}

export const unsearchableMeta = ['meta.location', 'meta.version'] as const;

/**
 * Returns the binding of the computed attribute `schemas`. It always contains the core schema. It contains an extension only if the
 * document has a value of that extension that responses return.
 */
export function schemasRelation(json: JsonSql, schema: ResourceSchema, table: 'users' | 'groups'): RelationBinding {
  const search = sql.ref(`${table}.search`);
  return {
    exists: (filter) => {
      if (filter === undefined) return sql`true`;
      const extensions = [...schema.extensions.values()].map((extension) => {
        const present = shownPaths(extension).map((path) => json.present(search, path));
        const isShown = present.length === 0 ? sql`false` : sql`(${sql.join(present, sql` or `)})`;
        return sql`(${isShown} and ${compileElement(json, filter, () => json.text(sql.val(extension.urn)))})`;
      });
      return sql`(${sql.join([compileElement(json, filter, () => json.text(sql.val(schema.core.id))), ...extensions], sql` or `)})`;
    },
  };
}

/** Returns the paths in the extension that are returned. `schemasOf` lists the extension only if there is a value at one of them. */
function shownPaths({ urn, attributes }: ExtensionTable): readonly string[][] {
  const all = [...attributes.values()];
  if (!all.some(holdsSecret)) return [[urn]];
  return all
    .filter((attribute) => !isSecret(attribute))
    .flatMap((attribute) => {
      const shown = (attribute.subAttributes ?? []).filter((sub) => !isSecret(sub));
      // The elements of a list have no separate paths, so the path of the list is returned even if all its values are secrets.
      const isWhole = attribute.multiValued || !holdsSecret(attribute);
      return isWhole ? [[urn, attribute.name]] : shown.map((sub) => [urn, attribute.name, sub.name]);
    });
}

function toTimestamp(value: FilterValue): FilterValue {
  return typeof value === 'string' ? new Date(value).getTime() : value;
}

/** Throws `filterOperator` (400) for a sub-attribute that is computed when the resource is returned. */
export function rejectSubAttribute(attribute: string, name: string): never {
  throw unsearchable(`${attribute}.${name}`);
}
