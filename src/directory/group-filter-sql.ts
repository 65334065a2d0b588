import { sql } from 'kysely';
import type { JsonSql } from '#database/json-sql.ts';
import type { ResourceSchema } from '#scim/schema/resource-schema.ts';
import { compileElement, demandedValue, type FilterBinding, type RelationBinding } from './filter-sql.ts';
import { isMember, memberColumn, memberTables } from './member-sql.ts';
import { resourceColumns, schemasRelation, unsearchableMeta } from './resource-filter.ts';

/** Returns the binding that maps the attributes of a group to where they are stored. */
export function groupBinding(json: JsonSql, schema: ResourceSchema): FilterBinding {
  return {
    json,
    search: sql.ref('groups.search'),
    columns: new Map(resourceColumns(json, 'groups')),
    relations: new Map([
      ['schemas', schemasRelation(json, schema, 'groups')],
      ['members', membersRelation(json)],
    ]),
    narrow: new Map(),
    unsearchable: new Set(unsearchableMeta),
  };
}

function membersRelation(json: JsonSql): RelationBinding {
  return {
    exists: (filter) => {
      const condition =
        filter === undefined ? sql`true` : compileElement(json, filter, ({ name }) => memberColumn(json, name));
      const found = sql<boolean>`exists (
      select 1 ${memberTables}
      where memberships.group_id = groups.id and ${isMember} and ${condition} ${json.rowByRow}
    )`;
      const member = filter === undefined ? undefined : demandedValue(filter);
      if (member === undefined) return found;
      return sql`(groups.id in (select group_id from memberships where member_id = ${member}) and ${found})`;
    },
  };
}
